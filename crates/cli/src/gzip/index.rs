//! Random access: indexes beside compressed files, and the ranges that they lead to.

use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::Path;

use blockyard_gzip::{DecompressOptions, Error, Index};

use super::input::Input;
use super::messages::codec_refusal;
use super::names;
use super::output::Output;
use super::refusal::{Refusal, describe};
use super::report::Report;
use super::session::Session;
use super::settings::Range;
use crate::shown::Shown;

/// Returns the refusal of an index of what goes through standard input or output.
pub(crate) fn no_name() -> Refusal {
    Refusal::Error("--index needs the name of a file to stand beside".to_owned())
}

/// Begins the index of the compressed file `compressed`.
pub(crate) fn begin(
    session: &mut Session<'_>,
    input: &Input,
    compressed: &Path,
) -> Result<Output, Refusal> {
    Output::file(
        names::index(compressed),
        input,
        session.settings.force,
        &mut session.report,
    )
}

/// Writes `index` to its file.
pub(crate) fn finish(index: &Index, mut output: Output, input: &Input) -> Result<(), Refusal> {
    index
        .write_to(&mut output)
        .map_err(|error| codec_refusal(error, input, &output))?;
    match output {
        Output::File(file) => file.finish(&input.metadata, None).map(drop),
        Output::Stdout(_) | Output::Nothing => Ok(()),
    }
}

/// Writes the index of a file that is compressed already.
pub(crate) fn build(session: &mut Session<'_>, input: &Input) -> Result<(), Refusal> {
    let Some(compressed) = &input.path else {
        return Err(no_name());
    };
    let output = begin(session, input, compressed)?;
    let options = DecompressOptions {
        threads: session.threads,
        ..DecompressOptions::default()
    };
    let index = Index::build(&input.file, &options)
        .map_err(|error| codec_refusal(error, input, &Output::Nothing))?;
    finish(&index, output, input)?;
    let path = names::index(compressed);
    session.report.verbose(format_args!(
        "{}:\t indexed in {}",
        input.name(),
        Shown(path.as_os_str())
    ));
    Ok(())
}

/// Removes the index of `input`, whose file has been removed; what is not an index of it stays.
pub(crate) fn remove(input: &Input, report: &mut Report) {
    let Some(compressed) = &input.path else {
        return;
    };
    let path = names::index(compressed);
    if !fs::symlink_metadata(&path).is_ok_and(|there| there.is_file()) {
        return;
    }
    let index = File::open(&path).map(|file| Index::read_from(BufReader::new(file)));
    let Ok(Ok(index)) = index else { return };
    // To read nothing is to compare the file with what the index says of it.
    if index.read_range(&input.file, 0, 0, io::sink()).is_err() {
        return;
    }
    if let Err(error) = fs::remove_file(&path) {
        report.warning(format_args!(
            "{}: {}",
            Shown(path.as_os_str()),
            describe(&error)
        ));
    }
}

/// Prints a part of the decompressed data, by the index where there is one that fits.
pub(crate) fn print_range(
    session: &mut Session<'_>,
    input: &Input,
    range: Range,
) -> Result<(), Refusal> {
    let mut output = Output::stdout(&session.report)?;
    if let Some(index) = read(session, input) {
        let length = range.length.unwrap_or(u64::MAX);
        match index.read_range(&input.file, range.offset, length, &mut output) {
            Err(error @ Error::ForeignIndex { .. }) => {
                session.report.warning(format_args!(
                    "{}: {error}; reading without it",
                    input.name()
                ));
            }
            result => {
                return result
                    .map_err(|error| codec_refusal(error, input, &output))
                    .map(drop);
            }
        }
    }
    let mut part = Part {
        output: &mut output,
        skip: range.offset,
        rest: range.length,
    };
    let options = DecompressOptions {
        threads: session.threads,
        ..DecompressOptions::default()
    };
    let result = blockyard_gzip::decompress(&input.file, &mut part, &options);
    match result {
        Err(Error::Write(_)) if part.rest == Some(0) => Ok(()),
        result => result
            .map_err(|error| codec_refusal(error, input, &output))
            .map(drop),
    }
}

/// Reads the index beside `input`, if there is one that can be read.
fn read(session: &mut Session<'_>, input: &Input) -> Option<Index> {
    let Some(compressed) = &input.path else {
        return None;
    };
    let path = names::index(compressed);
    let shown = Shown(path.as_os_str());
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            let error = describe(&error);
            session
                .report
                .warning(format_args!("{shown}: {error}; reading without it"));
            return None;
        }
    };
    match Index::read_from(BufReader::new(file)) {
        Ok(index) => Some(index),
        Err(error) => {
            let error = anyhow::Error::from(error);
            session
                .report
                .warning(format_args!("{shown}: {error:#}; reading without it"));
            None
        }
    }
}

/// Lets a part of what is written through, and refuses more when that is complete.
struct Part<'a> {
    output: &'a mut Output,
    /// Bytes that are still to be dropped.
    skip: u64,
    /// Bytes that are still to be let through.
    rest: Option<u64>,
}

impl Write for Part<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let skipped = self.skip.min(bytes.len() as u64);
        self.skip -= skipped;
        let wanted = &bytes[skipped as usize..];
        let length = self.rest.unwrap_or(u64::MAX).min(wanted.len() as u64);
        self.output.write_all(&wanted[..length as usize])?;
        if let Some(rest) = &mut self.rest {
            *rest -= length;
            if *rest == 0 {
                return Err(io::ErrorKind::QuotaExceeded.into());
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
