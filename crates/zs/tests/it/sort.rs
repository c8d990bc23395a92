//! Records in any order, sorted in little memory.

use std::cell::Cell;
use std::io::{self, Cursor, Write};
use std::num::NonZero;

use blockyard_pipeline::Options;
use blockyard_storage::ReadAt;
use blockyard_zs::{
    Compression, Cutter, Error, Framing, SortOptions, WriterOptions, ZsWriter, make, sort,
};
use proptest::prelude::*;

/// The least memory that counts.
const MEMORY: usize = 1 << 20;

fn options(threads: usize, unique: bool) -> SortOptions {
    SortOptions {
        memory: MEMORY,
        unique,
        pipeline: Options {
            threads: NonZero::new(threads).unwrap(),
            ..Options::default()
        },
    }
}

fn writer_options() -> WriterOptions {
    WriterOptions {
        compression: Compression::None,
        branching_factor: 4,
        ..WriterOptions::default()
    }
}

fn cutter(framing: Framing, size: usize) -> Cutter {
    Cutter {
        approx_block_size: NonZero::new(size).unwrap(),
        ..Cutter::new(framing)
    }
}

fn lines() -> Framing {
    Framing::Terminator(b"\n".to_vec())
}

fn frame(records: &[Vec<u8>], framing: &Framing) -> Vec<u8> {
    let mut bytes = Vec::new();
    for record in records {
        match framing {
            Framing::Terminator(terminator) => {
                bytes.extend_from_slice(record);
                bytes.extend_from_slice(terminator);
            }
            Framing::Uleb128 => blockyard_zs::append_record(record, &mut bytes),
            Framing::U64le => {
                bytes.extend((record.len() as u64).to_le_bytes());
                bytes.extend_from_slice(record);
            }
        }
    }
    bytes
}

/// Numbers without an order that anybody could see, the same each time.
fn numbers() -> impl Iterator<Item = u64> {
    let mut state = 1u64;
    std::iter::repeat_with(move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state >> 33
    })
}

/// Makes a file by sorting, and compares it byte by byte with that of the sorted records.
#[track_caller]
fn check(records: &[Vec<u8>], cutter: &Cutter, options: &SortOptions) -> usize {
    let mut expected = records.to_vec();
    expected.sort();
    if options.unique {
        expected.dedup();
    }
    let input = frame(&expected, &cutter.framing);
    let sink = Cursor::new(Vec::new());
    let (expected, _) = make([Ok(input.as_slice())], cutter, sink, writer_options()).unwrap();

    // Two inputs, as one would be too easy.
    let (first, second) = records.split_at(records.len() / 3);
    let inputs = [first, second].map(|records| frame(records, &cutter.framing));
    let inputs = inputs.iter().map(|input| Ok(input.as_slice()));
    let spills = Cell::new(0);
    let spill = || {
        spills.set(spills.get() + 1);
        tempfile::tempfile()
    };
    let sorted = sort(inputs, cutter, options, spill).unwrap();
    let mut writer = ZsWriter::new(Cursor::new(Vec::new()), writer_options()).unwrap();
    writer.write_blocks(sorted).unwrap();
    let (found, _) = writer.finish().unwrap();
    assert!(found.into_inner() == expected.into_inner(), "{cutter:?}");
    spills.get()
}

#[test]
fn a_file_is_the_same_as_that_of_sorted_records() {
    let records: Vec<Vec<u8>> = numbers()
        .take(60_000)
        .map(|number| format!("record {}", number % 20_000).into_bytes())
        .collect();
    for framing in [
        lines(),
        Framing::Terminator(b"; ".to_vec()),
        Framing::Uleb128,
        Framing::U64le,
    ] {
        for (threads, unique) in [(1, false), (2, true), (7, false)] {
            check(
                &records,
                &cutter(framing.clone(), 5000),
                &options(threads, unique),
            );
        }
    }
}

