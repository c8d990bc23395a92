//! `zs validate`: whether a file is what the format asks for.

use blockyard_zs::{Report, ValidateOptions};
use serde_json::{Value, json};

use super::json::pretty;
use super::output::Output;
use super::refusal::{Answer, Refusal, blame};
use super::source::{self, Opened};
use super::tokens::{Flag, Tokens};
use super::values;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('j', ""),
    Flag::switch('\0', "json"),
    Flag::switch('\0', "quick"),
    Flag::switch('h', "help"),
];

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let operand = values::operand(tokens)?;
    let options = ValidateOptions {
        quick: tokens.has("--quick"),
        pipeline: values::pipeline(tokens, 0)?,
        ..ValidateOptions::default()
    };
    let Opened { name, reader } = source::open(operand)?;
    let report = reader.validate(&options);
    let report = report.map_err(|error| blame(&name, error))?;
    let text = if tokens.has("--json") {
        pretty(&object(&name, &report, options.quick))
    } else {
        format!("{report}\n")
    };
    let mut output = Output::open(None)?;
    output.put(text.as_bytes())?;
    Ok(if report.is_valid() {
        Answer::Yes
    } else {
        Answer::No
    })
}

/// Returns the report for programs.
fn object(name: &str, report: &Report, is_quick: bool) -> Value {
    let failures: Vec<Value> = report
        .failures
        .iter()
        .map(|failure| json!({"offset": failure.offset, "message": failure.defect.to_string()}))
        .collect();
    json!({
        "file": name,
        "valid": report.is_valid(),
        "quick": is_quick,
        "complete": report.is_complete,
        "failure_count": report.failure_count,
        "failures": failures,
        "duplicate_metadata_keys": report.duplicate_keys,
        "data_blocks": report.data_blocks,
        "index_blocks": report.index_blocks,
        "extension_blocks": report.extension_blocks,
        "damaged_blocks": report.damaged_blocks,
        "records": if is_quick { Value::Null } else { json!(report.records) },
        "payload_bytes": if is_quick { Value::Null } else { json!(report.payload_bytes) },
        "root_index_level": report.root_level.map(blockyard_zs::Level::get),
    })
}
