//! Files that are made of other files.

use std::fs;

use super::server::{Manner, Server};
use super::{fails, make, run, sorted_lines, zs};
use crate::support::Place;

/// Blocks of 2,000 bytes that are not packed, so that damage has a known place.
const OPTIONS: &str = "--codec=none --approx-block-size=2000 --no-default-metadata";

#[test]
fn merging_and_splitting_undo_each_other() {
    let place = Place::new();
    let lines = sorted_lines(20_000);
    let whole = fs::read(make(&place, "whole.zs", &lines, OPTIONS)).unwrap();
    run(&place, "split --number=7 -o part-%.zs whole.zs").quietly(0);
    let parts: Vec<String> = (1..=7).map(|number| format!("part-{number}.zs")).collect();
    let mut together = Vec::new();
    for part in &parts {
        assert_eq!(zs(&place, ["validate", part]).quietly(0), b"looks good!\n");
        together.extend(zs(&place, ["dump", part]).quietly(0));
    }
    assert!(together == lines.as_bytes());
    let arguments = ["merge", "-o", "again.zs"].into_iter();
    let arguments = arguments.chain(parts.iter().rev().map(String::as_str));
    zs(&place, arguments).quietly(0);
    assert!(place.read("again.zs") == whole);

    let ended = run(&place, "split --size=50K -o part-%.zs whole.zs");
    fails(&ended, 1, "zs: part-1.zs: File exists; --force replaces it");
    fails(
        &run(&place, "split -n2 -o part.zs whole.zs"),
        2,
        "needs a %",
    );
    fails(
        &run(&place, "split -o part-%.zs whole.zs"),
        2,
        "expected --number or --size",
    );
    fails(
        &run(&place, "merge whole.zs"),
        2,
        "-o with the new file is missing",
    );
}

#[test]
fn records_of_several_files_are_merged() {
    let place = Place::new();
    make(&place, "a.zs", "a\nc\nc\ne\n", "");
    make(&place, "b.zs", "b\nc\nd\n", "--codec=deflate");
    run(&place, "merge a.zs b.zs -o all.zs").quietly(0);
    assert_eq!(
        run(&place, "dump all.zs").quietly(0),
        b"a\nb\nc\nc\nc\nd\ne\n"
    );
    run(&place, "merge --unique -f a.zs b.zs -o all.zs --codec=none").quietly(0);
    assert_eq!(run(&place, "dump all.zs").quietly(0), b"a\nb\nc\nd\ne\n");
    let info = String::from_utf8(run(&place, "info all.zs").quietly(0)).unwrap();
    assert!(info.contains("\"codec\": \"none\""), "{info}");
    let mut damaged = place.read("b.zs");
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    place.write("b.zs", damaged);
    fails(
        &run(&place, "merge a.zs b.zs -o more.zs"),
        1,
        "zs: b.zs: offset ",
    );
    assert_eq!(place.names(), ["a.zs", "all.zs", "b.zs"]);
}

#[test]
fn a_part_of_a_remote_file_is_fetched() {
    let place = Place::new();
    let lines = sorted_lines(50_000);
    let path = make(&place, "t.zs", &lines, OPTIONS);
    let server = Server::start(fs::read(path).unwrap(), Manner::Good);
    let url = server.url("file.zs");
    zs(
        &place,
        ["subset", "--prefix=record 001", "-o", "part.zs", &url],
    )
    .quietly(0);
    let requests = server.ranges();
    assert!(requests.len() < 8, "{requests:?}");
    assert_eq!(run(&place, "dump --count part.zs").quietly(0), b"10000\n");
    assert_eq!(run(&place, "validate part.zs").quietly(0), b"looks good!\n");
    let ended = run(&place, "subset --prefix=nothing -o none.zs part.zs");
    fails(&ended, 1, "zs: part.zs: cannot create empty ZS file");
    let ended = zs(&place, ["set-metadata", &url, "{}"]);
    fails(
        &ended,
        2,
        "a remote file cannot be changed: name a new file with -o",
    );
}

#[test]
fn the_codec_and_the_metadata_change() {
    let place = Place::new();
    let lines = sorted_lines(5000);
    make(&place, "t.zs", &lines, OPTIONS);
    run(&place, "recode --codec=deflate -z9 -o d.zs t.zs").quietly(0);
    run(
        &place,
        "recode -z1e --codec=lzma --approx-block-size=50000 -o l.zs d.zs",
    )
    .quietly(0);
    zs(&place, ["set-metadata", "l.zs", "{\"a\": \"b\"}"]).quietly(0);
    zs(&place, ["set-metadata", "l.zs", "{\"c\": 1}", "-o", "m.zs"]).quietly(0);
    for (name, codec, metadata) in [
        ("d.zs", "deflate", "{}"),
        ("l.zs", "lzma2;dsize=2^20", "{\n    \"a\": \"b\"\n}"),
        ("m.zs", "lzma2;dsize=2^20", "{\n    \"c\": 1\n}"),
    ] {
        assert!(zs(&place, ["dump", name]).quietly(0) == lines.as_bytes());
        assert_eq!(zs(&place, ["validate", name]).quietly(0), b"looks good!\n");
        let info = String::from_utf8(zs(&place, ["info", name]).quietly(0)).unwrap();
        assert!(info.contains(&format!("\"codec\": \"{codec}\"")), "{info}");
        let found = zs(&place, ["info", "-m", name]).quietly(0);
        assert_eq!(String::from_utf8(found).unwrap().trim_end(), metadata);
    }
    fails(
        &run(&place, "set-metadata l.zs []"),
        2,
        "error parsing metadata as JSON",
    );
}

#[test]
fn what_is_left_of_a_file_is_saved() {
    let place = Place::new();
    let lines = sorted_lines(5000);
    let mut file = fs::read(make(&place, "t.zs", &lines, OPTIONS)).unwrap();
    let last = file.len() - 1;
    file[last] ^= 1;
    place.write("root.zs", &file);
    let said = run(&place, "repair -o saved.zs root.zs");
    assert_eq!(
        (said.status.code(), said.stdout.as_slice()),
        (Some(0), &b""[..]),
        "{said:?}"
    );
    assert!(
        said.stderr
            .ends_with("zs: root.zs: these are all that the file had\n"),
        "{said:?}"
    );
    assert!(place.read("saved.zs") == place.read("t.zs"));

    file[3000] ^= 1;
    place.write("block.zs", &file);
    let said = run(&place, "repair -f -o saved.zs block.zs");
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    let lost = "zs: block.zs: records may be lost between 'record 0000132' and 'record 000";
    assert!(said.stderr.contains(lost), "{said:?}");
    assert_eq!(
        run(&place, "validate saved.zs").quietly(0),
        b"looks good!\n"
    );

    place.write("unsorted", format!("{lines}a\n"));
    let line = format!("make --keep-partial {OPTIONS} {{}} unsorted unfinished.zs");
    assert_eq!(run(&place, &line).status.code(), Some(1));
    let said = run(&place, "repair -f -o saved.zs unfinished.zs");
    assert!(
        said.stderr.contains("the file was never finished"),
        "{said:?}"
    );
    let saved = run(&place, "dump saved.zs").quietly(0);
    assert!(lines.as_bytes().starts_with(&saved) && saved.len() > 60_000);
}
