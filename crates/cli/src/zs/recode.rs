//! `zs recode`: the same records, packed in another way.

use blockyard_zs::{reblock, recode};

use super::derived::{block_size, output, write_from, writer_options};
use super::refusal::{Answer, Refusal};
use super::source;
use super::tokens::{Flag, Tokens};
use super::values;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('o', "output"),
    Flag::value('\0', "codec"),
    Flag::value('z', "compress-level"),
    Flag::value('\0', "approx-block-size"),
    Flag::value('\0', "branching-factor"),
    Flag::value('\0', "metadata"),
    Flag::switch('f', "force"),
    Flag::value('j', ""),
    Flag::switch('h', "help"),
];

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let operand = values::operand(tokens)?;
    let path = output(tokens)?;
    let size = block_size(tokens)?;
    let opened = source::open(operand)?;
    let options = writer_options(tokens, opened.reader.header())?;
    write_from(
        &opened,
        &path,
        tokens,
        ("recode", options),
        |file, options| match size {
            Some(size) => reblock(&opened.reader, size, file, options),
            None => recode(&opened.reader, file, options),
        },
    )?;
    Ok(Answer::Yes)
}
