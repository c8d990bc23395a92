//! `zs repair`: what is right of a damaged or unfinished file.

use std::ops::Range;
use std::path::Path;

use blockyard_zs::{HeaderState, LostRange, RepairOptions, RepairReport, repair};
use serde_json::{Value, json};

use super::json::pretty;
use super::new_zs_file::NewZsFile;
use super::output::Output;
use super::refusal::{Answer, Refusal, blame};
use super::source;
use super::tokens::{Flag, Tokens};
use super::transfer::output;
use super::values;
use crate::shown::Shown;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('o', "output"),
    Flag::switch('f', "force"),
    Flag::value('j', ""),
    Flag::switch('\0', "json"),
    Flag::switch('h', "help"),
];

/// Runs the command. The answer is no if records were lost, or may have been.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let operand = values::operand(tokens)?;
    let output = output(tokens)?;
    let options = RepairOptions {
        pipeline: values::pipeline(tokens, 0)?,
        ..RepairOptions::default()
    };
    let name = Shown(operand).to_string();
    let source = source::open_source(operand)?;
    let file = NewZsFile::create(Path::new(output), tokens.has("--force"), false)?;
    let (file, report) = repair(source, &options, file).map_err(|error| blame(&name, error))?;
    file.finish()?;
    let text = if tokens.has("--json") {
        pretty(&object(&report))
    } else {
        lines(&report).join("\n") + "\n"
    };
    Output::open(None)?.put(text.as_bytes())?;
    Ok(if report.lost.is_empty() {
        Answer::Yes
    } else {
        Answer::No
    })
}

fn state(report: &RepairReport) -> &'static str {
    match report.header {
        HeaderState::Intact => "intact",
        HeaderState::Unfinished => "unfinished",
        _ => "damaged",
    }
}

/// Returns the report for people.
fn lines(report: &RepairReport) -> Vec<String> {
    let mut lines = vec![
        format!("header: {}", state(report)),
        format!(
            "kept: {} records in {} blocks",
            report.written.records, report.written.data_blocks
        ),
    ];
    if !report.metadata_survived {
        lines.push("metadata: lost; zs set-metadata sets it".to_owned());
    }
    for dropped in &report.dropped {
        let place = place(&dropped.bytes);
        lines.push(format!("left out: {place}: {}", chain(&dropped.error)));
    }
    for lost in &report.lost {
        let place = place(&lost.bytes);
        let record = |record: &Option<Vec<u8>>, none: &str| match record {
            Some(record) => format!("'{}'", record.escape_ascii()),
            None => none.to_owned(),
        };
        let (after, before) = (
            record(&lost.after, "the beginning"),
            record(&lost.before, "the end"),
        );
        lines.push(format!(
            "lost: {place}: {} between {after} and {before}",
            blocks(lost)
        ));
    }
    if report.lost.is_empty() {
        lines.push("nothing is lost".to_owned());
    }
    lines
}

fn blocks(lost: &LostRange) -> String {
    match lost.blocks {
        Some(1) => "1 block".to_owned(),
        Some(blocks) => format!("{blocks} blocks"),
        None => "what was there".to_owned(),
    }
}

fn place(bytes: &Range<u64>) -> String {
    format!("bytes {} to {}", bytes.start, bytes.end)
}

/// Returns an error with all its sources in one line.
fn chain(error: &blockyard_zs::Error) -> String {
    let sources = std::iter::successors(std::error::Error::source(error), |error| error.source());
    let texts = sources.map(ToString::to_string);
    let texts: Vec<String> = std::iter::once(error.to_string()).chain(texts).collect();
    texts.join(": ")
}

/// Returns the report for programs. Records are shown as text, with escapes for other bytes.
fn object(report: &RepairReport) -> Value {
    let record = |record: &Option<Vec<u8>>| {
        let record = record.as_ref();
        record.map(|record| record.escape_ascii().to_string())
    };
    let dropped = report.dropped.iter().map(|dropped| {
        json!({
            "start": dropped.bytes.start,
            "end": dropped.bytes.end,
            "error": chain(&dropped.error),
        })
    });
    let lost = report.lost.iter().map(|lost| {
        json!({
            "start": lost.bytes.start,
            "end": lost.bytes.end,
            "after": record(&lost.after),
            "before": record(&lost.before),
            "blocks": lost.blocks,
        })
    });
    json!({
        "header": state(report),
        "codec": report.codec.name(),
        "metadata_survived": report.metadata_survived,
        "records": report.written.records,
        "data_blocks": report.written.data_blocks,
        "dropped": dropped.collect::<Vec<_>>(),
        "lost": lost.collect::<Vec<_>>(),
        "complete": report.is_complete,
    })
}
