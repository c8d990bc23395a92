//! Runs the built binary, under its own name and those that it stands in for.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod support;

mod arguments;
mod commands;
mod damage;
mod files;
mod metadata;
mod peers;
mod range;
mod signals;
mod streams;
mod tables;
mod terminal;
mod zs;
