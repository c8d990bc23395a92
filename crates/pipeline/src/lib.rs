//! Blocks from a source through long-lived workers to a sink: in order, bounded and cancellable.
//!
//! Everything that moves many bytes is one visible call of [`run`].
//!
//! ```text
//!            jobs                    results
//!  source ──blocks──▶ ┌ worker 0 ┐ ──▶ by block number ──▶ sink
//!  (own thread)       │ worker 1 │     (caller's thread)
//!     ▲               └ worker n ┘                           │
//!     └───────────────── free slots ◀────────────────────────┘
//! ```
//!
//! - **Order.** The sink sees the results in the order of the source, so that the output is the same
//!   for any number of threads.
//! - **Overlap.** Reading, working and writing go on at the same time. Workers are threads that live
//!   as long as the run, each with a state of its own that is made once.
//! - **Bounded memory.** A block holds a slot from before it is read until the sink is done with it.
//!   The slots are the only bound: each queue has room for all of them, so that no queue is ever
//!   full and nobody waits for somebody who waits for him.
//! - **First error.** The first error in block order is the one returned, and the sink sees all blocks
//!   before it. A panic is an error too; no thread outlives the call.
//! - **Cancel.** A [`Cancel`] token stops the run between blocks.
//! - **Counts.** [`Statistics`] says how much went through and which stage waited for which;
//!   [`Counters`] shows the same while the run goes on.
//!
//! ```
//! use blockyard_pipeline::{Error, Options, run};
//!
//! let text = b"one block after the other".repeat(1000);
//! let mut upper = Vec::new();
//! let statistics = run(
//!     &Options::default(),
//!     text.chunks(4096).map(Ok::<_, Error>),
//!     || |block: &[u8]| Ok(block.to_ascii_uppercase()),
//!     |result: Vec<u8>| {
//!         upper.extend_from_slice(&result);
//!         Ok(())
//!     },
//! )?;
//! assert_eq!(upper, text.to_ascii_uppercase());
//! assert_eq!(statistics.blocks, 7);
//! # Ok::<(), Error>(())
//! ```

mod cancel;
mod context;
mod error;
mod feed;
mod options;
mod pool;
mod reorder;
mod run;
mod statistics;
mod threaded;
mod weigh;

pub use cancel::Cancel;
pub use error::{Error, Stage};
pub use options::Options;
pub use pool::{Buffer, BufferPool};
pub use run::run;
pub use statistics::{Counters, StageTime, Statistics};
pub use weigh::Weigh;
