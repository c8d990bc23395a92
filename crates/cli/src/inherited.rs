//! What the process was given by the one that started it, as it was before Rust's runtime set in.
//!
//! Ahead of `main` the runtime opens `/dev/null` in place of each standard stream that is closed, and
//! ignores SIGPIPE. Afterwards a closed standard output looks like one that somebody has opened on
//! `/dev/null` for reading and writing, as Python and Node do to drop what a program prints, and
//! takes all data without an error.

use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::{Errno, fcntl_getfd};
use rustix::stdio;

/// Whether standard input was closed.
static STDIN_CLOSED: AtomicBool = AtomicBool::new(false);
/// Whether standard output was closed.
static STDOUT_CLOSED: AtomicBool = AtomicBool::new(false);
/// Whether SIGPIPE was ignored.
static SIGPIPE_IGNORED: AtomicBool = AtomicBool::new(false);

/// Returns whether standard input was closed when the program started.
pub(crate) fn stdin_is_closed() -> bool {
    STDIN_CLOSED.load(Ordering::Relaxed)
}

/// Returns whether standard output was closed when the program started.
pub(crate) fn stdout_is_closed() -> bool {
    STDOUT_CLOSED.load(Ordering::Relaxed)
}

/// Returns whether the program was started with SIGPIPE ignored (`trap '' PIPE`): a write to a closed
/// pipe is then an error like any other.
pub(crate) fn sigpipe_is_ignored() -> bool {
    SIGPIPE_IGNORED.load(Ordering::Relaxed)
}

/// The entry of [`look`] in the table of functions that the system's loader calls before `main`.
#[used]
#[cfg_attr(
    target_vendor = "apple",
    unsafe(link_section = "__DATA,__mod_init_func")
)]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
#[expect(
    unsafe_code,
    reason = "what is in this section runs before Rust's runtime; it holds one function of the right type"
)]
static LOOK: extern "C" fn() = look;

/// Looks at what the runtime is about to change. It neither allocates nor panics.
extern "C" fn look() {
    let is_closed = |stream| fcntl_getfd(stream) == Err(Errno::BADF);
    STDIN_CLOSED.store(is_closed(stdio::stdin()), Ordering::Relaxed);
    STDOUT_CLOSED.store(is_closed(stdio::stdout()), Ordering::Relaxed);
    SIGPIPE_IGNORED.store(ignores_sigpipe(), Ordering::Relaxed);
}

#[expect(
    unsafe_code,
    reason = "no safe function tells what a signal does without changing it"
)]
fn ignores_sigpipe() -> bool {
    // SAFETY: all bits zero are a value of this plain struct. The call changes nothing where the new
    // action is null, and writes the old one into a place that is its own.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        libc::sigaction(libc::SIGPIPE, ptr::null(), &raw mut action) == 0
            && action.sa_sigaction == libc::SIG_IGN
    }
}
