//! One compressed file to its plain form, or to a verdict.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Seek};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use blockyard_gzip::read::Decoder;
use blockyard_gzip::{DecompressOptions, DecompressSummary, Format, Trailing, Unknown};
use blockyard_pipeline::{Cancel, Counters};

use super::head::Head;
use super::input::Input;
use super::messages::{Fate, TRAILING_GARBAGE, codec_refusal, outcome, ratio, wrapping_len};
use super::output::{Output, remove_original};
use super::refusal::Refusal;
use super::session::Session;
use super::settings::Operation;
use super::{index, names};
use crate::personality::Family;

/// Decompresses `input` to where the settings say; with `-t` to nowhere.
pub(crate) fn run(session: &mut Session<'_>, mut input: Input) -> Result<(), Refusal> {
    let (head, mut output) = begin(session, &mut input)?;
    let copies = copies(session, &output);
    // Where it is foreign there is no header, and this does not matter.
    let wrapping = head.format(&input).unwrap_or_default();
    let counters = Arc::new(Counters::new());
    let options = DecompressOptions {
        format: if copies {
            copied_format(session, &input)
        } else {
            head.format(&input)?
        },
        unknown: if copies {
            Unknown::Copy
        } else {
            Unknown::Refuse
        },
        threads: session.threads,
        index_spacing: None,
        cancel: Cancel::new(),
        counters: Some(Arc::clone(&counters)),
    };
    let turn = session.turn();
    let progress = session.show_progress(&input, &output, counters);
    let result = blockyard_gzip::decompress(head.chain(&input.file), &mut output, &options);
    drop(progress);
    drop(turn);
    let summary = result.map_err(|error| codec_refusal(error, &input, &output))?;
    session.print_statistics(&input, &summary.statistics);
    if let Trailing::Garbage { .. } = summary.trailing {
        let name = input.name();
        session
            .report
            .warning(format_args!("{name}: {TRAILING_GARBAGE}"));
    }
    finish(session, &input, output, wrapping, &summary)
}

/// Begins the output, unless `input` shows at once that there will be none.
fn begin(session: &mut Session<'_>, input: &mut Input) -> Result<(Head, Output), Refusal> {
    let settings = session.settings;
    if input.path.is_none() && !settings.force && io::stdin().is_terminal() {
        return Err(session.refuse_terminal("read from"));
    }
    if settings.operation == Operation::Test {
        return Ok((Head::read(input)?, Output::Nothing));
    }
    let Some(target) = target(session, input)? else {
        return Ok((Head::read(input)?, Output::stdout(&session.report)?));
    };
    let target = restored_name(session, input, target)?;
    let head = Head::read(input)?;
    head.format(input)?;
    let output = Output::file(target, input, settings.force, &mut session.report)?;
    Ok((head, output))
}

/// Returns whether data that is not compressed is passed on, as by `cat`.
fn copies(session: &Session<'_>, output: &Output) -> bool {
    session.settings.force && matches!(output, Output::Stdout(_))
}

/// Returns the format that counts as compressed where anything else is copied; `None` stands for gzip
/// and zlib.
///
/// A zlib header is two bytes that a text may well begin with, and gzip knows no zlib. So under
/// gzip's names it counts only where the command line or the file's name speaks of it.
fn copied_format(session: &Session<'_>, input: &Input) -> Option<Format> {
    let is_named = input.path.as_deref().is_some_and(names::is_zlib);
    let may_be_zlib = session.family == Family::Pigz || session.settings.zlib || is_named;
    (!may_be_zlib).then_some(Format::Gzip)
}

/// Gives the finished output its name, and tells of it.
fn finish(
    session: &mut Session<'_>,
    input: &Input,
    output: Output,
    wrapping: Option<Format>,
    summary: &DecompressSummary,
) -> Result<(), Refusal> {
    let settings = session.settings;
    let header = summary.first_header.as_ref();
    let packed = summary
        .bytes_in
        .saturating_sub(header.map_or(0, |header| wrapping_len(wrapping, header)));
    let ratio = ratio(summary.bytes_out, packed);
    let file = match output {
        Output::File(file) => file,
        Output::Stdout(_) => {
            session.report.verbose(outcome(input, &ratio, None));
            return Ok(());
        }
        Output::Nothing => {
            session.report.verbose(outcome(input, " OK", None));
            return Ok(());
        }
    };
    let stored = header.map(|header| header.modified);
    let modified = stored.filter(|&time| settings.time == Some(true) && time != 0);
    let path = file.finish(&input.metadata, modified)?;
    let fate = if settings.keep {
        Fate::Kept
    } else {
        Fate::Removed
    };
    if fate == Fate::Removed && remove_original(input, &mut session.report) {
        index::remove(input, &mut session.report);
    }
    session
        .report
        .verbose(outcome(input, &ratio, Some((&path, fate))));
    Ok(())
}

/// Returns the name of the plain file by its suffix; `None` stands for standard output.
fn target(session: &Session<'_>, input: &Input) -> Result<Option<PathBuf>, Refusal> {
    let settings = session.settings;
    let path = match &input.path {
        Some(path) if !settings.to_stdout => path,
        _ => return Ok(None),
    };
    input.check_replaceable(settings.force)?;
    match session.suffixes.plain(path) {
        Some(plain) => Ok(Some(plain)),
        None => Err(session.unknown_suffix(input)),
    }
}

/// Returns `target` under the name that the header stores, if that is asked for.
///
/// Only the last part of the stored name counts: a header does not choose the folder.
fn restored_name(
    session: &Session<'_>,
    input: &mut Input,
    target: PathBuf,
) -> Result<PathBuf, Refusal> {
    if session.settings.name != Some(true) {
        return Ok(target);
    }
    let mut decoder = Decoder::new(&mut input.file, None);
    let stored = decoder
        .decode(&mut [0])
        .map(|_| decoder.header().and_then(|it| it.name.clone()));
    let stored = stored.map_err(|error| codec_refusal(error, input, &Output::Nothing))?;
    input
        .file
        .rewind()
        .map_err(|error| Refusal::io(input.name(), &error))?;
    let stored = stored.unwrap_or_default();
    Ok(match Path::new(OsStr::from_bytes(&stored)).file_name() {
        Some(name) => target.with_file_name(name),
        None => target,
    })
}
