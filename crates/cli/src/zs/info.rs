//! `zs info`: what the header says.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::json::pretty;
use super::output::Output;
use super::refusal::{Answer, Refusal, blame};
use super::source::{self, Opened};
use super::tokens::{Flag, Tokens};
use super::values;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::switch('m', "metadata-only"),
    Flag::switch('h', "help"),
];

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let Opened { name, reader } = source::open(values::operand(tokens)?)?;
    let header = reader.header();
    let metadata = Value::Object(header.metadata.object().clone());
    let text = if tokens.has("--metadata-only") {
        pretty(&metadata)
    } else {
        let level = reader.root_level().map_err(|error| blame(&name, error))?;
        let mut sha256 = String::new();
        for byte in header.data_sha256 {
            // Writing to a string does not fail.
            let _ = write!(sha256, "{byte:02x}");
        }
        let mut statistics = Map::new();
        statistics.insert("root_index_level".to_owned(), json!(level.get()));
        pretty(&json!({
            "root_index_offset": header.root_index_offset,
            "root_index_length": header.root_index_length,
            "total_file_length": header.total_file_length,
            "codec": header.codec.name(),
            "data_sha256": sha256,
            "metadata": metadata,
            "statistics": statistics,
        }))
    };
    Output::open(None)?.put(text.as_bytes())?;
    Ok(Answer::Yes)
}
