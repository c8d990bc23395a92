//! `zs merge`, `subset`, `split`, `recode` and `set-metadata`: files made of files.

use std::ffi::OsStr;
use std::num::NonZero;
use std::path::Path;

use blockyard_zs::{
    Duplicates, Error, MergeOptions, Parts, SplitPlan, Summary, WriterOptions, ZsReader, merge,
    reblock, recode, set_metadata, subset,
};

use super::codec::compression;
use super::make::{block_size, parse_metadata};
use super::new_zs_file::NewZsFile;
use super::quoted::quoted;
use super::refusal::{Answer, Refusal, blame};
use super::source::{self, Opened, Source};
use super::tokens::{Flag, Tokens};
use super::values;
use crate::units::parse_bytes;

/// The options of `zs merge`.
pub(crate) const MERGE_FLAGS: &[Flag] = &[
    OUTPUT,
    FORCE,
    THREADS,
    METADATA,
    CODEC,
    LEVEL,
    BLOCK_SIZE,
    Flag::switch('\0', "unique"),
    HELP,
];
/// The options of `zs subset`.
pub(crate) const SUBSET_FLAGS: &[Flag] = &[
    OUTPUT,
    FORCE,
    THREADS,
    METADATA,
    CODEC,
    LEVEL,
    Flag::value('\0', "start"),
    Flag::value('\0', "stop"),
    Flag::value('\0', "prefix"),
    HELP,
];
/// The options of `zs split`.
pub(crate) const SPLIT_FLAGS: &[Flag] = &[
    OUTPUT,
    FORCE,
    THREADS,
    METADATA,
    CODEC,
    LEVEL,
    Flag::value('n', "parts"),
    Flag::value('\0', "max-bytes"),
    HELP,
];
/// The options of `zs recode`.
pub(crate) const RECODE_FLAGS: &[Flag] = &[
    OUTPUT, FORCE, THREADS, METADATA, CODEC, LEVEL, BLOCK_SIZE, HELP,
];
/// The options of `zs set-metadata`.
pub(crate) const SET_METADATA_FLAGS: &[Flag] = &[OUTPUT, FORCE, THREADS, HELP];

const OUTPUT: Flag = Flag::value('o', "output");
const FORCE: Flag = Flag::switch('f', "force");
const THREADS: Flag = Flag::value('j', "");
const METADATA: Flag = Flag::value('\0', "metadata");
const CODEC: Flag = Flag::value('\0', "codec");
const LEVEL: Flag = Flag::value('z', "compress-level");
const BLOCK_SIZE: Flag = Flag::value('\0', "approx-block-size");
const HELP: Flag = Flag::switch('h', "help");

/// Digits of the number of a part.
const PART_DIGITS: usize = 4;

/// Runs `zs merge`.
pub(crate) fn run_merge(tokens: &Tokens) -> Result<Answer, Refusal> {
    if tokens.operands.is_empty() {
        let message = "expected files to merge, found none".to_owned();
        return Err(Refusal::Usage(message));
    }
    let output = output(tokens)?;
    let mut options = MergeOptions::default();
    if tokens.has("--unique") {
        options.duplicates = Duplicates::Drop;
    }
    if let Some(size) = block_size(tokens)? {
        options.approx_block_size = size;
    }
    let mut names = Vec::new();
    let mut readers = Vec::new();
    for operand in &tokens.operands {
        let Opened { name, reader } = source::open(operand)?;
        names.push(name);
        readers.push(reader);
    }
    let writer = writer_options(tokens, &readers[0])?;
    write(tokens, output, |file| {
        merge(&readers, &options, file, writer).map_err(|error| match error {
            Error::Input { input, source } => blame(&names[input], *source),
            error => error.into(),
        })
    })?;
    Ok(Answer::Yes)
}

/// Runs `zs subset`.
pub(crate) fn run_subset(tokens: &Tokens) -> Result<Answer, Refusal> {
    let operand = values::operand(tokens)?;
    let (output, query) = (output(tokens)?, values::query(tokens)?);
    let Opened { name, reader } = source::open(operand)?;
    let writer = writer_options(tokens, &reader)?;
    write(tokens, output, |file| {
        subset(&reader, &query, file, writer).map_err(|error| match error {
            Error::Empty => anyhow::anyhow!("{name}: there are no such records"),
            error => blame(&name, error),
        })
    })?;
    Ok(Answer::Yes)
}

/// Runs `zs split`.
pub(crate) fn run_split(tokens: &Tokens) -> Result<Answer, Refusal> {
    let operand = values::operand(tokens)?;
    let (prefix, parts) = (output(tokens)?, parts(tokens)?);
    let Opened { name, reader } = source::open(operand)?;
    let plan = SplitPlan::new(&reader, parts).map_err(|error| blame(&name, error))?;
    let writer = writer_options(tokens, &reader)?;
    for (number, part) in plan.parts().iter().enumerate() {
        let mut path = prefix.to_owned();
        path.push(format!(".{number:0PART_DIGITS$}.zs"));
        write(tokens, &path, |file| {
            part.write(&reader, file, writer.clone())
                .map_err(|error| blame(&name, error))
        })?;
    }
    Ok(Answer::Yes)
}

