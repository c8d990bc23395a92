//! The tables of `-l`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};

use crate::support::{Place, end, lines, wait};

#[track_caller]
fn table(place: &Place, line: &str) -> String {
    String::from_utf8(place.run(line).quietly(0)).unwrap()
}

fn with_files() -> Place {
    let place = Place::new();
    for (name, content) in [
        ("a", lines(10_000)),
        ("b", b"x".to_vec()),
        ("empty", Vec::new()),
    ] {
        let path = place.write(name, content);
        let time = Timespec {
            tv_sec: 1_234_567_890,
            tv_nsec: 0,
        };
        let times = Timestamps {
            last_access: time,
            last_modification: time,
        };
        utimensat(CWD, &path, &times, AtFlags::empty()).unwrap();
        place.run(&format!("gzip -n {name}")).quietly(0);
    }
    place
}

/// Returns the columns of sizes and ratio for `plain` bytes in files of these names, each one member
/// with a header and a trailer of 18 bytes together.
fn columns(place: &Place, names: &[&str], plain: u64) -> String {
    let sizes = names
        .iter()
        .map(|name| place.read(format!("{name}.gz")).len() as u64);
    let compressed: u64 = sizes.sum();
    let packed = compressed - 18 * names.len() as u64;
    let saved = plain as f64 - packed as f64;
    let ratio = if plain == 0 {
        0.0
    } else {
        100.0 * saved / plain as f64
    };
    format!("{compressed:19} {plain:19} {ratio:5.1}%")
}

#[test]
fn sizes_ratios_and_totals() {
    let place = with_files();
    let (a, b) = (columns(&place, &["a"], 10_000), columns(&place, &["b"], 1));
    let empty = columns(&place, &["empty"], 0);
    let all = columns(&place, &["a", "b", "empty"], 10_001);
    let head = "         compressed        uncompressed  ratio uncompressed_name";
    assert_eq!(
        table(&place, "gzip -l a b empty"),
        format!("{head}\n{a} a\n{b} b\n{empty} empty\n{all} (totals)\n")
    );
    let checksum = checksum(&place.read("a.gz"));
    assert_eq!(
        table(&place, "gzip -lv a.gz"),
        format!("method  crc     date  time  {head}\ndefla {checksum} Feb 13 23:31 {a} a\n")
    );
    assert_eq!(table(&place, "gzip -lq b"), format!("{b} b\n"));
}

#[test]
fn members_are_added_up() {
    let place = with_files();
    let both = [place.read("a.gz"), place.read("b.gz")].concat();
    place.write("c.gz", &both);
    let sum = columns(&place, &["a", "b"], 10_001);
    assert_eq!(table(&place, "gzip -lq c.gz"), format!("{sum} c\n"));
    let found = table(&place, "gzip -lvv c.gz");
    let row = |name: &str, plain: u64, shown: &str| {
        let checksum = checksum(&place.read(format!("{name}.gz")));
        let columns = columns(&place, &[name], plain);
        format!("defla {checksum} Feb 13 23:31 {columns} {shown}")
    };
    let rows: Vec<&str> = found.lines().collect();
    assert_eq!(
        rows[1],
        row("a", 10_000, "member 1").replace("Feb 13 23:31", &rows[1][15..27])
    );
    assert_eq!(
        rows[2],
        row("b", 1, "member 2").replace("Feb 13 23:31", &rows[2][15..27])
    );
    assert!(rows[3].ends_with(&format!("{sum} c")), "{}", rows[3]);
    let stdin = String::from_utf8(place.run_with("gzip -lq", &both).quietly(0)).unwrap();
    assert_eq!(stdin, format!("{sum} stdout\n"));
}

#[test]
fn zlib_is_listed() {
    let place = Place::new();
    place.write("a", lines(10_000));
    place.run("pigz -z a").quietly(0);
    let compressed = place.read("a.zz").len();
    // Header and trailer are 6 bytes.
    let ratio = 100.0 * (10_000.0 - (compressed - 6) as f64) / 10_000.0;
    let expected = format!("{compressed:19} {:19} {ratio:5.1}% a\n", 10_000);
    assert_eq!(table(&place, "gzip -lq a.zz"), expected);
    assert_eq!(table(&place, "pigz -lq a"), expected);
    let said = place.run("gzip -tv a.zz").saying(0, "a.zz:\t OK\n");
    assert_eq!(said, b"");
}

#[test]
fn lines_appear_while_the_file_is_read() {
    let place = with_files();
    let one = place.read("a.gz");
    let mut child = place
        .command("gzip", ["-lvv"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&one.repeat(2)).unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut found = || stdout.next().unwrap().unwrap();
    assert!(found().starts_with("method"));
    assert!(found().ends_with("member 1"));
    assert!(found().ends_with("member 2"));
    stdin.write_all(&one).unwrap();
    assert!(found().ends_with("member 3"));
    drop(stdin);
    assert!(found().ends_with("stdout"));
    assert!(stdout.next().is_none());
    wait(child).quietly(0);
}

#[test]
fn members_without_number_take_no_memory() {
    let place = Place::new();
    place.write("empty", "");
    place.run("gzip -n empty").quietly(0);
    let member = place.read("empty.gz");
    let gzip = place.binary("gzip");
    // Each of a million members took some hundred bytes.
    place.write("many.gz", member.repeat(1_000_000));
    let script = format!("ulimit -v 64000; exec {} -lq many.gz", gzip.display());
    let mut command = place.prepare("/bin/sh".as_ref(), ["-c", &script]);
    let found = end(&mut command, b"").quietly(0);
    assert!(found.ends_with(b"  0.0% many\n"));
}

#[test]
fn stored_names() {
    let place = Place::new();
    place.write("a", "text");
    place.run("gzip a").quietly(0);
    fs::rename(place.path("a.gz"), place.path("b.gz")).unwrap();
    assert!(table(&place, "gzip -lq b.gz").ends_with("% b\n"));
    assert!(table(&place, "gzip -lqN b.gz").ends_with("% a\n"));
}

/// Returns the check value in the trailer of the only member of `file`.
fn checksum(file: &[u8]) -> String {
    let trailer = &file[file.len() - 8..];
    format!(
        "{:08x}",
        u32::from_le_bytes(trailer[..4].try_into().unwrap())
    )
}
