use std::fs::File;
use std::io::{self, IoSlice, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, fsync, open};
use rustix::io::{Errno, retry_on_intr};

use crate::temporary::Temporary;
use crate::{Error, place};

/// A file that gets its name when it is complete and on the disk, or never.
///
/// It is written under a hidden temporary name in the target's folder, which is held open: changes of
/// the current folder, or of the folder's own name, do not matter. Dropping it without a commit
/// removes it. Writes are not buffered.
///
/// A process that is killed leaves the temporary file, `.blockyard-` and 16 hexadecimal digits; one
/// that gets a signal can call [`remove_unfinished`](crate::remove_unfinished).
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    temporary: Arc<Temporary>,
    target: PathBuf,
}

/// What [`AtomicFile::commit`] does with something that is at the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replace {
    /// Leaves it and fails with [`Error::Exists`].
    No,
    /// Replaces it in one step; a link is replaced, not followed. A folder is never replaced.
    Yes,
}

impl AtomicFile {
    /// Creates an empty file that will be at `target`, readable and writable by its owner only.
    ///
    /// What is at `target` now plays no part: that is decided by [`commit`](Self::commit). Permissions,
    /// owner and times that the file is to have are set through [`file`](Self::file).
    ///
    /// # Errors
    /// [`Error::NoFileName`] and [`Error::Create`].
    pub fn create(target: impl AsRef<Path>) -> Result<Self, Error> {
        let target = target.as_ref().to_owned();
        let (Some(parent), Some(_)) = (target.parent(), target.file_name()) else {
            return Err(Error::NoFileName { path: target });
        };
        let folder = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        match open_folder(folder).and_then(Temporary::create) {
            Ok((temporary, file)) => Ok(Self {
                file,
                temporary,
                target,
            }),
            Err(source) => Err(Error::Create {
                path: target,
                source,
            }),
        }
    }

    /// Returns the open file, for its metadata and for mapping it.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Returns the path that the file will have.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Waits until the contents are on the disk, gives the file its name, and waits for the folder.
    ///
    /// With [`Replace::No`] the last step fails if another process was faster; nothing is overwritten.
    /// File systems that know neither exclusive renames nor hard links show an empty file under the name
    /// for an instant.
    ///
    /// # Errors
    /// [`Error::Sync`], [`Error::Exists`] and [`Error::Rename`]: the file is removed. [`Error::SyncFolder`]:
    /// the file is under its name.
    pub fn commit(self, replace: Replace) -> Result<(), Error> {
        let path = || self.target.clone();
        synchronize(&self.file).map_err(|source| Error::Sync {
            path: path(),
            source,
        })?;
        let placed = self.temporary.finish(|temporary| {
            let name = self.target.file_name().unwrap_or_default();
            match replace {
                Replace::No => place::keep(temporary, name),
                Replace::Yes => place::replace(temporary, name),
            }
        });
        placed.map_err(|source| match (replace, source.kind()) {
            (Replace::No, io::ErrorKind::AlreadyExists) => Error::Exists { path: path() },
            _ => Error::Rename {
                path: path(),
                source,
            },
        })?;
        synchronize_folder(&self.temporary.folder).map_err(|source| Error::SyncFolder {
            path: path(),
            source,
        })
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        self.temporary.discard();
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.file.write_vectored(slices)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for AtomicFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

fn open_folder(folder: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    match open(folder, flags | OFlags::RDONLY, Mode::empty()) {
        // A folder in which files can be made need not be readable. It cannot be synchronized then.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        Err(Errno::ACCESS) => Ok(open(folder, flags | OFlags::PATH, Mode::empty())?),
        outcome => Ok(outcome?),
    }
}

/// Waits until what was written is on the disk, where the file system knows such a thing.
fn synchronize(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(error) => ignore_unsupported(error),
        Ok(()) => Ok(()),
    }
}

/// Waits until the names in a folder are on the disk, where the file system knows such a thing.
fn synchronize_folder(folder: &OwnedFd) -> io::Result<()> {
    match retry_on_intr(|| fsync(folder)) {
        // The folder could be opened for its path only.
        Err(Errno::BADF) | Ok(()) => Ok(()),
        Err(error) => ignore_unsupported(error.into()),
    }
}

fn ignore_unsupported(error: io::Error) -> io::Result<()> {
    match Errno::from_io_error(&error) {
        Some(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(()),
        _ => Err(error),
    }
}
