//! How records are printed.

use blockyard_zs::{Framing, Metadata};
use serde_json::Value;

use super::quoted::quoted;
use super::refusal::Refusal;
use super::table::{Format, Table};
use super::tokens::Tokens;
use super::values;

/// How records are printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As they are.
    Framed(Framing),
    /// With their columns.
    Table(Format),
}

impl Form {
    /// Reads `--format`, `--terminator` and `--length-prefixed`.
    pub(crate) fn new(tokens: &Tokens) -> Result<Self, Refusal> {
        let framing = values::framing(tokens)?;
        let Some(value) = tokens.value("--format") else {
            return Ok(Self::Framed(framing));
        };
        for option in ["--terminator", "--length-prefixed"] {
            tokens
                .exclude(&["--format", option])
                .map_err(Refusal::Usage)?;
        }
        let format = match value.to_str() {
            Some("json") => Format::Json,
            Some("csv") => Format::Csv,
            Some("tsv") => Format::Tsv,
            _ => {
                let value = quoted(value);
                let message = format!("Invalid --format value {value}: must be json, csv or tsv");
                return Err(Refusal::Argument(message));
            }
        };
        Ok(Self::Table(format))
    }

    /// Returns what prints the records of a file with such metadata.
    pub(crate) fn printer(&self, metadata: &Metadata) -> anyhow::Result<Printer> {
        match self {
            Self::Framed(framing) => Ok(Printer::Framed(framing.clone())),
            Self::Table(format) => Ok(Printer::Table(Table::new(*format, metadata)?)),
        }
    }
}

/// Turns records into what is printed.
#[derive(Clone, Debug)]
pub(crate) enum Printer {
    /// As they are.
    Framed(Framing),
    /// With their columns.
    Table(Table),
}

impl Printer {
    /// Returns what is printed before the first record.
    pub(crate) fn heading(&self) -> Vec<u8> {
        match self {
            Self::Framed(_) => Vec::new(),
            Self::Table(table) => table.heading(),
        }
    }

    /// Appends what is printed of a record.
    pub(crate) fn append(&self, record: &[u8], out: &mut Vec<u8>) -> anyhow::Result<()> {
        match self {
            Self::Framed(Framing::Terminator(terminator)) => {
                out.extend_from_slice(record);
                out.extend_from_slice(terminator);
            }
            Self::Framed(Framing::Uleb128) => blockyard_zs::append_record(record, out),
            Self::Framed(Framing::U64le) => {
                out.extend_from_slice(&(record.len() as u64).to_le_bytes());
                out.extend_from_slice(record);
            }
            Self::Table(table) => table.append(record, out)?,
        }
        Ok(())
    }
}

/// Returns the bytes between the columns of a record, if the metadata says.
pub(crate) fn separator(metadata: &Metadata) -> Option<&str> {
    let format = metadata.object().get("record-format")?.as_object()?;
    let is_separated = format.get("type").and_then(Value::as_str) == Some("separated-values");
    let separator = format.get("separator")?.as_str()?;
    (is_separated && !separator.is_empty()).then_some(separator)
}
