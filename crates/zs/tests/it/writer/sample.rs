//! Files byte by byte.

use blockyard_zs::{Compression, Level};

use super::{cutter, lines, make_of, options, threads};
use crate::build::{Builder, Packing, Reference, crc};

#[test]
fn a_file_of_one_block() {
    let records = [
        &b"not done explicitly .\t42"[..],
        b"not done explicitly for\t71",
        b"not done extensive research\t225",
        b"not done extensive testing\t749",
        b"not done extensive tests\t87",
        b"not done extensive work\t102",
        b"not done extensively in this case\t1",
    ];
    let text = [records.join(&b'\n'), b"\n".to_vec()].concat();
    assert_eq!(text.len(), 207);
    let (file, summary) = make_of(
        &[&text],
        &cutter(lines(), 393_216),
        options(Compression::None),
    )
    .unwrap();

    let mut expected = b"\xabZSfiLe\x01".to_vec();
    expected.extend([0x52, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend([0x44, 1, 0, 0, 0, 0, 0, 0]);
    expected.extend([0x26, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend([0x6a, 1, 0, 0, 0, 0, 0, 0]);
    expected.extend(summary.header.data_sha256);
    expected.extend(b"none\0\0\0\0\0\0\0\0\0\0\0\0");
    expected.extend([2, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend(b"{}");
    expected.extend(crc(&expected[16..]).to_le_bytes());
    assert_eq!(expected.len(), 0x6a);
    expected.extend([0xd0, 1]);
    let start = expected.len();
    expected.push(0);
    for record in records {
        expected.push(record.len() as u8);
        expected.extend(record);
    }
    expected.extend(crc(&expected[start..]).to_le_bytes());
    assert_eq!(expected.len(), 0x144);
    expected.push(0x1d);
    let start = expected.len();
    expected.extend(b"\x01\x18not done explicitly .\t42\x6a\xda\x01");
    expected.extend(crc(&expected[start..]).to_le_bytes());
    assert_eq!(expected.len(), 362);
    assert_eq!(file, expected);
    assert_eq!((summary.records, summary.data_blocks), (7, 1));
    assert_eq!(
        (summary.index_blocks, summary.root_level),
        (1, Level::new(1))
    );
}

/// Writes the blocks of a file in the order in which index blocks become complete.
#[derive(Default)]
struct Index {
    levels: Vec<Vec<Reference>>,
    branching: usize,
}

impl Index {
    fn add(&mut self, builder: &mut Builder, level: usize, reference: Reference) {
        if self.levels.len() == level {
            self.levels.push(Vec::new());
        }
        self.levels[level].push(reference);
        if self.levels[level].len() == self.branching {
            self.flush(builder, level);
        }
    }

    fn flush(&mut self, builder: &mut Builder, level: usize) {
        let references = std::mem::take(&mut self.levels[level]);
        let block = builder.index(level as u8 + 1, &references);
        self.add(builder, level + 1, block);
    }

    fn root(mut self, builder: &mut Builder) -> Reference {
        loop {
            let level = self.levels.iter().position(|level| !level.is_empty());
            let level = level.unwrap();
            let count: usize = self.levels.iter().map(Vec::len).sum();
            if level > 0 && count == 1 {
                return self.levels[level].remove(0);
            }
            self.flush(builder, level);
        }
    }
}

/// Compares a file of so many blocks of two records each with one that is built by hand.
#[track_caller]
fn check(blocks: usize, branching: usize, root_level: u8) {
    let records: Vec<_> = (0..2 * blocks)
        .map(|number| format!("{number:03}"))
        .collect();
    let text: String = records.join("\n") + "\n";
    let mut builder = Builder::new(Packing::None);
    let mut index = Index {
        branching,
        ..Index::default()
    };
    for records in records.chunks(2) {
        let block = builder.data(records);
        index.add(&mut builder, 0, block);
    }
    let root = index.root(&mut builder);
    for number in [1, 2, 7] {
        let mut options = options(Compression::None);
        options.branching_factor = branching;
        options.pipeline = threads(number);
        let (file, summary) = make_of(&[text.as_bytes()], &cutter(lines(), 8), options).unwrap();
        let expected = builder
            .clone()
            .finish_with(&root, |header| header.sha256 = summary.header.data_sha256);
        assert!(
            file == expected,
            "{blocks} blocks, branching factor {branching}"
        );
        assert_eq!(summary.root_level, Level::new(root_level));
        assert_eq!(summary.data_blocks, blocks as u64);
    }
}

#[test]
fn index_blocks_are_where_they_become_complete() {
    check(1, 2, 1);
    check(2, 2, 1);
    check(3, 2, 2);
    check(4, 2, 2);
    check(5, 2, 3);
    check(64, 4, 3);
    check(65, 4, 4);
    check(100, 7, 3);
    check(100, 1024, 1);
}

#[test]
fn the_hash_is_that_of_the_payloads() {
    let text = b"a\nbc\n";
    let compression = Compression::None;
    for size in [1, 1000] {
        let (_, summary) = make_of(&[text], &cutter(lines(), size), options(compression)).unwrap();
        // SHA-256 of 01 61 02 62 63.
        let expected = 0xea1c_c672_b17a_5c99_d273_503a_2989_65ef_u128;
        let found = summary.header.data_sha256.first_chunk().unwrap();
        let found = u128::from_be_bytes(*found);
        assert_eq!(found, expected);
    }
}
