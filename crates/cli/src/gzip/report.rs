//! Messages on standard error, and the exit code that they add up to.

use std::fmt;
use std::io::Write;

use blockyard_pipeline::Weigh;

use super::settings::Verbosity;

/// How a run ends, with gzip's exit codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Status {
    /// All is done (0).
    #[default]
    Done,
    /// All that could be done is done; something was left out or odd (2).
    Warned,
    /// Something failed (1).
    Failed,
}

impl Status {
    /// Returns the exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Warned => 2,
        }
    }
}

/// Prints messages in the name of the program and remembers the worst.
#[derive(Debug)]
pub(crate) struct Report {
    program: String,
    verbosity: Verbosity,
    status: Status,
    /// What is held back until [`Report::add`]; `None` where messages are printed at once.
    held: Option<String>,
}

impl Report {
    /// Makes a report with nothing in it.
    pub(crate) fn new(program: &str, verbosity: Verbosity) -> Self {
        Self {
            program: program.to_owned(),
            verbosity,
            status: Status::Done,
            held: None,
        }
    }

    /// Makes another one like it for work that goes on beside other work: its messages are printed
    /// when it is [added](Self::add).
    pub(crate) fn part(&self) -> Self {
        Self {
            held: Some(String::new()),
            ..Self::new(&self.program, self.verbosity)
        }
    }

    /// Prints what `part` held back, and remembers the worst of it.
    pub(crate) fn add(&mut self, part: Self) {
        self.write(&part.held.unwrap_or_default());
        self.status = match (self.status, part.status) {
            (Status::Failed, _) | (_, Status::Failed) => Status::Failed,
            (Status::Warned, _) | (_, Status::Warned) => Status::Warned,
            (Status::Done, Status::Done) => Status::Done,
        };
    }

    /// Returns the name that messages begin with.
    pub(crate) fn program(&self) -> &str {
        &self.program
    }

    /// Returns the worst that was reported.
    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// Returns how much is told.
    pub(crate) fn verbosity(&self) -> Verbosity {
        self.verbosity
    }

    /// Tells of a failure; no option silences it.
    pub(crate) fn error(&mut self, message: impl fmt::Display) {
        self.status = Status::Failed;
        self.write(&format!("{}: {message}\n", self.program));
    }

    /// Tells of something left out or odd, unless quiet; the exit code says so in any case.
    pub(crate) fn warning(&mut self, message: impl fmt::Display) {
        if self.status == Status::Done {
            self.status = Status::Warned;
        }
        self.remark(message);
    }

    /// Tells something that does not change the exit code, unless quiet.
    pub(crate) fn remark(&mut self, message: impl fmt::Display) {
        if self.verbosity > Verbosity::Quiet {
            self.write(&format!("{}: {message}\n", self.program));
        }
    }

    /// Prints the line of `-v` about one file.
    pub(crate) fn verbose(&mut self, line: impl fmt::Display) {
        if self.verbosity >= Verbosity::Verbose {
            self.print(line);
        }
    }

    /// Prints lines that were asked for by an option of their own.
    pub(crate) fn print(&mut self, lines: impl fmt::Display) {
        self.write(&format!("{lines}\n"));
    }

    /// Prints a question, without a line break behind it.
    pub(crate) fn ask(&mut self, question: impl fmt::Display) {
        self.write(&format!("{}: {question}", self.program));
    }

    /// Writes to standard error in one piece. Nobody can be told that this failed.
    fn write(&mut self, text: &str) {
        match &mut self.held {
            Some(held) => held.push_str(text),
            None if text.is_empty() => {}
            None => drop(std::io::stderr().write_all(text.as_bytes())),
        }
    }
}

impl Weigh for Report {
    fn weight(&self) -> usize {
        self.held.as_ref().map_or(0, String::len)
    }
}
