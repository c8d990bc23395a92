//! Files that appear when they are complete, with the permissions of files that are written directly.

use std::fs::{self, Metadata, Permissions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use blockyard_storage::{AtomicFile, Replace};
use rustix::fs::Mode;

use crate::signals;

/// A file that is being written, and removed unless it is [committed](Self::commit).
#[derive(Debug)]
pub(crate) struct NewFile {
    file: AtomicFile,
    replace: Replace,
}

impl NewFile {
    /// Begins the file that will be at `path`, or where the link leads that is there.
    ///
    /// From now on a signal that ends the program removes it.
    pub(crate) fn create(path: &Path, replace: Replace) -> anyhow::Result<Self> {
        signals::watch();
        let target = match replace {
            Replace::Yes => follow(path),
            Replace::No => path.to_owned(),
        };
        let mode = match fs::metadata(&target) {
            Ok(there) => there.permissions().mode() & 0o777,
            Err(_) => 0o666 & !umask(),
        };
        let file = AtomicFile::create(target)?;
        // Files on systems without permissions are as they are.
        let _ = file.file().set_permissions(Permissions::from_mode(mode));
        Ok(Self { file, replace })
    }

    /// Gives the file its name.
    pub(crate) fn commit(self) -> anyhow::Result<()> {
        Ok(self.file.commit(self.replace)?)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for NewFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

/// Returns whether bytes can only be sent to what is there: a device, a terminal, a pipe.
pub(crate) fn is_stream(there: &Metadata) -> bool {
    !there.is_file() && !there.is_dir()
}

/// Returns where a link leads, and other paths as they are.
fn follow(path: &Path) -> PathBuf {
    let is_link = fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink());
    match fs::canonicalize(path) {
        Ok(target) if is_link => target,
        _ => path.to_owned(),
    }
}

/// Returns the permissions that new files do not get.
fn umask() -> u32 {
    // The only way to read it is to set it.
    let mask = rustix::process::umask(Mode::empty());
    rustix::process::umask(mask);
    mask.as_raw_mode()
}
