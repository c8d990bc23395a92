use blockyard_pipeline::run;

use crate::support::{Block, Events, Failure, THREADS, blocks, outcome, threads};

#[track_caller]
fn check(
    thread_count: usize,
    source: impl Iterator<Item = Result<Block, Failure>> + Send,
    worker: impl Fn(Block) -> Result<Block, Failure> + Sync,
    sink: impl Fn(Block) -> Result<(), Failure>,
    expected: &str,
) {
    let mut seen = Vec::new();
    let result = run(
        &threads(thread_count),
        source,
        || &worker,
        |block| {
            sink(block)?;
            seen.push(block.0);
            Ok(())
        },
    );
    assert_eq!(outcome(&result, &seen), expected);
}

fn fail_at(stage: &'static str, number: u64) -> impl Fn(Block) -> Result<Block, Failure> {
    move |block| {
        if block.0 == number {
            Err(Failure::At(stage, number))
        } else {
            Ok(block)
        }
    }
}

#[test]
fn an_error_of_each_stage_ends_an_endless_run() {
    let endless = || blocks(u64::MAX);
    let pass = |_| Ok(());
    for count in THREADS {
        for number in [0, 1, 2, 3, 50] {
            let seen: Vec<u64> = (0..number).collect();
            let source = || endless().map(|block| fail_at("source", number)(block?));
            let expected = |stage| format!("{seen:?} {stage} failed at {number}");
            check(count, source(), Ok, pass, &expected("source"));
            let worker = fail_at("worker", number);
            check(count, endless(), worker, pass, &expected("worker"));
            let sink = |block| fail_at("sink", number)(block).map(drop);
            check(count, endless(), Ok, sink, &expected("sink"));
        }
    }
}

#[test]
fn a_source_is_not_asked_again_after_an_error() {
    for count in THREADS {
        for number in 0..4 {
            let mut block = 0;
            let source = std::iter::from_fn(|| {
                assert!(block <= number, "asked again");
                block += 1;
                Some(fail_at("source", number)(Block(block - 1)))
            });
            let seen: Vec<u64> = (0..number).collect();
            let expected = format!("{seen:?} source failed at {number}");
            check(count, source, Ok, |_| Ok(()), &expected);
        }
    }
}

/// Part of a worker's state: says when the worker has ended, which is after its error was reported.
struct EndOfWorker<'a>(&'a Events);

impl Drop for EndOfWorker<'_> {
    fn drop(&mut self) {
        self.0.happen(3);
    }
}

#[test]
fn a_later_block_that_fails_sooner_does_not_hide_an_earlier_one() {
    for count in [2, 7] {
        let events = Events::default();
        let make_worker = || {
            let end = EndOfWorker(&events);
            move |block: Block| match block.0 {
                1 => {
                    end.0.wait_for(3);
                    Err(Failure::At("worker", 1))
                }
                3 => Err(Failure::At("worker", 3)),
                _ => Ok(block),
            }
        };
        let mut seen = Vec::new();
        let result = run(&threads(count), blocks(100), make_worker, |block| {
            seen.push(block.0);
            Ok(())
        });
        assert_eq!(outcome(&result, &seen), "[0] worker failed at 1");
    }
}

#[test]
fn blocks_before_a_failure_of_the_source_reach_the_sink() {
    for count in [2, 7] {
        let events = Events::default();
        let source = blocks(100).map(|block| {
            let block = fail_at("source", 3)(block?);
            if block.is_err() {
                events.happen(3);
            }
            block
        });
        let worker = |block| {
            events.wait_for(3);
            Ok(block)
        };
        check(
            count,
            source,
            worker,
            |_| Ok(()),
            "[0, 1, 2] source failed at 3",
        );
    }
}

#[test]
fn a_worker_that_fails_before_the_source_in_block_order_wins() {
    for count in [2, 7] {
        let events = Events::default();
        let source = blocks(100).map(|block| {
            let block = fail_at("source", 3)(block?);
            if block.is_err() {
                events.happen(3);
            }
            block
        });
        let worker = |block| {
            events.wait_for(3);
            fail_at("worker", 2)(block)
        };
        check(
            count,
            source,
            worker,
            |_| Ok(()),
            "[0, 1] worker failed at 2",
        );
    }
}

#[test]
fn a_sink_that_fails_before_a_worker_in_block_order_wins() {
    for count in [2, 7] {
        let events = Events::default();
        let worker = |block: Block| {
            let block = fail_at("worker", 1)(block);
            if block.is_err() {
                events.happen(1);
            }
            block
        };
        let sink = |block| {
            events.wait_for(1);
            fail_at("sink", 0)(block).map(drop)
        };
        check(count, blocks(100), worker, sink, "[] sink failed at 0");
    }
}
