//! Opens what is to be read, and refuses what gzip refuses.

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::names::Suffixes;
use super::refusal::Refusal;
use super::settings::Settings;
use crate::shown::Shown;
use crate::stdio;

/// Permission bits that make a file special.
const SET_USER_ID: u32 = 0o4000;
const SET_GROUP_ID: u32 = 0o2000;
const STICKY: u32 = 0o1000;

/// An open file that is to be compressed or decompressed.
#[derive(Debug)]
pub(crate) struct Input {
    /// Where it is; `None` for standard input.
    pub(crate) path: Option<PathBuf>,
    /// The file itself.
    pub(crate) file: File,
    /// What the system says about it, as of its opening.
    pub(crate) metadata: Metadata,
}

/// What an operand turned out to be.
#[derive(Debug)]
pub(crate) enum Found {
    /// Something to read.
    Input(Input),
    /// A folder.
    Folder(PathBuf),
}

impl Input {
    /// Takes standard input.
    pub(crate) fn stdin() -> Result<Self, Refusal> {
        let open = || {
            let file = stdio::stdin()?;
            let metadata = file.metadata()?;
            Ok(Self {
                path: None,
                file,
                metadata,
            })
        };
        open().map_err(|error| Refusal::io("stdin", &error))
    }

    /// Returns the name for messages.
    pub(crate) fn name(&self) -> Shown<'_> {
        Shown(
            self.path
                .as_deref()
                .map_or(OsStr::new("stdin"), Path::as_os_str),
        )
    }

    /// Returns the number of bytes to be read, where it is known beforehand.
    pub(crate) fn size(&self) -> Option<u64> {
        self.metadata.is_file().then_some(self.metadata.len())
    }

    /// Checks that the file may be replaced by another one.
    ///
    /// A file that is reached through several links, or whose permissions make it special, would
    /// not be the same afterwards.
    pub(crate) fn check_replaceable(&self, force: bool) -> Result<(), Refusal> {
        let name = self.name();
        let mode = self.metadata.mode();
        let links = self.metadata.nlink();
        let complaint = if !self.metadata.is_file() {
            "is not a directory or a regular file - ignored".to_owned()
        } else if mode & SET_USER_ID != 0 {
            "is set-user-ID on execution - ignored".to_owned()
        } else if mode & SET_GROUP_ID != 0 {
            "is set-group-ID on execution - ignored".to_owned()
        } else if mode & STICKY != 0 && !force {
            "has the sticky bit set - file ignored".to_owned()
        } else if links > 1 && !force {
            let s = if links > 2 { "s" } else { "" };
            format!("has {} other link{s} -- file ignored", links - 1)
        } else {
            return Ok(());
        };
        Err(Refusal::Warning(format!("{name} {complaint}")))
    }
}

/// Opens `path`; a compressed file also where its suffix was not typed.
pub(crate) fn open(
    path: &Path,
    settings: &Settings,
    suffixes: &Suffixes,
) -> Result<Found, Refusal> {
    let first_error = match open_exactly(path, settings) {
        Ok(found) => return Ok(found),
        Err(error) => error,
    };
    let may_complete = settings.operation.decodes()
        && first_error.kind() == io::ErrorKind::NotFound
        && suffixes.find(path).is_none();
    if !may_complete {
        return Err(Refusal::io(Shown(path.as_os_str()), &first_error));
    }
    for candidate in suffixes.candidates(path) {
        match open_exactly(&candidate, settings) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Ok(found) => return Ok(found),
            Err(error) => return Err(Refusal::io(Shown(candidate.as_os_str()), &error)),
        }
    }
    let name = suffixes.compressed(path);
    Err(Refusal::io(Shown(name.as_os_str()), &first_error))
}

fn open_exactly(path: &Path, settings: &Settings) -> io::Result<Found> {
    // A file that will be replaced must be meant itself, not through a link that anyone could
    // have put there. Without O_NONBLOCK a named pipe would block before it can be refused.
    let mut flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY;
    if !settings.to_stdout {
        flags |= OFlags::NONBLOCK;
        flags.set(OFlags::NOFOLLOW, !settings.force);
    }
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Ok(Found::Folder(path.to_owned()));
    }
    if metadata.file_type().is_fifo() {
        stdio::widen_pipe(&file);
    }
    let path = Some(path.to_owned());
    Ok(Found::Input(Input {
        path,
        file,
        metadata,
    }))
}
