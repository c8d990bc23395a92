use std::sync::atomic::{AtomicU64, Ordering};

use blockyard_pipeline::{Weigh, run};

use crate::support::{Events, Failure, threads_and_slots};

/// Counts the blocks between the source and the end of the sink, and the most there ever were.
#[derive(Default)]
struct Live {
    now: AtomicU64,
    most: AtomicU64,
    reached: Events,
}

struct LiveBlock<'a>(&'a Live);

impl Live {
    fn block(&self) -> LiveBlock<'_> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        self.reached.happen(now);
        LiveBlock(self)
    }
}

impl Drop for LiveBlock<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Weigh for LiveBlock<'_> {
    fn weight(&self) -> usize {
        0
    }
}

/// The sink holds one of the results until the source has read all that the slots allow.
#[track_caller]
fn check(threads: usize, slots: usize, held: u64) {
    let live = Live::default();
    let mut number = 0;
    run(
        &threads_and_slots(threads, slots),
        (0..200).map(|_| Ok(live.block())),
        || Ok,
        |block| {
            if number == held {
                live.reached.wait_for(slots as u64);
            }
            number += 1;
            drop(block);
            Ok::<_, Failure>(())
        },
    )
    .unwrap();
    assert_eq!(live.most.into_inner(), slots as u64);
    assert_eq!(live.now.into_inner(), 0);
}

#[test]
fn as_many_blocks_as_slots_are_in_flight_and_never_more() {
    for threads in [2, 7] {
        for slots in [2, 3, 6, 16] {
            check(threads, slots, 0);
            check(threads, slots, 100);
        }
    }
}

#[test]
fn one_slot_or_one_thread_holds_one_block() {
    for (threads, slots) in [(1, 1), (7, 1), (1, 16)] {
        let live = Live::default();
        run(
            &threads_and_slots(threads, slots),
            (0..200).map(|_| Ok(live.block())),
            || Ok,
            |_| Ok::<_, Failure>(()),
        )
        .unwrap();
        assert_eq!(live.most.into_inner(), 1);
    }
}
