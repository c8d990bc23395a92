//! A progress bar on standard error, for work that takes longer than a second.

use std::io::{IsTerminal, Write};
use std::mem;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use blockyard_pipeline::Counters;

use crate::units::show_bytes;

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time from one picture to the next.
const INTERVAL: Duration = Duration::from_millis(100);
/// Characters between the brackets.
const WIDTH: usize = 24;
/// Characters of the name that are shown, so that all fits on one line.
const NAME_WIDTH: usize = 24;
/// Brings the cursor to the first column and clears the line.
const ERASE: &str = "\r\x1b[K";

/// Whether a bar stands on the screen.
static IS_SHOWN: Mutex<bool> = Mutex::new(false);

/// A bar that is drawn by a thread of its own until it is dropped, which erases it.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Ends the thread by being dropped.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins to show `counters` as a part of `total` bytes of input, under `name`.
    ///
    /// If standard error is not a terminal that can erase a line, nothing is shown and no thread
    /// started.
    pub(crate) fn start(name: String, counters: Arc<Counters>, total: Option<u64>) -> Option<Self> {
        let can_erase = || std::env::var_os("TERM").is_some_and(|terminal| terminal != "dumb");
        if !std::io::stderr().is_terminal() || !can_erase() {
            return None;
        }
        let (stop, stopped) = mpsc::channel();
        let draw = move || {
            let begun = Instant::now();
            let colored = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            let name: String = name.chars().take(NAME_WIDTH).collect();
            let mut pause = PATIENCE;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = INTERVAL;
                let bytes = counters.snapshot().bytes_in;
                let line = line(&name, bytes, total, begun.elapsed(), colored);
                let mut is_shown = lock();
                show(&format!("{ERASE}{line}"));
                *is_shown = true;
            }
            erase(&mut lock());
        };
        let thread = std::thread::Builder::new()
            .name("progress".to_owned())
            .spawn(draw)
            .ok()?;
        Some(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It draws only: a panic there has been printed and changes nothing here.
            let _ = thread.join();
        }
    }
}

/// Returns one picture of the bar.
fn line(name: &str, bytes: u64, total: Option<u64>, elapsed: Duration, colored: bool) -> String {
    let speed = (bytes as f64 / elapsed.as_secs_f64()) as u64;
    let speed = format!("{}/s", show_bytes(speed));
    let Some(total) = total.filter(|&total| total > 0) else {
        return format!("{name} {} {speed}", show_bytes(bytes));
    };
    let part = (bytes as f64 / total as f64).min(1.0);
    let done = (part * WIDTH as f64) as usize;
    let (full, empty) = ("#".repeat(done), "-".repeat(WIDTH - done));
    let full = if colored {
        format!("\x1b[32m{full}\x1b[0m")
    } else {
        full
    };
    let percent = part * 100.0;
    let left = time_left(part, elapsed);
    format!(
        "{name} [{full}{empty}] {percent:3.0} % of {} {speed}{left}",
        show_bytes(total)
    )
}

/// Returns how long it takes if it goes on like this, where that can be said.
fn time_left(part: f64, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64() * (1.0 - part) / part;
    // Without anything done yet it is infinite.
    if !(0.0..360_000.0).contains(&seconds) {
        return String::new();
    }
    let seconds = seconds.round() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!(", {hours}:{minutes:02}:{seconds:02} left")
    } else {
        format!(", {minutes}:{seconds:02} left")
    }
}

/// Erases the bar if there is one, and lets none be drawn again: for messages just before the end.
pub(crate) fn end() {
    let mut is_shown = lock();
    erase(&mut is_shown);
    mem::forget(is_shown);
}

fn erase(is_shown: &mut bool) {
    if mem::take(is_shown) {
        show(ERASE);
    }
}

fn lock() -> MutexGuard<'static, bool> {
    IS_SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn show(text: &str) {
    // Nobody can be told that this failed.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_its_part() {
        for (part, elapsed, expected) in [
            (0.5, 10, ", 0:10 left"),
            (0.1, 600, ", 1:30:00 left"),
            (1.0, 5, ", 0:00 left"),
            (0.0, 5, ""),
            (1e-9, 1000, ""),
        ] {
            assert_eq!(
                time_left(part, Duration::from_secs(elapsed)),
                expected,
                "{part}"
            );
        }
    }
}
