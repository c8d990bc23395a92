//! Files on a web server.

use std::fs;

use super::server::{Manner, Server};
use super::{fails, make, run, sorted_lines, zs};
use crate::support::{Ended, Place};

/// Bytes of the lines of a block.
const BLOCK: usize = 2000;

/// Returns sorted lines, and a file with them that has a root of level 3.
fn sample(place: &Place) -> (String, Vec<u8>) {
    let lines = sorted_lines(100_000);
    let options = format!("--codec=none --branching-factor=11 --approx-block-size={BLOCK}");
    let path = make(place, "t.zs", &lines, &options);
    (lines, fs::read(path).unwrap())
}

#[track_caller]
fn dump(place: &Place, server: &Server, options: &[&str]) -> Ended {
    let url = server.url("file.zs");
    zs(place, ["dump", &url].iter().chain(options))
}

#[test]
fn all_commands_take_urls() {
    let place = Place::new();
    let (lines, file) = sample(&place);
    let server = Server::start(file, Manner::Good);
    let url = server.url("file.zs");
    assert!(dump(&place, &server, &[]).quietly(0) == lines.as_bytes());
    let local = run(&place, "info t.zs").quietly(0);
    assert!(zs(&place, ["info", &url]).quietly(0) == local);
    assert_eq!(zs(&place, ["validate", &url]).quietly(0), b"looks good!\n");
    let found = zs(&place, ["get", "--exact", &url, "record 0050000"]).quietly(0);
    assert_eq!(found, b"record 0050000\n");
}

#[test]
fn a_dump_reads_many_blocks_at_once() {
    let place = Place::new();
    let lines = sorted_lines(300_000);
    let path = make(
        &place,
        "t.zs",
        &lines,
        "--codec=none --approx-block-size=10000",
    );
    let server = Server::start(fs::read(path).unwrap(), Manner::Good);
    for options in [&[][..], &["--format=tsv", "-j1"], &["--salvage"]] {
        assert_eq!(dump(&place, &server, options).status.code(), Some(0));
        let requests = server.ranges();
        assert!(
            requests.len() < 12,
            "{options:?}: {requests:?} for 540 blocks"
        );
    }
}

#[test]
fn a_query_takes_few_round_trips_and_little_more_than_its_block() {
    let place = Place::new();
    let (_, file) = sample(&place);
    let info = String::from_utf8(run(&place, "info t.zs").quietly(0)).unwrap();
    assert!(info.contains("\"root_index_level\": 3"), "{info}");
    let server = Server::start(file, Manner::Good);
    for prefix in ["record 0000005", "record 0033333", "record 0050000"] {
        let option = format!("--prefix={prefix}");
        let found = dump(&place, &server, &[&option]).quietly(0);
        assert_eq!(found, format!("{prefix}\n").into_bytes());
        let ranges = server.ranges();
        // The first two, for both ends, are under way at the same time.
        let round_trips = ranges.len() - 1;
        assert!(round_trips <= 3 + 2, "{ranges:?}");
        let lengths = ranges.iter().skip(2).map(|range| {
            let (first, last) = range["bytes=".len()..].split_once('-').unwrap();
            last.parse::<usize>().unwrap() + 1 - first.parse::<usize>().unwrap()
        });
        for length in lengths {
            assert!(length <= 3 * BLOCK, "{ranges:?}");
        }
    }
}

#[test]
fn what_servers_do_wrong_is_said_on_one_line() {
    let place = Place::new();
    let (lines, file) = sample(&place);
    let server = Server::start(file.clone(), Manner::Good);
    fails(
        &zs(&place, ["dump", &server.url("nosuch.zs")]),
        1,
        "with status 404",
    );
    fails(
        &zs(&place, ["info", "http://"]),
        1,
        "zs: http:// is not the URL of an object",
    );
    // Nobody listens at the port of a server that has gone.
    let gone = server.url("file.zs");
    drop(server);
    fails(
        &zs(&place, ["info", &gone]),
        1,
        "failed to read http://127.0.0.1",
    );

    let server = Server::start(file.clone(), Manner::Changes(2));
    fails(&dump(&place, &server, &[]), 1, "changed while it was read");
    let server = Server::start(file.clone(), Manner::Cuts);
    assert!(dump(&place, &server, &[]).quietly(0) == lines.as_bytes());
    // It is small enough to be held.
    let server = Server::start(file, Manner::NoRanges);
    assert!(dump(&place, &server, &[]).quietly(0) == lines.as_bytes());
}
