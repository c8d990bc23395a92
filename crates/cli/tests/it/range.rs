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
fn an_index_that_cannot_be_opened_is_not_used() {
    let place = Place::new();
    place.write("a", lines(100_000));
    place.run("gzip a").quietly(0);
    // Root may open all files, but no link that leads to itself.
    std::os::unix::fs::symlink("a.gz.byi", place.path("a.gz.byi")).unwrap();
    let message = "gzip: a.gz.byi: Too many levels of symbolic links; reading without it\n";
    let found = place.run("gzip --range 5:10 a.gz").saying(2, message);
    assert_eq!(found, lines(100_000)[5..15]);
}

#[test]
fn an_index_is_no_file_to_compress() {
    let place = Place::new();
    fs::create_dir(place.path("d")).unwrap();
    place.write("d/a", lines(100_000));
    place.write("d/b", lines(200_000));
    place.run("gzip -r --index d").quietly(0);
    let names = ["a.gz", "a.gz.byi", "b.gz", "b.gz.byi"];
    let check = |names: &[&str]| {
        let mut found: Vec<_> = fs::read_dir(place.path("d"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        found.sort();
        assert_eq!(found, names);
    };
    check(&names);
    place.run("gzip -r d").quietly(0);
    place.run("gzip -rf --index d/a.gz d/b.gz").quietly(0);
    place.run("gzip -r --index d").saying(
        2,
        "gzip: d/a.gz.byi already exists;\tnot overwritten\n\
         gzip: d/b.gz.byi already exists;\tnot overwritten\n",
    );
    place
        .run("gzip --index d/a.gz.byi")
        .saying(0, "gzip: d/a.gz.byi already has .byi suffix -- unchanged\n");
    place.run("gzip -rt d").quietly(0);
    check(&names);
    place.run("gunzip -rk d").quietly(0);
    check(&["a", "a.gz", "a.gz.byi", "b", "b.gz", "b.gz.byi"]);
    place.run("gunzip -rf d").quietly(0);
    check(&["a", "b"]);
}

#[test]
fn an_index_goes_with_its_file() {
    let place = Place::new();
    place.write("a", lines(100_000));
    place.write("b", lines(200_000));
    place.run("gzip --index a b").quietly(0);
    place.run("gunzip -k a.gz").quietly(0);
    assert_eq!(place.names(), ["a", "a.gz", "a.gz.byi", "b.gz", "b.gz.byi"]);
    place.run("gunzip -f a.gz").quietly(0);
    assert_eq!(place.names(), ["a", "b.gz", "b.gz.byi"]);
    // What is not its index stays.
    place.run("gzip -k a").quietly(0);
    fs::copy(place.path("b.gz.byi"), place.path("a.gz.byi")).unwrap();
    place.run("gunzip -f a.gz").quietly(0);
    assert_eq!(place.names(), ["a", "a.gz.byi", "b.gz", "b.gz.byi"]);
    place.write("b.gz.byi", "a text");
    place.run("gunzip b.gz").quietly(0);
    assert_eq!(place.names(), ["a", "a.gz.byi", "b", "b.gz.byi"]);
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
