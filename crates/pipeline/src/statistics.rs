use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::Stage;

/// What went through a run, and where its time went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// The number of blocks whose results the sink has consumed.
    pub blocks: u64,
    /// The bytes of the blocks that the source has handed over.
    pub bytes_in: u64,
    /// The bytes of the results that the sink has consumed.
    pub bytes_out: u64,
    /// The time of the source, which waits for free slots.
    pub source: StageTime,
    /// The time of all workers together, which wait for blocks.
    pub workers: StageTime,
    /// The time of the sink, which waits for the result that is next in order.
    pub sink: StageTime,
    /// The time from the beginning to now, or to the end of the run.
    pub elapsed: Duration,
}

/// How a stage spent its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTime {
    /// The time inside the stage's own code.
    pub busy: Duration,
    /// The time spent waiting for another stage; zero when everything happens on one thread.
    pub waiting: Duration,
}

/// Statistics that can be read while runs add to them, for a progress display.
///
/// A stage adds the time of a block when it is done with that block.
#[derive(Debug)]
pub struct Counters {
    begun: Instant,
    blocks: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    source: StageCounters,
    workers: StageCounters,
    sink: StageCounters,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            blocks: AtomicU64::default(),
            bytes_in: AtomicU64::default(),
            bytes_out: AtomicU64::default(),
            source: StageCounters::default(),
            workers: StageCounters::default(),
            sink: StageCounters::default(),
        }
    }
}

impl Counters {
    /// Makes counters at zero, whose elapsed time begins now.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns what has been counted up to now.
    ///
    /// Each number is right by itself; while a run goes on they need not be of the same instant.
    pub fn snapshot(&self) -> Statistics {
        Statistics {
            blocks: self.blocks.load(Relaxed),
            bytes_in: self.bytes_in.load(Relaxed),
            bytes_out: self.bytes_out.load(Relaxed),
            source: self.source.snapshot(),
            workers: self.workers.snapshot(),
            sink: self.sink.snapshot(),
            elapsed: self.begun.elapsed(),
        }
    }

    pub(crate) fn add_read(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn add_consumed(&self, bytes: usize) {
        self.blocks.fetch_add(1, Relaxed);
        self.bytes_out.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn add_busy(&self, stage: Stage, time: Duration) {
        add_nanoseconds(&self.stage(stage).busy, time);
    }

    pub(crate) fn add_waiting(&self, stage: Stage, time: Duration) {
        add_nanoseconds(&self.stage(stage).waiting, time);
    }

    fn stage(&self, stage: Stage) -> &StageCounters {
        match stage {
            Stage::Source => &self.source,
            Stage::Worker => &self.workers,
            Stage::Sink => &self.sink,
        }
    }
}

/// Nanoseconds: 2^64 of them are 584 years of one thread.
#[derive(Debug, Default)]
struct StageCounters {
    busy: AtomicU64,
    waiting: AtomicU64,
}

impl StageCounters {
    fn snapshot(&self) -> StageTime {
        StageTime {
            busy: Duration::from_nanos(self.busy.load(Relaxed)),
            waiting: Duration::from_nanos(self.waiting.load(Relaxed)),
        }
    }
}

fn add_nanoseconds(counter: &AtomicU64, time: Duration) {
    counter.fetch_add(time.as_nanos() as u64, Relaxed);
}
