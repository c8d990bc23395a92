//! Where results go: standard output, a new file, or nowhere.

use std::fs::{self, Metadata};
use std::io::{self, BufRead, IsTerminal, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use blockyard_storage::{AtomicFile, Replace};
use rustix::fs::{Gid, Mode, Timespec, Timestamps, Uid};

use super::input::Input;
use super::refusal::{Refusal, describe};
use super::report::Report;
use super::stdout::Stdout;
use crate::shown::Shown;
use crate::signals;

/// Permission bits that are copied from the input.
const PERMISSIONS: u32 = 0o777;

/// Where results go.
#[derive(Debug)]
pub(crate) enum Output {
    /// Standard output.
    Stdout(Stdout),
    /// A file that appears under its name when it is complete.
    File(NewFile),
    /// Nowhere (`-t`).
    Nothing,
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct NewFile {
    file: AtomicFile,
    path: PathBuf,
    replace: Replace,
}

impl Output {
    /// Takes standard output.
    pub(crate) fn stdout(report: &Report) -> Result<Self, Refusal> {
        Stdout::take(report).map(Self::Stdout)
    }

    /// Begins the file `path`, the other form of `input`.
    ///
    /// A file of that name is in the way unless `force` is set or a person at the terminal permits to
    /// replace it.
    pub(crate) fn file(
        path: PathBuf,
        input: &Input,
        force: bool,
        report: &mut Report,
    ) -> Result<Self, Refusal> {
        let shown = Shown(path.as_os_str());
        let replace = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Replace::No,
            Err(error) => return Err(Refusal::io(shown, &error)),
            Ok(there) if is_same(&there, &input.metadata) => {
                let name = input.name();
                return Err(Refusal::Error(format!(
                    "{name} and {shown} are the same file"
                )));
            }
            Ok(there) if there.is_dir() && force => {
                return Err(Refusal::Error(format!("{shown}: Is a directory")));
            }
            Ok(_) if force || may_overwrite(shown, report) => Replace::Yes,
            Ok(_) => return Err(not_overwritten(shown)),
        };
        signals::watch();
        match AtomicFile::create(&path) {
            Ok(file) => Ok(Self::File(NewFile {
                file,
                path,
                replace,
            })),
            Err(error) => Err(storage_refusal(shown, &error)),
        }
    }

    /// Returns the refusal for a write that failed.
    pub(crate) fn write_refusal(&self, error: &io::Error) -> Refusal {
        match self {
            Self::File(file) => Refusal::io(Shown(file.path.as_os_str()), error),
            Self::Stdout(_) | Self::Nothing => {
                Refusal::Fatal(format!("stdout: {}", describe(error)))
            }
        }
    }
}

impl NewFile {
    /// Gives the file the owner, permissions and times of `from`, with `modified` (seconds since
    /// 1970) as the time of the last modification if given, and then its name.
    pub(crate) fn finish(self, from: &Metadata, modified: Option<u32>) -> Result<PathBuf, Refusal> {
        copy_metadata(self.file.file(), from, modified)
            .map_err(|error| Refusal::io(Shown(self.path.as_os_str()), &error.into()))?;
        match self.file.commit(self.replace) {
            Ok(()) => Ok(self.path),
            Err(error) => Err(storage_refusal(Shown(self.path.as_os_str()), &error)),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(file) => file.write(bytes),
            Self::File(file) => file.file.write(bytes),
            Self::Nothing => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(file) => file.flush(),
            Self::File(file) => file.file.flush(),
            Self::Nothing => Ok(()),
        }
    }
}

/// Removes the original of a finished file, unless its name has come to mean another file; returns
/// whether it is gone.
pub(crate) fn remove_original(input: &Input, report: &mut Report) -> bool {
    let Some(path) = &input.path else {
        return false;
    };
    let removed = match fs::metadata(path) {
        Ok(there) if is_same(&there, &input.metadata) => fs::remove_file(path),
        Ok(_) => {
            report.warning(format_args!(
                "{}: file was replaced meanwhile; kept",
                input.name()
            ));
            return false;
        }
        Err(error) => Err(error),
    };
    if let Err(error) = &removed {
        report.warning(format_args!("{}: {}", input.name(), describe(error)));
    }
    removed.is_ok()
}

fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

fn not_overwritten(name: Shown<'_>) -> Refusal {
    Refusal::Warning(format!("{name} already exists;\tnot overwritten"))
}

/// Asks the person at the terminal, if there is one.
fn may_overwrite(name: Shown<'_>, report: &mut Report) -> bool {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return false;
    }
    report.ask(format_args!(
        "{name} already exists; do you wish to overwrite (y or n)? "
    ));
    let mut answer = String::new();
    let read = stdin.lock().read_line(&mut answer);
    read.is_ok() && answer.trim_start().starts_with(['y', 'Y'])
}

/// The group is changed before the permissions and the owner last: at no time may anybody do more
/// than in the end. Only root can give files away, so others keep what they create.
fn copy_metadata(
    file: impl AsFd,
    from: &Metadata,
    modified: Option<u32>,
) -> rustix::io::Result<()> {
    let mut permissions = from.mode() & PERMISSIONS;
    let group = rustix::fs::fchown(&file, None, Some(Gid::from_raw(from.gid())));
    if group.is_err() {
        // The permissions of the group were meant for another group.
        permissions &= !0o070 | (permissions & 0o007) << 3;
    }
    rustix::fs::fchmod(&file, Mode::from_raw_mode(permissions))?;
    let _ = rustix::fs::fchown(&file, Some(Uid::from_raw(from.uid())), None);
    let last_modification = match modified {
        Some(seconds) => Timespec {
            tv_sec: i64::from(seconds),
            tv_nsec: 0,
        },
        None => Timespec {
            tv_sec: from.mtime(),
            tv_nsec: from.mtime_nsec(),
        },
    };
    let last_access = Timespec {
        tv_sec: from.atime(),
        tv_nsec: from.atime_nsec(),
    };
    rustix::fs::futimens(
        &file,
        &Timestamps {
            last_access,
            last_modification,
        },
    )
}

/// Returns the refusal for a file that could not be begun or finished, in the system's words.
fn storage_refusal(name: Shown<'_>, error: &blockyard_storage::Error) -> Refusal {
    if let blockyard_storage::Error::Exists { .. } = error {
        return not_overwritten(name);
    }
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref());
    match cause {
        Some(cause) => Refusal::io(name, cause),
        None => Refusal::Error(error.to_string()),
    }
}
