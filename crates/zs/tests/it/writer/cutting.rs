//! Where inputs are cut.

use std::io::{self, Read};

use blockyard_zs::{Compression, Cutter, Error, Framing, Query, ZsReader};

use super::{cutter, lines, make_of, options};

/// Returns the records of each block.
#[track_caller]
fn blocks(inputs: &[&[u8]], cutter: &Cutter) -> Vec<Vec<String>> {
    let (file, _) = make_of(inputs, cutter, options(Compression::None)).unwrap();
    let reader = ZsReader::open(file).unwrap();
    let text = |record: &[u8]| String::from_utf8(record.to_vec()).unwrap();
    reader
        .blocks(&Query::all())
        .map(|batch| batch.unwrap().iter().map(text).collect())
        .collect()
}

#[test]
fn terminated_records() {
    let text = &b"a\nbb\nccc\ndddd\n"[..];
    // Reads end at 4, 8 and 12: behind the terminators at 1, 4 and 8.
    let expected = [vec!["a"], vec!["bb"], vec!["ccc"], vec!["dddd"]];
    assert_eq!(blocks(&[text], &cutter(lines(), 4)), expected);
    assert_eq!(
        blocks(&[text], &cutter(lines(), 5)),
        [vec!["a", "bb"], vec!["ccc"], vec!["dddd"]]
    );
    assert_eq!(blocks(&[text], &cutter(lines(), 1)), expected);
    assert_eq!(
        blocks(&[text], &cutter(lines(), 14)),
        [["a", "bb", "ccc", "dddd"]]
    );
    let (left, right) = text.split_at(5);
    assert_eq!(
        blocks(&[left, right], &cutter(lines(), 14)),
        [["a", "bb", "ccc", "dddd"]]
    );
    assert_eq!(
        blocks(&[b"\n\n\n"], &cutter(lines(), 2)),
        [vec!["", ""], vec![""]]
    );
    let crlf = Framing::Terminator(b"\r\n".to_vec());
    for size in 1..10 {
        let found = blocks(&[b"a\r\nb\rb\r\n"], &cutter(crlf.clone(), size));
        assert_eq!(found.concat(), ["a", "b\rb"], "{size}");
    }
}

#[test]
fn records_behind_their_lengths() {
    let text = &b"\x00\x01a\x02bb\x03ccc\x04dddd"[..];
    let cutter = |size| cutter(Framing::Uleb128, size);
    assert_eq!(
        blocks(&[text], &cutter(3)),
        [vec!["", "a", "bb"], vec!["ccc"], vec!["dddd"]]
    );
    assert_eq!(
        blocks(&[text], &cutter(4)),
        [vec!["", "a", "bb", "ccc"], vec!["dddd"]]
    );
    assert_eq!(
        blocks(&[text], &cutter(11)),
        [["", "a", "bb", "ccc", "dddd"]]
    );
}

#[track_caller]
fn check(inputs: &[&[u8]], framing: &Framing, expected: &str) {
    for size in [1, 3, 1000] {
        let cutter = Cutter {
            limit: 1 << 16,
            ..cutter(framing.clone(), size)
        };
        let error = make_of(inputs, &cutter, options(Compression::None)).unwrap_err();
        assert_eq!(error.to_string(), expected, "{size}");
    }
}

#[test]
fn records_that_are_not_whole() {
    let unterminated = "file did not end with terminator: the last record begins at byte";
    check(
        &[b"a\nb"],
        &lines(),
        &format!("{unterminated} 2 of input 1"),
    );
    check(&[b"b"], &lines(), &format!("{unterminated} 0 of input 1"));
    check(
        &[b"a\n", b"a\nb", b"c\n"],
        &lines(),
        &format!("{unterminated} 2 of input 2"),
    );
    let crlf = Framing::Terminator(b"\r\n".to_vec());
    check(
        &[b"a\r\nb\n"],
        &crlf,
        &format!("{unterminated} 3 of input 1"),
    );
    let cut_off = "input ends within the record at byte";
    check(
        &[b"\x01a\x02b"],
        &Framing::Uleb128,
        &format!("{cut_off} 2 of input 1"),
    );
    check(
        &[b"\x01a\x80"],
        &Framing::Uleb128,
        &format!("{cut_off} 2 of input 1"),
    );
    check(
        &[b"\x01a", b"\x02b", b"b"],
        &Framing::Uleb128,
        &format!("{cut_off} 0 of input 2"),
    );
    check(
        &[&[1, 0, 0, 0]],
        &Framing::U64le,
        &format!("{cut_off} 0 of input 1"),
    );
    check(
        &[b"\x01a\x80\x00"],
        &Framing::Uleb128,
        "length of the record at byte 2 of input 1: unnormalized uleb128",
    );
    check(
        &[&vec![0xff; 100_000]],
        &Framing::Uleb128,
        "length of the record at byte 0 of input 1: uleb128 integer overflowed 63 bits",
    );
    check(
        &[&vec![0xff; 100_000]],
        &Framing::U64le,
        "record at byte 0 of input 1 has more than 65536 bytes",
    );
    check(
        &[&vec![b'x'; 100_000]],
        &lines(),
        "record at byte 0 of input 1 has more than 65536 bytes",
    );
    check(
        &[b"a"],
        &Framing::Terminator(Vec::new()),
        "terminator is empty",
    );
}

struct Broken(usize);

impl Read for Broken {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::other("cut cable"));
        }
        let length = self.0.min(bytes.len()).min(7);
        self.0 -= length;
        bytes[..length].fill(b'\n');
        Ok(length)
    }
}

#[test]
fn inputs_that_fail() {
    let cutter = cutter(lines(), 10);
    let mut blocks = cutter.blocks_of([Ok(Broken(25)), Ok(Broken(5))]);
    assert!(blocks.next().unwrap().is_ok());
    assert!(blocks.next().unwrap().is_ok());
    let error = blocks.next().unwrap().unwrap_err();
    assert!(matches!(error, Error::ReadInput { .. }), "{error}");
    assert!(blocks.next().is_none());
    let missing = io::Error::from(io::ErrorKind::NotFound);
    let error = cutter
        .blocks_of::<&[u8], _>([Ok(&b"a\n"[..]), Err(missing)])
        .find_map(Result::err)
        .unwrap();
    assert_eq!(error.to_string(), "failed to read: byte 0 of input 2");
}
