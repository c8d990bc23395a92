//! The same command lines in the same folders, with the real tools and with ours.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};

use crate::support::{Ended, Place, end, lines, noise, peer};

/// What a command line is run on.
struct Scene {
    /// The program, as a name of ours and of the real one, and its arguments.
    line: String,
    stdin: Vec<u8>,
    variable: Option<(&'static str, &'static str)>,
}

/// A file as its folder shows it.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Folder,
    Link(PathBuf),
    File {
        mode: u32,
        time: i64,
        links: u64,
        content: Content,
    },
}

#[derive(PartialEq, Eq)]
enum Content {
    Plain(Vec<u8>),
    /// What is in it, and the name and the time in its header.
    Packed {
        plain: Vec<u8>,
        name: Option<Vec<u8>>,
        time: [u8; 4],
    },
}

impl std::fmt::Debug for Content {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plain(bytes) => write!(formatter, "{} plain bytes", bytes.len()),
            Self::Packed { plain, name, time } => {
                let name = name.as_deref().map(String::from_utf8_lossy);
                write!(
                    formatter,
                    "{} packed bytes, {name:?}, {time:?}",
                    plain.len()
                )
            }
        }
    }
}

impl Content {
    /// Unpacks whole gzip files with the real gzip, so that neither encoders nor bugs of ours matter.
    fn of(bytes: Vec<u8>, place: &Place, gzip: &Path) -> Self {
        if !bytes.starts_with(b"\x1f\x8b\x08") {
            return Self::Plain(bytes);
        }
        let Some(plain) = unpack(&bytes, place, gzip) else {
            return Self::Plain(bytes);
        };
        let name = (bytes[3] & 8 != 0).then(|| {
            bytes[10..]
                .split(|&byte| byte == 0)
                .next()
                .unwrap_or_default()
                .to_vec()
        });
        let time = bytes[4..8].try_into().unwrap();
        Self::Packed { plain, name, time }
    }
}

/// Returns what the real gzip makes of `file`; each file is asked for once.
fn unpack(file: &[u8], place: &Place, gzip: &Path) -> Option<Vec<u8>> {
    static KNOWN: Mutex<BTreeMap<Vec<u8>, Option<Vec<u8>>>> = Mutex::new(BTreeMap::new());
    if let Some(known) = KNOWN.lock().unwrap().get(file) {
        return known.clone();
    }
    let ended = end(&mut place.prepare(gzip, ["-dc"]), file);
    let plain = ended.status.success().then_some(ended.stdout);
    KNOWN.lock().unwrap().insert(file.to_owned(), plain.clone());
    plain
}

/// Returns what the real gzip packs `plain` into; each text is packed once.
fn pack(plain: &[u8], place: &Place, gzip: &Path) -> Vec<u8> {
    static KNOWN: Mutex<BTreeMap<Vec<u8>, Vec<u8>>> = Mutex::new(BTreeMap::new());
    if let Some(known) = KNOWN.lock().unwrap().get(plain) {
        return known.clone();
    }
    let file = end(&mut place.prepare(gzip, ["-c"]), plain).quietly(0);
    KNOWN.lock().unwrap().insert(plain.to_owned(), file.clone());
    file
}

fn snapshot(place: &Place, gzip: &Path) -> BTreeMap<PathBuf, Entry> {
    let root = place.path("");
    let mut entries = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let entry = if metadata.is_dir() {
                folders.push(path.clone());
                Entry::Folder
            } else if metadata.is_symlink() {
                Entry::Link(fs::read_link(&path).unwrap())
            } else {
                Entry::File {
                    mode: metadata.mode(),
                    time: metadata.mtime(),
                    links: metadata.nlink(),
                    content: Content::of(fs::read(&path).unwrap(), place, gzip),
                }
            };
            entries.insert(path.strip_prefix(&root).unwrap().to_owned(), entry);
        }
    }
    entries
}