/// Runs `zs recode`.
pub(crate) fn run_recode(tokens: &Tokens) -> Result<Answer, Refusal> {
    let operand = values::operand(tokens)?;
    let (output, size) = (output(tokens)?, block_size(tokens)?);
    if size.is_none() && tokens.value("--codec").is_none() {
        let message = "expected --codec or --approx-block-size: what is to change".to_owned();
        return Err(Refusal::Usage(message));
    }
    let Opened { name, reader } = source::open(operand)?;
    let writer = writer_options(tokens, &reader)?;
    write(tokens, output, |file| {
        let written = match size {
            Some(size) => reblock(&reader, size, file, writer),
            None => recode(&reader, file, writer),
        };
        written.map_err(|error| blame(&name, error))
    })?;
    Ok(Answer::Yes)
}

/// Runs `zs set-metadata`.
pub(crate) fn run_set_metadata(tokens: &Tokens) -> Result<Answer, Refusal> {
    let [metadata, operand] = tokens.operands.as_slice() else {
        let found = tokens.operands.len();
        let message = format!("expected metadata and a file, found {found} arguments");
        return Err(Refusal::Usage(message));
    };
    let metadata = parse_metadata(metadata)?;
    let options = WriterOptions {
        pipeline: values::pipeline(tokens, 0)?,
        ..WriterOptions::default()
    };
    // Without a name for it, the new file takes the place of the old one, when it is complete.
    let (output, force) = match tokens.value("--output") {
        Some(output) => (output, tokens.has("--force")),
        None if source::url(operand).is_some() => return Err(without_output()),
        None => (operand.as_os_str(), true),
    };
    let Opened { name, reader } = source::open(operand)?;
    create(output, force, |file| {
        set_metadata(&reader, metadata, file, options).map_err(|error| blame(&name, error))
    })?;
    Ok(Answer::Yes)
}

/// Returns the name of the new file.
pub(crate) fn output(tokens: &Tokens) -> Result<&OsStr, Refusal> {
    tokens.value("--output").ok_or_else(without_output)
}

fn without_output() -> Refusal {
    Refusal::Usage("expected --output=FILE: the new file".to_owned())
}

/// Returns how to write a file made of that of `reader`, with what the options change.
fn writer_options(tokens: &Tokens, reader: &ZsReader<Source>) -> Result<WriterOptions, Refusal> {
    let mut options = WriterOptions::like(reader.header());
    options.pipeline = values::pipeline(tokens, 0)?;
    if tokens.value("--codec").is_some() {
        options.compression = compression(tokens)?;
    } else if tokens.value("--compress-level").is_some() {
        let message = "--compress-level needs --codec".to_owned();
        return Err(Refusal::Usage(message));
    }
    if let Some(metadata) = tokens.value("--metadata") {
        options.metadata = parse_metadata(metadata)?;
    }
    Ok(options)
}

fn parts(tokens: &Tokens) -> Result<Parts, Refusal> {
    tokens
        .exclude(&["--parts", "--max-bytes"])
        .map_err(Refusal::Usage)?;
    if let Some(count) = values::count(tokens, "--parts", 1)? {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        return Ok(Parts::Count(
            NonZero::new(count).unwrap_or(NonZero::<usize>::MIN),
        ));
    }
    let Some(value) = tokens.value("--max-bytes") else {
        let message = "expected --parts=N or --max-bytes=SIZE".to_owned();
        return Err(Refusal::Usage(message));
    };
    let bytes = value.to_str().and_then(|text| parse_bytes(text, 1));
    let bytes = bytes.and_then(NonZero::new).ok_or_else(|| {
        let value = quoted(value);
        Refusal::Argument(format!(
            "Invalid --max-bytes value {value}: must be a size such as 64M"
        ))
    })?;
    Ok(Parts::MaxBytes(bytes))
}

fn write(
    tokens: &Tokens,
    output: &OsStr,
    make: impl FnOnce(NewZsFile) -> anyhow::Result<(NewZsFile, Summary)>,
) -> anyhow::Result<()> {
    create(output, tokens.has("--force"), make)
}

/// Makes a file that appears when it is complete.
fn create(
    output: &OsStr,
    force: bool,
    make: impl FnOnce(NewZsFile) -> anyhow::Result<(NewZsFile, Summary)>,
) -> anyhow::Result<()> {
    let file = NewZsFile::create(Path::new(output), force, false)?;
    let (file, _) = make(file)?;
    file.finish()
}
