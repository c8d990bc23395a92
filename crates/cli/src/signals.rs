//! Death by signal without leaving half-written files behind.

use std::io::Write;
use std::sync::{Arc, Once, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// The program that says so when it is interrupted.
static TALKER: OnceLock<&str> = OnceLock::new();

/// Makes an interrupt (Ctrl-C) end the program with a message in the name of `program` and the exit code 1,
/// instead of by the signal; and starts to [`watch`].
pub(crate) fn interrupt_as(program: &'static str) {
    TALKER.get_or_init(|| program);
    watch();
}

/// Starts the thread that removes unfinished files when a signal ends the program.
///
/// To be called before the first file is created; later calls do nothing. A signal that was
/// ignored when the program started (`nohup`) stays ignored.
pub(crate) fn watch() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let ignored = ignored_signals();
        let deadly = [SIGHUP, SIGINT, SIGTERM].into_iter();
        let watched = deadly.filter(|signal| ignored & (1 << (signal - 1)) == 0);
        // A file that may not grow further (`ulimit -f`) is then an error of the write, which is
        // reported and cleaned up after like any other. Should this fail, the signal kills.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
        // Without the thread a signal still ends the program; only a temporary file would stay.
        let Ok(mut signals) = Signals::new(watched) else {
            return;
        };
        let thread = std::thread::Builder::new().name("signals".to_owned());
        let _ = thread.spawn(move || {
            if let Some(signal) = signals.forever().next() {
                die(signal);
            }
        });
    });
}

/// Ends the program as a write to a closed pipe ends other programs: at once and quietly.
pub(crate) fn die_of_broken_pipe() -> ! {
    die(SIGPIPE)
}

/// Removes unfinished files, then ends the program with `code`, whatever other threads wait for.
pub(crate) fn exit(code: u8) -> ! {
    blockyard_storage::remove_unfinished();
    std::process::exit(code.into())
}

/// Removes unfinished files, then dies by `signal`.
fn die(signal: i32) -> ! {
    blockyard_storage::remove_unfinished();
    if let Some(program) = TALKER.get().filter(|_| signal == SIGINT) {
        // Nobody can be told that this failed.
        let _ = writeln!(std::io::stderr(), "{program}: interrupted");
        std::process::exit(1);
    }
    // It returns only where the signal cannot be raised: then its number is the exit code.
    let _ = emulate_default_handler(signal);
    std::process::exit(128 + signal)
}

/// Returns the mask of the signals that this process ignores; bit 0 is signal 1.
///
/// Where the system does not tell, no signal counts as ignored.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
