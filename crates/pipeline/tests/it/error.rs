use std::sync::Mutex;

use blockyard_pipeline::run;

use crate::support::{
    Block, Events, Failure, THREADS, blocks, outcome, threads, threads_and_slots,
};

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
fn a_source_is_not_asked_again_after_an_error_or_its_end() {
    for count in THREADS {
        for number in 0..4 {
            for end in [None, Some(Err(Failure::At("source", number)))] {
                let mut end = Some(end);
                let mut asked = 0;
                let source = std::iter::from_fn(|| {
                    asked += 1;
                    if asked <= number {
                        return Some(Ok(Block(asked - 1)));
                    }
                    end.take().expect("asked again")
                });
                let ended = run(&threads(count), source, || Ok, |_| Ok(())).is_ok();
                assert_eq!(asked, number + 1, "{ended}");
            }
        }
    }
}

const END: u64 = u64::MAX;

/// Part of a stage: says when its thread has ended, which is after its error was reported.
struct End<'a>(&'a Events);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.happen(END);
    }
}

#[test]
fn a_later_block_that_fails_sooner_does_not_hide_an_earlier_one() {
    for count in [2, 7] {
        let events = Events::default();
        let make_worker = || {
            let end = End(&events);
            move |block: Block| match block.0 {
                1 => {
                    end.0.wait_for(END);
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
fn blocks_behind_a_failure_are_not_worked_on() {
    let read = Events::default();
    let ended = Events::default();
    let worked = Mutex::new(Vec::new());
    let source = blocks(100).inspect(|block| {
        if let Ok(block) = block {
            read.happen(block.0);
        }
    });
    let make_worker = || {
        let end = End(&ended);
        let (read, worked) = (&read, &worked);
        move |block: Block| {
            worked.lock().unwrap().push(block.0);
            if block.0 == 0 {
                end.0.wait_for(END);
                return Ok(block);
            }
            read.wait_for(5);
            Err(Failure::At("worker", block.0))
        }
    };
    let result = run(&threads_and_slots(2, 6), source, make_worker, |_| Ok(()));
    assert_eq!(outcome(&result, &[]), "[] worker failed at 1");
    let mut worked = worked.into_inner().unwrap();
    worked.sort_unstable();
    assert_eq!(worked, [0, 1]);
}

#[test]
fn queued_blocks_are_not_worked_on_when_the_sink_has_failed() {
    let read = Events::default();
    let begun = Events::default();
    let ended = Events::default();
    let worked = Mutex::new(Vec::new());
    let end = End(&ended);
    let read_by_source = &read;
    let source = blocks(100).inspect(move |block| {
        // The source owns this and is dropped when its thread ends.
        let (End(_), Ok(block)) = (&end, block) else {
            return;
        };
        read_by_source.happen(block.0);
    });
    let worker = |block: Block| {
        worked.lock().unwrap().push(block.0);
        begun.happen(block.0);
        if block.0 > 0 {
            ended.wait_for(END);
        }
        Ok(block)
    };
    let sink = |_| {
        read.wait_for(5);
        begun.wait_for(1);
        begun.wait_for(2);
        Err(Failure::At("sink", 0))
    };
    let result = run(&threads_and_slots(2, 6), source, || worker, sink);
    assert_eq!(outcome(&result, &[]), "[] sink failed at 0");
    let mut worked = worked.into_inner().unwrap();
    worked.sort_unstable();
    assert_eq!(worked, [0, 1, 2]);
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
