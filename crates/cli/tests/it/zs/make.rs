//! What becomes of a new file.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{TINY, fails, make, run, sorted_lines, zs};
use crate::support::{Place, end, until, wait};

#[test]
fn records_out_of_order_are_named_and_leave_no_file() {
    let place = Place::new();
    place.write("a", "a\nm\nc\nz\n");
    for size in ["4", "100"] {
        let options = format!("make --approx-block-size={size} {{}} a out");
        let ended = run(&place, &options);
        assert_eq!(ended.status.code(), Some(1));
        let said =
            "zs: a: records are not sorted: record 3 at byte 4 of input 1 is 'c', behind 'm'\n";
        assert!(ended.stderr.ends_with(said), "{ended:?}");
        assert_eq!(place.names(), ["a"]);
    }
    place.write("b", "b\n");
    let ended = run(&place, "make {} b a out");
    assert!(
        ended
            .stderr
            .contains("zs: a: records are not sorted: record 1 at"),
        "{ended:?}"
    );
    assert_eq!(place.names(), ["a", "b"]);
}

#[test]
fn what_fails_leaves_no_file_and_can_be_tried_again() {
    let place = Place::new();
    place.write("in", TINY);
    place.write("cut", "a\nb");
    place.write("empty", "");
    for (line, said) in [
        (
            "make {} nosuch out",
            "zs: nosuch: No such file or directory",
        ),
        (
            "make {} in nosuch out",
            "zs: nosuch: No such file or directory",
        ),
        ("make {} . out", "zs: .: is a directory"),
        (
            "make {} - - out",
            "zs: standard input can be read once only",
        ),
        (
            "make {} cut out",
            "zs: cut: file did not end with terminator",
        ),
        (
            "make {} cut in out",
            "zs: cut: file did not end with terminator",
        ),
        (
            "make --sort {} in cut out",
            "zs: cut: file did not end with terminator",
        ),
        ("make {} empty out", "zs: cannot create empty ZS file"),
        (
            "make --sort {} empty out",
            "zs: cannot create empty ZS file",
        ),
        ("make --length-prefixed=uleb128 {} in out", "zs: in: "),
        (
            "make {} in nosuch/out",
            "zs: failed to create nosuch/out: No such file or directory",
        ),
        ("make {} in /dev/null", "zs: /dev/null: File exists"),
        (
            "make --force {} in /dev/null",
            "zs: /dev/null: not a regular file",
        ),
    ] {
        let ended = run(&place, line);
        let last = ended.stderr.lines().last().unwrap_or_default();
        assert_eq!(ended.status.code(), Some(1), "{line}: {ended:?}");
        assert!(last.starts_with(said), "{line}: {ended:?}");
        assert_eq!(place.names(), ["cut", "empty", "in"], "{line}");
    }
    assert_eq!(run(&place, "make {} in out").status.code(), Some(0));
}

