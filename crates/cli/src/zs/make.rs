//! `zs make`: a file of sorted records.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use blockyard_pipeline::{Counters, Options};
use blockyard_zs::{
    Block, Codec, Cutter, Error, Framing, Metadata, SortOptions, Summary, WriterOptions, ZsWriter,
    sort,
};

use super::build_info::build_info;
use super::codec::compression;
use super::derived::block_size;
use super::input::Inputs;
use super::new_zs_file::NewZsFile;
use super::quoted::quoted;
use super::refusal::{Answer, Refusal};
use super::tokens::{Flag, Tokens};
use super::values;
use crate::progress::Progress;
use crate::shown::Shown;
use crate::units::parse_bytes;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('\0', "terminator"),
    Flag::value('\0', "length-prefixed"),
    Flag::value('j', ""),
    Flag::switch('\0', "no-spinner"),
    Flag::value('\0', "branching-factor"),
    Flag::value('\0', "approx-block-size"),
    Flag::value('\0', "codec"),
    Flag::value('z', "compress-level"),
    Flag::switch('\0', "no-default-metadata"),
    Flag::switch('\0', "sort"),
    Flag::switch('\0', "unique"),
    Flag::value('\0', "memory"),
    Flag::switch('\0', "plain"),
    Flag::switch('f', "force"),
    Flag::switch('q', "quiet"),
    Flag::switch('\0', "keep-partial"),
    Flag::switch('h', "help"),
];

/// The least memory for sorting, in bytes.
const MIN_MEMORY: u64 = 4 << 20;

/// What a command line asks for.
struct Job {
    output: OsString,
    force: bool,
    keep_partial: bool,
    /// Whether it is told what is done.
    is_quiet: bool,
    show_progress: bool,
    cutter: Cutter,
    sort: Option<SortOptions>,
    writer: WriterOptions,
}

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let [metadata, inputs @ .., output] = tokens.operands.as_slice() else {
        return Err(too_few(tokens));
    };
    if inputs.is_empty() {
        return Err(too_few(tokens));
    }
    let job = job(tokens, metadata, output)?;
    let inputs = Inputs::new(inputs, !tokens.has("--plain"))?;
    make(&job, &inputs)?;
    Ok(Answer::Yes)
}

fn too_few(tokens: &Tokens) -> Refusal {
    let found = tokens.operands.len();
    Refusal::Usage(format!(
        "expected metadata, input files and a new file, found {found} arguments"
    ))
}

fn job(tokens: &Tokens, metadata: &OsStr, output: &OsStr) -> Result<Job, Refusal> {
    let pipeline = values::pipeline(tokens, 1)?;
    let framing = values::framing(tokens)?;
    if framing == Framing::Terminator(Vec::new()) {
        let message = "Invalid --terminator value '': it is empty".to_owned();
        return Err(Refusal::Argument(message));
    }
    let mut cutter = Cutter::new(framing);
    if let Some(size) = block_size(tokens)? {
        cutter.approx_block_size = size;
    }
    let mut writer = WriterOptions {
        compression: compression(tokens, Codec::Lzma2)?,
        metadata: parse_metadata(metadata)?,
        pipeline,
        ..WriterOptions::default()
    };
    if let Some(factor) = values::count(tokens, "--branching-factor", 2)? {
        writer.branching_factor = usize::try_from(factor).unwrap_or(usize::MAX);
    }
    if !tokens.has("--no-default-metadata") {
        writer.metadata = writer.metadata.with_build_info(&build_info()?);
    }
    Ok(Job {
        output: output.to_owned(),
        force: tokens.has("--force"),
        keep_partial: tokens.has("--keep-partial"),
        is_quiet: tokens.has("--quiet"),
        show_progress: !tokens.has("--no-spinner") && !tokens.has("--quiet"),
        cutter,
        sort: sort_options(tokens, &writer.pipeline)?,
        writer,
    })
}

/// Reads a JSON object that was typed.
pub(crate) fn parse_metadata(text: &OsStr) -> Result<Metadata, Refusal> {
    let complain =
        |reason: String| Refusal::Argument(format!("error parsing metadata as JSON: {reason}"));
    let text = text
        .to_str()
        .ok_or_else(|| complain("it is not UTF-8".to_owned()))?;
    let object = match serde_json::from_str(text) {
        Ok(serde_json::Value::Object(object)) => object,
        Ok(_) => return Err(complain("expected an object".to_owned())),
        Err(error) => return Err(complain(error.to_string())),
    };
    Ok(Metadata::from_object(object))
}

