//! Where records go.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use blockyard_storage::Replace;

use crate::new_file::{NewFile, is_stream};
use crate::shown::Shown;
use crate::{signals, stdio};

/// Standard output, or the file of `-o`.
#[derive(Debug)]
pub(crate) struct Output {
    name: String,
    target: Target,
}

#[derive(Debug)]
enum Target {
    /// Standard output, a device or a pipe.
    Stream(File),
    /// A file that appears when it is complete.
    File(NewFile),
}

impl Output {
    /// Opens the file `path`, or standard output for `-` and for no path.
    ///
    /// What is at the path stays until [`finish`](Self::finish).
    pub(crate) fn open(path: Option<&OsStr>) -> anyhow::Result<Self> {
        let Some(path) = path.filter(|path| *path != "-") else {
            let name = "stdout".to_owned();
            let file = stdio::stdout().context("failed to open stdout")?;
            let target = Target::Stream(file);
            return Ok(Self { name, target });
        };
        let name = Shown(path).to_string();
        let path = Path::new(path);
        let target = if fs::metadata(path).is_ok_and(|there| is_stream(&there)) {
            let file = File::options().write(true).open(path);
            Target::Stream(file.with_context(|| name.clone())?)
        } else {
            Target::File(NewFile::create(path, Replace::Yes)?)
        };
        Ok(Self { name, target })
    }

    /// Ends the output: a file gets its name.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        match self.target {
            Target::Stream(_) => Ok(()),
            Target::File(file) => file.commit(),
        }
    }

    /// Writes all of `bytes`.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.write_all(bytes).context("failed to write")
    }
}

impl Write for Output {
    /// Writes; when the reader of a pipe has gone, this does not return.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outcome = match &mut self.target {
            Target::Stream(file) => file.write(bytes),
            Target::File(file) => file.write(bytes),
        };
        outcome.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => signals::die_of_broken_pipe(),
            io::ErrorKind::Interrupted => error,
            kind => io::Error::new(kind, format!("{}: {error}", self.name)),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