#[test]
fn a_file_is_replaced_only_by_force() {
    let place = Place::new();
    place.write("in", TINY);
    place.write("out", "before");
    fs::set_permissions(place.path("out"), fs::Permissions::from_mode(0o640)).unwrap();
    let ended = run(&place, "make {} in out");
    assert!(
        ended
            .stderr
            .ends_with("zs: out: File exists; --force replaces it\n"),
        "{ended:?}"
    );
    place.write("bad", "b\na\n");
    assert_eq!(
        run(&place, "make --force {} bad out").status.code(),
        Some(1)
    );
    assert_eq!(place.read("out"), b"before");
    symlink("out", place.path("link")).unwrap();
    assert_eq!(run(&place, "make -f {} in link").status.code(), Some(0));
    assert_eq!(run(&place, "dump out").quietly(0), TINY.as_bytes());
    assert!(
        fs::symlink_metadata(place.path("link"))
            .unwrap()
            .is_symlink()
    );
    let mode = fs::metadata(place.path("out"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn a_new_file_has_the_permissions_of_any_new_file() {
    let place = Place::new();
    place.write("in", TINY);
    let zs = place.binary("zs");
    let script = format!("umask 027; exec {} make {{}} in out", zs.display());
    let ended = end(&mut place.prepare("/bin/sh".as_ref(), ["-c", &script]), b"");
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    let mode = fs::metadata(place.path("out"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn a_partial_file_is_kept_where_that_is_asked_for() {
    let place = Place::new();
    place.write("bad", "b\na\n");
    let ended = run(&place, "make --keep-partial {} bad out");
    assert_eq!(ended.status.code(), Some(1));
    assert!(place.read("out").starts_with(b"\xabZStoBe\x01"));
    let said = "zs: out: looks like this ZS file was only partially written";
    fails(&run(&place, "info out"), 1, said);
    fails(&run(&place, "dump out"), 1, said);
    place.write("in", TINY);
    let ended = run(&place, "make --keep-partial {} in out");
    assert!(ended.stderr.contains("File exists"), "{ended:?}");
    assert_eq!(
        run(&place, "make --keep-partial -f {} in out")
            .status
            .code(),
        Some(0)
    );
    assert_eq!(run(&place, "dump out").quietly(0), TINY.as_bytes());
}

#[test]
fn the_same_bytes_for_any_threads_and_any_kind_of_input() {
    let place = Place::new();
    let lines = sorted_lines(60_000);
    let options =
        "--codec=deflate --no-default-metadata --branching-factor=2 --approx-block-size=20000";
    let expected = fs::read(make(&place, "stdin.zs", &lines, options)).unwrap();
    assert_eq!(
        run(&place, "validate stdin.zs").quietly(0),
        b"looks good!\n"
    );
    place.write("in", &lines);
    for threads in ["1", "2", "7"] {
        let line = format!("make -f -j {threads} {options} {{}} in out");
        assert_eq!(run(&place, &line).status.code(), Some(0));
        assert!(place.read("out") == expected, "{threads}");
    }
    place.write("first", &lines[..150_000]);
    place.write("second", &lines[150_000..]);
    let line = format!("make -f {options} {{}} first second out");
    assert_eq!(
        run(&place, &line).status.code(),
        Some(0),
        "the cut is between lines"
    );
    assert!(place.read("out") == expected);

    let pipe = place.path("pipe");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, mode, 0).unwrap();
    let line = format!("make -f {options} {{}} pipe out");
    let child = place
        .command("zs", line.split_whitespace())
        .spawn()
        .unwrap();
    let mut writer = None;
    until("the pipe is open", || {
        writer = fs::File::options().write(true).open(&pipe).ok();
        writer.is_some()
    });
    let mut writer = writer.unwrap();
    for part in lines.as_bytes().chunks(1000) {
        writer.write_all(part).unwrap();
    }
    drop(writer);
    assert_eq!(wait(child).status.code(), Some(0));
    assert!(place.read("out") == expected);
}

#[test]
fn the_time_is_that_of_the_environment() {
    let place = Place::new();
    place.write("in", TINY);
    let made = |epoch: &str, name: &str| {
        let mut command = place.command("zs", ["make", "{\"a\": 1}", "in", name]);
        command
            .env("SOURCE_DATE_EPOCH", epoch)
            .env("LOGNAME", "somebody");
        end(&mut command, b"")
    };
    for name in ["one", "other"] {
        assert_eq!(made("1700000000", name).status.code(), Some(0));
    }
    assert!(place.read("one") == place.read("other"));
    let info = String::from_utf8(run(&place, "info -m one").quietly(0)).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for field in [
        "\"a\": 1,\n    \"build-info\": {\n        \"user\": \"somebody\",\n        \"host\": "
            .to_owned(),
        "\"time\": \"2023-11-14T22:13:20Z\",".to_owned(),
        format!("\"version\": \"blockyard {version}\"\n    }}\n}}\n"),
    ] {
        assert!(info.contains(&field), "{info}");
    }
    fails(
        &made("soon", "third"),
        1,
        "zs: failed to use SOURCE_DATE_EPOCH: expected a number",
    );
    let ended = zs(&place, ["make", "{\"build-info\": 5}", "in", "own"]);
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(
        run(&place, "info -m own").quietly(0),
        b"{\n    \"build-info\": 5\n}\n"
    );
}
