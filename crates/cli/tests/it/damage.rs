//! Input that is not what it should be.

use crate::support::{Place, lines, noise};

/// Runs `gunzip -k`, `gzip -t` and `zcat` on `file`, expects the same verdict three times and no file
/// under the final name; returns what `zcat` printed.
#[track_caller]
fn fails(file: &[u8], verdict: &str) -> Vec<u8> {
    let place = Place::new();
    place.write("a.gz", file);
    place
        .run("gunzip -k a.gz")
        .saying(1, &format!("gunzip: a.gz: {verdict}*"));
    assert_eq!(place.names(), ["a.gz"]);
    place
        .run("gzip -t a.gz")
        .saying(1, &format!("gzip: a.gz: {verdict}*"));
    place
        .run("gzip -l a.gz")
        .saying(1, &format!("gzip: a.gz: {verdict}*"));
    place
        .run_with("unpigz", file)
        .saying(1, &format!("unpigz: stdin: {verdict}*"));
    place
        .run("zcat a.gz")
        .saying(1, &format!("zcat: a.gz: {verdict}*"))
}

fn packed(plain: &[u8]) -> Vec<u8> {
    Place::new().run_with("gzip -p 1", plain).quietly(0)
}

#[test]
fn cut_short() {
    // It does not compress, so that as many bytes are in the first half as in the second.
    let plain = noise(3 << 20, 3);
    let file = packed(&plain);
    let found = fails(&file[..file.len() / 2], "unexpected end of file");
    assert!(found.len() > plain.len() / 3, "only {} bytes", found.len());
    assert!(plain.starts_with(&found));
    assert!(plain == fails(&file[..file.len() - 1], "unexpected end of file"));
    for length in [0, 1, 2, 5, 9] {
        assert_eq!(
            fails(&file[..length], "unexpected end of file"),
            b"",
            "{length}"
        );
    }
}

#[test]
fn a_wrong_checksum_or_length() {
    let file = packed(&lines(100_000));
    let flipped = |from_end: usize| {
        let mut file = file.clone();
        let at = file.len() - from_end;
        file[at] ^= 1;
        file
    };
    for from_end in 5..=8 {
        fails(
            &flipped(from_end),
            "invalid compressed data--crc error (member 1: ",
        );
    }
    for from_end in 1..=4 {
        fails(
            &flipped(from_end),
            "invalid compressed data--length error (member 1: ",
        );
    }
    // The second member of two.
    let file = [file.clone(), flipped(8)].concat();
    fails(&file, "invalid compressed data--crc error (member 2: ");
}

#[test]
fn what_is_not_deflate_or_not_gzip() {
    let header = b"\x1f\x8b\x08\0\0\0\0\0\0\x03";
    let with = |behind: &[u8]| [header.as_slice(), behind].concat();
    fails(
        &with(&[7; 20]),
        "invalid compressed data--format violated (member 1: ",
    );
    fails(b"plain text", "not in gzip format");
    fails(
        b"\x1f\x8b\x09\0aaaaaaaaaaaaaaaa",
        "member 1: unknown method 9",
    );
    fails(
        b"\x1f\x8b\x08\xe0aaaaaaaaaaaaaaaa",
        "member 1: reserved flags 0xe0",
    );
}

#[test]
fn other_formats_are_named() {
    for (magic, format) in [
        ("\u{1f}\u{9d}", "compress (.Z)"),
        ("\u{1f}\u{1e}", "pack (.z)"),
        ("PK\u{3}\u{4}", "zip"),
    ] {
        let bytes: Vec<u8> = magic.chars().map(|character| character as u8).collect();
        let place = Place::new();
        place.write("a.gz", [bytes.as_slice(), &[0; 100]].concat());
        let message = format!("gunzip: a.gz: {format} format is not supported\n");
        place.run("gunzip a.gz").saying(1, &message);
    }
}

#[test]
fn what_follows_the_last_member() {
    let plain = lines(100_000);
    let file = packed(&plain);
    let place = Place::new();
    place.write("zeros.gz", [file.as_slice(), &[0; 1000]].concat());
    place.run("gunzip zeros.gz").quietly(0);
    assert_eq!(place.read("zeros"), plain);

    let garbage = [file.as_slice(), b"garbage"].concat();
    let message = "gunzip: a.gz: decompression OK, trailing garbage ignored\n";
    place.write("a.gz", &garbage);
    place.run("gunzip -k a.gz").saying(2, message);
    assert_eq!(place.read("a"), plain);
    place.run("gunzip -fq a.gz").saying(2, "");
    assert_eq!(place.read("a"), plain);
    let message = "zcat: stdin: decompression OK, trailing garbage ignored\n";
    assert_eq!(place.run_with("zcat", &garbage).saying(2, message), plain);
}

#[test]
fn with_force_the_rest_is_copied_to_stdout() {
    let plain = lines(300_000);
    let file = packed(&plain);
    let place = Place::new();
    for (input, expected) in [
        (b"".to_vec(), b"".to_vec()),
        (b"x".to_vec(), b"x".to_vec()),
        (plain.clone(), plain.clone()),
        // These begin as zlib streams do.
        (b"x^2 + y^2".to_vec(), b"x^2 + y^2".to_vec()),
        (b"\x1f\x9dtext".to_vec(), b"\x1f\x9dtext".to_vec()),
        (file.clone(), plain.clone()),
        (
            [file.clone(), plain.clone()].concat(),
            [plain.clone(), plain.clone()].concat(),
        ),
    ] {
        place.write("a", &input);
        assert!(place.run("gzip -cdf a").quietly(0) == expected);
        assert!(place.run_with("zcat -f", &input).quietly(0) == expected);
    }
}

#[test]
fn with_force_zlib_is_decompressed_where_it_is_meant() {
    let plain = lines(300_000);
    let place = Place::new();
    place.write("a", &plain);
    let file = place.run("pigz -cz a").quietly(0);
    place.write("a.zz", &file);
    place.write("b", &file);
    for (line, times) in [
        ("pigz -dcf a.zz", 1),
        ("pigz -dcf b", 1),
        ("blockyard gzip -dcf a.zz b -", 3),
        ("unpigz -cf", 1),
        ("gzip -dcf a.zz", 1),
        ("gzip -dczf b -", 2),
    ] {
        let found = place.run_with(line, &file).quietly(0);
        assert!(found == plain.repeat(times), "{line}");
    }
    // gzip knows no zlib.
    assert!(place.run("zcat -f b").quietly(0) == file);
    assert!(place.run_with("gzip -dcf", &file).quietly(0) == file);
    // Neither header: its check bits are wrong.
    assert_eq!(
        place.run_with("pigz -dcf", b"x\x9dtext").quietly(0),
        b"x\x9dtext"
    );
}

#[test]
fn many_members() {
    let place = Place::new();
    let one = packed(b"one\n");
    place.write("a.gz", one.repeat(10_000));
    assert!(place.run("zcat a.gz").quietly(0) == b"one\n".repeat(10_000));
    place.run("gunzip a.gz").quietly(0);
    assert_eq!(place.read("a").len(), 40_000);
}

#[test]
fn a_broken_file_among_others() {
    let place = Place::new();
    let file = packed(b"text");
    place.write("a.gz", &file);
    place.write("b.gz", &file[..file.len() - 2]);
    place.write("c.gz", &file);
    place
        .run("gunzip a.gz b.gz c.gz")
        .saying(1, "gunzip: b.gz: unexpected end of file*");
    assert_eq!(place.names(), ["a", "b.gz", "c"]);
}