/// Returns how to sort, if that was asked for.
fn sort_options(tokens: &Tokens, pipeline: &Options) -> Result<Option<SortOptions>, Refusal> {
    let mut options = SortOptions {
        unique: tokens.has("--unique"),
        pipeline: pipeline.clone(),
        ..SortOptions::default()
    };
    if let Some(value) = tokens.value("--memory") {
        let bytes = value.to_str().and_then(|text| parse_bytes(text, 1));
        let bytes = bytes.filter(|&bytes| bytes >= MIN_MEMORY);
        options.memory = bytes
            .map_or(Err(()), |bytes| usize::try_from(bytes).map_err(|_| ()))
            .map_err(|()| {
                let value = quoted(value);
                let message = format!(
                    "Invalid --memory value {value}: must be a size such as 64M, at least 4M"
                );
                Refusal::Argument(message)
            })?;
    }
    if tokens.has("--sort") {
        return Ok(Some(options));
    }
    for option in ["--unique", "--memory"] {
        if tokens.has(option) {
            return Err(Refusal::Usage(format!("{option} needs --sort")));
        }
    }
    Ok(None)
}

fn make(job: &Job, inputs: &Inputs) -> anyhow::Result<()> {
    let path = Path::new(&job.output);
    let name = Shown(&job.output);
    job.say(format_args!("Opening new ZS file: {name}"));
    let file = NewZsFile::create(path, job.force, job.keep_partial)?;
    let mut length = inputs.length();
    let mut sorted = None;
    if let Some(options) = &job.sort {
        let counters = Arc::new(Counters::new());
        let progress = show(job, "sort", &counters, length);
        let options = SortOptions {
            pipeline: counted(&options.pipeline, &counters),
            ..options.clone()
        };
        let folder = temporary_folder(path);
        let spill = || tempfile::tempfile_in(&folder);
        let outcome = sort(
            inputs.open(|name| job.announce(name)),
            &job.cutter,
            &options,
            spill,
        );
        drop(progress);
        sorted = Some(outcome.map_err(|error| explain(error, inputs))?);
        // Without equal records, as many bytes as were read.
        length = Some(counters.snapshot().bytes_in);
    }
    let counters = Arc::new(Counters::new());
    let progress = show(job, "make", &counters, length);
    let writer = WriterOptions {
        pipeline: counted(&job.writer.pipeline, &counters),
        ..job.writer.clone()
    };
    let written = if let Some(sorted) = sorted {
        write(file, writer, sorted, progress)
    } else {
        let blocks = job.cutter.blocks_of(inputs.open(|name| job.announce(name)));
        write(file, writer, blocks, progress)
    };
    let (file, summary) = written.map_err(|error| explain(error, inputs))?;
    let blocks = summary.data_blocks + summary.index_blocks;
    job.say(format_args!("Blocks written: {blocks}"));
    job.say(format_args!("Updating header..."));
    file.finish()?;
    job.say(format_args!("Done."));
    Ok(())
}

fn write(
    file: NewZsFile,
    options: WriterOptions,
    blocks: impl Iterator<Item = Result<Block, Error>> + Send,
    progress: Option<Progress>,
) -> Result<(NewZsFile, Summary), Error> {
    let mut writer = ZsWriter::new(file, options)?;
    let written = writer.write_blocks(blocks);
    drop(progress);
    written?;
    writer.finish_with(|file| file.synchronize())
}

/// Adds the name of the input to an error that comes from one.
fn explain(error: Error, inputs: &Inputs) -> anyhow::Error {
    let place = match &error {
        Error::Unsorted { place, .. } => place.input,
        Error::ReadInput { place, .. }
        | Error::Unterminated { place }
        | Error::RecordCutOff { place }
        | Error::RecordLength { place, .. }
        | Error::RecordLimit { place, .. } => Some(*place),
        _ => None,
    };
    let error = anyhow::Error::from(error);
    match place {
        Some(place) => error.context(inputs.name(place.input)),
        None => error,
    }
}

/// Returns the folder for sorted runs: that of the environment, or else that of the new file, where there
/// should be space enough.
fn temporary_folder(path: &Path) -> PathBuf {
    let named = std::env::var_os("TMPDIR").filter(|folder| !folder.is_empty());
    let beside = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    named.map_or_else(
        || beside.unwrap_or(Path::new(".")).to_owned(),
        PathBuf::from,
    )
}

fn counted(options: &Options, counters: &Arc<Counters>) -> Options {
    Options {
        counters: Some(Arc::clone(counters)),
        ..options.clone()
    }
}

fn show(job: &Job, what: &str, counters: &Arc<Counters>, length: Option<u64>) -> Option<Progress> {
    let counters = Arc::clone(counters);
    job.show_progress
        .then(|| Progress::start(what.to_owned(), counters, length))
        .flatten()
}

impl Job {
    fn announce(&self, name: &str) {
        self.say(format_args!("Reading input file: {name}"));
    }

    /// Tells how far it is, unless quiet. Nobody can be told that this failed.
    fn say(&self, message: std::fmt::Arguments<'_>) {
        if !self.is_quiet {
            let _ = writeln!(std::io::stderr(), "zs: {message}");
        }
    }
}
