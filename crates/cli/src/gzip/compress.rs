//! One file to its compressed form.

use std::io::IsTerminal;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;

use blockyard_gzip::{CompressOptions, Format, Header};
use blockyard_pipeline::{Cancel, Counters};

use super::index;
use super::input::Input;
use super::messages::{Fate, codec_refusal, outcome, ratio, wrapping_len};
use super::names;
use super::output::{Output, remove_original};
use super::refusal::Refusal;
use super::session::Session;

/// Compresses `input` to where the settings say.
pub(crate) fn run(session: &mut Session<'_>, mut input: Input) -> Result<(), Refusal> {
    let settings = session.settings;
    let (mut output, sidecar) = begin(session, &input)?;
    let counters = Arc::new(Counters::new());
    let header = header(session, &input);
    let format = if settings.zlib {
        Format::Zlib
    } else {
        Format::Gzip
    };
    let wrapping_len = wrapping_len(Some(format), &header);
    let options = CompressOptions {
        level: settings.level,
        format,
        header,
        threads: session.threads,
        block_size: settings.block_size,
        independent: settings.independent,
        rsyncable: settings.rsyncable,
        index: settings.index,
        cancel: Cancel::new(),
        counters: Some(Arc::clone(&counters)),
    };
    let turn = session.turn();
    let progress = session.show_progress(&input, &output, counters);
    let result = blockyard_gzip::compress(&mut input.file, &mut output, &options);
    drop(progress);
    drop(turn);
    let summary = result.map_err(|error| codec_refusal(error, &input, &output))?;
    session.print_statistics(&input, &summary.statistics);

    let ratio = ratio(
        summary.bytes_in,
        summary.bytes_out.saturating_sub(wrapping_len),
    );
    let Output::File(file) = output else {
        session.report.verbose(outcome(&input, &ratio, None));
        return Ok(());
    };
    let path = file.finish(&input.metadata, None)?;
    if let (Some(index), Some(sidecar)) = (&summary.index, sidecar) {
        index::finish(index, sidecar, &input)?;
    }
    let has_changed = input.size().is_some_and(|size| size != summary.bytes_in);
    if has_changed {
        let name = input.name();
        session.report.warning(format_args!(
            "{name}: file size changed while zipping; kept"
        ));
    }
    let fate = if settings.keep || has_changed {
        Fate::Kept
    } else {
        Fate::Removed
    };
    if fate == Fate::Removed {
        remove_original(&input, &mut session.report);
    }
    session
        .report
        .verbose(outcome(&input, &ratio, Some((&path, fate))));
    Ok(())
}

/// Begins the output, and the index beside it where one is asked for.
fn begin(session: &mut Session<'_>, input: &Input) -> Result<(Output, Option<Output>), Refusal> {
    let settings = session.settings;
    if let Some(path) = target(session, input)? {
        let sidecar = settings
            .index
            .then(|| index::begin(session, input, &path))
            .transpose()?;
        let output = Output::file(path, input, settings.force, &mut session.report)?;
        return Ok((output, sidecar));
    }
    if settings.index {
        return Err(index::no_name());
    }
    if !settings.force && std::io::stdout().is_terminal() {
        return Err(session.refuse_terminal("written to"));
    }
    Ok((Output::stdout(&session.report)?, None))
}

/// Returns the name for the compressed file; `None` stands for standard output.
fn target(session: &Session<'_>, input: &Input) -> Result<Option<PathBuf>, Refusal> {
    let settings = session.settings;
    let path = match &input.path {
        Some(path) if !settings.to_stdout => path,
        _ => return Ok(None),
    };
    input.check_replaceable(settings.force)?;
    let compressed = session.suffixes.find(path).map(|(suffix, _)| suffix);
    match compressed.or_else(|| names::index_suffix(path)) {
        Some(suffix) if !settings.force => Err(if session.tells_of_suffixes() {
            Refusal::Remark(format!(
                "{} already has {} suffix -- unchanged",
                input.name(),
                suffix.display()
            ))
        } else {
            Refusal::Silent
        }),
        _ => Ok(Some(session.suffixes.compressed(path))),
    }
}

/// Returns what the header says about `input`.
fn header(session: &mut Session<'_>, input: &Input) -> Header {
    let settings = session.settings;
    let name = match &input.path {
        Some(path) => path.file_name(),
        None => settings.alias.as_deref(),
    };
    let name = name.filter(|_| settings.name != Some(false));
    let mut header = Header {
        name: name.map(|name| name.as_bytes().to_vec()),
        comment: settings
            .comment
            .as_ref()
            .map(|comment| comment.as_bytes().to_vec()),
        ..Header::default()
    };
    if settings.time != Some(false) && input.metadata.is_file() {
        match u32::try_from(input.metadata.mtime()) {
            Ok(modified) => header.modified = modified,
            Err(_) => session.report.warning(format_args!(
                "{}: warning: file timestamp out of range for gzip format",
                input.name()
            )),
        }
    }
    header
}
