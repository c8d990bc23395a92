//! The table of `-l`.

use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use blockyard_gzip::{Format, Member, Members, Trailing};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::head::Head;
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

/// What `-v` shows of a member besides its sizes.
#[derive(Clone, Copy, Debug)]
struct Row {
    checksum: u32,
    /// When the data was modified, in seconds since 1970.
    seconds: i64,
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
        mut input: Input,
        suffixes: &Suffixes,
        report: &Report,
    ) -> Result<(), Refusal> {
        let head = Head::read(&mut input)?;
        let format = head.format(&input)?;
        let mut decoding = Members::new(head.chain(&input.file), format);
        let mut name = None;
        let mut sum = Sizes::default();
        // No more is kept than is shown of them: a file may consist of any number of members.
        let mut last: Option<(Row, Sizes)> = None;
        for number in 1_u64.. {
            let Some(member) = decoding.next() else { break };
            let member = member.map_err(|error| codec_refusal(error, &input, &Output::Nothing))?;
            let sizes = Sizes::of(&member, format);
            let row = self.row(&member, &input);
            name.get_or_insert_with(|| self.name(&member, &input, suffixes));
            if self.verbosity >= Verbosity::Detailed {
                if let (2, Some((row, sizes))) = (number, last) {
                    self.print_line(report, row, sizes, b"member 1")?;
                }
                if number > 1 {
                    let name = format!("member {number}");
                    self.print_line(report, row, sizes, name.as_bytes())?;
                }
            }
            sum = sum.plus(sizes);
            last = Some((row, sizes));
        }
        if let (Some(name), Some((row, _))) = (name, last) {
            self.print_line(report, row, sum, name.as_os_str().as_bytes())?;
        }
        self.sum = self.sum.plus(sum);
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

    fn row(&self, member: &Member, input: &Input) -> Row {
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
        Row {
            checksum: member.checksum,
            seconds,
        }
    }

    /// Prints a line, and the head before the first one.
    fn print_line(
        &mut self,
        report: &Report,
        row: Row,
        sizes: Sizes,
        name: &[u8],
    ) -> Result<(), Refusal> {
        let mut table = Vec::new();
        if !self.has_head {
            self.head(&mut table);
            self.has_head = true;
        }
        if self.verbosity >= Verbosity::Verbose {
            let Row { checksum, seconds } = row;
            let columns = format!("defla {checksum:08x} {} ", date(seconds));
            table.extend_from_slice(columns.as_bytes());
        }
        sizes.columns(&mut table, name);
        print(&table, report)
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
    fn of(member: &Member, format: Option<Format>) -> Self {
        Self {
            compressed: member.compressed_len,
            packed: member
                .compressed_len
                .saturating_sub(wrapping_len(format, &member.header)),
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
