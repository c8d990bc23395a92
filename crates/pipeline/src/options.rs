use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use crate::{Cancel, Counters};

/// More slots than this gain nothing, and the queues have room for all of them from the start.
const MOST_SLOTS: NonZero<usize> = NonZero::new(1 << 16).expect("2^16 is not zero");

/// How a run is carried out; no option changes the results.
#[derive(Clone, Debug)]
pub struct Options {
    /// The number of workers. With 1 everything happens on the caller's thread; with more, the source
    /// gets a thread as well, and the sink stays on the caller's.
    pub threads: NonZero<usize>,
    /// The largest number of blocks in flight, from before a block is read until its result is
    /// consumed: `None` for 2 * `threads` + 2. With 1 nothing can overlap, and no thread is started.
    pub slots: Option<NonZero<usize>>,
    /// The token that stops the run.
    pub cancel: Cancel,
    /// Counters to add to while the run goes on; several runs may share them.
    pub counters: Option<Arc<Counters>>,
}

impl Default for Options {
    /// Returns options with a worker for each thread that the machine runs at a time.
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN),
            slots: None,
            cancel: Cancel::new(),
            counters: None,
        }
    }
}

impl Options {
    /// Returns the largest number of blocks that a run with these options has in flight.
    ///
    /// It is what `slots` says or implies, 65,536 at most. A [`BufferPool`](crate::BufferPool) that
    /// keeps one buffer a slot never has to throw one away.
    pub fn slot_count(&self) -> NonZero<usize> {
        self.slots
            .unwrap_or_else(|| {
                let spare = self.threads.saturating_add(1);
                spare.saturating_add(spare.get())
            })
            .min(MOST_SLOTS)
    }
}
