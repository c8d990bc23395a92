//! Records as rows of columns.

use std::str;

use anyhow::{Context, bail};
use blockyard_zs::Metadata;
use memchr::memmem;
use serde_json::{Number, Value};

use super::form::separator;

/// How a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// An object on a line.
    Json,
    /// RFC 4180, with line breaks as Unix has them.
    Csv,
    /// Tabs between the columns; tabs, line breaks and backslashes in them as `\t`, `\n`, `\r` and `\\`.
    Tsv,
}

/// What the metadata says about the columns of a file, and how they are written.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    format: Format,
    columns: Vec<Column>,
    /// What stands between the columns of a record; `None` if it has only one.
    separator: Option<Vec<u8>>,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    is_number: bool,
}

impl Table {
    /// Returns the table of a file: its columns are those that `record-format` names, or else a single
    /// one, `record`.
    pub(crate) fn new(format: Format, metadata: &Metadata) -> anyhow::Result<Self> {
        let names = metadata
            .object()
            .get("record-format")
            .and_then(|format| format.get("column-names"));
        let Some((separator, names)) = separator(metadata).zip(names) else {
            let name = "record".to_owned();
            let is_number = false;
            return Ok(Self {
                format,
                columns: vec![Column { name, is_number }],
                separator: None,
            });
        };
        let bad = "the record-format in the metadata has column-names that are not texts";
        let names = names.as_array().context(bad)?;
        let types = metadata.object()["record-format"].get("column-types");
        let types = types
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let columns = names.iter().enumerate().map(|(number, name)| {
            let kind = types.get(number).and_then(Value::as_str);
            Ok(Column {
                name: name.as_str().context(bad)?.to_owned(),
                is_number: kind.is_some_and(is_number),
            })
        });
        Ok(Self {
            format,
            columns: columns.collect::<anyhow::Result<_>>()?,
            separator: Some(separator.as_bytes().to_vec()),
        })
    }

    /// Returns the row of the names.
    pub(crate) fn heading(&self) -> Vec<u8> {
        let mut row = Vec::new();
        if self.format != Format::Json {
            let names = self.columns.iter().map(|column| column.name.as_bytes());
            self.append_row(names, &mut row);
        }
        row
    }

    /// Appends the row of a record.
    ///
    /// A record with another number of columns is an error, and so is one that is not UTF-8 where JSON
    /// is asked for.
    pub(crate) fn append(&self, record: &[u8], out: &mut Vec<u8>) -> anyhow::Result<()> {
        let separator = self.separator.as_deref();
        let found = separator.map_or(1, |separator| {
            memmem::find_iter(record, separator).count() + 1
        });
        if found != self.columns.len() {
            bail!(
                "record '{}' has {found} columns, expected {}",
                record.escape_ascii(),
                self.columns.len()
            );
        }
        let cells = Cells {
            rest: Some(record),
            separator,
        };
        if self.format == Format::Json {
            let text = str::from_utf8(record);
            text.with_context(|| format!("record '{}' is not a text", record.escape_ascii()))?;
            return self.append_object(cells, out);
        }
        self.append_row(cells, out);
        Ok(())
    }

    fn append_object(&self, cells: Cells<'_>, out: &mut Vec<u8>) -> anyhow::Result<()> {
        out.push(b'{');
        for (number, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            if number > 0 {
                out.extend_from_slice(b", ");
            }
            serde_json::to_writer(&mut *out, &column.name)?;
            out.extend_from_slice(b": ");
            // A separator can cut a character in two only if it is not a text itself.
            let text = str::from_utf8(cell)?;
            if column.is_number && serde_json::from_str::<Number>(text).is_ok() {
                out.extend_from_slice(text.trim().as_bytes());
            } else {
                serde_json::to_writer(&mut *out, text)?;
            }
        }
        out.extend_from_slice(b"}\n");
        Ok(())
    }

