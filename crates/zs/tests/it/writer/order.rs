//! What is not sorted is not written.

use std::io::Cursor;

use blockyard_codec::deflate;
use blockyard_zs::{Block, Codec, Compression, Error, Framing, ZsWriter};

use super::{cutter, lines, make_of, options, threads};
use crate::build::{block, data_payload};

#[track_caller]
fn check(inputs: &[&[u8]], framing: &Framing, expected: &str) {
    for size in [1, 4, 5, 7, 1000] {
        for number in [1, 3] {
            let mut options = options(Compression::Deflate(deflate::Level::DEFAULT));
            options.pipeline = threads(number);
            let error = make_of(inputs, &cutter(framing.clone(), size), options).unwrap_err();
            assert_eq!(error.to_string(), expected, "blocks of {size}");
        }
    }
}

#[test]
fn unsorted_inputs() {
    check(
        &[b"b\na\n"],
        &lines(),
        "records are not sorted: record 2 at byte 2 of input 1 is 'a', behind 'b'",
    );
    check(
        &[b"a\nm\nc\nz\n"],
        &lines(),
        "records are not sorted: record 3 at byte 4 of input 1 is 'c', behind 'm'",
    );
    check(
        &[b"a\nb\n", b"", b"b\nb\nc\nbx\n"],
        &lines(),
        "records are not sorted: record 4 at byte 6 of input 3 is 'bx', behind 'c'",
    );
    check(
        &[b"a\nc\n", b"b\nx\n"],
        &lines(),
        "records are not sorted: record 1 at byte 0 of input 2 is 'b', behind 'c'",
    );
    check(
        &[b"\n\xff\t\n\n"],
        &lines(),
        "records are not sorted: record 3 at byte 4 of input 1 is '', behind '\\xff\\t'",
    );
    check(
        &[b"axyzbxyzaxyz"],
        &Framing::Terminator(b"xyz".to_vec()),
        "records are not sorted: record 3 at byte 8 of input 1 is 'a', behind 'b'",
    );
    check(
        &[b"\x01a\x01b", b"\x01b\x01c\x02bc"],
        &Framing::Uleb128,
        "records are not sorted: record 3 at byte 4 of input 2 is 'bc', behind 'c'",
    );
    check(
        &[b"\x01\0\0\0\0\0\0\0b\x01\0\0\0\0\0\0\0a"],
        &Framing::U64le,
        "records are not sorted: record 2 at byte 9 of input 1 is 'a', behind 'b'",
    );
    let long = [&b"y".repeat(100)[..], b"\nx\n"].concat();
    let shown = "y".repeat(64);
    check(
        &[&long],
        &lines(),
        &format!(
            "records are not sorted: record 2 at byte 101 of input 1 is 'x', \
             behind '{shown}'... (100 bytes)"
        ),
    );
}

#[test]
fn blocks_that_are_added() {
    let begin = || ZsWriter::new(Cursor::new(Vec::new()), options(Compression::None)).unwrap();
    let check = |mut writer: ZsWriter<_>, block: Block, expected: &str| {
        let error = writer.add(block).unwrap_err();
        assert_eq!(error.to_string(), expected);
        let again = writer.add(Block::from_payload(data_payload(&["z"])));
        assert!(matches!(again, Err(Error::Incomplete)), "{again:?}");
        let end = writer.finish();
        assert!(matches!(end, Err(Error::Incomplete)), "{end:?}");
    };
    let mut writer = begin();
    writer.add_block(["a", "c"]).unwrap();
    check(
        writer,
        Block::from_payload(data_payload(&["b"])),
        "records are not sorted: record 3 is 'b', behind 'c'",
    );
    check(
        begin(),
        Block::from_payload(data_payload(&["b", "c", "a"])),
        "records are not sorted: record 3 is 'a', behind 'c'",
    );
    let copied = |level, payload: &[u8]| Block::copied(block(level, payload), 77, Codec::None);
    let mut writer = begin();
    writer.add(copied(0, &data_payload(&["a", "c"]))).unwrap();
    check(
        writer,
        copied(0, &data_payload(&["b"])),
        "records are not sorted: record 3 is 'b', behind 'c'",
    );
    check(
        begin(),
        copied(0, &data_payload(&["b", "c", "a"])),
        "records are not sorted: record 3 is 'a', behind 'c'",
    );
    check(
        begin(),
        copied(1, &data_payload(&["a"])),
        "offset 77: expecting data block but found level 1 index block",
    );
    check(begin(), copied(0, b""), "offset 77: empty block");
    check(
        begin(),
        copied(0, b"\x02a"),
        "offset 77: record extends past end of block (1 bytes remaining in block, 2 bytes in record)",
    );
    check(
        begin(),
        Block::from_payload(Vec::new()),
        "offset 0: empty block",
    );
    let mut damaged = block(0, &data_payload(&["a"]));
    damaged[3] ^= 1;
    let mut writer = begin();
    let error = writer
        .add(Block::copied(damaged, 77, Codec::None))
        .unwrap_err();
    assert_eq!(error.offset(), Some(77));
}

#[test]
fn no_records() {
    let writer = ZsWriter::new(Cursor::new(Vec::new()), options(Compression::None)).unwrap();
    let error = writer.finish().unwrap_err();
    assert_eq!(error.to_string(), "cannot create empty ZS file");
    for inputs in [&[][..], &[&b""[..]], &[b"", b""]] {
        for framing in [lines(), Framing::Uleb128, Framing::U64le] {
            let cutter = cutter(framing, 10);
            let error = make_of(inputs, &cutter, options(Compression::None)).unwrap_err();
            assert!(matches!(error, Error::Empty), "{error}");
        }
    }
}

#[test]
fn an_extension_block_is_copied_without_being_read() {
    let mut writer = ZsWriter::new(Cursor::new(Vec::new()), options(Compression::None)).unwrap();
    writer.add_block(["a"]).unwrap();
    let extension = block(64, b"anything");
    writer
        .add(Block::copied(extension.clone(), 77, Codec::Lzma2))
        .unwrap();
    writer.add_block(["b"]).unwrap();
    let (sink, summary) = writer.finish().unwrap();
    let file = sink.into_inner();
    assert!(
        file.windows(extension.len())
            .any(|bytes| bytes == extension)
    );
    assert_eq!((summary.records, summary.data_blocks), (2, 2));
}
