//! The zs stop: the words of the data with the places where they are, sorted, made, queried and validated.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, ensure};
use blockyard_codec::deflate::Level;
use blockyard_pipeline::Options;
use blockyard_storage::{AtomicFile, Replace};
use blockyard_zs::{
    Compression, Cutter, Framing, Query, SortOptions, ValidateOptions, WriterOptions, ZsReader,
    ZsWriter, sort,
};

use super::{Ground, Packed, ReadBack, Row, Stop, quote};
use crate::units::show_bytes;

/// The door's part in the tour.
pub(crate) const STOP: Stop = Stop { door: "zs", run };

/// Bytes of the data whose words are taken.
const LIMIT: u64 = 16 << 20;
/// The shortest and the longest word, in bytes.
const WORD: std::ops::RangeInclusive<usize> = 3..=64;

fn run(ground: &Ground) -> anyhow::Result<Vec<Row>> {
    let mut data = Vec::new();
    let tar = File::open(&ground.tar);
    let tar = tar.with_context(|| format!("failed to open {}", ground.tar.display()))?;
    tar.take(LIMIT).read_to_end(&mut data)?;
    let text = records(&data);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
    lines.sort_unstable();
    let words = Words {
        text: ground.folder.join("tour.words"),
        sorted: ground.folder.join("tour.words.sorted"),
        file: ground.folder.join("tour.words.zs"),
        binary: &ground.binary,
        folder: &ground.folder,
    };
    write(&words.text, &text)?;
    let rows = [
        words.make(&text, &lines)?,
        words.query(&lines)?,
        words.validate(&text)?,
    ];
    Ok(rows.into())
}

/// Returns a line for each word: the word, a tab, and where it is.
fn records(data: &[u8]) -> Vec<u8> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut text = Vec::new();
    let mut offset = 0;
    for piece in data.chunk_by(|one, other| is_part(one) == is_part(other)) {
        if is_part(&piece[0]) && WORD.contains(&piece.len()) {
            text.extend_from_slice(piece);
            text.extend_from_slice(format!("\t{offset}\n").as_bytes());
        }
        offset += piece.len();
    }
    text
}

/// The files of the stop.
struct Words<'a> {
    text: PathBuf,
    /// Made by the commands only.
    sorted: PathBuf,
    file: PathBuf,
    binary: &'a str,
    folder: &'a Path,
}

