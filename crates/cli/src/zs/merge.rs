//! `zs merge`: one file of several.

use blockyard_zs::{Duplicates, Error, MergeOptions, ZsReader, merge};

use super::derived::{self, block_size, output, writer_options};
use super::refusal::{Answer, Refusal, blame};
use super::source::{self, Opened, Source};
use super::tokens::{Flag, Tokens};

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('o', "output"),
    Flag::switch('\0', "unique"),
    Flag::value('\0', "metadata"),
    Flag::value('\0', "codec"),
    Flag::value('z', "compress-level"),
    Flag::value('\0', "approx-block-size"),
    Flag::value('\0', "branching-factor"),
    Flag::switch('f', "force"),
    Flag::value('j', ""),
    Flag::switch('h', "help"),
];

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    if tokens.operands.is_empty() {
        return Err(Refusal::Usage("expected files, found none".to_owned()));
    }
    let path = output(tokens)?;
    let mut options = MergeOptions::default();
    if tokens.has("--unique") {
        options.duplicates = Duplicates::Drop;
    }
    if let Some(size) = block_size(tokens)? {
        options.approx_block_size = size;
    }
    let mut names = Vec::new();
    let mut readers: Vec<ZsReader<Source>> = Vec::new();
    for operand in &tokens.operands {
        let Opened { name, reader } = source::open(operand)?;
        names.push(name);
        readers.push(reader);
    }
    let lengths = readers
        .iter()
        .map(|reader| reader.header().total_file_length);
    let total = lengths.fold(0, u64::saturating_add);
    let writer = writer_options(tokens, readers[0].header())?;
    derived::write(
        &path,
        tokens.has("--force"),
        ("merge", total),
        writer,
        |file, writer| merge(&readers, &options, file, writer),
        |error| match error {
            Error::Input { input, source } => blame(&names[input], *source),
            error => error.into(),
        },
    )?;
    Ok(Answer::Yes)
}
