//! What the fuzz targets do with their bytes. A target panics where our reader and the judge differ.
//!
//! The targets in `targets/` only hand bytes over, so that `cargo test` can replay the seeds
//! without libFuzzer.

mod deflate;
mod gzip_decode;
mod index;
mod inflate;
mod reference;

pub use deflate::deflate;
pub use gzip_decode::gzip_decode;
pub use index::index;
pub use inflate::inflate;
