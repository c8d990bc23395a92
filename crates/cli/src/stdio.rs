//! The standard streams as files: unbuffered, and with large pipes.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use rustix::io::Errno;

use crate::inherited;

/// Bytes that a pipe is asked to hold. With the usual 64 KiB, writer and reader wait for each
/// other far more often; 1 MiB is the most that Linux grants everyone.
const PIPE_SIZE: usize = 1 << 20;

/// Returns standard input as a file of its own.
///
/// # Errors
/// If the program was started with it closed: what is there now is not what was meant.
pub(crate) fn stdin() -> io::Result<File> {
    if inherited::stdin_is_closed() {
        return Err(Errno::BADF.into());
    }
    own(io::stdin())
}

/// Returns standard output as a file of its own, without the line buffer of `std`.
///
/// # Errors
/// If the program was started with it closed: whatever is written there now is lost.
pub(crate) fn stdout() -> io::Result<File> {
    if inherited::stdout_is_closed() {
        return Err(Errno::BADF.into());
    }
    own(io::stdout())
}

fn own(stream: impl AsFd) -> io::Result<File> {
    let file = File::from(stream.as_fd().try_clone_to_owned()?);
    widen_pipe(&file);
    Ok(file)
}

/// Asks for a larger pipe where `file` is a pipe; elsewhere, or if it is refused, nothing changes.
pub(crate) fn widen_pipe(file: &File) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(file, PIPE_SIZE);
    #[cfg(not(target_os = "linux"))]
    let _ = (file, PIPE_SIZE);
}