    fn append_row<'a>(&self, cells: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) {
        for (number, cell) in cells.enumerate() {
            match self.format {
                Format::Csv => {
                    if number > 0 {
                        out.push(b',');
                    }
                    append_csv(cell, self.columns.len() == 1, out);
                }
                Format::Tsv | Format::Json => {
                    if number > 0 {
                        out.push(b'\t');
                    }
                    append_tsv(cell, out);
                }
            }
        }
        out.push(b'\n');
    }
}

/// The columns of a record.
struct Cells<'a> {
    rest: Option<&'a [u8]>,
    separator: Option<&'a [u8]>,
}

impl<'a> Iterator for Cells<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let found = self
            .separator
            .and_then(|separator| Some((memmem::find(rest, separator)?, separator.len())));
        let Some((end, length)) = found else {
            self.rest = None;
            return Some(rest);
        };
        self.rest = Some(&rest[end + length..]);
        Some(&rest[..end])
    }
}

/// Appends a cell, in quotes where it needs some; an empty line would be no row for many readers.
fn append_csv(cell: &[u8], is_only: bool, out: &mut Vec<u8>) {
    let needs_quotes = cell.iter().any(|byte| b",\"\r\n".contains(byte));
    if needs_quotes || is_only && cell.is_empty() {
        out.push(b'"');
        for &byte in cell {
            if byte == b'"' {
                out.push(b'"');
            }
            out.push(byte);
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(cell);
    }
}

fn append_tsv(cell: &[u8], out: &mut Vec<u8>) {
    for &byte in cell {
        match byte {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            byte => out.push(byte),
        }
    }
}

fn is_number(kind: &str) -> bool {
    let kinds = ["int", "uint", "float", "double", "number"];
    kinds.iter().any(|name| kind.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(metadata: &str, format: Format, records: &[&str], expected: &str) {
        let metadata = Metadata::parse(metadata).unwrap();
        let table = Table::new(format, &metadata).unwrap();
        let mut out = table.heading();
        for record in records {
            table.append(record.as_bytes(), &mut out).unwrap();
        }
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    const COUNTS: &str = r#"{"record-format": {"type": "separated-values", "separator": "\t",
        "column-names": ["words", "count"], "column-types": ["utf8", "int"]}}"#;

    #[test]
    fn columns_are_those_of_the_metadata() {
        let records = ["a \"b\", c\t12", "\u{e9}\\\t007"];
        check(
            COUNTS,
            Format::Json,
            &records,
            "{\"words\": \"a \\\"b\\\", c\", \"count\": 12}\n{\"words\": \"\u{e9}\\\\\", \"count\": \"007\"}\n",
        );
        let expected = "words,count\n\"a \"\"b\"\", c\",12\n\u{e9}\\,007\n";
        check(COUNTS, Format::Csv, &records, expected);
        let expected = "words\tcount\na \"b\", c\t12\n\u{e9}\\\\\t007\n";
        check(COUNTS, Format::Tsv, &records, expected);
    }

    #[test]
    fn without_metadata_a_record_is_one_column() {
        check("{}", Format::Json, &["a\tb"], "{\"record\": \"a\\tb\"}\n");
        check("{}", Format::Csv, &["", "a,b"], "record\n\"\"\n\"a,b\"\n");
        check("{}", Format::Tsv, &["a\tb"], "record\na\\tb\n");
    }

    #[test]
    fn records_that_do_not_fit_are_named() {
        let table = Table::new(Format::Json, &Metadata::parse(COUNTS).unwrap()).unwrap();
        let refusal = |record: &[u8]| {
            table
                .append(record, &mut Vec::new())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(refusal(b"a"), "record 'a' has 1 columns, expected 2");
        assert_eq!(
            refusal(b"a\t1\t2"),
            "record 'a\\t1\\t2' has 3 columns, expected 2"
        );
        assert_eq!(refusal(b"\xff\t1"), "record '\\xff\\t1' is not a text");
    }
}
