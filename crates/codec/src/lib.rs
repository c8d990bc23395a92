//! Codecs as reusable state: bytes in, bytes out, no I/O.
//!
//! [`deflate::Encoder`] packs one block at a time and is reset by each call; [`inflate::Decoder`]
//! unpacks a stream piece by piece. [`lzma2::Encoder`] and [`lzma2::Decoder`] do one whole stream a call. All keep
//! their tables from block to block, so that a worker thread makes them once.

mod bytes;
pub mod deflate;
pub mod inflate;
pub mod lzma2;
