//! Codecs as reusable state: bytes in, bytes out, no I/O.
//!
//! [`deflate::Encoder`] packs one block at a time and is reset by each call; [`inflate::Decoder`]
//! unpacks a stream piece by piece. Both keep their tables from block to block, so that a worker
//! thread makes them once.

mod bytes;
pub mod deflate;
pub mod inflate;
