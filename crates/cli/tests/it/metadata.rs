//! What is kept of a file beside its content.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Gid, Timespec, Timestamps, Uid, chownat, utimensat};

use crate::support::{Place, lines};

/// Seconds and nanoseconds.
type Time = (i64, i64);

fn set_times(path: &Path, access: Time, modification: Time) {
    let timespec = |(tv_sec, tv_nsec)| Timespec { tv_sec, tv_nsec };
    let times = Timestamps {
        last_access: timespec(access),
        last_modification: timespec(modification),
    };
    utimensat(CWD, path, &times, AtFlags::empty()).unwrap();
}

fn modification(path: &Path) -> Time {
    let metadata = fs::metadata(path).unwrap();
    (metadata.mtime(), metadata.mtime_nsec())
}

/// Returns the time and, where there is one, the name in the header of a file without other fields.
fn header(file: &[u8]) -> (u32, Option<String>) {
    let time = u32::from_le_bytes(file[4..8].try_into().unwrap());
    let name = (file[3] & 8 != 0).then(|| {
        let name = file[10..].split(|&byte| byte == 0).next().unwrap();
        String::from_utf8(name.to_vec()).unwrap()
    });
    (time, name)
}

#[test]
fn permissions_and_times_go_along_both_ways() {
    let place = Place::new();
    let path = place.write("a", lines(1000));
    for mode in [0o600, 0o644, 0o751, 0o444] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        set_times(&path, (1_000_000_000, 7), (1_234_567_890, 123_456_789));
        place.run("gzip a").quietly(0);
        let packed = fs::metadata(place.path("a.gz")).unwrap();
        assert_eq!(packed.permissions().mode() & 0o7777, mode);
        assert_eq!((packed.atime(), packed.atime_nsec()), (1_000_000_000, 7));
        assert_eq!(
            modification(&place.path("a.gz")),
            (1_234_567_890, 123_456_789)
        );
        place.run("gunzip a.gz").quietly(0);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
            mode
        );
        assert_eq!(modification(&path), (1_234_567_890, 123_456_789));
    }
}

#[test]
fn the_owner_goes_along_where_root_works() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can give files away");
        return;
    }
    let place = Place::new();
    let path = place.write("a", "text");
    let (user, group) = (Uid::from_raw(12_345), Gid::from_raw(23_456));
    chownat(CWD, &path, Some(user), Some(group), AtFlags::empty()).unwrap();
    place.run("gzip a").quietly(0);
    let packed = fs::metadata(place.path("a.gz")).unwrap();
    assert_eq!((packed.uid(), packed.gid()), (12_345, 23_456));
}

#[test]
fn what_the_header_stores() {
    let place = Place::new();
    fs::create_dir(place.path("d")).unwrap();
    let path = place.write("d/a", "text");
    set_times(&path, (0, 0), (1_234_567_890, 0));
    let stored = |flags: &str| header(&place.run(&format!("gzip -c {flags} d/a")).quietly(0));
    let name = Some("a".to_owned());
    assert_eq!(stored(""), (1_234_567_890, name.clone()));
    assert_eq!(stored("-n"), (0, None));
    assert_eq!(stored("-N"), (1_234_567_890, name.clone()));
    assert_eq!(stored("-m"), (0, name.clone()));
    assert_eq!(stored("-T"), (0, name.clone()));
    assert_eq!(stored("-nM"), (1_234_567_890, None));
    assert_eq!(stored("-nN"), (1_234_567_890, name));
    let piped = |line: &str| header(&place.run_with(line, b"text").quietly(0));
    assert_eq!(piped("gzip"), (0, None));
    assert_eq!(piped("pigz --alias b"), (0, Some("b".to_owned())));
    let with_comment = place.run("pigz -cnC hello d/a").quietly(0);
    assert_eq!(with_comment[3], 16);
    assert_eq!(&with_comment[10..16], b"hello\0");
}

#[test]
fn times_that_no_header_can_hold() {
    for seconds in [-1, 1 << 32] {
        let place = Place::new();
        let path = place.write("a", "text");
        set_times(&path, (0, 0), (seconds, 0));
        let message = "gzip: a: warning: file timestamp out of range for gzip format\n";
        place.run("gzip a").saying(2, message);
        assert_eq!(header(&place.read("a.gz")).0, 0);
        assert_eq!(modification(&place.path("a.gz")), (seconds, 0));
    }
}

/// Decompresses `b.gz`, which stores the name `stored` and the time 1234567890, with `flags`.
#[track_caller]
fn restores(stored: &str, flags: &str, name: &str, time: i64) {
    let place = Place::new();
    let mut file = b"\x1f\x8b\x08\x08".to_vec();
    file.extend_from_slice(&1_234_567_890u32.to_le_bytes());
    file.extend_from_slice(b"\0\x03");
    file.extend_from_slice(stored.as_bytes());
    // An empty name, an empty block, the checksum and the length of nothing.
    file.extend_from_slice(b"\0\x03\0\0\0\0\0\0\0\0\0");
    let path = place.write("b.gz", file);
    set_times(&path, (0, 0), (1_000_000_000, 5));
    place.run(&format!("gunzip {flags} b.gz")).quietly(0);
    assert_eq!(place.names(), [name], "{stored} {flags}");
    assert_eq!(modification(&place.path(name)).0, time, "{stored} {flags}");
}

#[test]
fn what_is_restored() {
    restores("a", "", "b", 1_000_000_000);
    restores("a", "-n", "b", 1_000_000_000);
    restores("a", "-N", "a", 1_234_567_890);
    restores("a", "-M", "b", 1_234_567_890);
    restores("a", "-Nm", "a", 1_000_000_000);
}

#[test]
fn a_stored_name_does_not_choose_the_folder() {
    restores("../a", "-N", "a", 1_234_567_890);
    restores("/etc/a", "-N", "a", 1_234_567_890);
    restores("..", "-N", "b", 1_234_567_890);
    restores("/", "-N", "b", 1_234_567_890);
    restores("", "-N", "b", 1_234_567_890);
}

#[test]
fn a_stored_name_does_not_overwrite() {
    let place = Place::new();
    place.write("a", "stored under this name");
    place.run("gzip a").quietly(0);
    fs::rename(place.path("a.gz"), place.path("b.gz")).unwrap();
    place.write("a", "precious");
    place
        .run("gunzip -N b.gz")
        .saying(2, "gunzip: a already exists;\tnot overwritten\n");
    assert_eq!(place.read("a"), b"precious");
    fs::rename(place.path("a"), place.path("c")).unwrap();

    // A name that leads back to the file itself, even with -f.
    place.write("b.gz", place.run("gzip -c c").quietly(0));
    fs::rename(place.path("b.gz"), place.path("c.gz")).unwrap();
    fs::rename(place.path("c.gz"), place.path("c")).unwrap();
    fs::rename(place.path("c"), place.path("c.gz")).unwrap();
    let named = place.run_with("pigz -A c.gz", b"text").quietly(0);
    place.write("c.gz", &named);
    place
        .run("gunzip -fN c.gz")
        .saying(1, "gunzip: c.gz and c.gz are the same file\n");
    assert_eq!(place.read("c.gz"), named);
}
