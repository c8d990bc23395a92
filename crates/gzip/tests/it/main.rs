//! Tests through the public API.

mod round_trip;
mod samples;
