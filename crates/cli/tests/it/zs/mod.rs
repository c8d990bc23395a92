//! The command line of the zs door.

mod derived;
mod get;
mod inputs;
mod interrupts;
mod make;
mod output;
mod remote;
mod server;
mod transcripts;
mod usage;

use std::ffi::OsStr;
use std::path::PathBuf;

use crate::support::{Ended, Place, end};

/// Six records with two columns.
const TINY: &str = "not done explicitly .\t42\nnot done extensive research\t225\n\
                    not done extensive testing\t749\nnot done extensive tests\t87\n\
                    not done extensively .\t45\nnot done extensively in\t130\n";

/// Runs zs with `arguments` and nothing to read.
#[track_caller]
fn zs<S: AsRef<OsStr>>(place: &Place, arguments: impl IntoIterator<Item = S>) -> Ended {
    end(&mut place.command("zs", arguments), b"")
}

/// Runs zs with the words of `line`.
#[track_caller]
fn run(place: &Place, line: &str) -> Ended {
    zs(place, line.split_whitespace())
}

/// Makes the file `name` of lines, with further options.
#[track_caller]
fn make(place: &Place, name: &str, lines: impl AsRef<[u8]>, options: &str) -> PathBuf {
    let arguments = ["make", "{}", "-", name].into_iter();
    let arguments = arguments.chain(options.split_whitespace());
    let ended = end(&mut place.command("zs", arguments), lines.as_ref());
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(ended.stdout.is_empty(), "{ended:?}");
    place.path(name)
}

/// Returns `count` sorted lines.
fn sorted_lines(count: usize) -> String {
    let lines = (0..count).flat_map(|number| ["record ".to_owned(), format!("{number:07}\n")]);
    lines.collect()
}

/// Checks the exit code, and that one line was printed to standard error, that has `part`, and nothing
/// to standard output.
#[track_caller]
fn fails(ended: &Ended, code: i32, part: &str) {
    let found = (ended.status.code(), ended.stderr.lines().count());
    assert_eq!(found, (Some(code), 1), "{ended:?}");
    assert!(ended.stderr.contains(part), "{ended:?}");
    assert_eq!(ended.stdout, b"", "{ended:?}");
}
