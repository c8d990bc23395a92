use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A token that stops the runs it was given to; its clones are the same token.
///
/// The three stages look at it between blocks. What one of them is in the middle of is finished: a
/// source that blocks in a read keeps the run until that read returns.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Makes a token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the runs that hold this token, for good.
    pub fn cancel(&self) {
        // The flag publishes no other data.
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
