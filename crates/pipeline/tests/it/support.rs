use std::collections::BTreeSet;
use std::num::NonZero;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use blockyard_pipeline::{Error, Options, Weigh};

/// Thread counts that every promise is checked with.
pub(crate) const THREADS: [usize; 3] = [1, 2, 7];

/// Far longer than anything that is waited for takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A block that carries its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block(pub(crate) u64);

impl Weigh for Block {
    fn weight(&self) -> usize {
        3
    }
}

/// The error of a caller's stage, or one of the run.
#[derive(Debug)]
pub(crate) enum Failure {
    At(&'static str, u64),
    Run(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Run(error)
    }
}

/// Writes what a run returned and what the sink saw as one line.
pub(crate) fn outcome<T>(result: &Result<T, Failure>, seen: &[u64]) -> String {
    let end = match result {
        Ok(_) => "done".to_owned(),
        Err(Failure::At(stage, number)) => format!("{stage} failed at {number}"),
        Err(Failure::Run(error)) => error.to_string(),
    };
    format!("{seen:?} {end}")
}

pub(crate) fn threads(threads: usize) -> Options {
    Options {
        threads: NonZero::new(threads).unwrap(),
        ..Options::default()
    }
}

pub(crate) fn threads_and_slots(count: usize, slots: usize) -> Options {
    Options {
        slots: NonZero::new(slots),
        ..threads(count)
    }
}

pub(crate) fn blocks(count: u64) -> impl Iterator<Item = Result<Block, Failure>> + Send {
    (0..count).map(|number| Ok(Block(number)))
}

/// Numbered events that threads wait for.
#[derive(Default)]
pub(crate) struct Events {
    happened: Mutex<BTreeSet<u64>>,
    changed: Condvar,
}

impl Events {
    pub(crate) fn happen(&self, event: u64) {
        self.happened.lock().unwrap().insert(event);
        self.changed.notify_all();
    }

    pub(crate) fn wait_for(&self, event: u64) {
        self.wait_until(|happened| happened.contains(&event));
    }

    /// Reports `event` and waits until `count` different ones have happened.
    pub(crate) fn meet(&self, event: u64, count: usize) {
        self.happen(event);
        self.wait_until(|happened| happened.len() >= count);
    }

    fn wait_until(&self, condition: impl Fn(&BTreeSet<u64>) -> bool) {
        let happened = self.happened.lock().unwrap();
        let (happened, waited) = self
            .changed
            .wait_timeout_while(happened, PATIENCE, |happened| !condition(happened))
            .unwrap();
        let happened = happened.clone();
        assert!(!waited.timed_out(), "only {happened:?} happened");
    }
}
