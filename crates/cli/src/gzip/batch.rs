//! Several files: in their order, but many small ones at a time.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, IsTerminal};
use std::num::NonZero;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use blockyard_pipeline::{Error, Options, Weigh, run as run_pipeline};

use super::names;
use super::refusal::Refusal;
use super::session::Session;
use super::settings::Operation;
use super::turns::Turns;

/// Files up to this many bytes are worked on several at a time, each by one thread; larger ones one
/// after the other, each by all threads.
pub(crate) const SMALL: u64 = 1 << 20;

/// Small files that are worked on at a time. Each waits most of its time for the disk to confirm
/// what was written, which takes hardly longer for many files than for one. No more of them compute at
/// a time than threads were asked for.
const AT_A_TIME: NonZero<usize> = NonZero::new(16).expect("16 is not zero");

/// Works on `paths`; returns whether the run goes on.
///
/// What is told of them comes in their order, and they end as if it had been done in that order.
pub(crate) fn run(session: &mut Session<'_>, paths: &[PathBuf]) -> bool {
    let may_overlap = paths.len() > 1 && may_overlap(session);
    let mut rest = paths;
    while let Some((path, behind)) = rest.split_first() {
        let length = if may_overlap {
            independent(session, rest)
        } else {
            0
        };
        if length > 1 {
            let (batch, behind) = rest.split_at(length);
            let result = overlap(session, batch);
            if !session.settle(result) {
                return false;
            }
            rest = behind;
        } else if session.path(path) {
            rest = behind;
        } else {
            return false;
        }
    }
    true
}

/// Returns whether files can be worked on at the same time: not if their results go to one stream,
/// if headers choose their names, or if a person might be asked about one of them.
fn may_overlap(session: &Session<'_>) -> bool {
    let settings = session.settings;
    let makes_own_files = match settings.operation {
        Operation::Compress => !settings.to_stdout && !settings.index,
        Operation::Decompress => {
            !settings.to_stdout && !settings.index && settings.name != Some(true)
        }
        Operation::Test => true,
        Operation::List | Operation::Range(_) => false,
    };
    makes_own_files
        && session.threads > NonZero::<usize>::MIN
        && (settings.force || !io::stdin().is_terminal())
}

/// Returns how many files at the beginning of `paths` are small and have nothing to do with each
/// other: no output of one is the input or the output of another.
fn independent(session: &Session<'_>, paths: &[PathBuf]) -> usize {
    let mut places = HashSet::new();
    let mut is_new = |path: PathBuf| place(&path).is_some_and(|place| places.insert(place));
    let mut is_independent = |path: &&PathBuf| {
        let outputs = match session.settings.operation {
            Operation::Compress => [Some(session.suffixes.compressed(path)), None],
            // An index goes with its file.
            _ => [session.suffixes.plain(path), Some(names::index(path))],
        };
        is_small(path) && is_new((*path).clone()) && outputs.into_iter().flatten().all(&mut is_new)
    };
    paths.iter().take_while(|path| is_independent(path)).count()
}

/// Returns what tells files apart however their paths are spelled: the folder's device and inode, and
/// the name in it.
fn place(path: &Path) -> Option<(u64, u64, OsString)> {
    let (parent, name) = (path.parent()?, path.file_name()?);
    let folder = if parent.as_os_str().is_empty() {
        Path::new(".")
    } else {
        parent
    };
    let folder = fs::metadata(folder).ok()?;
    Some((folder.dev(), folder.ino(), name.to_owned()))
}

fn is_small(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.is_file() && file.len() <= SMALL)
}

/// Works on several files at a time.
fn overlap(session: &mut Session<'_>, paths: &[PathBuf]) -> Result<(), Refusal> {
    let options = Options {
        threads: AT_A_TIME,
        ..Options::default()
    };
    let mut part = session.part();
    part.turns = Some(Arc::new(Turns::new(session.threads)));
    let result = run_pipeline(
        &options,
        paths.iter().map(|path| Ok::<_, Error>(Task(path))),
        || {
            |Task(path): Task<'_>| {
                let mut session = part.part();
                session.path(path);
                Ok(session.report)
            }
        },
        |report| {
            session.report.add(report);
            Ok(())
        },
    );
    result
        .map(drop)
        .map_err(|error| Refusal::Fatal(error.to_string()))
}

/// A file to work on.
struct Task<'a>(&'a Path);

impl Weigh for Task<'_> {
    fn weight(&self) -> usize {
        0
    }
}
