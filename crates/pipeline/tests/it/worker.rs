use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Mutex;
use std::thread::{self, ThreadId};

use blockyard_pipeline::{Options, run};

use crate::support::{Block, Events, Failure, blocks, threads, threads_and_slots};

/// Which threads ran what.
#[derive(Debug, Default)]
struct Trace {
    made: Mutex<Vec<ThreadId>>,
    read: Mutex<Vec<ThreadId>>,
    worked: Mutex<Vec<ThreadId>>,
    consumed: Vec<ThreadId>,
}

/// Runs `count` blocks; the first ones wait for one another, so that each of `workers` gets one.
fn trace(options: &Options, count: u64, workers: usize) -> Trace {
    let note = |list: &Mutex<Vec<ThreadId>>| list.lock().unwrap().push(thread::current().id());
    let mut trace = Trace::default();
    let events = Events::default();
    let mut consumed = Vec::new();
    run(
        options,
        blocks(count).inspect(|_| note(&trace.read)),
        || {
            note(&trace.made);
            // A worker's state never leaves its thread.
            let worked_here = Rc::new(Cell::new(0));
            let events = &events;
            let worked = &trace.worked;
            move |block: Block| {
                worked_here.set(worked_here.get() + 1);
                note(worked);
                if block.0 < workers as u64 {
                    events.meet(block.0, workers);
                }
                Ok(block)
            }
        },
        |_| {
            consumed.push(thread::current().id());
            Ok::<_, Failure>(())
        },
    )
    .unwrap();
    trace.consumed = consumed;
    trace
}

fn distinct(list: &Mutex<Vec<ThreadId>>) -> BTreeSet<String> {
    (list.lock().unwrap().iter().map(|id| format!("{id:?}"))).collect()
}

#[test]
fn each_worker_is_made_once_on_its_own_thread() {
    for workers in [2, 7] {
        let trace = trace(&threads(workers), 500, workers);
        assert_eq!(trace.made.lock().unwrap().len(), workers);
        assert_eq!(distinct(&trace.made).len(), workers);
        assert_eq!(distinct(&trace.made), distinct(&trace.worked));
        assert_eq!(trace.worked.lock().unwrap().len(), 500);
    }
}

#[test]
fn the_source_has_a_thread_and_the_sink_stays_on_the_callers() {
    let here = thread::current().id();
    let trace = trace(&threads(2), 100, 2);
    let read = trace.read.into_inner().unwrap();
    assert_eq!(read[..2], [here, here]);
    assert_ne!(read[2], here);
    assert!(read[2..].iter().all(|id| *id == read[2]), "{read:?}");
    let worked = trace.worked.into_inner().unwrap();
    assert!(!worked.contains(&here) && !worked.contains(&read[2]));
    assert!(trace.consumed.iter().all(|id| *id == here));
}

#[track_caller]
fn check_inline(options: &Options, count: u64) {
    let trace = trace(options, count, 1);
    let here = vec![thread::current().id(); count as usize];
    assert_eq!(
        trace.made.into_inner().unwrap(),
        here[..count.min(1) as usize]
    );
    assert_eq!(trace.read.into_inner().unwrap(), here);
    assert_eq!(trace.worked.into_inner().unwrap(), here);
    assert_eq!(trace.consumed, here);
}

#[test]
fn a_single_block_a_single_worker_and_a_single_slot_start_no_thread() {
    check_inline(&threads(7), 0);
    check_inline(&threads(7), 1);
    check_inline(&threads(1), 0);
    check_inline(&threads(1), 100);
    check_inline(&threads_and_slots(7, 1), 100);
}

#[test]
fn no_more_workers_are_made_than_blocks_exist() {
    let trace = trace(&threads(500), 2, 2);
    assert_eq!(trace.made.into_inner().unwrap().len(), 2);
}
