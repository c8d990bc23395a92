//! `zs repair`: what is right of a damaged or unfinished file.

use std::fmt::Write as _;
use std::io::Write as _;

use blockyard_storage::ReadAt;
use blockyard_zs::{HeaderState, RepairOptions, RepairReport, WriterOptions, repair};

use super::derived::{self, output};
use super::make::parse_metadata;
use super::refusal::{Answer, Refusal, blame};
use super::source;
use super::tokens::{Flag, Tokens};
use super::values;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('o', "output"),
    Flag::value('\0', "metadata"),
    Flag::value('\0', "branching-factor"),
    Flag::switch('f', "force"),
    Flag::value('j', ""),
    Flag::switch('h', "help"),
];

/// Runs the command: yes means that no record is lost.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let operand = values::operand(tokens)?;
    let path = output(tokens)?;
    let mut options = RepairOptions {
        pipeline: values::pipeline(tokens, 0)?,
        ..RepairOptions::default()
    };
    if let Some(text) = tokens.value("--metadata") {
        options.metadata = parse_metadata(text)?;
    }
    if let Some(factor) = values::count(tokens, "--branching-factor", 2)? {
        options.branching_factor = usize::try_from(factor).unwrap_or(usize::MAX);
    }
    let (name, source) = source::open_source(operand)?;
    // A length that is not known is an error of the repair.
    let total = source.len().unwrap_or_default();
    let pipeline = options.pipeline.clone();
    let report = derived::write(
        &path,
        tokens.has("--force"),
        ("repair", total.saturating_mul(2)),
        WriterOptions {
            pipeline,
            ..WriterOptions::default()
        },
        |file, writer| {
            options.pipeline = writer.pipeline;
            repair(source, &options, file)
        },
        |error| blame(&name, error),
    )?;
    // Nobody can be told that this failed.
    let _ = std::io::stderr().write_all(text(&name, &report).as_bytes());
    let is_whole = report.is_complete.unwrap_or(report.lost.is_empty());
    Ok(if is_whole { Answer::Yes } else { Answer::No })
}

/// Returns what there is to say about a repair.
fn text(name: &str, report: &RepairReport) -> String {
    let mut text = String::new();
    let mut say = |line: std::fmt::Arguments<'_>| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "zs: {name}: {line}");
    };
    match report.header {
        HeaderState::Intact => {}
        HeaderState::Unfinished => say(format_args!("the file was never finished")),
        HeaderState::Damaged => say(format_args!("the header is damaged")),
        _ => say(format_args!("the header is not intact")),
    }
    if !report.metadata_survived {
        say(format_args!("the metadata is lost"));
    }
    for dropped in &report.dropped {
        let (bytes, error) = (&dropped.bytes, &dropped.error);
        say(format_args!(
            "left out bytes {} to {}: {error}",
            bytes.start, bytes.end
        ));
    }
    for lost in &report.lost {
        let bound = |record: &Option<Vec<u8>>, none: &str| match record {
            Some(record) => format!("'{}'", record.escape_ascii()),
            None => none.to_owned(),
        };
        let after = bound(&lost.after, "the beginning");
        let before = bound(&lost.before, "the end");
        say(format_args!(
            "records may be lost between {after} and {before}"
        ));
    }
    let (records, blocks) = (report.written.records, report.written.data_blocks);
    say(format_args!("saved {records} records in {blocks} blocks"));
    if report.is_complete == Some(true) {
        say(format_args!("these are all that the file had"));
    }
    text
}
