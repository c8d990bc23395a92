use std::num::NonZero;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex};
use std::time::Duration;
use std::{io, thread};

use blockyard_storage::{Access, ReadAt, read_ahead};

/// Byte n is n modulo 251. Records its reads, and can hold them until some number are under way.
struct Source {
    access: Access,
    reads: Mutex<Reads>,
    changed: Condvar,
    together: usize,
    fail_at: Option<u64>,
}

#[derive(Default)]
struct Reads {
    ranges: Vec<Range<u64>>,
    under_way: usize,
    most: usize,
    on_other_threads: usize,
}

const LENGTH: u64 = 10_000;

impl Source {
    fn new(in_flight: usize, gap: u64, longest: u64) -> Self {
        let access = Access {
            in_flight: NonZero::new(in_flight).unwrap(),
            gap,
            longest,
        };
        Self {
            access,
            reads: Mutex::default(),
            changed: Condvar::new(),
            together: 1,
            fail_at: None,
        }
    }

    fn ranges(&self) -> Vec<Range<u64>> {
        let mut ranges = self.reads.lock().unwrap().ranges.clone();
        ranges.sort_by_key(|range| range.start);
        ranges
    }
}

impl ReadAt for Source {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut reads = self.reads.lock().unwrap();
        reads.ranges.push(offset..offset + buffer.len() as u64);
        reads.under_way += 1;
        reads.most = reads.most.max(reads.under_way);
        reads.on_other_threads += usize::from(thread::current().name().is_none());
        self.changed.notify_all();
        let (mut reads, timeout) = self
            .changed
            .wait_timeout_while(reads, Duration::from_secs(20), |reads| {
                reads.most < self.together
            })
            .unwrap();
        assert!(!timeout.timed_out(), "{} at most", reads.most);
        reads.under_way -= 1;
        drop(reads);
        match self.fail_at {
            Some(at) if offset == at => return Err(io::ErrorKind::ConnectionReset.into()),
            _ => {}
        }
        for (byte, n) in buffer.iter_mut().zip(offset..) {
            *byte = (n % 251) as u8;
        }
        Ok(buffer.len())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(LENGTH)
    }

    fn access(&self) -> Access {
        self.access
    }
}

#[track_caller]
fn check_bytes(ranges: &[Range<u64>], bodies: &[Vec<u8>]) {
    assert_eq!(bodies.len(), ranges.len());
    for (range, body) in ranges.iter().zip(bodies) {
        let expected: Vec<_> = range.clone().map(|n| (n % 251) as u8).collect();
        assert_eq!(body, &expected, "{range:?}");
    }
}

fn collect(source: &Source, ranges: &[Range<u64>]) -> io::Result<Vec<Vec<u8>>> {
    read_ahead(source, ranges.iter().cloned(), |bodies| bodies.collect())
}

/// Reads `ranges` with gaps up to 10 and joined lengths up to 100, and checks what reads that takes.
#[track_caller]
fn check_joined(ranges: &[Range<u64>], expected: &[Range<u64>]) {
    for in_flight in [1, 3] {
        let source = Source::new(in_flight, 10, 100);
        let bodies = collect(&source, ranges).unwrap();
        check_bytes(ranges, &bodies);
        assert_eq!(source.ranges(), expected);
    }
}

#[test]
#[expect(clippy::single_range_in_vec_init, reason = "lists of ranges")]
fn near_ranges_are_one_read() {
    check_joined(&[], &[]);
    check_joined(&[5..9], &[5..9]);
    check_joined(&[0..10, 10..20, 30..40, 51..60], &[0..40, 51..60]);
    // Not longer than 100, unless a single one is.
    check_joined(&[0..50, 50..100, 100..110], &[0..100, 100..110]);
    check_joined(&[0..150, 150..160], &[0..150, 150..160]);
    // Overlapping, contained, the same again, and empty.
    check_joined(&[0..50, 20..60, 30..40, 30..40, 35..35], &[0..60]);
    check_joined(&[7..7, 8000..8000], &[]);
    // Not in order: not joined.
    check_joined(&[100..110, 95..99], &[95..99, 100..110]);
}

