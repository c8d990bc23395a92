use std::sync::Arc;
use std::time::{Duration, Instant};

use blockyard_pipeline::{
    Buffer, BufferPool, Counters, Options, StageTime, Statistics, Weigh, run,
};

use crate::support::{Block, Failure, THREADS, blocks, threads};

const MILLISECOND: Duration = Duration::from_millis(1);

fn work_for(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        std::hint::spin_loop();
    }
}

fn counted(threads: Options, counters: &Arc<Counters>) -> Options {
    Options {
        counters: Some(Arc::clone(counters)),
        ..threads
    }
}

#[track_caller]
fn check_counts(statistics: &Statistics, blocks: u64, bytes_in: u64, bytes_out: u64) {
    let found = (statistics.blocks, statistics.bytes_in, statistics.bytes_out);
    assert_eq!(found, (blocks, bytes_in, bytes_out));
}

#[test]
fn blocks_and_bytes_are_counted_for_each_run_and_over_all() {
    for count in THREADS {
        let counters = Arc::new(Counters::new());
        let options = counted(threads(count), &counters);
        for run_number in 1..=3 {
            let worker = |_| Ok(vec![0; 5]);
            let sink = |_| Ok::<_, Failure>(());
            let statistics = run(&options, blocks(100), || worker, sink).unwrap();
            check_counts(&statistics, 100, 300, 500);
            let all = run_number * 100;
            check_counts(&counters.snapshot(), all, 3 * all, 5 * all);
        }
    }
}

#[test]
fn counters_move_while_the_run_goes_on() {
    for count in THREADS {
        let counters = Arc::new(Counters::new());
        let options = counted(threads(count), &counters);
        let mut seen = 0;
        let sink = |_| {
            let now = counters.snapshot();
            assert_eq!(now.blocks, seen);
            assert_eq!(now.bytes_out, 3 * seen);
            assert!(now.bytes_in > now.bytes_out);
            seen += 1;
            Ok::<_, Failure>(())
        };
        run(&options, blocks(100), || Ok, sink).unwrap();
        assert_eq!(seen, 100);
    }
}

#[test]
fn a_failed_run_leaves_its_counts_in_the_counters() {
    for count in THREADS {
        let counters = Arc::new(Counters::new());
        let worker = |block: Block| match block.0 {
            7 => Err(Failure::At("worker", 7)),
            _ => Ok(block),
        };
        let options = counted(threads(count), &counters);
        run(&options, blocks(u64::MAX), || worker, |_| Ok(())).unwrap_err();
        assert_eq!(counters.snapshot().blocks, 7);
    }
}

#[test]
fn each_stage_is_busy_for_the_time_of_its_own_code() {
    for count in THREADS {
        let counters = Arc::new(Counters::new());
        let statistics = run(
            &counted(threads(count), &counters),
            blocks(4).inspect(|_| work_for(MILLISECOND)),
            || {
                |block| {
                    work_for(2 * MILLISECOND);
                    Ok(block)
                }
            },
            |_| {
                work_for(3 * MILLISECOND);
                Ok::<_, Failure>(())
            },
        )
        .unwrap();
        assert!(statistics.source.busy >= 4 * MILLISECOND, "{statistics:?}");
        assert!(statistics.workers.busy >= 8 * MILLISECOND, "{statistics:?}");
        assert!(statistics.sink.busy >= 12 * MILLISECOND, "{statistics:?}");
        let sum = |time: StageTime| time.busy + time.waiting;
        assert!(sum(statistics.sink) <= statistics.elapsed, "{statistics:?}");
        assert!(
            sum(statistics.source) <= statistics.elapsed,
            "{statistics:?}"
        );
        let waiting = [statistics.workers.waiting, statistics.sink.waiting];
        assert_eq!(waiting.map(|time| time.is_zero()), [count == 1; 2]);

        let live = counters.snapshot();
        let stages = |all: &Statistics| [all.source, all.workers, all.sink];
        assert_eq!(stages(&live), stages(&statistics));
        assert!(live.elapsed >= statistics.elapsed);
    }
}

#[test]
fn weights_are_the_bytes_carried() {
    let mut buffer: Buffer = BufferPool::new(1).get();
    buffer.extend_from_slice(b"1234");
    assert_eq!(buffer.weight(), 4);
    assert_eq!(vec![1_u8, 2].weight(), 2);
    assert_eq!([1_u8, 2, 3][..].weight(), 3);
    assert_eq!(Box::<[u8]>::from([1, 2, 3]).weight(), 3);
    assert_eq!((buffer, (Some(vec![0_u8; 9]), ())).weight(), 13);
    assert_eq!(None::<Vec<u8>>.weight(), 0);
}
