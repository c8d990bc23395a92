//! The `blockyard` binary.

fn main() {}
