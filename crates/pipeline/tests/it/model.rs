//! Random runs beside a model of them: what a loop on one thread would do.

use std::panic::resume_unwind;

use blockyard_pipeline::run;
use proptest::prelude::*;

use crate::support::{Block, Failure, outcome, threads_and_slots};

/// What happens to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Passes,
    SourceFails,
    SourcePanics,
    WorkerFails,
    WorkerPanics,
    SinkFails,
}

fn expected(fates: &[Fate]) -> String {
    let first = fates.iter().position(|fate| *fate != Fate::Passes);
    let seen: Vec<u64> = (0..first.unwrap_or(fates.len()) as u64).collect();
    let result = match first.map(|number| (fates[number], number as u64)) {
        None => "done".to_owned(),
        Some((Fate::SourcePanics, number)) => format!("source panicked: {number}"),
        Some((Fate::WorkerPanics, number)) => format!("worker panicked: {number}"),
        Some((Fate::SourceFails, number)) => format!("source failed at {number}"),
        Some((Fate::WorkerFails, number)) => format!("worker failed at {number}"),
        Some((_, number)) => format!("sink failed at {number}"),
    };
    format!("{seen:?} {result}")
}

fn found(fates: &[Fate], threads: usize, slots: usize) -> String {
    let panic = |number: u64| resume_unwind(Box::new(number.to_string()));
    let source = (0..).zip(fates).map(|(number, fate)| match fate {
        Fate::SourceFails => Err(Failure::At("source", number)),
        Fate::SourcePanics => panic(number),
        _ => Ok(Block(number)),
    });
    let worker = |block: Block| match fates[block.0 as usize] {
        Fate::WorkerFails => Err(Failure::At("worker", block.0)),
        Fate::WorkerPanics => panic(block.0),
        _ => Ok(block),
    };
    let mut seen = Vec::new();
    let sink = |block: Block| {
        if fates[block.0 as usize] == Fate::SinkFails {
            return Err(Failure::At("sink", block.0));
        }
        seen.push(block.0);
        Ok(())
    };
    let result = run(&threads_and_slots(threads, slots), source, || worker, sink);
    outcome(&result, &seen)
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        20 => Just(Fate::Passes),
        1 => Just(Fate::SourceFails),
        1 => Just(Fate::SourcePanics),
        1 => Just(Fate::WorkerFails),
        1 => Just(Fate::WorkerPanics),
        1 => Just(Fate::SinkFails),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_run_does_what_a_loop_does(
        fates in prop::collection::vec(fate(), 0..60),
        threads in 1_usize..9,
        slots in 1_usize..20,
    ) {
        prop_assert_eq!(found(&fates, threads, slots), expected(&fates));
    }
}
