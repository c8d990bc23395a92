//! A file for each thing that can be wrong with one.

use blockyard_codec::deflate;
use blockyard_zs::{
    BlockEncoder, Compression, Error, Framing, Level, Query, ReadOptions, ZsReader,
};

use super::{ask, threads};
use crate::build::{Builder, HeaderFields, PACKINGS, Packing, block, data_payload, tree, uleb};

#[track_caller]
fn check_open(file: Vec<u8>, expected: &str) {
    let error = ZsReader::open(file).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

/// Opens a file, and expects every way of reading all its records to end in an error.
#[track_caller]
fn check(file: Vec<u8>, expected: &str) {
    let reader = ZsReader::open(file).unwrap();
    let error = ask(&reader, &Query::all()).unwrap_err();
    assert!(error.contains(expected), "{error}");
    let reversed = reader.search_reverse(&Query::all()).find_map(Result::err);
    assert!(reversed.is_some());
    let newline = Framing::Terminator(b"\n".to_vec());
    let dumped = reader.dump(&Query::all(), &newline, &threads(2), Vec::new());
    assert!(dumped.is_err());
}

fn small() -> Vec<u8> {
    tree(Packing::None, &["a", "b", "c", "d"], 2, 2)
}

#[test]
fn files_that_are_not_open() {
    check_open(Vec::new(), "bad magic number");
    check_open(b"PK".to_vec(), "bad magic number");
    let changed = |change: fn(&mut HeaderFields)| {
        let mut builder = Builder::new(Packing::None);
        let data = builder.data(&["a"]);
        let root = builder.index(1, &[data]);
        builder.finish_with(&root, change)
    };
    ZsReader::open(changed(|_| ())).unwrap();
    check_open(
        changed(|header| header.magic = *b"\xabZStoBe\x01"),
        "looks like this ZS file was only partially written",
    );
    check_open(
        changed(|header| header.codec = b"bz2".to_vec()),
        "unrecognized compression codec 'bz2'",
    );
    check_open(
        changed(|header| header.metadata = b"[]".to_vec()),
        "bad metadata",
    );
    let mut longer = small();
    longer.push(0);
    check_open(longer, "but header says it should be");
    let mut huge = small();
    huge[8..16].copy_from_slice(&(1_u64 << 63).to_le_bytes());
    check_open(huge, "unexpectedly encountered end of file");
}

#[test]
fn roots_that_are_none() {
    let with_root = |level, payload: &[u8]| {
        let mut builder = Builder::new(Packing::None);
        builder.data(&["a"]);
        let root = builder.block(level, payload);
        builder.finish(&root)
    };
    check(
        with_root(0, b"\x01a"),
        "expecting index block but found data block",
    );
    check(
        with_root(64, b""),
        "expecting index block but found level 64 extension block",
    );
    check(with_root(1, b""), "empty block");
    let moved = |offset: i64, length: i64| {
        let mut builder = Builder::new(Packing::None);
        let data = builder.data(&["a"]);
        let root = builder.index(1, &[data]);
        builder.finish_with(&root, |header| {
            header.root_offset = header.root_offset.wrapping_add_signed(offset);
            header.root_length = header.root_length.wrapping_add_signed(length);
        })
    };
    check(moved(0, 1), "outside of the blocks");
    check(moved(0, i64::MIN), "outside of the blocks");
    check(moved(-100, 0), "outside of the blocks");
    check(moved(i64::MIN, 0), "outside of the blocks");
    check(moved(0, -1), "index length");
    check(moved(-1, 1), "index length");
    let mut damaged = small();
    *damaged.last_mut().unwrap() ^= 1;
    check(damaged, "checksum mismatch");
}

/// A file with one block, whose bytes are given.
fn with_block(bytes: &[u8]) -> Vec<u8> {
    let mut builder = Builder::new(Packing::None);
    let data = builder.raw(bytes).with_key("a");
    let root = builder.index(1, &[data]);
    builder.finish(&root)
}

#[test]
fn blocks_that_are_damaged() {
    let whole = block(0, b"\x01a");
    ask(&ZsReader::open(with_block(&whole)).unwrap(), &Query::all()).unwrap();
    let mut flipped = whole.clone();
    flipped[2] ^= 1;
    check(with_block(&flipped), "checksum mismatch");
    check(
        with_block(&[&[0][..], &[0; 11]].concat()),
        "block of length 0",
    );
    check(with_block(&[0xff; 12]), "uleb128 integer overflowed");
    check(
        with_block(&[&[0x83, 0][..], &[0; 9]].concat()),
        "unnormalized uleb128",
    );
    check(
        with_block(&uleb(1 << 62)),
        "index length 9 != actual length",
    );
    check(
        with_block(&whole[..11]),
        "index length 11 != actual length 12",
    );
    check(with_block(&block(0, b"")), "empty block");
    check(
        with_block(&block(0, b"\x01a\x03bc")),
        "record extends past end of block (2 bytes remaining in block, 3 bytes in record)",
    );
    check(
        with_block(&block(0, b"\x01a\x80")),
        "hit end of buffer while decoding uleb128",
    );
    check(
        with_block(&block(0, b"\x01a\x81\0b")),
        "unnormalized uleb128",
    );
    check(
        with_block(&block(0, &[&b"\x01a"[..], &[0xff; 10]].concat())),
        "uleb128 integer overflowed",
    );
    check(
        with_block(&block(1, b"\x01a\x01\x01")),
        "bad index ref from level 1 to level 1",
    );
    check(
        with_block(&block(64, b"\x01a")),
        "bad index ref from level 1 to level 64",
    );
}

#[test]
fn payloads_that_are_damaged() {
    for (packing, packed, expected) in [
        (Packing::Deflate, &b"\x07"[..], "invalid block type 3"),
        (Packing::Deflate, b"\x01\x02\x00\xfd\xff\x01", "cut off"),
        (
            Packing::Deflate,
            b"\x01\x02\x00\xfd\xff\x01axy",
            "trailing garbage after deflate stream: 2 bytes",
        ),
        (
            Packing::Lzma2,
            b"\x01\x00\x01\x01a",
            "cut off in the middle",
        ),
        (
            Packing::Lzma2,
            b"\x01\x00\x01\x01a\x00\x00",
            "trailing garbage after LZMA2 stream",
        ),
        (Packing::Lzma2, b"\x7f", "unknown LZMA2 control byte"),
    ] {
        let mut builder = Builder::new(packing);
        let data = builder.raw(&block(0, packed)).with_key("a");
        let root = builder.index(1, &[data]);
        check(builder.finish(&root), expected);
    }
}

#[test]
fn records_that_are_not_sorted() {
    let mut builder = Builder::new(Packing::None);
    let data = builder.data(&["a", "c", "b"]);
    let next = builder.data(&["d"]);
    let root = builder.index(1, &[data, next]);
    let reader = ZsReader::open(builder.finish(&root)).unwrap();
    let error = ask(&reader, &Query::all()).unwrap_err();
    assert!(error.contains("unsorted records within block: 'c' before 'b', number 2"));
    // Here a search by halves would come to the wrong end, or a record out of bounds would come along.
    for query in [
        Query::exact("b"),
        Query::exact("c"),
        Query {
            stop: Some(b"c".to_vec()),
            ..Query::all()
        },
        Query {
            stop: Some(b"e".to_vec()),
            ..Query::all()
        },
    ] {
        ask(&reader, &query).unwrap_err();
        let dumped = reader.dump(&query, &Framing::Uleb128, &threads(1), Vec::new());
        assert!(dumped.is_err(), "{query:?}");
    }
}

#[test]
fn blocks_above_the_limit_are_refused() {
    let zeros = vec![0; 30_000_000];
    let payload = data_payload(&[&zeros]);
    let mut bytes = Vec::new();
    let deflate = Compression::Deflate(deflate::Level::DEFAULT);
    BlockEncoder::new(deflate).append_block(Level::DATA, &payload, &mut bytes);
    assert!(bytes.len() < 100_000);
    let mut builder = Builder::new(Packing::Deflate);
    let data = builder.raw(&bytes).with_key("");
    let root = builder.index(1, &[data]);
    let file = builder.finish(&root);
    let options = ReadOptions {
        block_limit: 1 << 20,
        ..ReadOptions::default()
    };
    let reader = ZsReader::open_with(file.as_slice(), options).unwrap();
    let error = reader.search(&Query::all()).next().unwrap().unwrap_err();
    assert!(
        matches!(
            error,
            Error::LimitExceeded {
                limit: 1_048_576,
                ..
            }
        ),
        "{error}"
    );
    let error = reader
        .dump(&Query::all(), &Framing::Uleb128, &threads(2), Vec::new())
        .unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { .. }), "{error}");
    let reader = ZsReader::open(file.as_slice()).unwrap();
    assert_eq!(reader.count(&Query::all(), &threads(2)).unwrap(), 1);
    // Neither a block nor a header is read that could not be within the limit.
    let options = ReadOptions {
        block_limit: 90,
        ..ReadOptions::default()
    };
    let error = ZsReader::open_with(file.as_slice(), options).unwrap_err();
    assert!(
        matches!(
            error,
            Error::LimitExceeded {
                offset: 0,
                limit: 90
            }
        ),
        "{error}"
    );
}

#[test]
fn a_lone_file_is_read_with_all_codecs() {
    for packing in PACKINGS {
        let reader = ZsReader::open(tree(packing, &["a"], 1, 2)).unwrap();
        assert_eq!(ask(&reader, &Query::all()).unwrap(), [b"a"]);
    }
}
