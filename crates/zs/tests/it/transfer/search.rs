//! The search behind damaged bytes, which must end soon whatever they are.

use std::io::{self, Cursor};
use std::sync::atomic::{AtomicU64, Ordering};

use blockyard_storage::ReadAt;
use blockyard_zs::{Error, RepairOptions, repair};

use super::{COMPRESSIONS, data_blocks, file_of, numbered, raw_blocks};
use crate::build::{Builder, Packing, crc, uleb};

/// Expects that nothing but the blocks of a file around some bytes is found.
#[track_caller]
fn check(bytes: &[u8]) {
    let original = file_of(COMPRESSIONS[1], &numbered(0..300), 100);
    let blocks = data_blocks(&original);
    let (before, after) = original.split_at(blocks[2].0 as usize);
    let damaged = [before, bytes, after].concat();
    let sink = Cursor::new(Vec::new());
    let options = RepairOptions {
        branching_factor: 2,
        ..RepairOptions::default()
    };
    let (found, report) = repair(damaged.as_slice(), &options, sink).unwrap();
    assert_eq!(raw_blocks(found.get_ref()), raw_blocks(&original));
    assert_eq!(report.dropped[0].bytes.start, blocks[2].0);
}

#[test]
fn through_a_megabyte_of_each_kind() {
    let mut state = 1_u64;
    let random: Vec<u8> = (0..1 << 20)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        })
        .collect();
    check(&random);
    check(&vec![0; 1 << 20]);
    check(&vec![0xff; 1 << 20]);
    check(&b"a line of text\n".repeat(1 << 16));
}

#[test]
fn through_bytes_each_of_which_could_begin_a_long_block() {
    let length = uleb(100_000);
    check(&[&length[..], &[0]].concat().repeat(30_000));
    check(&[2, 0].repeat(30_000));
    let too_long = uleb(1 << 40);
    check(&[&too_long[..], &[0]].concat().repeat(30_000));
}

/// A source that counts the bytes that are read.
struct Counted<'a> {
    file: &'a [u8],
    read: AtomicU64,
}

impl ReadAt for Counted<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let length = self.file.read_at(buffer, offset)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }

    fn len(&self) -> io::Result<u64> {
        ReadAt::len(self.file)
    }
}

/// Behind each block something that says it is one above the limit of the search, which is read for naught.
#[test]
fn through_many_blocks_that_seem_long() {
    let mut builder = Builder::new(Packing::None);
    for _ in 0..2000 {
        builder.data(&["a"]);
        builder.raw(&[&uleb(20_000)[..], &[0]].concat());
    }
    let root = builder.data(&["b"]);
    let file = builder.finish(&root);
    let source = Counted {
        file: &file,
        read: AtomicU64::new(0),
    };
    let options = RepairOptions {
        search_limit: 4096,
        ..RepairOptions::default()
    };
    let (_, report) = repair(&source, &options, Cursor::new(Vec::new())).unwrap();
    assert_eq!(report.written.records, 2001);
    let read = source.read.into_inner();
    assert!(read < 10 * file.len() as u64, "{read} of {}", file.len());
}

/// Blocks of the wrong length whose checksums are right, one in the other.
#[test]
fn through_blocks_in_blocks() {
    let mut nested = b"\x01x".to_vec();
    for _ in 0..200 {
        let body = [&[0xf0][..], &nested].concat();
        nested = [
            uleb(body.len() as u64),
            body.clone(),
            crc(&body).to_le_bytes().to_vec(),
        ]
        .concat();
        nested.push(7);
    }
    let sink = Cursor::new(Vec::new());
    let outcome = repair(nested.as_slice(), &RepairOptions::default(), sink);
    assert!(matches!(outcome, Err(Error::Empty)));
}
