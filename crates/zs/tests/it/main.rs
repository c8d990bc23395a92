//! Tests of the ZS format through its public API.

#![expect(
    clippy::unwrap_used,
    reason = "what fails in a helper of a test is the test"
)]

mod blocks;
mod build;
mod codecs;
mod header;
mod numbers;
mod queries;
mod reader;
mod sort;
mod transfer;
mod validate;
mod writer;
