//! `zs get`: the records of keys.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use anyhow::Context;
use blockyard_storage::ReadAt;
use blockyard_zs::{Error, Query, ZsReader};

use super::dump::print;
use super::form::{Form, separator};
use super::output::Output;
use super::refusal::{Answer, Refusal, blame};
use super::source::{self, Opened};
use super::tokens::{Flag, Tokens};
use super::values;
use crate::shown::Shown;
use crate::stdio;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('\0', "keys-from"),
    Flag::switch('\0', "exact"),
    Flag::switch('\0', "prefix"),
    Flag::switch('\0', "count"),
    Flag::value('\0', "limit"),
    Flag::switch('\0', "reverse"),
    Flag::value('\0', "terminator"),
    Flag::value('\0', "length-prefixed"),
    Flag::value('\0', "format"),
    Flag::value('o', "output"),
    Flag::switch('h', "help"),
];

/// What stands behind the key where the metadata does not say it.
const SEPARATOR: &str = "\t";

/// Which records a key stands for.
#[derive(Clone, Debug)]
enum Matching {
    /// Those whose first columns are the key; this stands between columns.
    Columns(Vec<u8>),
    /// Those that begin with the key.
    Prefix,
    /// Those that are the key.
    Exact,
}

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let exclude = |names: &[&str]| tokens.exclude(names).map_err(Refusal::Usage);
    exclude(&["--exact", "--prefix"])?;
    for other in [
        "--limit",
        "--reverse",
        "--format",
        "--terminator",
        "--length-prefixed",
    ] {
        exclude(&["--count", other])?;
    }
    let Some((operand, keys)) = tokens.operands.split_first() else {
        return Err(Refusal::Usage("expected a file and keys".to_owned()));
    };
    let keys = keys.iter().map(|key| values::bytes("KEY", key));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let list = tokens.value("--keys-from");
    if keys.is_empty() && list.is_none() {
        return Err(Refusal::Usage("expected keys, found none".to_owned()));
    }
    let form = Form::new(tokens)?;
    let limit = values::count(tokens, "--limit", 0)?;
    let opened = source::open(operand)?;
    let metadata = &opened.reader.header().metadata;
    let printer = form.printer(metadata)?;
    let matching = if tokens.has("--exact") {
        Matching::Exact
    } else if tokens.has("--prefix") {
        Matching::Prefix
    } else {
        let separator = separator(metadata).unwrap_or(SEPARATOR);
        Matching::Columns(separator.as_bytes().to_vec())
    };
    let list = list.map(open_list).transpose()?;
    let mut output = Output::open(tokens.value("--output"))?;
    let mut search = Search {
        opened: &opened,
        matching: &matching,
        found: 0,
    };
    if !tokens.has("--count") {
        output.put(&printer.heading())?;
    }
    let all = limit.unwrap_or(u64::MAX);
    let mut left = all;
    for key in keys.into_iter().map(Ok).chain(lines(list)) {
        let key = key?;
        if tokens.has("--count") {
            search.count(&key)?;
            continue;
        }
        let mut queries = matching.queries(&key);
        let is_reverse = tokens.has("--reverse");
        if is_reverse {
            queries.reverse();
        }
        for query in queries {
            let reader = &opened.reader;
            let records = if is_reverse {
                reader.search_reverse(&query)
            } else {
                reader.search(&query)
            };
            print(&opened.name, records, &printer, &mut left, &mut output)?;
        }
        if left == 0 {
            break;
        }
    }
    if tokens.has("--count") {
        output.put(format!("{}\n", search.found).as_bytes())?;
    }
    output.finish()?;
    let is_found = search.found > 0 || left < all || all == 0;
    Ok(if is_found { Answer::Yes } else { Answer::No })
}

impl Matching {
    /// Returns the queries for a key, which no record satisfies two of, in the order of their records.
    fn queries(&self, key: &[u8]) -> Vec<Query> {
        match self {
            Self::Exact => vec![Query::exact(key)],
            Self::Prefix => vec![Query::prefix(key)],
            Self::Columns(separator) => {
                vec![Query::exact(key), Query::prefix([key, separator].concat())]
            }
        }
    }
}

/// What is counted over all keys.
struct Search<'a> {
    opened: &'a Opened,
    matching: &'a Matching,
    found: u64,
}

impl Search<'_> {
    fn count(&mut self, key: &[u8]) -> anyhow::Result<()> {
        let Opened { name, reader } = self.opened;
        for query in self.matching.queries(key) {
            self.found += count(reader, &query).map_err(|error| blame(name, error))?;
        }
        Ok(())
    }
}

/// Counts by way of the caches: keys that follow each other are often in one block.
fn count<S: ReadAt>(reader: &ZsReader<S>, query: &Query) -> Result<u64, Error> {
    let counts = reader.blocks(query).map(|batch| Ok(batch?.len() as u64));
    counts.sum()
}

/// Opens the file of `--keys-from`, with its name.
fn open_list(path: &OsStr) -> anyhow::Result<(String, Box<dyn Read>)> {
    if path == "-" {
        let stdin = stdio::stdin().context("stdin")?;
        return Ok(("stdin".to_owned(), Box::new(stdin)));
    }
    let name = Shown(path).to_string();
    let file = File::open(path).with_context(|| name.clone())?;
    Ok((name, Box::new(file)))
}

/// Returns the lines of a list of keys.
fn lines(list: Option<(String, Box<dyn Read>)>) -> impl Iterator<Item = anyhow::Result<Vec<u8>>> {
    list.into_iter().flat_map(|(name, file)| {
        let lines = BufReader::new(file).split(b'\n');
        lines.map(move |line| line.with_context(|| name.clone()))
    })
}
