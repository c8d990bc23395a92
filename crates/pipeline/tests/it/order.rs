use std::sync::Mutex;

use blockyard_pipeline::run;
use proptest::prelude::*;

use crate::support::{Block, Events, Failure, THREADS, blocks, threads, threads_and_slots};

/// Each group of as many blocks as there are workers finishes last block first.
#[track_caller]
fn check_reversed_groups(workers: u64) {
    let count = workers * 20;
    let events = Events::default();
    let finished = Mutex::new(Vec::new());
    let mut seen = Vec::new();
    run(
        &threads(workers as usize),
        blocks(count),
        || {
            |block: Block| {
                if block.0 % workers != workers - 1 {
                    events.wait_for(block.0 + 1);
                }
                finished.lock().unwrap().push(block.0);
                events.happen(block.0);
                Ok(block)
            }
        },
        |block| {
            seen.push(block.0);
            Ok::<_, Failure>(())
        },
    )
    .unwrap();
    assert_eq!(seen, (0..count).collect::<Vec<_>>());
    let group: Vec<u64> = (finished.into_inner().unwrap().into_iter())
        .filter(|number| *number < workers)
        .collect();
    assert_eq!(group, (0..workers).rev().collect::<Vec<_>>());
}

#[test]
fn blocks_that_finish_out_of_order_reach_the_sink_in_order() {
    check_reversed_groups(2);
    check_reversed_groups(7);
}

fn upper(
    input: &[Vec<u8>],
    options: &blockyard_pipeline::Options,
) -> Result<Vec<u8>, blockyard_pipeline::Error> {
    let mut output = Vec::new();
    run(
        options,
        input.iter().map(Ok),
        || {
            let mut scratch = Vec::new();
            move |block: &Vec<u8>| {
                scratch.clear();
                scratch.extend(block.iter().map(u8::to_ascii_uppercase));
                Ok(scratch.clone())
            }
        },
        |result: Vec<u8>| {
            output.extend_from_slice(&result);
            Ok(())
        },
    )?;
    Ok(output)
}

proptest! {
    #[test]
    fn the_output_does_not_depend_on_threads_or_slots(
        input in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..40),
        slots in 1_usize..20,
    ) {
        let expected = input.concat().to_ascii_uppercase();
        for count in THREADS {
            prop_assert_eq!(&upper(&input, &threads(count)).unwrap(), &expected);
            prop_assert_eq!(&upper(&input, &threads_and_slots(count, slots)).unwrap(), &expected);
        }
    }
}

#[test]
fn thousands_of_tiny_blocks_pass_with_any_number_of_threads_and_slots() {
    for workers in [1, 2, 3, 4, 8, 16] {
        for slots in [1, 2, 3, 4, 5, 7, 16, 100] {
            let mut next = 0;
            run(
                &threads_and_slots(workers, slots),
                blocks(3000),
                || Ok,
                |block| {
                    assert_eq!(block, Block(next));
                    next += 1;
                    Ok::<_, Failure>(())
                },
            )
            .unwrap();
            assert_eq!(next, 3000);
        }
    }
}

#[test]
fn a_number_of_slots_that_no_memory_holds_is_no_trouble() {
    let options = threads_and_slots(2, usize::MAX);
    assert_eq!(options.slot_count().get(), 1 << 16);
    let statistics = run(&options, blocks(10), || Ok, |_| Ok::<_, Failure>(())).unwrap();
    assert_eq!(statistics.blocks, 10);
    assert_eq!(threads(usize::MAX).slot_count().get(), 1 << 16);
    assert_eq!(threads(3).slot_count().get(), 8);
}
