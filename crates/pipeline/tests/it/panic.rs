use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::sync::Arc;

use blockyard_pipeline::{Error, Stage, run};

use crate::support::{Block, Events, Failure, THREADS, blocks, outcome, threads};

/// Panics at one block, without the message on standard error.
fn panic_at(number: u64) -> impl Fn(Block) -> Block {
    move |block| {
        if block.0 == number {
            resume_unwind(Box::new("out of paper"));
        }
        block
    }
}

#[track_caller]
fn check<W>(
    count: usize,
    source: impl Iterator<Item = Result<Block, Failure>> + Send,
    make_worker: impl Fn() -> W + Sync,
    expected: &str,
) where
    W: FnMut(Block) -> Result<Block, Failure>,
{
    let mut seen = Vec::new();
    let result = run(&threads(count), source, make_worker, |block| {
        seen.push(block.0);
        Ok(())
    });
    assert_eq!(outcome(&result, &seen), expected);
}

#[test]
fn a_panic_of_the_source_or_of_a_worker_is_an_error_in_block_order() {
    for count in THREADS {
        for number in [0, 1, 2, 3, 50] {
            let seen: Vec<u64> = (0..number).collect();
            let source = blocks(u64::MAX).map(|block| block.map(panic_at(number)));
            let expected = format!("{seen:?} source panicked: out of paper");
            check(count, source, || Ok, &expected);
            let make_worker = || |block| Ok(panic_at(number)(block));
            let expected = format!("{seen:?} worker panicked: out of paper");
            check(count, blocks(u64::MAX), make_worker, &expected);
        }
    }
}

#[test]
fn a_worker_that_cannot_be_made_fails_its_first_block() {
    fn make() -> fn(Block) -> Result<Block, Failure> {
        resume_unwind(Box::new("out of paper"))
    }
    for count in THREADS {
        for blocks_in_all in [1, 2, u64::MAX] {
            let expected = "[] worker panicked: out of paper";
            check(count, blocks(blocks_in_all), make, expected);
        }
    }
}

#[test]
fn a_panic_does_not_hide_an_error_of_an_earlier_block() {
    let events = Events::default();
    let worker = |block: Block| match block.0 {
        1 => {
            events.wait_for(3);
            Err(Failure::At("worker", 1))
        }
        3 => {
            events.happen(3);
            resume_unwind(Box::new("too late"))
        }
        _ => Ok(block),
    };
    check(2, blocks(100), || worker, "[0] worker failed at 1");
}

#[test]
fn a_panic_of_the_sink_unwinds_after_the_threads_have_ended() {
    for count in THREADS {
        for number in [0, 1, 50] {
            let threads_alive = Arc::new(());
            let source = {
                let held = Arc::clone(&threads_alive);
                blocks(u64::MAX).inspect(move |_| assert!(Arc::strong_count(&held) > 1))
            };
            let make_worker = || {
                let held = Arc::clone(&threads_alive);
                move |block| {
                    assert!(Arc::strong_count(&held) > 1);
                    Ok::<_, Failure>(block)
                }
            };
            let sink = |block| {
                panic_at(number)(block);
                Ok(())
            };
            let panic = catch_unwind(AssertUnwindSafe(|| {
                run(&threads(count), source, make_worker, sink)
            }));
            let payload = panic.map(drop).unwrap_err();
            assert_eq!(payload.downcast_ref(), Some(&"out of paper"));
            assert_eq!(Arc::strong_count(&threads_alive), 1);
        }
    }
}

#[track_caller]
fn check_message(payload: impl Fn() -> Box<dyn Any + Send> + Sync, expected: &str) {
    let worker = |_| -> Result<Block, Failure> { resume_unwind(payload()) };
    let result = run(&threads(2), blocks(9), || worker, |_| Ok(()));
    let Err(Failure::Run(Error::Panicked { stage, message })) = result else {
        panic!("{result:?}");
    };
    assert_eq!((stage, message.as_str()), (Stage::Worker, expected));
}

#[test]
fn the_error_carries_the_message_of_the_panic() {
    check_message(|| Box::new("a literal"), "a literal");
    check_message(|| Box::new(format!("number {}", 7)), "number 7");
    check_message(|| Box::new(7), "no message");
    check_message(
        || catch_unwind(|| panic_any("with the hook")).unwrap_err(),
        "with the hook",
    );
}