impl Words<'_> {
    /// Sorts the records and makes a file of them, reads all back and compares.
    fn make(&self, text: &[u8], sorted: &[&[u8]]) -> anyhow::Result<Row> {
        let begun = Instant::now();
        let cutter = Cutter::new(lines());
        let spill = || tempfile::tempfile_in(self.folder);
        let blocks = sort([Ok(text)], &cutter, &SortOptions::default(), spill)?;
        let options = WriterOptions {
            compression: Compression::Deflate(Level::DEFAULT),
            ..WriterOptions::default()
        };
        let mut writer = ZsWriter::new(AtomicFile::create(&self.file)?, options)?;
        writer.write_blocks(blocks)?;
        let (file, summary) = writer.finish()?;
        file.commit(Replace::Yes)?;
        let packed = Packed {
            bytes_in: text.len() as u64,
            bytes_out: summary.header.total_file_length,
            time: begun.elapsed(),
        };

        let begun = Instant::now();
        let mut comparison = Comparison { rest: sorted };
        let options = Options::default();
        let dumped = self
            .open()?
            .dump(&Query::all(), &lines(), &options, &mut comparison);
        let dumped =
            dumped.with_context(|| format!("failed to read back {}", self.file.display()))?;
        ensure!(
            comparison.rest.is_empty(),
            "{} has {} records instead of {}",
            self.file.display(),
            dumped.records,
            sorted.len()
        );
        let read_back = ReadBack {
            what: format!("all {} records", dumped.records),
            bytes: dumped.bytes,
            time: begun.elapsed(),
        };
        let binary = self.binary;
        let (text, sorted, file) = (quote(&self.text), quote(&self.sorted), quote(&self.file));
        Ok(Row {
            stop: "zs make --sort".to_owned(),
            packed: Some(packed),
            read_back,
            commands: vec![
                format!("{binary} zs make -qf --sort --codec=deflate '{{}}' {text} {file}"),
                format!(
                    "LC_ALL=C sort -o {sorted} {text} && {binary} zs dump {file} | cmp - {sorted}"
                ),
            ],
        })
    }

    /// Asks for the places of one word, as a program that has just been started would.
    fn query(&self, sorted: &[&[u8]]) -> anyhow::Result<Row> {
        let middle = sorted[sorted.len() / 2];
        let end = middle.iter().position(|&byte| byte == b'\t').unwrap_or(0);
        let prefix = &middle[..=end];
        let expected: Vec<&[u8]> = sorted
            .iter()
            .filter(|line| line.starts_with(prefix))
            .copied()
            .collect();

        let begun = Instant::now();
        let mut found = Vec::new();
        let query = Query::prefix(prefix);
        self.open()?
            .dump(&query, &lines(), &Options::default(), &mut found)?;
        let time = begun.elapsed();
        ensure!(
            found == expected.concat(),
            "{} has other records for '{}'",
            self.file.display(),
            prefix.escape_ascii()
        );
        let word = String::from_utf8_lossy(&middle[..end]).into_owned();
        let (binary, file, sorted) = (self.binary, quote(&self.file), quote(&self.sorted));
        let milliseconds = time.as_secs_f64() * 1e3;
        let read_back = ReadBack {
            what: format!("{} of {word}, {milliseconds:.1} ms", expected.len()),
            bytes: found.len() as u64,
            time,
        };
        Ok(Row {
            stop: "zs dump --prefix".to_owned(),
            packed: None,
            read_back,
            commands: vec![
                format!(
                    "LC_ALL=C grep \"^{word}$(printf '\\t')\" {sorted} > {sorted}.part && \
                     {binary} zs dump --prefix='{word}\\t' {file} | cmp - {sorted}.part"
                ),
                format!("{binary} zs get --count {file} {word}"),
            ],
        })
    }

    fn validate(&self, text: &[u8]) -> anyhow::Result<Row> {
        let begun = Instant::now();
        let report = self.open()?.validate(&ValidateOptions::default())?;
        ensure!(report.is_valid(), "{}: {report}", self.file.display());
        let length = fs::metadata(&self.file)?.len();
        let read_back = ReadBack {
            what: format!("{} in {} blocks", show_bytes(length), report.data_blocks),
            bytes: text.len() as u64,
            time: begun.elapsed(),
        };
        let (binary, file) = (self.binary, quote(&self.file));
        Ok(Row {
            stop: "zs validate".to_owned(),
            packed: None,
            read_back,
            commands: vec![format!("{binary} zs validate {file}")],
        })
    }

    fn open(&self) -> anyhow::Result<ZsReader<File>> {
        let file = File::open(&self.file);
        let file = file.with_context(|| format!("failed to open {}", self.file.display()))?;
        Ok(ZsReader::open(file)?)
    }
}

fn lines() -> Framing {
    Framing::Terminator(b"\n".to_vec())
}

fn write(path: &Path, text: &[u8]) -> anyhow::Result<()> {
    let mut file = AtomicFile::create(path)?;
    let written = file.write_all(text);
    written.with_context(|| format!("failed to write {}", path.display()))?;
    Ok(file.commit(Replace::Yes)?)
}

/// Takes what is read back, and fails at the first line that is another one.
struct Comparison<'a> {
    rest: &'a [&'a [u8]],
}

impl Write for Comparison<'_> {
    /// Takes whole lines: a dump writes the records of a block at once.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut left = bytes;
        while !left.is_empty() {
            let expected = self.rest.first().copied().unwrap_or_default();
            let rest = left.strip_prefix(expected).filter(|_| !expected.is_empty());
            left = rest.ok_or_else(|| {
                let expected = expected.escape_ascii();
                io::Error::other(format!("data differs where '{expected}' should be"))
            })?;
            self.rest = &self.rest[1..];
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
