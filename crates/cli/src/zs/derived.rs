//! Files that are made of other ZS files.

use std::ffi::{OsStr, OsString};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

use blockyard_pipeline::Counters;
use blockyard_zs::{Error, Header, Summary, WriterOptions};

use super::codec::compression;
use super::make::parse_metadata;
use super::new_zs_file::NewZsFile;
use super::refusal::{Refusal, blame};
use super::source::Opened;
use super::tokens::Tokens;
use super::values;
use crate::progress::Progress;

/// Returns how to write a file that is like another one, but for what the options say.
pub(crate) fn writer_options(tokens: &Tokens, like: &Header) -> Result<WriterOptions, Refusal> {
    let mut options = WriterOptions::like(like);
    options.pipeline = values::pipeline(tokens, 0)?;
    if tokens.has("--codec") || tokens.has("--compress-level") {
        options.compression = compression(tokens, like.codec)?;
    }
    if let Some(text) = tokens.value("--metadata") {
        options.metadata = parse_metadata(text)?;
    }
    if let Some(factor) = values::count(tokens, "--branching-factor", 2)? {
        options.branching_factor = usize::try_from(factor).unwrap_or(usize::MAX);
    }
    Ok(options)
}

/// Returns the value of `--approx-block-size`, if it was given.
pub(crate) fn block_size(tokens: &Tokens) -> Result<Option<NonZero<usize>>, Refusal> {
    /// The largest block that can be asked for, in bytes.
    const MOST: u64 = 1 << 30;

    let Some(size) = values::count(tokens, "--approx-block-size", 1)? else {
        return Ok(None);
    };
    let size = Some(size).filter(|&size| size <= MOST);
    let size = size.and_then(|size| NonZero::new(size as usize));
    let complain = || Refusal::Argument(format!("--approx-block-size must be at most {MOST}"));
    size.ok_or_else(complain).map(Some)
}

/// Returns the file of `-o`, which has to be given.
pub(crate) fn output(tokens: &Tokens) -> Result<OsString, Refusal> {
    let output = tokens.value("--output").map(OsStr::to_owned);
    output.ok_or_else(|| Refusal::Usage("-o with the new file is missing".to_owned()))
}

/// Writes the file `path` by way of `write`, which shows how far it is as a part of `total` bytes.
///
/// An error of the file itself, or of its reader, is explained by `explain`.
pub(crate) fn write<T>(
    path: &OsStr,
    force: bool,
    (what, total): (&str, u64),
    mut options: WriterOptions,
    write: impl FnOnce(NewZsFile, WriterOptions) -> Result<(NewZsFile, T), Error>,
    explain: impl FnOnce(Error) -> anyhow::Error,
) -> anyhow::Result<T> {
    let file = NewZsFile::create(Path::new(path), force, false)?;
    let counters = Arc::new(Counters::new());
    options.pipeline.counters = Some(Arc::clone(&counters));
    let progress = Progress::start(what.to_owned(), counters, Some(total));
    let written = write(file, options);
    drop(progress);
    let (file, written) = written.map_err(explain)?;
    file.finish()?;
    Ok(written)
}

/// Writes a file with the records of another one.
pub(crate) fn write_from(
    opened: &Opened,
    path: &OsStr,
    tokens: &Tokens,
    (what, options): (&str, WriterOptions),
    make: impl FnOnce(NewZsFile, WriterOptions) -> Result<(NewZsFile, Summary), Error>,
) -> Result<(), Refusal> {
    let name = &opened.name;
    let total = opened.reader.header().total_file_length;
    let explain = |error| blame(name, error);
    let force = tokens.has("--force");
    write(path, force, (what, total), options, make, explain)?;
    Ok(())
}
