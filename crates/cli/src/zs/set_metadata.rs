//! `zs set-metadata`: the same blocks with other metadata.

use blockyard_storage::Replace;
use blockyard_zs::set_metadata;

use super::derived::{write_from, writer_options};
use super::make::parse_metadata;
use super::new_zs_file::NewZsFile;
use super::refusal::{Answer, Refusal, blame};
use super::source;
use super::tokens::{Flag, Tokens};
use crate::new_file::NewFile;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('o', "output"),
    Flag::switch('f', "force"),
    Flag::value('j', ""),
    Flag::switch('h', "help"),
];

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let [operand, metadata] = tokens.operands.as_slice() else {
        let found = tokens.operands.len();
        let message = format!("expected a file and its new metadata, found {found} arguments");
        return Err(Refusal::Usage(message));
    };
    let metadata = parse_metadata(metadata)?;
    if !tokens.has("--output") && source::url(operand).is_some() {
        let message = "a remote file cannot be changed: name a new file with -o".to_owned();
        return Err(Refusal::Usage(message));
    }
    let opened = source::open(operand)?;
    let options = writer_options(tokens, opened.reader.header())?;
    let reader = &opened.reader;
    if let Some(path) = tokens.value("--output") {
        write_from(
            &opened,
            path,
            tokens,
            ("set-metadata", options),
            |file, options| set_metadata(reader, metadata, file, options),
        )?;
        return Ok(Answer::Yes);
    }
    let file = NewFile::create(operand.as_ref(), Replace::Yes)?;
    let written = set_metadata(reader, metadata, NewZsFile::Hidden(file), options);
    let (file, _) = written.map_err(|error| blame(&opened.name, error))?;
    file.finish()?;
    Ok(Answer::Yes)
}
