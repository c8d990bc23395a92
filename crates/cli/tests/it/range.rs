//! Random access, with an index and without.

use std::fs;

use crate::support::{Place, lines, noise};

const LENGTH: usize = 12 << 20;

/// Reads ranges of `a.gz` and compares them with `plain`.
#[track_caller]
fn ranges(place: &Place, plain: &[u8]) {
    for (range, from, to) in [
        ("0:0", 0, 0),
        ("0:10", 0, 10),
        ("4K:1", 4096, 4097),
        ("5000000:3M", 5_000_000, 5_000_000 + (3 << 20)),
        ("12582902:100", LENGTH - 10, LENGTH),
        ("8M:", 8 << 20, LENGTH),
        ("1G:10", LENGTH, LENGTH),
    ] {
        let found = place.run(&format!("gzip --range {range} a.gz")).quietly(0);
        assert!(found == plain[from..to], "{range}");
    }
}

fn mixed() -> Vec<u8> {
    [lines(LENGTH - (2 << 20)), noise(2 << 20, 11)].concat()
}

#[test]
fn an_index_is_made_along_with_the_file() {
    let place = Place::new();
    let plain = mixed();
    place.write("a", &plain);
    place.run("gzip -1 --index a").quietly(0);
    assert_eq!(place.names(), ["a.gz", "a.gz.byi"]);
    ranges(&place, &plain);
    place.run("gunzip a.gz").quietly(0);
    assert!(place.read("a") == plain);
}

#[test]
fn without_an_index_the_file_is_read_from_its_beginning() {
    let place = Place::new();
    let plain = mixed();
    place.write("a", &plain);
    place.run("gzip -1 a").quietly(0);
    ranges(&place, &plain);
    let packed = place.read("a.gz");
    assert_eq!(
        place.run_with("gzip --range 3:4", &packed).quietly(0),
        plain[3..7]
    );
}

#[test]
fn an_index_of_an_existing_file() {
    for line in [
        "gzip --index a.gz",
        "gunzip --index a.gz",
        "gzip -d --index a",
    ] {
        let place = Place::new();
        let plain = mixed();
        place.write("a", &plain);
        place.run("gzip -1 -b 64 a").quietly(0);
        place.run(line).quietly(0);
        assert_eq!(place.names(), ["a.gz", "a.gz.byi"]);
        ranges(&place, &plain);
        place.run(line).saying(2, "g*");
        place.run(&format!("{line} -f")).quietly(0);
    }
}

#[test]
fn a_stream_gets_no_index() {
    let place = Place::new();
    for line in [
        "gzip --index",
        "gzip --index -",
        "gunzip --index",
        "pigz -z --index -f",
    ] {
        let program = line.split(' ').next().unwrap();
        let message = format!("{program}: --index needs the name of a file to stand beside\n");
        assert_eq!(place.run_with(line, b"text").saying(1, &message), b"");
    }
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn an_index_that_does_not_fit_is_not_believed() {
    let place = Place::new();
    place.write("a", lines(100_000));
    place.run("gzip --index a").quietly(0);
    let other = noise(100_000, 1);
    place.write("b", &other);
    place.run("gzip b").quietly(0);
    fs::rename(place.path("b.gz"), place.path("a.gz")).unwrap();
    let found = place
        .run("gzip --range 5:10 a.gz")
        .saying(2, "gzip: a.gz: index does not belong*");
    assert_eq!(found, other[5..15]);
    place.write("a.gz.byi", "not an index");
    let found = place
        .run("gzip --range 5:10 a.gz")
        .saying(2, "gzip: a.gz.byi: invalid index*");
    assert_eq!(found, other[5..15]);
}

#[test]
fn a_damaged_file_gets_no_index() {
    let place = Place::new();
    place.write("a", lines(100_000));
    place.run("gzip a").quietly(0);
    let file = place.read("a.gz");
    place.write("a.gz", &file[..file.len() - 9]);
    place
        .run("gzip --index a.gz")
        .saying(1, "gzip: a.gz: unexpected end of file*");
    assert_eq!(place.names(), ["a.gz"]);
}
