//! From the program's name and its first argument to the command.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::personality::Personality;
use crate::{failure, gzip, links, personality, tour, zs};

/// The exit code of a command that failed.
const FAILED: u8 = 2;

/// Cut data into blocks, pack the blocks on every core, read back only the blocks you ask for
#[derive(Debug, Parser)]
#[command(
    name = "blockyard",
    version,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Compress and decompress as gzip and pigz do, with their options
    #[command(disable_help_flag = true)]
    Gzip {
        /// Options and files; --help lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    Links(links::Arguments),
    Tour(tour::Arguments),
    /// Make, query and check files of sorted records, with the options of the tool zs
    #[command(disable_help_flag = true)]
    Zs {
        /// A command and its options; --help lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

/// Runs what the command line says.
///
/// Under the name of another tool, and for `blockyard gzip` and `blockyard zs`, the arguments are that
/// tool's: they are read without building the tables of the other commands, because scripts start gzip
/// for many small files, and zs for many small queries.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter().peekable();
    let program = arguments.next().unwrap_or_default();
    if let Some(personality) = Personality::of_program(&program) {
        return gzip::run(&personality, arguments);
    }
    if personality::is_zs(&program) {
        return zs::run(arguments);
    }
    match arguments.peek().and_then(|command| command.to_str()) {
        Some("gzip") => return gzip::run(&Personality::subcommand(), arguments.skip(1)),
        Some("zs") => return zs::run(arguments.skip(1)),
        _ => {}
    }
    let result = match Arguments::parse_from(std::iter::once(program).chain(arguments)).command {
        Command::Gzip { arguments } => {
            return gzip::run(&Personality::subcommand(), arguments.into_iter());
        }
        Command::Links(arguments) => links::run(&arguments),
        Command::Tour(arguments) => tour::run(&arguments),
        Command::Zs { arguments } => return zs::run(arguments.into_iter()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            failure::report(&error);
            ExitCode::from(FAILED)
        }
    }
}
