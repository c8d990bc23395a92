//! `zs subset`: a file of some records of another one.

use blockyard_zs::subset;

use super::derived::{output, write_from, writer_options};
use super::refusal::{Answer, Refusal};
use super::source;
use super::tokens::{Flag, Tokens};
use super::values;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('o', "output"),
    Flag::value('\0', "start"),
    Flag::value('\0', "stop"),
    Flag::value('\0', "prefix"),
    Flag::value('\0', "metadata"),
    Flag::value('\0', "codec"),
    Flag::value('z', "compress-level"),
    Flag::value('\0', "branching-factor"),
    Flag::switch('f', "force"),
    Flag::value('j', ""),
    Flag::switch('h', "help"),
];

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let operand = values::operand(tokens)?;
    let path = output(tokens)?;
    let query = values::query(tokens)?;
    let opened = source::open(operand)?;
    let options = writer_options(tokens, opened.reader.header())?;
    write_from(
        &opened,
        &path,
        tokens,
        ("subset", options),
        |file, options| subset(&opened.reader, &query, file, options),
    )?;
    Ok(Answer::Yes)
}
