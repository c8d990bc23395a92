//! Where records go, and what happens when they cannot.

use std::fs::{self, OpenOptions};
use std::io::Read;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use rustix::process::Signal;

use super::{TINY, fails, make, run, sorted_lines};
use crate::support::{Place, wait};

#[test]
fn a_dump_that_fails_leaves_the_file_as_it_was() {
    let place = Place::new();
    let path = make(
        &place,
        "t.zs",
        sorted_lines(10_000),
        "--codec=none --approx-block-size=9000",
    );
    let mut file = fs::read(path).unwrap();
    let middle = file.len() / 2;
    file[middle] ^= 1;
    place.write("damaged.zs", &file);
    place.write("out", "before");
    fails(
        &run(&place, "dump -o out missing.zs"),
        1,
        "zs: missing.zs: No such file",
    );
    fails(
        &run(&place, "dump -o out damaged.zs"),
        1,
        "zs: damaged.zs: offset ",
    );
    assert_eq!(place.read("out"), b"before");
    run(&place, "dump -o out t.zs").quietly(0);
    assert!(place.read("out") == sorted_lines(10_000).as_bytes());
    assert_eq!(place.names(), ["damaged.zs", "out", "t.zs"]);
}

#[test]
fn output_goes_to_devices_and_through_links() {
    let place = Place::new();
    make(&place, "t.zs", TINY, "");
    run(&place, "dump -o /dev/null t.zs").quietly(0);
    assert!(fs::metadata("/dev/null").unwrap().len() == 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    place.write("target", "before");
    symlink("target", place.path("link")).unwrap();
    run(&place, "dump --output=link t.zs").quietly(0);
    assert_eq!(place.read("target"), TINY.as_bytes());
    assert_eq!(run(&place, "dump -o - t.zs").quietly(0), TINY.as_bytes());
    fails(
        &run(&place, "dump -o nosuch/out t.zs"),
        1,
        "zs: failed to create nosuch/out",
    );
}

#[test]
fn a_reader_that_goes_away() {
    let place = Place::new();
    make(&place, "t.zs", sorted_lines(200_000), "--codec=deflate");
    for arguments in [
        &["dump", "t.zs"][..],
        &["dump", "-j1", "t.zs"],
        &["dump", "--format=csv", "t.zs"],
        &["dump", "--reverse", "t.zs"],
        &["dump", "--salvage", "t.zs"],
        &["get", "--prefix", "t.zs", "record"],
    ] {
        let mut child = place.command("zs", arguments).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0]).unwrap();
        drop(stdout);
        wait(child).killed_by(Signal::PIPE.as_raw());
    }
}

#[test]
fn a_full_device() {
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("skipped: there is no /dev/full");
        return;
    };
    let place = Place::new();
    make(&place, "t.zs", TINY, "");
    for arguments in [
        &["dump", "t.zs"][..],
        &["dump", "--count", "t.zs"],
        &["dump", "--format=json", "t.zs"],
        &["get", "--prefix", "t.zs", "not"],
        &["info", "t.zs"],
        &["validate", "t.zs"],
        &["--help"],
    ] {
        let mut command = place.command("zs", arguments);
        command.stdout(Stdio::from(full.try_clone().unwrap()));
        let ended = wait(command.spawn().unwrap());
        fails(&ended, 1, "stdout: No space left on device");
    }
}

#[test]
fn files_that_are_no_zs_files() {
    let place = Place::new();
    place.write("text", "some text that is long enough");
    place.write("empty", "");
    fs::create_dir(place.path("folder")).unwrap();
    let kind = rustix::fs::FileType::Fifo;
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, place.path("pipe"), kind, mode, 0).unwrap();
    for (name, said) in [
        (
            "text",
            "zs: text: bad magic number (are you sure this is a ZS file?)",
        ),
        ("empty", "zs: empty: bad magic number"),
        ("folder", "zs: folder: is a directory"),
        ("pipe", "zs: pipe: not a regular file"),
        ("nosuch", "zs: nosuch: No such file or directory"),
    ] {
        for command in ["dump", "info", "validate", "get --keys-from=text"] {
            fails(&run(&place, &format!("{command} {name}")), 1, said);
        }
    }
}

#[test]
fn a_name_that_begins_like_a_url_is_a_file() {
    let place = Place::new();
    make(&place, "httpfile.zs", TINY, "");
    assert_eq!(run(&place, "dump httpfile.zs").quietly(0), TINY.as_bytes());
}
