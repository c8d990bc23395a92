//! The `blockyard` binary: one module a command.
//!
//! It also answers to the names of the tools that it stands in for; see [`personality`].

mod app;
mod failure;
mod gzip;
mod inherited;
mod links;
mod new_file;
mod personality;
mod progress;
mod shown;
mod signals;
mod stdio;
mod tour;
mod units;
mod zs;

fn main() -> std::process::ExitCode {
    app::run(std::env::args_os())
}
