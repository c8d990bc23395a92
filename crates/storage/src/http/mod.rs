//! Objects on HTTP servers, read by ranges over kept-alive connections.
//!
//! ```text
//!  open_with_tail   ┌─ GET bytes=0-8191 ──▶ head ┐
//!  (at once)        └─ GET bytes=-65536 ──▶ tail ┴─ kept: length, ETag, Last-Modified, both ends
//!
//!  read_at          in the head or tail: no request │ else one request, pinned to what was opened
//!  read_ranges,     near ranges joined, a bounded
//!  read_ahead       number of requests at a time
//! ```
//!
//! - **One version.** Each answer is compared with the first by `ETag`, or else `Last-Modified`, and length,
//!   and each request demands that version (`If-Match`, `If-Unmodified-Since`) where the server gave the means.
//!   A file that was changed is [`Error::Changed`](crate::Error::Changed). A change that leaves all of these as
//!   they are cannot be seen.
//! - **Faults.** A connection that cannot be made, is cut, or brings no byte for a while, and the statuses 408,
//!   429 and 5xx (other than 501 and 505) are tried again, after waits that double; a body goes on at the byte
//!   where it broke. Enough data between two faults forgets the ones before.
//! - **No surprises.** An answer is for the range that was asked for, not encoded, and not longer than it says,
//!   or it is an error. Memory is taken for lengths that the caller gave, never for ones that the server
//!   claims.
//!
//! Calls block. Nothing reads the environment: a proxy is an [`Options`] field.
//!
//! ```no_run
//! use blockyard_storage::ReadAt;
//! use blockyard_storage::http::{HttpClient, Options};
//!
//! let client = HttpClient::new(Options::default())?;
//! let object = client.open_with_tail("https://example.org/words.zs", 64 << 10)?;
//! let mut magic = [0; 8];
//! object.read_exact_at(&mut magic, 0)?; // no request
//! let blocks = object.read_ranges(&[100_000..140_000, 900_000..930_000])?; // two, at once
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod client;
mod content_range;
mod failure;
mod location;
mod object;
mod opening;
mod options;
mod version;

pub use client::HttpClient;
pub use object::HttpObject;
pub use options::Options;
