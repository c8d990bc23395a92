//! A folder with all that the tools treat differently, and a command line that is run there.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};

use super::snapshot::{Content, Entry, pack, snapshot};
use crate::support::{Ended, Place, end, lines, noise, peer};

/// What a command line is run on.
pub(crate) struct Scene {
    /// The program, as a name of ours and of the real one, and its arguments.
    pub(crate) line: String,
    pub(crate) stdin: Vec<u8>,
    pub(crate) variable: Option<(&'static str, &'static str)>,
}

/// Makes the files that the command lines name.
///
/// The compressed ones come from the real gzip.
pub(crate) fn furnish(place: &Place, gzip: &Path) {
    let pack = |bytes: &[u8]| pack(bytes, place, gzip);
    let text = lines(100_000);
    place.write("a", &text);
    place.write("b", noise(5000, 1));
    place.write("empty", "");
    place.write("x.gz", pack(&text));
    set_time(&place.write("named", "named content"), 1_000_000_000);
    end(&mut place.prepare(gzip, ["named"]), b"").quietly(0);
    fs::rename(place.path("named.gz"), place.path("renamed.gz")).unwrap();
    place.write("two.gz", [pack(b"one\n"), pack(b"two\n")].concat());
    place.write("zeros.gz", [pack(&text), vec![0; 700]].concat());
    place.write("junk.gz", [pack(&text), b"junk".to_vec()].concat());
    place.write("cut.gz", &pack(&noise(50_000, 2))[..30_000]);
    let mut wrong = pack(&text);
    let at = wrong.len() - 6;
    wrong[at] ^= 4;
    place.write("wrong.gz", &wrong);
    let mut wrong = pack(&text);
    let at = wrong.len() - 1;
    wrong[at] ^= 4;
    place.write("length.gz", &wrong);
    place.write("text.gz", "not compressed");
    place.write("none.gz", "");
    place.write("archive.tgz", pack(b"tar"));
    place.write("UPPER.GZ", pack(b"upper"));
    place.write("old-gz", pack(b"old"));
    place.write("taken", "taken");
    place.write("taken.gz", pack(b"other"));
    place.write("special", "special");
    place.write("hard", "hard");
    fs::hard_link(place.path("hard"), place.path("harder")).unwrap();
    symlink("a", place.path("link")).unwrap();
    symlink("x.gz", place.path("link.gz")).unwrap();
    symlink("nowhere", place.path("dangling")).unwrap();
    place.write("-dash", "dash");
    fs::create_dir_all(place.path("d/e")).unwrap();
    place.write("d/one", "one");
    place.write("d/two.gz", pack(b"two"));
    place.write("d/e/three", "three");
    for (number, (name, mode)) in [
        ("a", 0o640),
        ("b", 0o600),
        ("x.gz", 0o444),
        ("special", 0o4755),
        ("renamed.gz", 0o644),
    ]
    .into_iter()
    .enumerate()
    {
        let path = place.path(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        set_time(&path, 1_000_000_000 + number as i64);
    }
    for name in [
        "taken",
        "empty",
        "hard",
        "d/one",
        "d/e/three",
        "-dash",
        "d/two.gz",
    ] {
        set_time(&place.path(name), 1_100_000_000);
    }
    for name in place.names() {
        if name
            .as_encoded_bytes()
            .to_ascii_lowercase()
            .ends_with(b"gz")
            && name != "x.gz"
        {
            set_time(&place.path(name), 1_200_000_000);
        }
    }
}

pub(crate) fn set_time(path: &Path, seconds: i64) {
    let time = Timespec {
        tv_sec: seconds,
        tv_nsec: 0,
    };
    let times = Timestamps {
        last_access: time,
        last_modification: time,
    };
    utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW).unwrap();
}

/// Runs a scene with `program`, and returns what it printed and what the folder is then.
pub(crate) fn play(
    scene: &Scene,
    program: impl Fn(&Place, &str) -> PathBuf,
    gzip: &Path,
) -> (Ended, BTreeMap<PathBuf, Entry>, Content) {
    let place = Place::new();
    furnish(&place, gzip);
    let mut words = scene.line.split_whitespace();
    let name = words.next().unwrap();
    let mut command = place.prepare(&program(&place, name), words.map(OsString::from));
    command.arg0(name);
    if let Some((name, value)) = scene.variable {
        command.env(name, value);
    }
    let ended = end(&mut command, &scene.stdin);
    let stdout = Content::of(ended.stdout.clone(), &place, gzip);
    (ended, snapshot(&place, gzip), stdout)
}

/// Checks that the folder is the same after our work and after that of the real tool.
#[track_caller]
pub(crate) fn compare(
    line: &str,
    ours: &BTreeMap<PathBuf, Entry>,
    real: &BTreeMap<PathBuf, Entry>,
) {
    for name in ours.keys().chain(real.keys()) {
        assert_eq!(ours.get(name), real.get(name), "{line}: {}", name.display());
    }
}

/// Returns the real gzip, if it is the one of GNU: others have other words.
pub(crate) fn gnu_gzip() -> Option<PathBuf> {
    let gzip = peer("gzip")?;
    let version = end(&mut Place::new().prepare(&gzip, ["--version"]), b"").stdout;
    if !version.starts_with(b"gzip ") {
        eprintln!("skipped: gzip is not the one of GNU");
        return None;
    }
    Some(gzip)
}