/// Makes the files that the command lines name.
///
/// The compressed ones come from the real gzip.
fn furnish(place: &Place, gzip: &Path) {
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

fn set_time(path: &Path, seconds: i64) {
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
fn play(
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

/// Returns messages without what may differ: empty lines, how much the encoder saves, and the details
/// that we put in brackets.
fn shape(stderr: &str) -> Vec<String> {
    let shape = |line: &str| {
        let ends = [" (member ", ": expected ", " -- created", " -- replaced"];
        let end = ends.iter().filter_map(|&detail| line.find(detail)).min();
        let line = &line[..end.unwrap_or(line.len())];
        match line.split_once(":\t") {
            Some((name, _)) if line.ends_with('%') => name.to_owned(),
            _ => line.to_owned(),
        }
    };
    stderr
        .lines()
        .map(shape)
        .filter(|line| !line.trim().is_empty())
        .collect()
}

/// Checks that the folder is the same after our work and after that of the real tool.
#[track_caller]
fn compare(line: &str, ours: &BTreeMap<PathBuf, Entry>, real: &BTreeMap<PathBuf, Entry>) {
    for name in ours.keys().chain(real.keys()) {
        assert_eq!(ours.get(name), real.get(name), "{line}: {}", name.display());
    }
}

/// Returns the real gzip, if it is the one of GNU: others have other words.
fn gnu_gzip() -> Option<PathBuf> {
    let gzip = peer("gzip")?;
    let version = end(&mut Place::new().prepare(&gzip, ["--version"]), b"").stdout;
    if !version.starts_with(b"gzip ") {
        eprintln!("skipped: gzip is not the one of GNU");
        return None;
    }
    Some(gzip)
}

fn same_as_gzip(scene: &Scene) {
    let Some(gzip) = gnu_gzip() else { return };
    let (real, real_files, real_stdout) = play(scene, |_, name| peer(name).unwrap(), &gzip);
    let (ours, our_files, our_stdout) = play(scene, Place::binary, &gzip);
    let line = &scene.line;
    assert_eq!(
        ours.status, real.status,
        "{line}: {:?} {:?}",
        ours.stderr, real.stderr
    );
    assert_eq!(our_stdout, real_stdout, "{line}");
    compare(line, &our_files, &real_files);
    let (mut ours, mut real) = (shape(&ours.stderr), shape(&real.stderr));
    // Where folders are walked, the order of the files is the system's with gzip, and ours by name.
    if line.contains("-r") {
        ours.sort();
        real.sort();
    }
    assert_eq!(ours, real, "{line}");
}

#[test]
fn files_with_gzip() {
    for line in [
        "gzip a",
        "gzip -k a",
        "gzip -9kf a b",
        "gzip -1 a b empty",
        "gzip a nosuch b",
        "gzip taken",
        "gzip -f taken",
        "gzip -kf taken",
        "gzip x.gz",
        "gzip -f x.gz",
        "gzip archive.tgz UPPER.GZ old-gz",
        "gzip -S .x a x.gz",
        "gzip -c a",
        "gzip -c link",
        "gzip -c d",
        "gzip link",
        "gzip -f link",
        "gzip dangling",
        "gzip -f dangling",
        "gzip special",
        "gzip -f special",
        "gzip -c special",
        "gzip hard",
        "gzip -f hard",
        "gzip -q hard d a",
        "gzip -n a",
        "gzip -N a",
        "gzip -m a",
        "gzip --rsyncable -k a",
        "gzip --synchronous a",
        "gzip -ak a",
        "gzip -b 16 -k a",
        "gzip --bits=1 -k a",
        "gzip d",
        "gzip -r d",
        "gzip -rk d a",
        "gzip -rq d/one d",
        "gzip -- -dash",
        "gzip -v -- -dash",
        "gzip -vk empty b",
        "gzip -y a",
        "gzip --bogus a",
        "gzip -S",
    ] {
        let scene = Scene {
            line: line.to_owned(),
            stdin: Vec::new(),
            variable: None,
        };
        same_as_gzip(&scene);
    }
}

#[test]
fn back_with_gzip() {
    for line in [
        "gunzip x.gz",
        "gzip -d x.gz",
        "gzip -dk x.gz",
        "gunzip x",
        "gunzip old",
        "gunzip -c x.gz",
        "gzip -dc x a",
        "gunzip a",
        "gunzip -q a",
        "gunzip -v a",
        "gunzip nosuch",
        "gunzip nosuch.gz",
        "gunzip archive.tgz UPPER.GZ old-gz",
        "gunzip renamed.gz",
        "gunzip -N renamed.gz",
        "gunzip -n renamed.gz",
        "gunzip two.gz",
        "gunzip zeros.gz",
        "gunzip junk.gz",
        "gunzip -q junk.gz",
        "gunzip -t junk.gz",
        "gunzip -c junk.gz",
        "gunzip -cf junk.gz",
        "gunzip -k cut.gz",
        "gunzip -t cut.gz",
        "gunzip wrong.gz",
        "gunzip length.gz",
        "gzip -t wrong.gz length.gz x.gz",
        "gunzip text.gz",
        "gunzip -c text.gz",
        "gunzip -cf text.gz a x.gz",
        "gunzip -f text.gz",
        "gunzip none.gz",
        "gzip -t none.gz",
        "gunzip -cf none.gz",
        "gunzip taken.gz",
        "gunzip -f taken.gz",
        "gunzip link.gz",
        "gunzip -c link.gz",
        "gzip -t link.gz",
        "gunzip -f link.gz",
        "gunzip -r d",
        "gunzip d",
        "gzip -tv x.gz",
        "gzip -t a",
        "gzip -rt d",
        "gzip -rtv d",
        "gzip -rt d/one",
        "gzip -S .x -d x.gz",
    ] {
        // The real gunzip is a script that calls gzip.
        let line = line.replace("gunzip", "gzip -d");
        same_as_gzip(&Scene {
            line,
            stdin: Vec::new(),
            variable: None,
        });
    }
}

#[test]
fn tables_with_gzip() {
    for line in [
        "gzip -l x.gz",
        "gzip -l x",
        "gzip -lv x.gz",
        "gzip -lv x.gz renamed.gz",
        "gzip -lq x.gz renamed.gz",
        "gzip -lN renamed.gz",
        "gzip -lvN renamed.gz",
        "gzip -l archive.tgz",
        "gzip -l a x.gz",
        "gzip -l text.gz x.gz renamed.gz",
        "gzip -l cut.gz",
        "gzip -l none.gz",
        "gzip -l nosuch",
        "gzip -rl d",
    ] {
        same_as_gzip(&Scene {
            line: line.to_owned(),
            stdin: Vec::new(),
            variable: None,
        });
    }
}

#[test]
fn streams_with_gzip() {
    let Some(gzip) = gnu_gzip() else { return };
    let packed = end(&mut Place::new().prepare(&gzip, ["-c"]), b"streamed").quietly(0);
    for (line, stdin) in [
        ("gzip", b"text".to_vec()),
        ("gzip -", b"text".to_vec()),
        ("gzip -c - a", b"text".to_vec()),
        ("gzip -d", packed.clone()),
        ("gzip -dc - x.gz", packed.clone()),
        ("gzip -t", packed.clone()),
        ("gzip -l", packed.clone()),
        ("gzip -lv", packed.clone()),
        ("gzip -d", b"text".to_vec()),
        ("gzip -df", b"text".to_vec()),
        ("gzip -d", Vec::new()),
        ("gzip -d", packed[..packed.len() - 3].to_vec()),
        ("gzip -d", [packed.clone(), b"junk".to_vec()].concat()),
        ("gzip -dcf", [packed.clone(), b"junk".to_vec()].concat()),
        ("zcat", packed),
    ] {
        same_as_gzip(&Scene {
            line: line.to_owned(),
            stdin,
            variable: None,
        });
    }
}

#[test]
fn the_environment_with_gzip() {
    for value in [
        "-9",
        "-1",
        "--best",
        "-n",
        "-N",
        "-q",
        "-v",
        "-9v",
        "--rsyncable",
        "-c",
        "-d",
        "-f",
        "-k",
        "-l",
        "-r",
        "-S.x",
        "-t",
        "-V",
        "-h",
        "-L",
        "-a",
        "-",
        "x",
        "-9 x",
        "--",
        "",
    ] {
        let line = "gzip b".to_owned();
        same_as_gzip(&Scene {
            line,
            stdin: Vec::new(),
            variable: Some(("GZIP", value)),
        });
    }
}

/// pigz has its own words and codes; what it does to files is what ours does.
#[test]
fn files_with_pigz() {
    let (Some(gzip), Some(pigz)) = (gnu_gzip(), peer("pigz")) else {
        return;
    };
    for line in [
        "pigz a",
        "pigz -k a b empty",
        "pigz -9kf a",
        "pigz -11k b",
        "pigz -kn a",
        "pigz -km a",
        "pigz -kT a",
        "pigz -kC comment a",
        "pigz -k -p 4 -b 64 a",
        "pigz -kiR a",
        "pigz -kY a",
        "pigz taken",
        "pigz -f taken",
        "pigz d",
        "pigz -r d",
        "pigz -c a",
        "pigz nosuch a",
        "pigz x.gz",
        "pigz -S .x a",
        "pigz -d x.gz",
        "pigz -d x",
        "pigz -dk renamed.gz",
        "pigz -dN renamed.gz",
        "pigz -dc two.gz",
        "pigz -d zeros.gz",
        "pigz -d wrong.gz",
        "pigz -d length.gz",
        "pigz -d text.gz",
        "pigz -d a",
        "pigz -t x.gz",
        "pigz -t wrong.gz",
        "pigz -K a -10",
        "pigz -b 1 a",
        "pigz -p 0 a",
        "pigz --bogus a",
    ] {
        let scene = Scene {
            line: line.to_owned(),
            stdin: Vec::new(),
            variable: None,
        };
        let (real, real_files, real_stdout) = play(&scene, |_, _| pigz.clone(), &gzip);
        let (ours, our_files, our_stdout) = play(&scene, Place::binary, &gzip);
        // Already compressed files are no error for us, as for gzip.
        if !real.stderr.contains(" ends with .gz") {
            assert_eq!(
                ours.status.success(),
                real.status.success(),
                "{line}: {:?} {:?}",
                ours.stderr,
                real.stderr
            );
        }
        assert_eq!(our_stdout, real_stdout, "{line}");
        compare(line, &our_files, &real_files);
    }
}

#[test]
fn what_we_write_they_read() {
    let place = Place::new();
    let plain = [lines(700_000), noise(200_000, 3), lines(500_000)].concat();
    place.write("a", &plain);
    for flags in [
        "-0",
        "-1",
        "-6",
        "-9",
        "-11",
        "-i",
        "-R",
        "-b 32",
        "-C comment",
    ] {
        let packed = place.run(&format!("pigz -c {flags} a")).quietly(0);
        for name in ["gzip", "pigz"] {
            let Some(tool) = peer(name) else { continue };
            let found = end(&mut place.prepare(&tool, ["-dc"]), &packed).quietly(0);
            assert!(found == plain, "{name} {flags}");
        }
    }
    let Some(pigz) = peer("pigz") else { return };
    let packed = place.run("pigz -cz a").quietly(0);
    assert!(end(&mut place.prepare(&pigz, ["-dc"]), &packed).quietly(0) == plain);
    for flags in [["-cz"], ["-ci"], ["-c9"], ["-cR"]] {
        let packed = end(&mut place.prepare(&pigz, flags), &plain).quietly(0);
        assert!(
            place.run_with("unpigz", &packed).quietly(0) == plain,
            "{flags:?}"
        );
    }
}
