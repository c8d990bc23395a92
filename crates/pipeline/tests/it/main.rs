//! The promises of a run, each through the public API.
//!
//! Threads are made to meet or to wait for one another by [`support::Events`]; whoever waits in vain
//! panics, so that a broken promise fails the test and does not hang it.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod cancel;
mod error;
mod memory;
mod model;
mod order;
mod overlap;
mod panic;
mod pool;
mod statistics;
mod support;
mod worker;
