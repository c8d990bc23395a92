//! The table of `-l`.

use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use blockyard_gzip::{Format, Member, Members, Trailing};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::input::Input;
use super::messages::{TRAILING_GARBAGE, codec_refusal, ratio, wrapping_len};
use super::names::Suffixes;
use super::output::Output;
use super::refusal::Refusal;
use super::report::Report;
use super::settings::{Settings, Verbosity};

/// What stands above the columns that `-v` adds.
const VERBOSE_HEAD: &[u8] = b"method  crc     date  time  ";

/// The table: a line for each file, and their sums.
#[derive(Debug)]
pub(crate) struct Listing {
    verbosity: Verbosity,
    /// Whether the stored name and time are shown instead of the file's.
    shows_stored: bool,
    has_head: bool,
    sum: Sizes,
}

/// Bytes, counted by decoding.
#[derive(Clone, Copy, Debug, Default)]
struct Sizes {
    /// As the file has them.
    compressed: u64,
    /// Without headers and trailers.
    packed: u64,
    /// After decompression.
    plain: u64,
}

impl Listing {
    /// Begins a table.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            verbosity: settings.verbosity,
            shows_stored: settings.name == Some(true),
            has_head: false,
            sum: Sizes::default(),
        }
    }

    /// Decodes `input` and prints its line.
    pub(crate) fn add(
        &mut self,
        input: &Input,
        suffixes: &Suffixes,
        report: &Report,
    ) -> Result<(), Refusal> {
        let mut decoding = Members::new(&input.file, Some(Format::Gzip));
        let members = decoding.by_ref().collect::<Result<Vec<_>, _>>();
        let members = members.map_err(|error| codec_refusal(error, input, &Output::Nothing))?;
        let mut table = Vec::new();
        if !self.has_head {
            self.head(&mut table);
            self.has_head = true;
        }
        let mut sum = Sizes::default();
        for (number, member) in members.iter().enumerate() {
            let sizes = Sizes::of(member);
            sum = sum.plus(sizes);
            if self.verbosity >= Verbosity::Detailed && members.len() > 1 {
                let name = format!("member {}", number + 1);
                self.line(&mut table, member, input, sizes, name.as_bytes());
            }
        }
        if let (Some(first), Some(last)) = (members.first(), members.last()) {
            let name = self.name(first, input, suffixes);
            self.line(&mut table, last, input, sum, name.as_os_str().as_bytes());
        }
        self.sum = self.sum.plus(sum);
        print(&table, report)?;
        match decoding.trailing() {
            Some(Trailing::Garbage { .. }) => Err(Refusal::Warning(format!(
                "{}: {TRAILING_GARBAGE}",
                input.name()
            ))),
            _ => Ok(()),
        }
    }

    /// Prints the line of sums where there are several operands.
    pub(crate) fn finish(&self, operands: usize, report: &Report) -> Result<(), Refusal> {
        let has_sums = self.sum.compressed > 0 && self.sum.plain > 0;
        if operands < 2 || !has_sums || self.verbosity == Verbosity::Quiet {
            return Ok(());
        }
        let mut table = Vec::new();
        if self.verbosity >= Verbosity::Verbose {
            table.extend_from_slice(&[b' '; VERBOSE_HEAD.len()]);
        }
        self.sum.columns(&mut table, b"(totals)");
        print(&table, report)
    }

    fn head(&self, table: &mut Vec<u8>) {
        if self.verbosity >= Verbosity::Verbose {
            table.extend_from_slice(VERBOSE_HEAD);
        }
        if self.verbosity > Verbosity::Quiet {
            let head = format!(
                "{:>19} {:>19}  ratio uncompressed_name\n",
                "compressed", "uncompressed"
            );
            table.extend_from_slice(head.as_bytes());
        }
    }

    fn line(&self, table: &mut Vec<u8>, member: &Member, input: &Input, sizes: Sizes, name: &[u8]) {
        if self.verbosity >= Verbosity::Verbose {
            let stored = i64::from(member.header.modified);
            let own = if input.metadata.is_file() {
                input.metadata.mtime()
            } else {
                0
            };
            let seconds = if self.shows_stored && stored != 0 {
                stored
            } else {
                own
            };
            let column = format!("defla {:08x} {} ", member.checksum, date(seconds));
            table.extend_from_slice(column.as_bytes());
        }
        sizes.columns(table, name);
    }

    /// Returns the name that decompression would give.
    fn name(&self, first: &Member, input: &Input, suffixes: &Suffixes) -> PathBuf {
        let Some(path) = &input.path else {
            return PathBuf::from("stdout");
        };
        let stored = first.header.name.as_deref().filter(|_| self.shows_stored);
        let stored = stored.map(|name| Path::new(std::ffi::OsStr::from_bytes(name)));
        match stored.and_then(Path::file_name) {
            Some(name) => path.with_file_name(name),
            None => suffixes.plain(path).unwrap_or_else(|| path.clone()),
        }
    }
}

impl Sizes {
    fn of(member: &Member) -> Self {
        Self {
            compressed: member.compressed_len,
            packed: member
                .compressed_len
                .saturating_sub(wrapping_len(&member.header)),
            plain: member.uncompressed_len,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            compressed: self.compressed + other.compressed,
            packed: self.packed + other.packed,
            plain: self.plain + other.plain,
        }
    }

    fn columns(self, table: &mut Vec<u8>, name: &[u8]) {
        let Self {
            compressed,
            packed,
            plain,
        } = self;
        let columns = format!("{compressed:19} {plain:19} {} ", ratio(plain, packed));
        table.extend_from_slice(columns.as_bytes());
        table.extend_from_slice(name);
        table.push(b'\n');
    }
}

/// Returns the local time as `ls` and gzip write it.
fn date(seconds: i64) -> String {
    let Ok(time) = Timestamp::from_second(seconds) else {
        return "??? ?? ??:??".to_owned();
    };
    time.to_zoned(TimeZone::system())
        .strftime("%b %e %H:%M")
        .to_string()
}

fn print(table: &[u8], report: &Report) -> Result<(), Refusal> {
    let mut stdout = Output::stdout(report)?;
    let result: io::Result<()> = stdout.write_all(table);
    result.map_err(|error| stdout.write_refusal(&error))
}
