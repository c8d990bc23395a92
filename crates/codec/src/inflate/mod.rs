//! A DEFLATE decoder (RFC 1951) that stops and goes on anywhere.
//!
//! The decoder is handed pieces of a stream and a window of output; it keeps no data of its own
//! besides the tables of the block at hand and fewer than eight bits of input:
//!
//! ```text
//!   input   [ consumed ............ | presented again, followed by more ]
//!                    │ decode
//!                    ▼
//!   output  [ history ≤ 32 KiB used | produced ............ | free ]
//!                                   └ position
//! ```
//!
//! ```
//! // A stored block of three bytes, as the only block of its stream.
//! let stream = [1, 3, 0, 252, 255, b'a', b'b', b'c'];
//! let (data, consumed) = blockyard_codec::inflate::inflate(&stream, 1 << 20)?;
//! assert_eq!((data.as_slice(), consumed), (&b"abc"[..], 8));
//! # Ok::<(), blockyard_codec::inflate::Error>(())
//! ```

mod bits;
mod bundle;
mod code;
mod code_length;
mod copy;
mod decoder;
mod distance;
mod error;
mod fast;
mod header;
mod memory;
mod oneshot;
mod symbols;
mod tables;

pub use decoder::{Decoder, Progress, Status, Stop};
pub use error::{Code, Defect, Error};
pub use oneshot::inflate;
