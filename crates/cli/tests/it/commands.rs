//! The commands that are not gzip.

use std::fs;
use std::path::Path;

use crate::support::{Place, end, lines, noise, peer};

#[test]
fn links_are_made_once_and_do_not_replace_others() {
    let place = Place::new();
    let binary = fs::canonicalize(env!("CARGO_BIN_EXE_blockyard")).unwrap();
    place.run("blockyard links .").quietly(0);
    assert_eq!(
        place.names(),
        ["gunzip", "gzip", "pigz", "unpigz", "zcat", "zs"]
    );
    for name in place.names() {
        assert_eq!(fs::read_link(place.path(name)).unwrap(), binary);
    }
    place.run("blockyard links .").quietly(0);

    for name in ["zcat", "gzip"] {
        fs::remove_file(place.path(name)).unwrap();
    }
    place.write("gzip", "another gzip");
    place.run("blockyard links .").saying(
        2,
        "blockyard: failed to make ./gzip: it exists\nhint: --force replaces it\n",
    );
    assert_eq!(place.names(), ["gunzip", "gzip", "pigz", "unpigz", "zs"]);
    place.run("blockyard links --force .").quietly(0);
    assert_eq!(fs::read_link(place.path("gzip")).unwrap(), binary);
}

#[test]
fn failures_say_what_and_why() {
    let place = Place::new();
    place
        .run("blockyard links nosuch")
        .saying(2, "blockyard: failed to make nosuch/gzip: No such*");
    place.run("blockyard tour nosuch --into t").saying(
        2,
        "blockyard: failed to gather nosuch: No such file or directory (os error 2)\n",
    );
    let mut command = place.command("blockyard", ["tour", "--into", "t"]);
    end(command.env("CARGO_HOME", "/nosuch"), b"").saying(
        2,
        "blockyard: failed to find Cargo's registry folder /nosuch/registry/src\n\
         hint: name any folder with data: blockyard tour DIR\n",
    );
    place
        .run("blockyard nosuch")
        .saying(2, "error: unrecognized subcommand*");
}

#[test]
fn the_tour_verifies_and_its_commands_work() {
    let place = Place::new();
    fs::create_dir_all(place.path("data/sub")).unwrap();
    place.write("data/lines", lines(3 << 20));
    place.write("data/sub/noise", noise(1 << 20, 1));
    let long = "x".repeat(90);
    fs::create_dir_all(place.path(format!("data/{long}"))).unwrap();
    place.write(format!("data/{long}/{long}"), "a name in two parts");
    let report = String::from_utf8(place.run("blockyard tour data --into t").quietly(0)).unwrap();
    let (table, commands) = report.split_once("The same by hand:").unwrap();
    for stop in [
        "gzip -1",
        "gzip -6",
        "gzip -9",
        "gzip --range",
        "zs make --sort",
        "zs dump --prefix",
        "zs validate",
    ] {
        assert!(table.lines().any(|line| line.starts_with(stop)), "{table}");
    }
    let mut count = 0;
    for line in commands
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        end(&mut place.prepare(Path::new("/bin/sh"), ["-c", line]), b"").quietly(0);
        count += 1;
    }
    assert!(count >= 12, "{commands}");

    let Some(tar) = peer("tar") else { return };
    let arguments = ["-xf", "t/tour.tar", "--one-top-level=unpacked"];
    end(&mut place.prepare(&tar, arguments), b"").quietly(0);
    for name in [
        "lines".to_owned(),
        "sub/noise".to_owned(),
        format!("{long}/{long}"),
    ] {
        assert!(place.read(format!("data/{name}")) == place.read(format!("unpacked/{name}")));
    }
}

#[test]
fn the_tour_takes_no_more_than_its_limit() {
    let place = Place::new();
    fs::create_dir(place.path("data")).unwrap();
    for number in 0..20 {
        place.write(format!("data/{number:02}"), noise(100_000, number));
    }
    let report = place
        .run("blockyard tour data --into t --limit 1M")
        .quietly(0);
    let report = String::from_utf8(report).unwrap();
    assert!(
        report.starts_with("10 files, 1.01 MB, as much as --limit 1048576 takes"),
        "{report}"
    );
    assert!(place.read("t/tour.tar").len() <= 1 << 20);
}
