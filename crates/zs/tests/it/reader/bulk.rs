use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Mutex;
use std::thread::{self, ThreadId};

use blockyard_pipeline::Options;
use blockyard_zs::{Dumped, Error, Framing, Query, ZsReader};

use super::threads;
use crate::build::{Packing, tree};

fn records(number: usize) -> Vec<String> {
    (0..number)
        .map(|number| format!("{number:06}{}", "x".repeat(number % 300)))
        .collect()
}

fn reader(records: &[String], block_len: usize) -> ZsReader<Vec<u8>> {
    ZsReader::open(tree(Packing::Deflate, records, block_len, 4)).unwrap()
}

#[test]
fn a_dump_is_the_same_on_any_number_of_threads() {
    let records = records(2000);
    let reader = reader(&records, 17);
    let line = |record: &String| format!("{record}\n");
    let query = Query {
        start: Some(b"0001005".to_vec()),
        stop: Some(b"001900".to_vec()),
        prefix: None,
    };
    let some: String = records[1006..1900].iter().map(line).collect();
    let all: String = records.iter().map(line).collect();
    for number in [1, 2, 7] {
        for (query, expected, count) in [(&query, &some, 894), (&Query::all(), &all, 2000)] {
            let query = Query {
                start: query.start.as_ref().map(|_| b"001006".to_vec()),
                ..query.clone()
            };
            let mut dumped = Vec::new();
            let newline = Framing::Terminator(b"\n".to_vec());
            let sums = reader
                .dump(&query, &newline, &threads(number), &mut dumped)
                .unwrap();
            assert!(dumped == expected.as_bytes(), "{number} threads");
            let bytes = expected.len() as u64;
            assert_eq!(
                sums,
                Dumped {
                    records: count,
                    bytes
                }
            );
        }
    }
}

#[test]
fn records_are_framed_as_asked() {
    let records = ["", "a", &"b".repeat(200)].map(str::to_owned);
    let reader = reader(&records, 2);
    let long = "b".repeat(200);
    for (framing, expected) in [
        (
            Framing::Terminator(b"\0".to_vec()),
            format!("\0a\0{long}\0"),
        ),
        (
            Framing::Terminator(b"XYZZY".to_vec()),
            format!("XYZZYaXYZZY{long}XYZZY"),
        ),
        (Framing::Terminator(Vec::new()), format!("a{long}")),
    ] {
        let mut dumped = Vec::new();
        reader
            .dump(&Query::all(), &framing, &threads(2), &mut dumped)
            .unwrap();
        assert_eq!(dumped, expected.as_bytes());
    }
    for (framing, expected) in [
        (
            Framing::Uleb128,
            [&b"\0\x01a\xc8\x01"[..], long.as_bytes()].concat(),
        ),
        (
            Framing::U64le,
            [
                &[0; 8][..],
                &1_u64.to_le_bytes(),
                b"a",
                &200_u64.to_le_bytes(),
                long.as_bytes(),
            ]
            .concat(),
        ),
    ] {
        let mut dumped = Vec::new();
        reader
            .dump(&Query::all(), &framing, &threads(2), &mut dumped)
            .unwrap();
        assert_eq!(dumped, expected);
    }
}

#[test]
fn results_come_in_order_and_from_other_threads() {
    let records = records(1000);
    let reader = reader(&records, 10);
    let workers = Mutex::new(BTreeSet::new());
    let name = |id: ThreadId| format!("{id:?}");
    let mut firsts = Vec::new();
    reader
        .block_map(
            &Query::all(),
            &threads(3),
            |batch| {
                workers.lock().unwrap().insert(name(thread::current().id()));
                Ok::<_, Error>((batch.get(0).to_vec(), batch.len()))
            },
            |first| {
                firsts.push(first);
                Ok(())
            },
        )
        .unwrap();
    let expected: Vec<_> = records
        .chunks(10)
        .map(|chunk| (chunk[0].as_bytes().to_vec(), 10))
        .collect();
    assert_eq!(firsts, expected);
    assert!(workers.into_inner().unwrap().len() > 1);
}

#[test]
fn the_first_two_blocks_take_no_threads() {
    let reader = reader(&records(1000), 10);
    let own = thread::current().id();
    for stop in ["000003", "000013"] {
        let query = Query {
            stop: Some(stop.into()),
            ..Query::all()
        };
        reader
            .block_exec(&query, &threads(4), |_| {
                assert_eq!(thread::current().id(), own);
                Ok::<_, Error>(())
            })
            .unwrap();
    }
}

#[test]
fn three_blocks_take_threads() {
    let reader = reader(&records(1000), 10);
    let own = thread::current().id();
    let query = Query {
        stop: Some("000023".into()),
        ..Query::all()
    };
    let others = Mutex::new(0);
    reader
        .block_exec(&query, &threads(4), |_| {
            *others.lock().unwrap() += i32::from(thread::current().id() != own);
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(others.into_inner().unwrap(), 2);
}

#[test]
fn the_first_error_ends_it() {
    #[derive(Debug)]
    enum Own {
        Zs(Error),
        Unwanted(Vec<u8>),
    }
    impl From<Error> for Own {
        fn from(error: Error) -> Self {
            Self::Zs(error)
        }
    }

    let reader = reader(&records(1000), 10);
    for number in [1, 4] {
        let mut blocks = 0;
        let outcome = reader.for_each_block(&Query::all(), &threads(number), |batch| {
            blocks += 1;
            if batch.get(0) >= b"0005".as_slice() {
                return Err(Own::Unwanted(batch.get(0)[..6].to_vec()));
            }
            Ok(())
        });
        assert!(matches!(outcome, Err(Own::Unwanted(record)) if record == b"000500"));
        assert_eq!(blocks, 51);
        let outcome = reader.block_exec(&Query::all(), &threads(number), |batch| {
            if batch.get(0) >= b"0005".as_slice() {
                return Err(Own::Unwanted(batch.get(0)[..6].to_vec()));
            }
            Ok(())
        });
        assert!(matches!(outcome, Err(Own::Unwanted(record)) if record == b"000500"));
        let options = Options::default();
        options.cancel.cancel();
        let outcome = reader.for_each_block(&Query::all(), &options, |_| Ok(()));
        assert!(matches!(
            outcome,
            Err(Own::Zs(Error::Pipeline(
                blockyard_pipeline::Error::Cancelled
            )))
        ));
    }
}

#[test]
fn a_full_disk_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let reader = reader(&records(1000), 10);
    let outcome = reader.dump(&Query::all(), &Framing::U64le, &threads(2), Full);
    assert!(matches!(outcome, Err(Error::Write(_))));
}
