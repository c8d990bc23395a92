//! The file that is made.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use blockyard_storage::Replace;

use crate::new_file::NewFile;
use crate::shown::Shown;

/// A ZS file that is being written.
#[derive(Debug)]
pub(crate) enum NewZsFile {
    /// It appears when it is complete, and goes when it is not.
    Hidden(NewFile),
    /// It is there from the beginning, with the mark of an unfinished file, and stays in any case.
    Kept(File),
}

impl NewZsFile {
    /// Begins the file `path`; what is there stays there unless `force` is set.
    pub(crate) fn create(path: &Path, force: bool, keep_partial: bool) -> anyhow::Result<Self> {
        let name = Shown(path.as_os_str());
        let there = fs::metadata(path);
        if !force && (there.is_ok() || fs::symlink_metadata(path).is_ok()) {
            let error = anyhow!("{name}: File exists; --force replaces it");
            return Err(error);
        }
        if there.is_ok_and(|there| !there.is_file()) {
            bail!("{name}: not a regular file, in which the header could be written last");
        }
        if !keep_partial {
            let replace = if force { Replace::Yes } else { Replace::No };
            return Ok(Self::Hidden(NewFile::create(path, replace)?));
        }
        let mut options = File::options();
        options.read(true).write(true);
        if force {
            options.create(true).truncate(true);
        } else {
            options.create_new(true);
        }
        let file = options.open(path);
        Ok(Self::Kept(file.with_context(|| name.to_string())?))
    }

    /// Waits until what was written is on the disk, for a file that others may see already.
    pub(crate) fn synchronize(&self) -> io::Result<()> {
        match self {
            Self::Hidden(_) => Ok(()),
            Self::Kept(file) => file.sync_all(),
        }
    }

    /// Lets the file appear.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Hidden(file) => file.commit(),
            Self::Kept(_) => Ok(()),
        }
    }
}

impl Write for NewZsFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Hidden(file) => file.write(bytes),
            Self::Kept(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for NewZsFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Hidden(file) => file.seek(position),
            Self::Kept(file) => file.seek(position),
        }
    }
}
