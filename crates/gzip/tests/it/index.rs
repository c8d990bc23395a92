//! Reading from the middle of files.

use std::cell::RefCell;
use std::io;

use blockyard_gzip::{
    CompressOptions, DecompressOptions, Error, Format, Index, compress, decompress,
};
use blockyard_storage::ReadAt;

use crate::samples::{Numbers, random, text};
use crate::support::{decompress_options, level, pack, threads};

/// Counts the bytes that are read.
struct Counted<'a> {
    bytes: &'a [u8],
    read: RefCell<usize>,
}

impl ReadAt for Counted<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let length = self.bytes.read_at(buffer, offset)?;
        *self.read.borrow_mut() += length;
        Ok(length)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes.len() as u64)
    }
}

/// Returns the index after it was written and read.
#[track_caller]
fn there_and_back(index: &Index) -> Index {
    let mut bytes = Vec::new();
    index.write_to(&mut bytes).unwrap();
    bytes.extend_from_slice(b"what follows is not read");
    let mut rest = bytes.as_slice();
    let read = Index::read_from(&mut rest).unwrap();
    assert_eq!(rest, b"what follows is not read");
    assert_eq!(&read, index);
    read
}

#[track_caller]
fn check(index: &Index, packed: &[u8], data: &[u8], checkpoints: std::ops::Range<usize>) {
    let index = there_and_back(index);
    assert!(
        checkpoints.contains(&index.checkpoints()),
        "{} checkpoints",
        index.checkpoints()
    );
    assert_eq!(index.uncompressed_len(), data.len() as u64);
    assert_eq!(index.compressed_len(), packed.len() as u64);
    let mut numbers = Numbers::new(1);
    let mut ranges = vec![
        (0, 0),
        (0, 1),
        (0, data.len()),
        (data.len(), 5),
        (data.len() - 1, 1),
        (data.len() - 1, 100),
    ];
    ranges.extend((0..30).map(|_| (numbers.below(data.len()), numbers.below(100_000))));
    for (offset, length) in ranges {
        let mut output = Vec::new();
        let read = index
            .read_range(packed, offset as u64, length as u64, &mut output)
            .unwrap();
        let expected = &data[offset..data.len().min(offset + length)];
        assert_eq!(read, expected.len() as u64, "range {offset}+{length}");
        assert!(output == expected, "range {offset}+{length}");
    }
    assert_eq!(
        index.read_range(packed, u64::MAX, 5, io::sink()).unwrap(),
        0
    );
    assert_eq!(
        index
            .read_range(packed, data.len() as u64 - 2, u64::MAX, io::sink())
            .unwrap(),
        2
    );
}

fn spaced(spacing: u64, format: Option<Format>) -> DecompressOptions {
    DecompressOptions {
        index_spacing: Some(spacing),
        ..decompress_options(2, format)
    }
}

#[test]
fn of_our_own_output() {
    let data = text(14_000_000, 1);
    for format in [Format::Gzip, Format::Zlib, Format::Raw] {
        let options = CompressOptions {
            format,
            index: true,
            level: level(1),
            ..CompressOptions::default()
        };
        let mut packed = Vec::new();
        let index = compress(data.as_slice(), &mut packed, &options)
            .unwrap()
            .index
            .unwrap();
        check(&index, &packed, &data, 3..4);
        let mut bytes = Vec::new();
        index.write_to(&mut bytes).unwrap();
        assert!(bytes.len() < 300, "{} bytes", bytes.len());
    }
}

#[test]
fn of_any_file() {
    let data = [text(3_000_000, 2), random(500_000, 3), text(2_000_000, 4)].concat();
    for format in [Format::Gzip, Format::Zlib, Format::Raw] {
        // One block of input in the eyes of the compressor: no restart, and blocks that end anywhere.
        let options = CompressOptions {
            format,
            block_size: Some(threads(64 << 20)),
            ..CompressOptions::default()
        };
        let packed = pack(&data, &options);
        let index = Index::build(packed.as_slice(), &spaced(300_000, Some(format))).unwrap();
        check(&index, &packed, &data, 8..20);
    }
}

