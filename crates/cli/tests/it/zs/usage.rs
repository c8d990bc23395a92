//! Options, and what is wrong with them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::{TINY, fails, make, run, zs};
use crate::support::Place;

#[test]
fn values_that_make_no_sense_are_refused_before_anything_is_made() {
    let place = Place::new();
    place.write("in", TINY);
    let check = |options: &[&str], said: &str| {
        let arguments = ["make"].iter().chain(options).chain(&["{}", "in", "out"]);
        fails(&zs(&place, arguments), 2, said);
        assert_eq!(place.names(), ["in"], "{options:?}");
    };
    check(
        &["--branching-factor=1"],
        "--branching-factor must be at least 2, not 1",
    );
    check(
        &["--branching-factor=x"],
        "--branching-factor should be an integer but got 'x'",
    );
    check(
        &["--approx-block-size=0"],
        "--approx-block-size must be at least 1, not 0",
    );
    check(
        &["--approx-block-size=-5"],
        "--approx-block-size must be at least 1, not -5",
    );
    check(
        &["--approx-block-size=99999999999"],
        "--approx-block-size must be at most",
    );
    check(&["--terminator="], "Invalid --terminator value ''");
    check(
        &["--terminator=\\x1"],
        "invalid --terminator value '\\\\x1'",
    );
    check(&["-j", "0"], "-j must be at least 1, not 0");
    check(&["-j-1"], "-j must be at least 1, not -1");
    check(
        &["--codec=none", "-z", "6"],
        "--compress-level does not go with --codec=none",
    );
    check(
        &["--codec=deflate", "-z", "6e"],
        "--compress-level must be an integer, or",
    );
    check(
        &["--codec=deflate", "-z", "13"],
        "must be 0 to 12 for deflate, not 13",
    );
    check(&["-z10"], "must be 0 to 9 or 0e to 9e for lzma, not 10");
    check(
        &["--codec=bz2"],
        "Invalid --codec value 'bz2': must be none, deflate or lzma",
    );
    check(
        &["--terminator=x", "--length-prefixed=u64le"],
        "--terminator does not go with --length-prefixed",
    );
    check(&["--unique"], "--unique needs --sort");
    check(&["--sort", "--memory=1K"], "Invalid --memory value '1K'");
    check(&["-j1", "-j1"], "-j is given more than once");
    check(&["--nosuch"], "there is no option --nosuch");
}

#[test]
fn metadata_is_an_object_without_words_that_json_does_not_have() {
    let place = Place::new();
    place.write("in", TINY);
    for metadata in [
        "[[\"a\",1]]",
        "[]",
        "1",
        "",
        "{\"a\": NaN}",
        "{} {}",
        "{'a': 1}",
    ] {
        let ended = zs(&place, ["make", metadata, "in", "out"]);
        fails(&ended, 2, "error parsing metadata as JSON: ");
    }
    let bytes = OsStr::from_bytes(b"{\"\xff\": 1}");
    let ended = zs(
        &place,
        ["make".as_ref(), bytes, "in".as_ref(), "out".as_ref()],
    );
    fails(&ended, 2, "error parsing metadata as JSON: it is not UTF-8");
    assert_eq!(place.names(), ["in"]);
}

#[test]
fn operands_are_counted() {
    let place = Place::new();
    fails(&run(&place, ""), 2, "expected a subcommand");
    fails(
        &run(&place, "make {} in"),
        2,
        "expected metadata, input files and a new file",
    );
    fails(&run(&place, "dump"), 2, "expected one file, found 0");
    fails(&run(&place, "info a b"), 2, "expected one file, found 2");
    fails(&run(&place, "get f"), 2, "expected keys");
    fails(
        &run(&place, "validate --quick"),
        2,
        "expected one file, found 0",
    );
    fails(
        &run(&place, "dump --count --limit=5 f"),
        2,
        "--count does not go with --limit",
    );
}

#[test]
fn help_and_version() {
    let place = Place::new();
    let version = run(&place, "--version").quietly(0);
    assert!(version.starts_with(b"0.10.0+blockyard."), "{version:?}");
    let all = String::from_utf8(run(&place, "--help").quietly(0)).unwrap();
    for command in [
        "make",
        "dump",
        "get",
        "info",
        "validate",
        "merge",
        "subset",
        "split",
        "recode",
        "set-metadata",
        "repair",
    ] {
        let help = String::from_utf8(zs(&place, [command, "--help"]).quietly(0)).unwrap();
        assert!(help.starts_with(&format!("Usage: zs {command} ")), "{help}");
        assert!(all.contains(&help), "{command}");
    }
    let through = place.run("blockyard zs dump --help").quietly(0);
    assert_eq!(through, run(&place, "dump --help").quietly(0));
}

#[test]
fn bounds_take_escapes_and_any_bytes() {
    let place = Place::new();
    make(
        &place,
        "t.zs",
        b"a\nb\tc\nb\xff\nb\xff\xff\nc\n\xff\n\xff\xff\n",
        "",
    );
    let check = |option: &[u8], expected: &[u8]| {
        let arguments = ["dump".as_ref(), OsStr::from_bytes(option), "t.zs".as_ref()];
        let found = zs(&place, arguments).quietly(0);
        assert_eq!(found, expected, "{}", option.escape_ascii());
    };
    check(b"--prefix=b\\t", b"b\tc\n");
    check(b"--prefix=b\\xff", b"b\xff\nb\xff\xff\n");
    check(b"--prefix=b\xff", b"b\xff\nb\xff\xff\n");
    check(b"--prefix=\\377", b"\xff\n\xff\xff\n");
    check(b"--prefix=\\xff\\xff", b"\xff\xff\n");
    check(b"--start=b\\xff\\x00", b"b\xff\xff\nc\n\xff\n\xff\xff\n");
    fails(
        &run(&place, "dump --prefix=\\x t.zs"),
        2,
        "invalid --prefix value '\\\\x'",
    );
    fails(
        &run(&place, "dump --stop=\\ t.zs"),
        2,
        "invalid --stop value '\\\\'",
    );
}
