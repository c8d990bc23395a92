use std::io;
use std::ops::Range;
use std::sync::Mutex;

use blockyard_storage::{Access, ReadAt};
use blockyard_zs::{Defect, Error, Query, ZsReader, subset};

use super::{
    COMPRESSIONS, Records, data_blocks, file_of, numbered, open, raw_blocks, records_of, write,
};

/// Expects a file with what a query finds, and the inner blocks as they were.
#[track_caller]
fn check(file: &[u8], query: &Query) {
    let reader = open(file);
    let compression = blockyard_zs::Compression::from(reader.header().codec);
    let expected: Records = reader.search(query).map(Result::unwrap).collect();
    let found = write(compression, |sink, options| {
        subset(&reader, query, sink, options)
    });
    if expected.is_empty() {
        assert!(matches!(found, Err(Error::Empty)));
        return;
    }
    let found = found.unwrap();
    assert_eq!(records_of(&found), expected);
    let wanted: Vec<_> = reader.blocks(query).map(Result::unwrap).collect();
    let blocks = raw_blocks(&found);
    assert_eq!(blocks.len(), wanted.len());
    let before = raw_blocks(file);
    for block in &blocks[1..blocks.len().saturating_sub(1).max(1)] {
        assert!(before.contains(block));
    }
}

#[test]
fn queries_of_all_kinds() {
    for compression in COMPRESSIONS {
        let file = file_of(compression, &numbered(0..300), 9);
        check(&file, &Query::all());
        for prefix in [
            "", "0000", "00001", "000123", "0002", "1", "000299 ", "000000",
        ] {
            check(&file, &Query::prefix(prefix));
        }
        for (start, stop) in [(0, 300), (17, 18), (9, 18), (8, 19), (290, 400), (5, 5)] {
            let key = |number| Some(format!("{number:06}").into_bytes());
            let query = Query {
                start: key(start),
                stop: key(stop),
                prefix: None,
            };
            check(&file, &query);
        }
    }
}

#[test]
fn everything_is_the_same_file() {
    for compression in COMPRESSIONS {
        let file = file_of(compression, &numbered(0..300), 9);
        let reader = open(&file);
        let all = write(compression, |sink, options| {
            subset(&reader, &Query::all(), sink, options)
        });
        assert_eq!(all.unwrap(), file);
    }
}

/// A source that reads several ranges at a time, and knows which.
struct Remote<'a> {
    file: &'a [u8],
    calls: Mutex<Vec<Vec<Range<u64>>>>,
}

impl ReadAt for Remote<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn len(&self) -> io::Result<u64> {
        ReadAt::len(self.file)
    }

    fn read_ranges(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Vec<u8>>> {
        self.calls.lock().unwrap().push(ranges.to_vec());
        self.file.read_ranges(ranges)
    }

    fn access(&self) -> Access {
        Access {
            in_flight: 4.try_into().unwrap(),
            ..Access::default()
        }
    }
}

#[test]
fn of_a_remote_file_several_blocks_are_read_at_a_time_and_no_others() {
    let [none, ..] = COMPRESSIONS;
    let file = file_of(none, &numbered(0..300), 9);
    let remote = Remote {
        file: &file,
        calls: Mutex::default(),
    };
    let reader = ZsReader::open(remote).unwrap();
    let query = Query::prefix("0001");
    let (found, _) = subset(
        &reader,
        &query,
        io::Cursor::new(Vec::new()),
        super::options(none, 2),
    )
    .unwrap();
    assert_eq!(records_of(found.get_ref()), numbered(100..200));
    let calls = reader.source().calls.lock().unwrap().clone();
    assert!(calls.iter().all(|call| call.len() <= 4));
    let read: Vec<_> = calls.concat();
    let expected: Vec<_> = reader
        .references(&query)
        .map(|reference| reference.unwrap().range())
        .collect();
    // The last group may be one block, which is read alone.
    assert_eq!(read, expected[..read.len()]);
    assert!(expected.len() - read.len() < 2);
}

#[test]
fn damage_is_an_error_where_it_is_wanted() {
    for compression in COMPRESSIONS {
        let file = file_of(compression, &numbered(0..100), 10);
        for (number, (offset, bytes)) in data_blocks(&file).into_iter().enumerate() {
            let mut damaged = file.clone();
            damaged[offset as usize + bytes.len() / 2] ^= 8;
            let reader = open(&damaged);
            let outcome = |query: &Query| {
                write(compression, |sink, options| {
                    subset(&reader, query, sink, options)
                })
            };
            let wanted = outcome(&Query::prefix(format!("0000{number}")));
            let Err(Error::Corrupt {
                offset: found,
                defect: Defect::Checksum { .. },
            }) = wanted
            else {
                panic!("{wanted:?}");
            };
            assert_eq!(found, offset);
            let other = outcome(&Query::prefix(format!("0000{}5", (number + 5) % 10))).unwrap();
            assert_eq!(records_of(&other).len(), 1);
        }
    }
}
