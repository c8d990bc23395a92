//! Blocks: how they are framed, and what data and index blocks hold.

use blockyard_zs::{
    BlockDecoder, DataBlock, Entry, Frame, Header, IndexBlock, Level, append_block, append_entry,
    append_record, frame_length, unpack_records,
};
use proptest::prelude::*;

use crate::build::{Builder, PACKINGS, Reference, block, data_payload, index_payload, uleb};

#[test]
fn a_block_is_read_and_written() {
    for (level, payload) in [(0, &b"abc"[..]), (3, &[7; 1000]), (255, b"")] {
        let bytes = block(level, payload);
        let mut written = Vec::new();
        append_block(Level::new(level), payload, &mut written);
        assert_eq!(written, bytes);
        assert_eq!(frame_length(&bytes, 0).unwrap(), bytes.len() as u64);
        let followed = [&bytes[..], b"more"].concat();
        let frame = Frame::parse(&followed, 0).unwrap();
        assert_eq!(frame, Frame::parse_exact(&bytes, 0).unwrap());
        assert_eq!(
            (frame.level.get(), frame.packed, frame.length),
            (level, payload, bytes.len())
        );
    }
}

#[track_caller]
fn check_frame(bytes: &[u8], expected: &str) {
    assert_eq!(
        Frame::parse(bytes, 9).unwrap_err().to_string(),
        format!("offset 9: {expected}")
    );
}

#[test]
fn damaged_frames() {
    let bytes = block(0, b"abc");
    check_frame(b"", "hit end of buffer while decoding uleb128");
    check_frame(&[0x80], "hit end of buffer while decoding uleb128");
    check_frame(&[0x84, 0], "unnormalized uleb128");
    check_frame(&vec![0xff; 100_000], "uleb128 integer overflowed 63 bits");
    check_frame(
        &[&[0][..], &[0; 8]].concat(),
        "block of length 0 has no level",
    );
    for length in 1..bytes.len() {
        let expected =
            format!("unexpectedly encountered end of file: expected 13 bytes, found {length}");
        check_frame(&bytes[..length], &expected);
    }
    let huge = uleb(i64::MAX as u64);
    check_frame(
        &huge,
        "unexpectedly encountered end of file: expected 9223372036854775824 bytes, found 9",
    );
    for place in 1..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        let error = Frame::parse(&damaged, 9).unwrap_err().to_string();
        assert!(
            error.starts_with("offset 9: checksum mismatch: expected "),
            "{error}"
        );
    }
    let error = Frame::parse_exact(&[&bytes[..], b"x"].concat(), 9).unwrap_err();
    assert_eq!(
        error.to_string(),
        "offset 9: index length 14 != actual length 13"
    );
}

#[test]
fn records_of_a_block() {
    let records = [&b"a"[..], b"b", b"b", &[b'c'; 200], &[b'd'; 2000]];
    let mut payload = Vec::new();
    for record in records {
        append_record(record, &mut payload);
    }
    assert_eq!(payload, data_payload(&records));
    let unpacked: Result<Vec<_>, _> = unpack_records(&payload).collect();
    assert_eq!(unpacked.unwrap(), records);
    let block = DataBlock::unpack(payload.clone(), 0).unwrap();
    block.check_order(0).unwrap();
    assert_eq!(block.iter().collect::<Vec<_>>(), records);
    assert_eq!(
        (block.first(), block.last(), block.len()),
        (records[0], records[4], 5)
    );
    assert_eq!(block.payload_of(1..3), b"\x01b\x01b");
    assert_eq!(block.payload_of(0..5), payload);
    for (bound, expected) in [
        ("", 0),
        ("a", 0),
        ("aa", 1),
        ("b", 1),
        ("c", 3),
        ("d", 4),
        ("e", 5),
    ] {
        assert_eq!(block.count_below(bound.as_bytes()), expected, "{bound}");
    }
}

#[test]
fn damaged_records() {
    #[track_caller]
    fn check(payload: &[u8], expected: &str) {
        let error = DataBlock::unpack(payload.to_vec(), 9).unwrap_err();
        assert_eq!(error.to_string(), format!("offset 9: {expected}"));
        let streamed = unpack_records(payload).find_map(Result::err);
        assert_eq!(
            streamed.map(|defect| defect.to_string()),
            (!payload.is_empty()).then(|| expected.to_owned())
        );
        let streamed = unpack_records(payload).count();
        assert!(streamed <= payload.len());
    }

    check(b"", "empty block");
    check(b"\x01a\x80", "hit end of buffer while decoding uleb128");
    check(b"\x01a\x81\0b", "unnormalized uleb128");
    check(&[0xff; 20], "uleb128 integer overflowed 63 bits");
    check(
        b"\x01a\x05bcd",
        "record extends past end of block (3 bytes remaining in block, 5 bytes in record)",
    );
    check(
        &uleb(i64::MAX as u64),
        "record extends past end of block (0 bytes remaining in block, 9223372036854775807 bytes in record)",
    );
    let block = DataBlock::unpack(data_payload(&["a", "c", "b"]), 9).unwrap();
    assert_eq!(
        block.check_order(9).unwrap_err().to_string(),
        "offset 9: unsorted records within block: 'c' before 'b', number 2 of the block"
    );
}

