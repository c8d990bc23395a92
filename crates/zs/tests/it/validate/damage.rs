//! Blocks and headers that are damaged by themselves.

use blockyard_zs::{ReadOptions, ZsReader};

use super::{Draft, at, check, check_quick, options, validate};
use crate::build::{HeaderFields, Packing, Reference, block, uleb};

/// Checks the error of a file that is not even opened.
#[track_caller]
fn check_open(
    change: impl FnOnce(&mut HeaderFields),
    damage: impl FnOnce(&mut Vec<u8>),
    expected: &str,
) {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let root = draft.index(1, &[first]);
    let mut file = draft.finish_with(&root, change);
    damage(&mut file);
    let error = validate(&file).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn headers() {
    let none = |_: &mut Vec<u8>| ();
    check_open(
        |_| (),
        |file| file[0] = 0,
        "bad magic number (are you sure this is a ZS file?)",
    );
    check_open(
        |header| header.magic = *b"\xabZStoBe\x01",
        none,
        "only partially written",
    );
    check_open(|_| (), |file| file[100] ^= 1, "header checksum mismatch");
    check_open(
        |_| (),
        |file| file.truncate(50),
        "unexpectedly encountered end of file",
    );
    check_open(
        |header| header.codec = b"bz2".to_vec(),
        none,
        "unrecognized compression codec 'bz2'",
    );
    check_open(
        |header| header.codec = b"none\0x".to_vec(),
        none,
        "unrecognized compression codec",
    );
    check_open(
        |header| header.total_length += 1,
        none,
        "but header says it should be",
    );
    check_open(|_| (), |file| file.push(0), "but header says it should be");
    check_open(
        |header| header.metadata = b"[1]".to_vec(),
        none,
        "bad metadata: expected an object",
    );
    check_open(
        |header| header.metadata = b"{".to_vec(),
        none,
        "bad metadata",
    );
    check_open(
        |header| header.metadata = b"\xef\xbb\xbf{}".to_vec(),
        none,
        "bad metadata",
    );
    let deep = [b"{\"a\":".repeat(200), b"0".to_vec(), b"}".repeat(200)].concat();
    check_open(
        |header| header.metadata = deep,
        none,
        "bad metadata: recursion limit exceeded",
    );
}

#[test]
fn numbers_that_json_does_not_have() {
    let mut draft = Draft::new();
    draft.builder.header.metadata = br#"{"a":NaN}"#.to_vec();
    let first = draft.data(&["a"]);
    let root = draft.index(1, &[first]);
    check(
        &draft.finish(&root),
        &[at(96, "metadata is not JSON: it has NaN or Infinity")],
    );
}

/// A file with any bytes in place of its second data block.
fn with_block(packing: Packing, bytes: &[u8]) -> (Vec<u8>, Reference) {
    let mut draft = Draft::packed(packing);
    let first = draft.data(&["a"]);
    let second = draft.builder.raw(bytes);
    let third = draft.data(&["z"]);
    let root = draft.index(1, &[first, second.with_key("b"), third]);
    (draft.finish(&root), second)
}

#[track_caller]
fn check_block(bytes: &[u8], expected: &str) {
    check_packed(Packing::None, bytes, expected);
}

/// Checks that a damaged block is all that is found, and that the rest of the file is looked at.
#[track_caller]
fn check_packed(packing: Packing, bytes: &[u8], expected: &str) {
    let (file, damaged) = with_block(packing, bytes);
    check(&file, &[at(damaged.offset, expected)]);
    let report = validate(&file).unwrap();
    assert!(report.is_complete);
    assert_eq!(
        (report.data_blocks, report.damaged_blocks, report.records),
        (2, 1, 2)
    );
}

/// Checks that nothing comes behind a block of which the end is not known.
#[track_caller]
fn check_end(bytes: &[u8], expected: &str) {
    let (file, damaged) = with_block(Packing::None, bytes);
    check(&file, &[at(damaged.offset, expected)]);
    check_quick(&file, &[at(damaged.offset, expected)]);
    let report = validate(&file).unwrap();
    assert!(!report.is_complete);
    assert_eq!((report.data_blocks, report.index_blocks), (1, 0));
}

#[test]
fn checksums() {
    for level in [0, 64] {
        let mut bytes = block(level, b"\x01x");
        let last = bytes.len() - 1;
        bytes[last] ^= 0x10;
        let (file, damaged) = with_block(Packing::None, &bytes);
        let report = validate(&file).unwrap();
        assert_eq!(report.failures[0].offset, damaged.offset);
        let text = report.failures[0].defect.to_string();
        assert!(text.starts_with("checksum mismatch: expected "), "{text}");
    }
}

#[test]
fn frames() {
    check_end(b"\0\0\0\0\0\0\0\0\0", "block of length 0 has no level");
    check_end(&[0x82, 0], "unnormalized uleb128");
    check_end(&[0xff; 12], "uleb128 integer overflowed 63 bits");
    check_end(&vec![0xff; 100_000], "uleb128 integer overflowed 63 bits");
    // The header has 106 bytes, the first block 12, the third as many, and the root 30.
    let long = uleb(1 << 62);
    let (file, _) = with_block(Packing::None, &long);
    let found = file.len() - 118;
    let expected = (1_u64 << 62) + 8 + long.len() as u64;
    check_end(
        &long,
        &format!("unexpectedly encountered end of file: expected {expected} bytes, found {found}"),
    );
}

#[test]
fn payloads() {
    check_block(&block(0, b""), "empty block");
    check_block(
        &block(0, b"\x01b\x80"),
        "hit end of buffer while decoding uleb128",
    );
    check_block(&block(0, b"\x81\0b"), "unnormalized uleb128");
    check_block(
        &block(0, &[0xff; 200]),
        "uleb128 integer overflowed 63 bits",
    );
    check_block(
        &block(0, b"\x01b\x03bb"),
        "record extends past end of block (2 bytes remaining in block, 3 bytes in record)",
    );
    let whole = Packing::Deflate.pack(b"\x01b");
    check_packed(
        Packing::Deflate,
        &block(0, &[&whole[..], b"x"].concat()),
        "trailing garbage after deflate stream: 1 bytes",
    );
    check_packed(
        Packing::Deflate,
        &block(0, &[7]),
        "payload is damaged: invalid block type 3 at input offset 0",
    );
    let whole = Packing::Lzma2.pack(b"\x01b");
    check_packed(
        Packing::Lzma2,
        &block(0, &[&whole[..], &whole[..]].concat()),
        "payload is damaged: trailing garbage after LZMA2 stream: 6 bytes at offset 6",
    );
}

#[test]
fn index_payloads() {
    for (payload, expected) in [
        (&b""[..], "empty block"),
        (b"\x01a\x01", "hit end of buffer while decoding uleb128"),
        (
            b"\x02a",
            "record extends past end of block (1 bytes remaining in block, 2 bytes in record)",
        ),
    ] {
        let mut draft = Draft::new();
        draft.data(&["a"]);
        let root = draft.builder.block(1, payload);
        check(&draft.finish(&root), &[at(root.offset, expected)]);
    }
}

#[test]
fn the_hash_of_the_data() {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let root = draft.index(1, &[first]);
    let file = draft.finish_with(&root, |header| header.sha256 = [0xab; 32]);
    let expected = format!(
        "data hash mismatch: header says {}, but I found \
         e3254ea61c09ead5a01d3bf07e946a561c6c2cd1c46b8ca1bfa8729d26a7d09f",
        "ab".repeat(32)
    );
    check(&file, &[at(0, &expected)]);
    check_quick(&file, &[]);
}

#[test]
fn limits() {
    let mut draft = Draft::new();
    let first = draft.data(&["a", &"b".repeat(500)]);
    let second = draft.data(&["c", "b", "a"]);
    draft.data(&["z"]);
    let root = draft.index(1, &[first.clone(), second]);
    let file = draft.finish(&root);
    let small = ReadOptions {
        block_limit: 200,
        ..ReadOptions::default()
    };
    let reader = ZsReader::open_with(&file[..], small).unwrap();
    let report = reader.validate(&options(2)).unwrap();
    let expected = at(first.offset, "more than 200 bytes, the limit for one block");
    assert_eq!(report.failures[0].to_string(), expected);
    assert!(!report.is_complete);

    let reader = ZsReader::open(&file[..]).unwrap();
    let mut few = options(2);
    few.failure_limit = 1;
    let report = reader.validate(&few).unwrap();
    assert_eq!((report.failures.len(), report.failure_count), (1, 2));
    assert!(report.to_string().ends_with("\n  and 1 more"), "{report}");

    let mut little = options(2);
    little.reference_limit = 300;
    let report = reader.validate(&little).unwrap();
    let expected = at(
        first.offset,
        "unresolved references take more than 300 bytes, the limit for all of them",
    );
    assert_eq!(report.failures[0].to_string(), expected);
    assert!(!report.is_complete);
}
