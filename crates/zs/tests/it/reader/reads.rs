//! How much is read, and when.

use std::io;
use std::ops::Range;
use std::sync::Mutex;

use blockyard_storage::ReadAt;
use blockyard_zs::{Ends, Error, Query, ReadOptions, ZsReader};

use crate::build::{Packing, tree};

/// A file that notes which ranges are read.
struct Noted {
    bytes: Vec<u8>,
    reads: Mutex<Vec<Range<u64>>>,
}

impl Noted {
    fn new(bytes: Vec<u8>) -> Self {
        let reads = Mutex::default();
        Self { bytes, reads }
    }

    fn take(&self) -> Vec<Range<u64>> {
        std::mem::take(&mut self.reads.lock().unwrap())
    }
}

impl ReadAt for Noted {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let end = offset + buffer.len() as u64;
        self.reads.lock().unwrap().push(offset..end);
        self.bytes.read_at(buffer, offset)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes.len() as u64)
    }
}

fn file() -> Vec<u8> {
    let records: Vec<String> = (0..2000).map(|number| format!("{number:010}")).collect();
    tree(Packing::None, &records, 20, 10)
}

/// The places of all blocks of [`file`], in their order.
fn blocks(file: &[u8]) -> Vec<Range<u64>> {
    let reader = ZsReader::open(file).unwrap();
    let place =
        |block: blockyard_zs::RawBlock| block.offset..block.offset + block.bytes.len() as u64;
    reader.frames().map(|block| place(block.unwrap())).collect()
}

#[test]
fn a_query_takes_a_read_for_each_level() {
    let file = file();
    let blocks = blocks(&file);
    assert_eq!(blocks.len(), 100 + 10 + 1);
    let source = Noted::new(file);
    let reader = ZsReader::open(&source).unwrap();
    assert_eq!(source.take(), vec![(0..8192)]);
    let query = Query::exact("0000000555");
    assert_eq!(reader.search(&query).count(), 1);
    let expected = [&blocks[110], &blocks[102], &blocks[27]].map(Range::clone);
    assert_eq!(source.take(), expected);
    // What was read is kept.
    assert_eq!(reader.search(&query).count(), 1);
    assert_eq!(reader.search(&Query::exact("0000000556")).count(), 1);
    assert_eq!(source.take(), []);
    assert_eq!(reader.search(&Query::exact("0000000575")).count(), 1);
    assert_eq!(source.take(), [blocks[28].clone()]);
    // A query for nothing, and where the references are, take no data.
    let nothing = Query {
        stop: Some(Vec::new()),
        ..Query::all()
    };
    assert_eq!(reader.search(&nothing).count(), 0);
    let some = Query {
        start: Some(b"0000000541".to_vec()),
        stop: Some(b"0000000599".to_vec()),
        prefix: None,
    };
    assert_eq!(reader.references(&some).count(), 3);
    assert_eq!(source.take(), []);
    let reference = reader.references(&query).next().unwrap().unwrap();
    assert_eq!(reference.range(), blocks[27]);
    assert_eq!(
        (reference.lower(), reference.upper()),
        (&b"0000000540"[..], Some(&b"0000000560"[..]))
    );
    assert_eq!(
        reader.read_raw(&reference).unwrap().len() as u64,
        blocks[27].end - blocks[27].start
    );
    assert_eq!(source.take(), [blocks[27].clone()]);
}

#[test]
fn without_a_cache_every_query_reads() {
    let source = Noted::new(file());
    let options = ReadOptions {
        index_cache: 0,
        data_cache: 0,
        ..ReadOptions::default()
    };
    let reader = ZsReader::open_with(&source, options).unwrap();
    for _ in 0..2 {
        source.take();
        reader.root().unwrap();
        assert_eq!(reader.search(&Query::exact("0000000555")).count(), 1);
    }
    assert_eq!(source.take().len(), 2);
}

#[test]
fn caches_are_bounded() {
    let source = Noted::new(file());
    let options = ReadOptions {
        data_cache: 4000,
        ..ReadOptions::default()
    };
    let reader = ZsReader::open_with(&source, options).unwrap();
    assert_eq!(reader.search(&Query::all()).count(), 2000);
    source.take();
    assert_eq!(reader.search(&Query::all()).count(), 2000);
    assert!(source.take().len() > 80);
}

#[test]
fn known_ends_are_not_read_again() {
    let file = file();
    let blocks = blocks(&file);
    let length = file.len() as u64;
    let source = Noted::new(file.clone());
    let (head, tail) = (file[..8192].to_vec(), file[file.len() - 4096..].to_vec());
    let ends = Ends { length, head, tail };
    let reader = ZsReader::open_ends(&source, &ends, ReadOptions::default()).unwrap();
    reader.root_level().unwrap();
    assert_eq!(source.take(), []);
    assert_eq!(reader.search(&Query::exact("0000000555")).count(), 1);
    // The last blocks of the index are known too, but only the root is kept.
    assert_eq!(source.take(), [blocks[102].clone(), blocks[27].clone()]);
    let ends = Ends {
        length,
        ..Ends::default()
    };
    let reader = ZsReader::open_ends(&source, &ends, ReadOptions::default()).unwrap();
    assert_eq!(reader.search(&Query::all()).count(), 2000);
}

#[test]
fn a_failed_read_is_an_error_with_its_place() {
    struct Failing(Vec<u8>);
    impl ReadAt for Failing {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            if offset > 0 {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.0.read_at(buffer, offset)
        }
        fn len(&self) -> io::Result<u64> {
            Ok(self.0.len() as u64)
        }
    }

    let file = file();
    let root = blocks(&file)[110].clone();
    let reader = ZsReader::open(Failing(file)).unwrap();
    let error = reader.search(&Query::all()).next().unwrap().unwrap_err();
    assert_eq!(error.offset(), Some(root.start));
    let Error::Read { length, source, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(length as u64, root.end - root.start);
    assert_eq!(source.kind(), io::ErrorKind::TimedOut);
}