#[test]
fn of_many_members() {
    let data = text(1_000_000, 5);
    let packed: Vec<u8> = data
        .chunks(1000)
        .flat_map(|chunk| {
            pack(
                chunk,
                &CompressOptions {
                    threads: threads(1),
                    ..CompressOptions::default()
                },
            )
        })
        .collect();
    let index = Index::build(packed.as_slice(), &spaced(50_000, None)).unwrap();
    check(&index, &packed, &data, 20..21);
}

#[test]
fn it_is_made_while_decompressing() {
    let data = text(3_000_000, 6);
    let packed = pack(&data, &CompressOptions::default());
    let mut output = Vec::new();
    let summary = decompress(packed.as_slice(), &mut output, &spaced(1 << 20, None)).unwrap();
    assert!(output == data);
    check(&summary.index.unwrap(), &packed, &data, 2..4);
}

#[test]
fn a_range_reads_little_of_the_file() {
    let data = text(14_000_000, 7);
    let options = CompressOptions {
        index: true,
        level: level(1),
        ..CompressOptions::default()
    };
    let mut packed = Vec::new();
    let index = compress(data.as_slice(), &mut packed, &options)
        .unwrap()
        .index
        .unwrap();
    let file = Counted {
        bytes: &packed,
        read: RefCell::new(0),
    };
    // A little behind the restart at 9 MiB.
    let offset = (9 << 20) + 1000;
    let mut output = Vec::new();
    index.read_range(&file, offset, 100, &mut output).unwrap();
    assert!(output == data[offset as usize..offset as usize + 100]);
    let read = *file.read.borrow();
    assert!(read <= 8 + 64 * 1024, "{read} bytes");
}

#[test]
fn a_member_that_was_added_later_makes_an_index_foreign() {
    let data = text(300_000, 8);
    for format in [Format::Gzip, Format::Zlib] {
        let options = CompressOptions {
            format,
            ..CompressOptions::default()
        };
        let mut packed = pack(&data, &options);
        let index = Index::build(packed.as_slice(), &spaced(1 << 20, None)).unwrap();
        let expected = packed.len() as u64;
        // Zeros, and other bytes that no member begins with, are not data.
        for trailing in [&[0; 600][..], b"garbage"] {
            let longer = [&packed, trailing].concat();
            let read = index.read_range(longer.as_slice(), 0, 5, io::sink());
            assert_eq!(read.unwrap(), 5);
        }
        packed.extend(pack(b"more", &options));
        let error = index
            .read_range(packed.as_slice(), 0, 5, io::sink())
            .unwrap_err();
        let found = packed.len() as u64;
        assert!(
            matches!(error, Error::ForeignIndex { what: "length", expected: e, found: f }
                if (e, f) == (expected, found)),
            "{error}"
        );
    }
}

#[test]
fn a_spacing_of_nothing_takes_every_place() {
    let data = text(300_000, 8);
    let packed = pack(&data, &CompressOptions::default());
    let index = Index::build(packed.as_slice(), &spaced(0, None)).unwrap();
    check(&index, &packed, &data, 2..1000);
}

#[test]
fn empty_files() {
    let packed = pack(b"", &CompressOptions::default());
    let index =
        there_and_back(&Index::build(packed.as_slice(), &decompress_options(1, None)).unwrap());
    assert_eq!(
        index
            .read_range(packed.as_slice(), 0, 10, io::sink())
            .unwrap(),
        0
    );
}

#[test]
fn a_damaged_file_has_no_index() {
    let mut packed = pack(&text(100_000, 9), &CompressOptions::default());
    let end = packed.len() - 5;
    packed[end] ^= 1;
    let error = Index::build(packed.as_slice(), &decompress_options(2, None)).unwrap_err();
    assert!(
        matches!(error, Error::Checksum { member: 1, .. }),
        "{error}"
    );
}

