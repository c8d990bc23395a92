//! Standard output, where an error is the end.

use std::fs::File;
use std::io::{self, IsTerminal, Write};

use super::refusal::{Refusal, describe};
use super::report::{Report, Status};
use crate::{inherited, progress, signals, stdio};

/// Standard output. A write that fails ends the program.
///
/// Returned as an error it would be noticed only when the next input has come: the thread that reads
/// waits for that, maybe for hours, and cannot be woken.
#[derive(Debug)]
pub(crate) struct Stdout {
    file: File,
    program: String,
}

impl Stdout {
    /// Takes standard output. Messages have the program's name from `report`.
    pub(crate) fn take(report: &Report) -> Result<Self, Refusal> {
        match stdio::stdout() {
            Ok(file) => Ok(Self {
                file,
                program: report.program().to_owned(),
            }),
            Err(error) => Err(Refusal::Fatal(message(&error))),
        }
    }

    /// Returns whether it is a screen.
    pub(crate) fn is_terminal(&self) -> bool {
        self.file.is_terminal()
    }

    /// Ends the program: as quietly as others do where the reader has gone, unless it was started
    /// to ignore that.
    fn fail(&self, error: &io::Error) -> ! {
        progress::end();
        if error.kind() == io::ErrorKind::BrokenPipe && !inherited::sigpipe_is_ignored() {
            signals::die_of_broken_pipe();
        }
        let text = format!("{}: {}\n", self.program, message(error));
        // Nobody can be told that this failed.
        let _ = io::stderr().write_all(text.as_bytes());
        signals::exit(Status::Failed.code())
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.file.write(bytes) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => self.fail(&error),
            outcome => outcome,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn message(error: &io::Error) -> String {
    format!("stdout: {}", describe(error))
}
