//! `blockyard gzip`, and the same under the names of gzip and pigz.
//!
//! ```text
//! arguments ──▶ Settings ──▶ Session ──▶ Input ──▶ blockyard_gzip ──▶ Output
//!                              │  (one for each operand)
//!                              └──▶ Report: messages and the exit code
//! ```

mod arguments;
mod batch;
mod compress;
mod decompress;
mod flags;
mod head;
mod index;
mod input;
mod list;
mod messages;
pub(crate) mod names;
mod output;
mod refusal;
mod report;
mod session;
mod settings;
mod stdout;
mod text;
mod tokens;
mod turns;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use arguments::Invocation;
use report::Status;
use session::Session;

use crate::personality::Personality;
use crate::stdio;

/// Runs the command line `arguments` (without the program's name) in the manner of `personality`.
pub(crate) fn run(
    personality: &Personality,
    arguments: impl Iterator<Item = OsString>,
) -> ExitCode {
    let text = match arguments::parse(personality, |name| std::env::var_os(name), arguments) {
        Ok(Invocation::Run(job)) => {
            return ExitCode::from(Session::new(personality, &job).run(&job).code());
        }
        Ok(Invocation::Help) => text::help(personality),
        Ok(Invocation::License) => text::license(personality),
        Ok(Invocation::Version { detailed }) => text::version(personality, detailed),
        Err(complaint) => {
            // Nobody can be told that this failed.
            let _ = std::io::stderr().write_all(text::usage(personality, &complaint).as_bytes());
            return ExitCode::from(Status::Failed.code());
        }
    };
    match stdio::stdout().and_then(|mut stdout| stdout.write_all(text.as_bytes())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(Status::Failed.code()),
    }
}