#[test]
fn another_file_is_recognized() {
    let packed = pack(&text(100_000, 10), &CompressOptions::default());
    let index = Index::build(packed.as_slice(), &decompress_options(1, None)).unwrap();
    let check = |file: &[u8], expected: &str| {
        let error = index
            .read_range(file, 0, 10, io::sink())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(
        &packed[..packed.len() - 1],
        "index does not belong to the file: length expected",
    );
    let other = [
        pack(&text(100_000, 11), &CompressOptions::default()),
        vec![0; 1000],
    ]
    .concat();
    check(
        &other,
        "index does not belong to the file: trailer expected",
    );
    let longer = [packed.as_slice(), b"garbage"].concat();
    assert_eq!(
        index
            .read_range(longer.as_slice(), 0, 10, io::sink())
            .unwrap(),
        10
    );
}

#[test]
fn members_within_a_range_are_verified() {
    let mut packed = pack(&text(1000, 12), &CompressOptions::default());
    let second = packed.len();
    packed.extend_from_slice(&pack(&text(1000, 13), &CompressOptions::default()));
    packed.extend_from_slice(&pack(&text(1000, 14), &CompressOptions::default()));
    let index = Index::build(packed.as_slice(), &spaced(1 << 20, None)).unwrap();
    packed[second - 7] ^= 1;
    assert_eq!(
        index
            .read_range(packed.as_slice(), 0, 1000, io::sink())
            .unwrap(),
        1000
    );
    let error = index
        .read_range(packed.as_slice(), 900, 200, io::sink())
        .unwrap_err();
    assert!(
        matches!(error, Error::Checksum { member: 1, .. }),
        "{error}"
    );
}

#[test]
fn a_damaged_index_is_refused() {
    let data = [text(60_000, 15), random(20_000, 16)].concat();
    let packed = pack(
        &data,
        &CompressOptions {
            block_size: Some(threads(20_000)),
            ..CompressOptions::default()
        },
    );
    let index = Index::build(packed.as_slice(), &spaced(30_000, None)).unwrap();
    let mut bytes = Vec::new();
    index.write_to(&mut bytes).unwrap();
    for position in 0..bytes.len() {
        for change in [0x01, 0x80, 0xff] {
            bytes[position] ^= change;
            let error = Index::read_from(bytes.as_slice()).unwrap_err();
            assert!(
                matches!(error, Error::InvalidIndex { .. }),
                "position {position}: {error}"
            );
            bytes[position] ^= change;
        }
        let error = Index::read_from(&bytes[..position]).unwrap_err();
        assert!(
            matches!(error, Error::InvalidIndex { .. }),
            "cut at {position}: {error}"
        );
    }
    Index::read_from(bytes.as_slice()).unwrap();
}

/// Changes bytes of an index and mends its checksum, as somebody would who wants to do harm.
#[test]
fn a_forged_index_does_no_harm() {
    let data = [text(60_000, 17), random(20_000, 18)].concat();
    let packed = pack(
        &data,
        &CompressOptions {
            block_size: Some(threads(20_000)),
            ..CompressOptions::default()
        },
    );
    let index = Index::build(packed.as_slice(), &spaced(30_000, None)).unwrap();
    let mut original = Vec::new();
    index.write_to(&mut original).unwrap();
    let check = |bytes: &mut [u8]| {
        let end = bytes.len() - 4;
        let checksum = crc32fast::hash(&bytes[..end]);
        bytes[end..].copy_from_slice(&checksum.to_le_bytes());
        let Ok(index) = Index::read_from(&*bytes) else {
            return false;
        };
        for offset in [0, 40_000, 79_000] {
            let mut output = Vec::new();
            let outcome = index.read_range(packed.as_slice(), offset, 500, &mut output);
            assert!(output.len() <= 500);
            assert!(outcome.is_err() || outcome.unwrap() == output.len() as u64);
        }
        true
    };
    let mut accepted = 0;
    let positions = 0..original.len() - 4;
    for position in positions.filter(|position| *position < 200 || position % 5 == 0) {
        for change in [0x01, 0x40, 0xff] {
            let mut bytes = original.clone();
            bytes[position] ^= change;
            accepted += usize::from(check(&mut bytes));
        }
    }
    assert!(accepted > 0);
    // The numbers of the header and of the first checkpoint.
    for position in [8, 16, 24, 32, 40, 48, 56] {
        for number in [u64::MAX, u64::MAX - 1, u64::MAX / 8, 1 << 60, 1 << 32, 1, 0] {
            let mut bytes = original.clone();
            bytes[position..position + 8].copy_from_slice(&number.to_le_bytes());
            check(&mut bytes);
        }
    }
}
