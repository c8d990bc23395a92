use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::{Cancel, Counters, Error, Options, Stage, Statistics};

/// What the three stages of one run share.
pub(crate) struct Context<'a> {
    cancel: &'a Cancel,
    own: Counters,
    live: Option<&'a Counters>,
    /// The blocks from this number on are not needed: the block has failed, or the sink has ended.
    end: AtomicU64,
}

impl<'a> Context<'a> {
    pub(crate) fn new(options: &'a Options) -> Self {
        Self {
            cancel: &options.cancel,
            own: Counters::new(),
            live: options.counters.as_deref(),
            end: AtomicU64::new(u64::MAX),
        }
    }

    /// Runs a stage's code for one block, unless the run is cancelled; a panic becomes an error.
    pub(crate) fn attempt<T, E: From<Error>>(
        &self,
        stage: Stage,
        action: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        // A stage that has panicked is never called again, so that nobody sees what it left behind.
        self.guard(stage, || {
            catch_unwind(AssertUnwindSafe(action))
                .unwrap_or_else(|payload| Err(Error::panicked(stage, payload.as_ref()).into()))
        })
    }

    /// Runs a stage's code for one block, unless the run is cancelled; a panic passes through.
    pub(crate) fn guard<T, E: From<Error>>(
        &self,
        stage: Stage,
        action: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        if self.cancel.is_cancelled() {
            return Err(Error::Cancelled.into());
        }
        let begun = Instant::now();
        let outcome = action();
        let time = begun.elapsed();
        self.count(|counters| counters.add_busy(stage, time));
        outcome
    }

    /// Runs code that waits for another stage.
    pub(crate) fn wait<T>(&self, stage: Stage, action: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let outcome = action();
        let time = begun.elapsed();
        self.count(|counters| counters.add_waiting(stage, time));
        outcome
    }

    pub(crate) fn count(&self, add: impl Fn(&Counters)) {
        add(&self.own);
        if let Some(live) = self.live {
            add(live);
        }
    }

    pub(crate) fn statistics(&self) -> Statistics {
        self.own.snapshot()
    }

    /// Notes that a block has failed, or that no block from it on is needed.
    pub(crate) fn end_at(&self, number: u64) {
        self.end.fetch_min(number, Ordering::Relaxed);
    }

    /// Returns whether the result of a block can still be of use, as far as is known.
    pub(crate) fn needs(&self, number: u64) -> bool {
        number < self.end.load(Ordering::Relaxed)
    }
}
