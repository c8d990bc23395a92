//! Tests through the public API.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]
#![expect(clippy::print_stdout, reason = "a missing peer is told")]

mod adapters;
mod damage;
mod failures;
mod formats;
mod header;
mod huge;
mod index;
mod markers;
mod members;
mod peers;
mod round_trip;
mod rsyncable;
mod samples;
mod support;
