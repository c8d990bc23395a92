//! Parallel gzip, zlib and raw DEFLATE.
//!
//! [`compress`] and [`decompress`] move a stream through the pipeline; [`read`] and [`write`](mod@write) hold
//! adapters for one thread, [`compress_to_vec`] and [`decompress_to_vec`] work on slices, [`Members`]
//! lists what a file consists of, and an [`Index`] reads from the middle of it.
//!
//! ```text
//!  compress    Read ─▶ blocks of up to 512 KiB ─▶ encode + checksum ─▶ header, blocks, trailer ─▶ Write
//!
//!  decompress  Read ─▶ inflate ──────────────▶ checksum ────────────▶ verify ─▶ Write
//!              Read ─▶ segments at restarts ─▶ inflate + checksum ──▶ verify ─▶ Write
//! ```
//!
//! The compressor writes one ordinary member, the same bytes for any number of threads. Where it
//! begins a block that needs nothing from before, it puts a marker that other tools take for empty
//! blocks; the decompressor looks for these and decodes from all of them at once, but believes only
//! what the data before has led to. The checksum and the length of every member are verified on
//! every way.
//!
//! ```
//! use blockyard_gzip::{CompressOptions, DecompressOptions, Header, compress, decompress};
//!
//! let text = b"to be or not to be ".repeat(1000);
//! let options = CompressOptions {
//!     header: Header { name: Some(b"hamlet".to_vec()), ..Header::default() },
//!     ..CompressOptions::default()
//! };
//! let mut packed = Vec::new();
//! compress(text.as_slice(), &mut packed, &options)?;
//!
//! let mut unpacked = Vec::new();
//! let summary = decompress(packed.as_slice(), &mut unpacked, &DecompressOptions::default())?;
//! assert_eq!(unpacked, text);
//! assert_eq!(summary.first_header.and_then(|header| header.name), Some(b"hamlet".to_vec()));
//! # Ok::<(), blockyard_gzip::Error>(())
//! ```

#![warn(clippy::unwrap_used)]

mod checksum;
mod chunks;
mod compress;
mod decompress;
mod error;
mod format;
mod header;
mod index;
mod machine;
mod members;
pub mod read;
mod slice;
mod verified;
mod verify;
pub mod write;

pub use blockyard_codec::deflate::Level;
pub use compress::{CompressOptions, CompressSummary, compress};
pub use decompress::{DecompressOptions, DecompressSummary, Trailing, Unknown, decompress};
pub use error::{Error, Part};
pub use format::Format;
pub use header::Header;
pub use index::Index;
pub use members::{Member, Members};
pub use slice::{compress_to_vec, decompress_to_vec};
