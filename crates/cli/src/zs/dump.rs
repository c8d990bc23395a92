//! `zs dump`: the records between bounds.

use std::io::Write;

use blockyard_pipeline::Options;
use blockyard_storage::ReadAt;
use blockyard_zs::{Batch, Query, Records};

use super::form::{Form, Printer};
use super::output::Output;
use super::refusal::{Answer, Refusal, blame};
use super::source::{self, Opened};
use super::tokens::{Flag, Tokens};
use super::values;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('\0', "start"),
    Flag::value('\0', "stop"),
    Flag::value('\0', "prefix"),
    Flag::value('\0', "terminator"),
    Flag::value('\0', "length-prefixed"),
    Flag::value('\0', "format"),
    Flag::value('\0', "limit"),
    Flag::switch('\0', "count"),
    Flag::switch('\0', "reverse"),
    Flag::switch('\0', "salvage"),
    Flag::value('j', ""),
    Flag::value('o', "output"),
    Flag::switch('h', "help"),
];

/// Bytes that are collected before they are written.
const CHUNK: usize = 256 << 10;

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let exclude = |names: &[&str]| tokens.exclude(names).map_err(Refusal::Usage);
    for other in [
        "--limit",
        "--reverse",
        "--format",
        "--terminator",
        "--length-prefixed",
    ] {
        exclude(&["--count", other])?;
    }
    for other in ["--limit", "--reverse", "--count"] {
        exclude(&["--salvage", other])?;
    }
    let operand = values::operand(tokens)?;
    let query = values::query(tokens)?;
    let form = Form::new(tokens)?;
    let limit = values::count(tokens, "--limit", 0)?;
    let options = values::pipeline(tokens, 0)?;
    let opened = source::open(operand)?;
    let printer = form.printer(&opened.reader.header().metadata)?;
    let mut output = Output::open(tokens.value("--output"))?;
    let Opened { name, reader } = &opened;
    let mut answer = Answer::Yes;
    if tokens.has("--salvage") {
        answer = salvage(&opened, &query, &printer, &options, &mut output)?;
    } else if tokens.has("--count") {
        let count = reader.count(&query, &options);
        let count = count.map_err(|error| blame(name, error))?;
        output.put(format!("{count}\n").as_bytes())?;
    } else if limit.is_some() || tokens.has("--reverse") {
        let records = if tokens.has("--reverse") {
            reader.search_reverse(&query)
        } else {
            reader.search(&query)
        };
        output.put(&printer.heading())?;
        let mut left = limit.unwrap_or(u64::MAX);
        print(name, records, &printer, &mut left, &mut output)?;
    } else {
        print_all(&opened, &query, &printer, &options, &mut output)?;
    }
    output.finish()?;
    Ok(answer)
}

/// Prints records until there are no more or `left`, which is counted down, is zero.
pub(crate) fn print<S: ReadAt>(
    name: &str,
    mut records: Records<'_, S>,
    printer: &Printer,
    left: &mut u64,
    output: &mut Output,
) -> anyhow::Result<()> {
    let mut out = Vec::new();
    while *left > 0 {
        let Some(record) = records.next_record() else {
            break;
        };
        let printed = record
            .map_err(|error| blame(name, error))
            .and_then(|record| {
                let appended = printer.append(record, &mut out);
                appended.map_err(|error| error.context(name.to_owned()))
            });
        if let Err(error) = printed {
            output.put(&out)?;
            return Err(error);
        }
        *left -= 1;
        if out.len() >= CHUNK {
            output.put(&out)?;
            out.clear();
        }
    }
    output.put(&out)
}

fn print_all(
    opened: &Opened,
    query: &Query,
    printer: &Printer,
    options: &Options,
    output: &mut Output,
) -> anyhow::Result<()> {
    let Opened { name, reader } = opened;
    if let Printer::Framed(framing) = printer {
        let dumped = reader.dump(query, framing, options, output);
        return dumped.map(|_| ()).map_err(|error| blame(name, error));
    }
    output.put(&printer.heading())?;
    let page = |batch: &Batch| Page::new(name, batch, printer);
    let outcome = reader.block_map(
        query,
        options,
        |batch| Ok(page(batch)),
        |page| page.write(output).map_err(Failure::Other),
    );
    outcome.map_err(|failure| failure.into_error(name))
}

/// What is printed of one block, up to a record that cannot be printed.
struct Page {
    bytes: Vec<u8>,
    outcome: anyhow::Result<()>,
}

impl Page {
    fn new(name: &str, batch: &Batch, printer: &Printer) -> Self {
        let mut bytes = Vec::new();
        let outcome = batch
            .iter()
            .try_for_each(|record| printer.append(record, &mut bytes))
            .map_err(|error| error.context(name.to_owned()));
        Self { bytes, outcome }
    }

    fn write(self, output: &mut Output) -> anyhow::Result<()> {
        output.put(&self.bytes)?;
        self.outcome
    }
}

/// An error of the reader, or one that says by itself what it is about.
enum Failure {
    Reader(blockyard_zs::Error),
    Other(anyhow::Error),
}

impl From<blockyard_zs::Error> for Failure {
    fn from(error: blockyard_zs::Error) -> Self {
        Self::Reader(error)
    }
}

impl Failure {
    fn into_error(self, name: &str) -> anyhow::Error {
        match self {
            Self::Reader(error) => blame(name, error),
            Self::Other(error) => error,
        }
    }
}

/// Prints what can be read without the index, and tells of each block that cannot.
fn salvage(
    opened: &Opened,
    query: &Query,
    printer: &Printer,
    options: &Options,
    output: &mut Output,
) -> anyhow::Result<Answer> {
    let Opened { name, reader } = opened;
    let bounds = query.bounds();
    let mut answer = Answer::Yes;
    let mut complain = |error: blockyard_zs::Error| {
        answer = Answer::No;
        let error = anyhow::Error::from(error);
        // Nobody can be told that this failed.
        let _ = writeln!(std::io::stderr(), "zs: {name}: {error:#}");
    };
    output.put(&printer.heading())?;
    let scanned = reader.scan(options, |batch| {
        match batch {
            Ok(batch) => {
                let mut out = Vec::new();
                for record in batch.iter().filter(|record| bounds.contain(record)) {
                    printer.append(record, &mut out).map_err(Failure::Other)?;
                }
                output.put(&out).map_err(Failure::Other)?;
            }
            Err(error) => complain(error),
        }
        Ok(())
    });
    match scanned {
        Ok(()) => {}
        Err(Failure::Reader(error)) => complain(error),
        Err(Failure::Other(error)) => return Err(error),
    }
    if let Err(error) = reader.root() {
        complain(error);
    }
    Ok(answer)
}
