//! Tests of the codec through its public API.

mod deflate;
mod inflate;
mod lzma2;