#[test]
fn more_runs_than_memory_are_merged_in_passes() {
    // With 7 threads a run has 35 KB, and half the memory is for 7 runs.
    let records: Vec<Vec<u8>> = numbers()
        .take(200_000)
        .map(|number| format!("{number:030}").into_bytes())
        .collect();
    let spills = check(&records, &cutter(lines(), 100_000), &options(7, false));
    assert!(spills > 2, "{spills} temporary files");
    let spills = check(&records, &cutter(lines(), 100_000), &options(2, true));
    assert!(spills > 1, "{spills} temporary files");
}

#[test]
fn records_without_bytes_are_records() {
    let records = vec![Vec::new(); 300_000];
    check(&records, &cutter(lines(), 1000), &options(2, false));
    check(&records, &cutter(lines(), 1000), &options(2, true));
}

#[test]
fn without_records_there_are_no_blocks() {
    let inputs = [Ok(b"".as_slice()), Ok(b"")];
    let mut sorted = sort(
        inputs,
        &Cutter::new(lines()),
        &SortOptions::default(),
        tempfile::tempfile,
    )
    .unwrap();
    assert!(sorted.next().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_records_are_sorted(
        records in prop::collection::vec(prop::collection::vec(b'a'..=b'c', 0..12), 1..200),
        size in 1usize..60,
        unique in any::<bool>(),
    ) {
        for framing in [lines(), Framing::Terminator(b"xy".to_vec()), Framing::Uleb128] {
            check(&records, &cutter(framing, size), &options(1, unique));
        }
    }
}

#[test]
fn a_record_that_is_longer_than_a_run_is_named() {
    let input = [b"short\n".to_vec(), vec![b'x'; MEMORY], b"\n".to_vec()].concat();
    let spill = tempfile::tempfile;
    let outcome = sort(
        [Ok(input.as_slice())],
        &Cutter::new(lines()),
        &options(2, false),
        spill,
    );
    assert!(
        matches!(&outcome, Err(Error::RecordLimit { place, .. }) if place.offset == 6),
        "{outcome:?}"
    );
}

#[test]
fn an_input_without_its_last_terminator_is_an_error() {
    let inputs = [Ok(b"b\n".as_slice()), Ok(b"a\nc".as_slice())];
    let outcome = sort(
        inputs,
        &Cutter::new(lines()),
        &options(2, false),
        tempfile::tempfile,
    );
    assert!(
        matches!(&outcome, Err(Error::Unterminated { place }) if (place.input, place.offset) == (1, 2)),
        "{outcome:?}"
    );
}

/// A temporary file that breaks.
#[derive(Default)]
struct Broken {
    bytes: Vec<u8>,
    writes: usize,
    damage: Option<usize>,
}

impl Write for Broken {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.writes == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.writes -= 1;
        self.bytes.extend_from_slice(bytes);
        if let Some(place) = self.damage {
            self.bytes[place] ^= 1;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ReadAt for Broken {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.bytes.as_slice().read_at(buffer, offset)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes.len() as u64)
    }
}

#[test]
fn temporary_files_that_fail_are_errors() {
    let input = b"b\na\n".as_slice();
    let sorted = |spill: fn() -> io::Result<Broken>| {
        sort(
            [Ok(input)],
            &Cutter::new(lines()),
            &options(1, false),
            spill,
        )
        .map(drop)
    };
    let refused = sorted(|| Err(io::ErrorKind::PermissionDenied.into()));
    assert!(matches!(refused, Err(Error::Spill(_))), "{refused:?}");
    let full = sorted(|| Ok(Broken::default()));
    assert!(matches!(full, Err(Error::Spill(_))), "{full:?}");
    for place in [0, 1, 5] {
        let spill = || {
            Ok(Broken {
                writes: 1,
                damage: Some(place),
                ..Broken::default()
            })
        };
        let options = options(1, false);
        let damaged = sort([Ok(input)], &Cutter::new(lines()), &options, spill).map(drop);
        assert!(
            matches!(damaged, Err(Error::Corrupt { .. } | Error::Spill(_))),
            "{damaged:?}"
        );
    }
}