fn reference(key: &str, offset: u64, length: u64) -> Reference {
    Reference {
        key: key.into(),
        offset,
        length,
    }
}

fn index(level: u8, references: &[Reference]) -> IndexBlock {
    IndexBlock::unpack(index_payload(references), Level::new(level), 9).unwrap()
}

#[test]
fn entries_of_a_block() {
    let references = [
        reference("", 200, 300),
        reference("b", 500, 1),
        reference("b", 501, i64::MAX as u64),
    ];
    let block = index(2, &references);
    assert_eq!((block.level(), block.len()), (Level::new(2), 3));
    let mut payload = Vec::new();
    for (entry, reference) in block.iter().zip(&references) {
        let expected = Entry {
            key: &reference.key,
            offset: reference.offset,
            length: reference.length,
        };
        assert_eq!(entry, expected);
        append_entry(&entry, &mut payload);
    }
    assert_eq!(payload, index_payload(&references));
    for (bound, expected) in [("", 0), ("a", 1), ("b", 1), ("c", 3)] {
        assert_eq!(block.count_below(bound.as_bytes()), expected, "{bound}");
    }
}

#[test]
fn damaged_entries() {
    #[track_caller]
    fn check(payload: &[u8], expected: &str) {
        let error = IndexBlock::unpack(payload.to_vec(), Level::new(1), 9).unwrap_err();
        assert_eq!(error.to_string(), format!("offset 9: {expected}"));
    }

    check(b"", "empty block");
    check(
        b"\x01",
        "record extends past end of block (0 bytes remaining in block, 1 bytes in record)",
    );
    check(b"\x01a", "hit end of buffer while decoding uleb128");
    check(b"\x01a\x05", "hit end of buffer while decoding uleb128");
    check(b"\x01a\x05\x85\0", "unnormalized uleb128");
}

#[test]
fn entries_are_checked() {
    #[track_caller]
    fn check(level: u8, references: &[Reference], expected: &str) {
        let block = index(level, references);
        let checked = block
            .check_order(9)
            .and_then(|()| block.check_references(&(100..200), 9));
        let error = checked
            .err()
            .map_or(String::new(), |error| error.to_string());
        assert_eq!(error, expected);
    }

    let (low, high) = (reference("b", 100, 50), reference("c", 150, 50));
    check(1, &[low.clone(), high.clone()], "");
    check(2, &[high.with_key("a"), low.clone()], "");
    check(
        1,
        &[high.with_key("a"), low.clone()],
        "offset 9: unsorted offsets in index block: 100 behind a block that ends at 200",
    );
    check(
        2,
        &[high, low],
        "offset 9: unsorted records within block: 'c' before 'b', number 1 of the block",
    );
    for (offset, length) in [
        (99, 5),
        (150, 51),
        (201, 0),
        (i64::MAX as u64, i64::MAX as u64),
    ] {
        let expected = format!(
            "offset 9: reference to {length} bytes at {offset}, outside of the blocks from 100 to 200"
        );
        check(1, &[reference("", offset, length)], &expected);
    }
}

#[test]
fn a_file_is_a_header_and_blocks() {
    for packing in PACKINGS {
        let mut builder = Builder::new(packing);
        let first = builder.data(&["a", "b"]);
        builder.block(200, b"passed over");
        let second = builder.data(&["c"]).with_key("bb");
        let root = builder.index(1, &[first, second]);
        let file = builder.finish(&root);
        let header = Header::parse(&file).unwrap();
        header.check_file_length(file.len() as u64).unwrap();
        let mut decoder = BlockDecoder::new(header.codec, 100);
        let mut payload = |entry: Entry<'_>, level| {
            let block = &file[entry.offset as usize..entry.range().end as usize];
            let frame = Frame::parse_exact(block, entry.offset).unwrap();
            assert_eq!(frame.level, Level::new(level));
            let mut payload = Vec::new();
            decoder.decode(frame.packed, 0, &mut payload).unwrap();
            payload
        };
        let root = Entry {
            key: b"",
            offset: header.root_index_offset,
            length: header.root_index_length,
        };
        let root = IndexBlock::unpack(payload(root, 1), Level::new(1), 0).unwrap();
        root.check_references(&header.blocks(), 0).unwrap();
        let records: Vec<_> = root.iter().map(|entry| payload(entry, 0)).collect();
        assert_eq!(records, [&b"\x01a\x01b"[..], b"\x01c"]);
        assert_eq!(root.get(1).key, b"bb");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_no_reason_to_panic(bytes: Vec<u8>) {
        let _ = Frame::parse(&bytes, 0);
        let _ = IndexBlock::unpack(bytes.clone(), Level::new(1), 0);
        if let Ok(block) = DataBlock::unpack(bytes.clone(), 0) {
            prop_assert_eq!(data_payload(&block.iter().collect::<Vec<_>>()), bytes);
        }
    }
}