#[test]
fn as_many_reads_as_are_worth_having_are_under_way() {
    let ranges: Vec<_> = (0..20).map(|n| n * 100..n * 100 + 50).collect();
    let mut source = Source::new(4, 0, 0);
    // No read ends before four have begun.
    source.together = 4;
    check_bytes(&ranges, &collect(&source, &ranges).unwrap());
    assert_eq!(source.reads.lock().unwrap().most, 4);
    assert_eq!(source.ranges(), ranges);
}

#[test]
fn what_waits_is_bounded_too() {
    let ranges = (0..20).map(|n| n * 100..n * 100 + 50);
    let source = Source::new(3, 0, 0);
    let taken = read_ahead(&source, ranges, |bodies| {
        let first = bodies.next().unwrap().unwrap();
        assert_eq!(first.len(), 50);
        // Nobody takes the rest: three reads more than were consumed, and no others, can begin.
        thread::yield_now();
        source.reads.lock().unwrap().ranges.len()
    });
    assert!(taken <= 4, "{taken}");
    assert!(source.ranges().len() <= 4);
}

#[test]
fn one_read_needs_no_thread() {
    for (in_flight, ranges) in [(8, vec![0..10, 10..20]), (1, vec![0..10, 500..600])] {
        let source = Source::new(in_flight, 0, 100);
        check_bytes(&ranges, &collect(&source, &ranges).unwrap());
        assert_eq!(source.reads.lock().unwrap().on_other_threads, 0);
    }
}

#[test]
fn an_error_comes_in_its_place_and_is_the_last_item() {
    for in_flight in [1, 2, 5] {
        let mut source = Source::new(in_flight, 0, 0);
        source.fail_at = Some(300);
        let ranges = (0..10).map(|n| n * 100..n * 100 + 50);
        let items: Vec<_> = read_ahead(&source, ranges, |bodies| bodies.collect());
        let kinds: Vec<_> = items
            .iter()
            .map(|item| item.as_ref().map(Vec::len).map_err(io::Error::kind))
            .collect();
        let reset = Err(io::ErrorKind::ConnectionReset);
        assert_eq!(kinds, [Ok(50), Ok(50), Ok(50), reset]);
    }
}

#[track_caller]
fn check_refused(ranges: &[Range<u64>], expected: io::ErrorKind) {
    let memory: Vec<u8> = vec![0; LENGTH as usize];
    let source = Source::new(2, 10, 1 << 40);
    for error in [
        collect(&source, ranges).unwrap_err(),
        source.read_ranges(ranges).unwrap_err(),
        memory.read_ranges(ranges).unwrap_err(),
    ] {
        assert_eq!(error.kind(), expected, "{error}");
    }
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "these are to be refused")]
#[expect(clippy::single_range_in_vec_init, reason = "lists of ranges")]
fn lengths_are_checked_before_memory_is_taken() {
    check_refused(&[0..10, 5..LENGTH + 1], io::ErrorKind::UnexpectedEof);
    check_refused(&[0..10, 5..u64::MAX], io::ErrorKind::UnexpectedEof);
    check_refused(&[u64::MAX - 1..u64::MAX], io::ErrorKind::UnexpectedEof);
    check_refused(&[10..5, 10..12], io::ErrorKind::InvalidInput);
    check_refused(&[0..10, 10..5, 10..12], io::ErrorKind::InvalidInput);
    check_refused(&[u64::MAX..0], io::ErrorKind::InvalidInput);
}

#[test]
fn a_panic_ends_it() {
    struct Panics;
    impl ReadAt for Panics {
        fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
            panic!("on purpose");
        }
        fn len(&self) -> io::Result<u64> {
            Ok(LENGTH)
        }
        fn access(&self) -> Access {
            Source::new(2, 0, 0).access
        }
    }
    let ranges = || (0..10).map(|n| n * 100..n * 100 + 50);
    let run = || read_ahead(&Panics, ranges(), |bodies| bodies.count());
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());

    let source = Source::new(2, 0, 0);
    let ranges = ranges().inspect(|range| assert!(range.start < 500, "on purpose"));
    let run = || read_ahead(&source, ranges, |bodies| bodies.count());
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());

    let consume = || read_ahead(&source, [0..1, 5..6, 9..10], |_| panic!("on purpose"));
    assert!(catch_unwind(AssertUnwindSafe(consume)).is_err());
}
