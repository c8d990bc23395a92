//! What a file looks like before, during and after it is written, through the public API.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod commit;
mod full_disk;
#[cfg(feature = "http")]
mod http;
mod names;
mod race;
mod read_ahead;
mod read_at;
mod support;
mod unfinished;
