//! The words of gzip for what happens.

use std::fmt::Write as _;
use std::path::Path;

use blockyard_gzip::{Error, Format, Header};
use blockyard_pipeline::{StageTime, Statistics};

use super::input::Input;
use super::output::Output;
use super::refusal::Refusal;
use crate::shown::Shown;
use crate::units::show_bytes;

/// What is said of a file that is right, but goes on behind its last member.
pub(crate) const TRAILING_GARBAGE: &str = "decompression OK, trailing garbage ignored";

/// Bytes of the header and the trailer of a zlib stream.
const ZLIB_WRAPPING: u64 = 2 + 4;

/// What is said of a file that is not complete.
pub(crate) const END_OF_FILE: &str = "unexpected end of file";

/// Returns the part of `plain` bytes that `packed` bytes save, in percent, as gzip prints it.
pub(crate) fn ratio(plain: u64, packed: u64) -> String {
    let saved = plain as f64 - packed as f64;
    let percent = if plain == 0 {
        0.0
    } else {
        100.0 * saved / plain as f64
    };
    format!("{percent:5.1}%")
}

/// Returns the bytes of a member that are not DEFLATE data: they do not count in the ratio.
///
/// A `format` of `None` stands for zlib, as in [`Head::format`](super::head::Head::format).
pub(crate) fn wrapping_len(format: Option<Format>, header: &Header) -> u64 {
    if !matches!(format, Some(Format::Gzip)) {
        return ZLIB_WRAPPING;
    }
    let text = |text: &Option<Vec<u8>>| text.as_ref().map_or(0, |text| text.len() + 1);
    let extra = header.extra.as_ref().map_or(0, |extra| 2 + extra.len());
    let checksum = if header.has_checksum { 2 } else { 0 };
    (10 + extra + text(&header.name) + text(&header.comment) + checksum + 8) as u64
}

/// Returns the line of `-v` about a file that is finished: its name, what was saved, and what has
/// become of it.
pub(crate) fn outcome(input: &Input, ratio: &str, made: Option<(&Path, Fate)>) -> String {
    let name = input.name();
    match made {
        None => format!("{name}:\t{ratio}"),
        Some((path, Fate::Kept)) => format!("{name}:\t{ratio} -- created {}", shown(path)),
        Some((path, Fate::Removed)) => format!("{name}:\t{ratio} -- replaced with {}", shown(path)),
    }
}

fn shown(path: &Path) -> Shown<'_> {
    Shown(path.as_os_str())
}

/// What becomes of an input whose other form is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stays.
    Kept,
    /// It is removed.
    Removed,
}

/// Returns the refusal for an error between `input` and `output`: gzip's words, and in brackets
/// the place and what was found there.
pub(crate) fn codec_refusal(error: Error, input: &Input, output: &Output) -> Refusal {
    let name = input.name();
    let verdict = match &error {
        Error::Read(error) => return Refusal::io(name, error),
        Error::Write(error) => return output.write_refusal(error),
        _ => verdict(&error),
    };
    let detail = anyhow::Error::from(error);
    Refusal::Error(match verdict {
        Some(verdict) => format!("{name}: {verdict} ({detail:#})"),
        None => format!("{name}: {detail:#}"),
    })
}

/// Returns what gzip says about such input.
fn verdict(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Truncated { .. } => END_OF_FILE,
        Error::UnknownFormat { found, .. } if found.len() < 2 => END_OF_FILE,
        Error::Checksum { .. } => "invalid compressed data--crc error",
        Error::Length { .. } => "invalid compressed data--length error",
        Error::Data { .. } => "invalid compressed data--format violated",
        _ => return None,
    })
}

/// Returns the table of `--stats`.
pub(crate) fn statistics(name: impl std::fmt::Display, statistics: &Statistics) -> String {
    let mut text = format!(
        "{name}: {} blocks, {} in, {} out, {:.3} s",
        statistics.blocks,
        show_bytes(statistics.bytes_in),
        show_bytes(statistics.bytes_out),
        statistics.elapsed.as_secs_f64(),
    );
    let stages = [
        ("read", statistics.source),
        ("work", statistics.workers),
        ("write", statistics.sink),
    ];
    for (stage, StageTime { busy, waiting }) in stages {
        let (busy, waiting) = (busy.as_secs_f64(), waiting.as_secs_f64());
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "\n  {stage:5} {busy:9.3} s busy {waiting:9.3} s waiting"
        );
    }
    text
}
