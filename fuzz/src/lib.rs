//! What the fuzz targets do with their bytes. A target panics where our reader and the judge differ.
//!
//! The targets in `targets/` only hand bytes over, so that `cargo test` can replay the seeds
//! without libFuzzer.

mod deflate;
mod inflate;
mod reference;

pub use deflate::deflate;
pub use inflate::inflate;
