//! Raw LZMA2 streams: chunks and an end marker, without a container, as liblzma's raw format has them.
//!
//! ```text
//!  [ control, sizes, (properties) | packed bytes ] ... [ control, size | bytes as they are ] ... [ 00 ]
//!    0x80..=0xff                                         1, 2
//! ```
//!
//! The dictionary is 1 MiB at most on both sides. The chunk headers say how long the data is, so that the
//! decoder knows before it takes any memory.
//!
//! ```
//! use blockyard_codec::lzma2::{Decoder, Encoder, Preset};
//!
//! let text = b"to be, or not to be".repeat(100);
//! let mut stream = Vec::new();
//! Encoder::new(Preset::DEFAULT).encode(&text, &mut stream);
//! let mut data = Vec::new();
//! Decoder::new().decode(&stream, 1 << 20, &mut data)?;
//! assert_eq!(data, text);
//! # Ok::<(), blockyard_codec::lzma2::Error>(())
//! ```

mod chunks;
mod decoder;
mod encoder;
mod error;
mod preset;
mod stream;

pub use decoder::Decoder;
pub use encoder::Encoder;
pub use error::Error;
pub use preset::{ParsePresetError, Preset};

/// The largest distance of a match in bytes, and the decoder's memory.
const DICTIONARY: u32 = 1 << 20;
