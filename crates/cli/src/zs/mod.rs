//! `blockyard zs`, and the same under the name zs.
//!
//! ```text
//! arguments ──▶ Tokens ──▶ one module a command ──▶ blockyard_zs ──▶ Output
//!                            │
//!                            └──▶ Answer or Refusal: messages and the exit code
//! ```

mod build_info;
mod codec;
mod derived;
mod dump;
mod escapes;
mod form;
mod get;
mod info;
mod input;
mod json;
mod make;
mod merge;
mod new_zs_file;
mod output;
mod quoted;
mod recode;
mod refusal;
mod repair;
mod set_metadata;
mod source;
mod split;
mod subset;
mod table;
mod text;
mod tokens;
mod validate;
mod values;
mod zstd;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use quoted::quoted;
use refusal::{Answer, Refusal};
use tokens::{Flag, Tokens};

use crate::{signals, stdio};

/// One command.
struct Command {
    /// What it is called on the command line.
    name: &'static str,
    /// Its options.
    flags: &'static [Flag],
    /// What `--help` prints.
    help: &'static str,
    /// What it does.
    run: fn(&Tokens) -> Result<Answer, Refusal>,
}

/// The commands, in the order of the help.
const COMMANDS: &[Command] = &[
    Command {
        name: "make",
        flags: make::FLAGS,
        help: text::MAKE,
        run: make::run,
    },
    Command {
        name: "dump",
        flags: dump::FLAGS,
        help: text::DUMP,
        run: dump::run,
    },
    Command {
        name: "get",
        flags: get::FLAGS,
        help: text::GET,
        run: get::run,
    },
    Command {
        name: "info",
        flags: info::FLAGS,
        help: text::INFO,
        run: info::run,
    },
    Command {
        name: "validate",
        flags: validate::FLAGS,
        help: text::VALIDATE,
        run: validate::run,
    },
    Command {
        name: "merge",
        flags: merge::FLAGS,
        help: text::MERGE,
        run: merge::run,
    },
    Command {
        name: "subset",
        flags: subset::FLAGS,
        help: text::SUBSET,
        run: subset::run,
    },
    Command {
        name: "split",
        flags: split::FLAGS,
        help: text::SPLIT,
        run: split::run,
    },
    Command {
        name: "recode",
        flags: recode::FLAGS,
        help: text::RECODE,
        run: recode::run,
    },
    Command {
        name: "set-metadata",
        flags: set_metadata::FLAGS,
        help: text::SET_METADATA,
        run: set_metadata::run,
    },
    Command {
        name: "repair",
        flags: repair::FLAGS,
        help: text::REPAIR,
        run: repair::run,
    },
];

/// Runs the command line `arguments` (without the program's name).
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    signals::interrupt_as("zs");
    match dispatch(arguments) {
        Ok(answer) => ExitCode::from(answer.code()),
        Err(refusal) => {
            let line = match &refusal {
                Refusal::Usage(message) => format!("zs: {message}; try --help for info"),
                Refusal::Argument(message) => message.clone(),
                Refusal::Failed(error) => format!("zs: {error:#}"),
            };
            // Nobody can be told that this failed.
            let _ = writeln!(std::io::stderr(), "{line}");
            ExitCode::from(refusal.code())
        }
    }
}

fn dispatch(mut arguments: impl Iterator<Item = OsString>) -> Result<Answer, Refusal> {
    let Some(first) = arguments.next() else {
        let message = "expected a subcommand, found none".to_owned();
        return Err(Refusal::Usage(message));
    };
    match first.to_str() {
        Some("--help" | "-h") => return print(&text::help()),
        Some("--version") => return print(&text::version()),
        _ => {}
    }
    let command = COMMANDS.iter().find(|command| first == command.name);
    let Some(command) = command else {
        let name = quoted(&first);
        let message = format!("Unrecognized subcommand {name}; try --help for info");
        return Err(Refusal::Argument(message));
    };
    let tokens = tokens::split(command.flags, arguments).map_err(Refusal::Usage)?;
    if tokens.has("--help") {
        return print(command.help);
    }
    (command.run)(&tokens)
}

fn print(text: &str) -> Result<Answer, Refusal> {
    let written = stdio::stdout().and_then(|mut stdout| stdout.write_all(text.as_bytes()));
    match written {
        Ok(()) => Ok(Answer::Yes),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            signals::die_of_broken_pipe()
        }
        Err(error) => {
            let error = anyhow::Error::from(error).context("stdout");
            Err(Refusal::Failed(error))
        }
    }
}
