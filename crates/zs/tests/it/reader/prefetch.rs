//! Sources for which it is worth while to have several reads under way.

use std::io::{self, Cursor};
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use blockyard_pipeline::Options;
use blockyard_storage::{Access, ReadAt};
use blockyard_zs::{
    Compression, Cutter, Defect, Ends, Error, Framing, Query, ReadOptions, WriterOptions, ZsReader,
    make,
};

/// A file of which the reads are counted.
struct Remote {
    bytes: Vec<u8>,
    /// Nothing at or behind this place can be read.
    end: u64,
    longest: u64,
    single: AtomicUsize,
    grouped: AtomicUsize,
}

impl Remote {
    fn new(bytes: Vec<u8>, longest: u64) -> Self {
        Self {
            end: u64::MAX,
            bytes,
            longest,
            single: AtomicUsize::new(0),
            grouped: AtomicUsize::new(0),
        }
    }

    /// Returns the numbers of single reads and of groups since the last call.
    fn reads(&self) -> (usize, usize) {
        let single = self.single.swap(0, Ordering::Relaxed);
        (single, self.grouped.swap(0, Ordering::Relaxed))
    }
}

impl ReadAt for Remote {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.single.fetch_add(1, Ordering::Relaxed);
        if offset + buffer.len() as u64 > self.end {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        self.bytes.read_at(buffer, offset)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes.len() as u64)
    }

    fn read_ranges(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Vec<u8>>> {
        self.grouped.fetch_add(1, Ordering::Relaxed);
        if ranges.iter().any(|range| range.end > self.end) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        self.bytes.read_ranges(ranges)
    }

    fn access(&self) -> Access {
        Access {
            in_flight: NonZero::new(4).unwrap(),
            gap: 0,
            longest: self.longest,
        }
    }
}

fn lines() -> Framing {
    Framing::Terminator(b"\n".to_vec())
}

/// Returns sorted lines, and a file of 100 blocks and one index block.
fn sample() -> (Vec<u8>, Vec<u8>) {
    let text: Vec<u8> = (0..10_000)
        .flat_map(|number| format!("record {number:05}\n").into_bytes())
        .collect();
    let cutter = Cutter {
        approx_block_size: NonZero::new(text.len() / 100).unwrap(),
        ..Cutter::new(lines())
    };
    let options = WriterOptions {
        compression: Compression::None,
        branching_factor: 100,
        ..WriterOptions::default()
    };
    let (file, _) = make(
        [Ok(text.as_slice())],
        &cutter,
        Cursor::new(Vec::new()),
        options,
    )
    .unwrap();
    (text, file.into_inner())
}

fn threads(number: usize) -> Options {
    Options {
        threads: NonZero::new(number).unwrap(),
        ..Options::default()
    }
}

#[test]
fn blocks_are_read_in_groups() {
    let (text, file) = sample();
    for (longest, groups) in [(1 << 20, 1), (50_000, 3), (0, 25)] {
        let reader = ZsReader::open(Remote::new(file.clone(), longest)).unwrap();
        reader.root().unwrap();
        reader.source().reads();
        for options in [threads(1), threads(3)] {
            let mut out = Vec::new();
            reader
                .dump(&Query::all(), &lines(), &options, &mut out)
                .unwrap();
            assert!(out == text, "{longest} {options:?}");
            let (single, found) = reader.source().reads();
            assert_eq!((single, found), (0, groups), "{longest}");
            let count = reader.count(&Query::all(), &options).unwrap();
            assert_eq!((count, reader.source().reads()), (10_000, (0, groups)));
        }
    }
}

#[test]
fn only_what_a_query_wants_is_read() {
    let (_, file) = sample();
    let reader = ZsReader::open(Remote::new(file, 1 << 20)).unwrap();
    reader.root().unwrap();
    reader.source().reads();
    let mut out = Vec::new();
    let query = Query::prefix("record 0123");
    let dumped = reader
        .dump(&query, &lines(), &threads(2), &mut out)
        .unwrap();
    assert_eq!((dumped.records, reader.source().reads()), (10, (0, 1)));
}

#[test]
fn what_cannot_be_read_is_an_error_behind_what_can() {
    let (text, file) = sample();
    let whole = ZsReader::open(file.clone()).unwrap();
    let end = whole.root().unwrap().get(50).offset;
    let ends = Ends {
        length: file.len() as u64,
        head: file.clone(),
        tail: Vec::new(),
    };
    let remote = Remote {
        end,
        ..Remote::new(file, 40_000)
    };
    let reader = ZsReader::open_ends(remote, &ends, ReadOptions::default()).unwrap();
    let mut out = Vec::new();
    let outcome = reader.dump(&Query::all(), &lines(), &threads(2), &mut out);
    assert!(
        matches!(outcome, Err(Error::Read { offset, .. }) if offset < end),
        "{outcome:?}"
    );
    assert!(!out.is_empty() && text.starts_with(&out));
}

#[test]
fn a_block_that_was_damaged_on_its_way_is_named() {
    let (text, mut file) = sample();
    let whole = ZsReader::open(file.clone()).unwrap();
    let place = whole.root().unwrap().get(50).offset;
    file[place as usize + 100] ^= 1;
    let reader = ZsReader::open(Remote::new(file, 1 << 20)).unwrap();
    let mut out = Vec::new();
    let outcome = reader.dump(&Query::all(), &lines(), &threads(2), &mut out);
    assert!(
        matches!(&outcome, Err(Error::Corrupt { offset, defect: Defect::Checksum { .. } }) if *offset == place),
        "{outcome:?}"
    );
    assert!(!out.is_empty() && text.starts_with(&out));
}

#[test]
fn a_scan_reads_many_blocks_at_once() {
    let (text, file) = sample();
    for (longest, expected) in [(1 << 20, 1), (50_000, 3)] {
        let reader = ZsReader::open(Remote::new(file.clone(), longest)).unwrap();
        reader.source().reads();
        let mut out = Vec::new();
        let dumped = reader.dump_unindexed(&lines(), &threads(2), &mut out);
        assert_eq!(dumped.unwrap().records, 10_000);
        assert!(out == text);
        assert_eq!(reader.source().reads(), (expected, 0), "{longest}");
        let blocks: Vec<_> = reader.frames().map(|block| block.unwrap().bytes).collect();
        let header = reader.header().encoded_len();
        assert!(blocks.concat() == file[header..]);
    }
}
