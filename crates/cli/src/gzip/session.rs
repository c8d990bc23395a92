//! One run over all operands.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use blockyard_pipeline::{Counters, Options, Statistics};

use super::arguments::Job;
use super::input::{self, Found, Input};
use super::list::Listing;
use super::names::Suffixes;
use super::output::Output;
use super::refusal::Refusal;
use super::report::{Report, Status};
use super::settings::{Operation, Settings, Verbosity};
use super::turns::{Turn, Turns};
use super::{batch, compress, decompress, index, messages};
use crate::personality::{Family, Personality};
use crate::progress::Progress;
use crate::shown::Shown;

/// What the operands of a run share.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    /// What the options say.
    pub(crate) settings: &'a Settings,
    /// Worker threads: as many as the machine runs at a time, if no number was named. It takes a
    /// dozen system calls to find that out, so it is done once.
    pub(crate) threads: NonZero<usize>,
    /// The processor's time, where several files are worked on at a time.
    pub(crate) turns: Option<Arc<Turns>>,
    /// The tool whose ways are followed where gzip and pigz differ.
    pub(crate) family: Family,
    /// The suffixes that count.
    pub(crate) suffixes: Suffixes,
    /// Where messages go.
    pub(crate) report: Report,
    /// The table of `-l`.
    pub(crate) listing: Listing,
}

impl<'a> Session<'a> {
    /// Begins a run.
    pub(crate) fn new(personality: &Personality, job: &'a Job) -> Self {
        let settings = &job.settings;
        let default = if settings.zlib { ".zz" } else { ".gz" };
        let own = settings.suffix.clone().unwrap_or_else(|| default.into());
        Self {
            settings,
            threads: settings
                .threads
                .unwrap_or_else(|| Options::default().threads),
            turns: None,
            family: personality.family,
            suffixes: Suffixes::new(own),
            report: Report::new(&personality.name, settings.verbosity),
            listing: Listing::new(settings),
        }
    }

    /// Returns a session for one of several files that are worked on at a time.
    pub(crate) fn part(&self) -> Self {
        Self {
            settings: self.settings,
            threads: NonZero::<usize>::MIN,
            turns: self.turns.clone(),
            family: self.family,
            suffixes: self.suffixes.clone(),
            report: self.report.part(),
            listing: Listing::new(self.settings),
        }
    }

    /// Works on the operands one after the other; a failure of one does not stop the others.
    pub(crate) fn run(mut self, job: &Job) -> Status {
        for remark in &job.remarks {
            self.report.remark(remark);
        }
        let stdin = Path::new("-");
        let operands: Vec<PathBuf> = job.operands.iter().map(PathBuf::from).collect();
        let is_stdin = |path: &PathBuf| path == stdin;
        let goes_on = if operands.is_empty() {
            self.stdin()
        } else {
            operands
                .chunk_by(|one, other| !is_stdin(one) && !is_stdin(other))
                .all(|operands| match operands {
                    [operand] if is_stdin(operand) => self.stdin(),
                    files => batch::run(&mut self, files),
                })
        };
        if !goes_on {
            return self.report.status();
        }
        if let Err(refusal) = self.listing.finish(operands.len(), &self.report) {
            refusal.tell(&mut self.report);
        }
        self.report.status()
    }

    /// Works on standard input; returns whether the run goes on.
    fn stdin(&mut self) -> bool {
        let result = Input::stdin().and_then(|input| self.input(input));
        self.settle(result)
    }

    /// Works on a file or a folder; returns whether the run goes on.
    pub(crate) fn path(&mut self, path: &Path) -> bool {
        let result = match input::open(path, self.settings, &self.suffixes) {
            Ok(Found::Input(input)) => self.input(input),
            Ok(Found::Folder(folder)) if self.settings.recursive => {
                return self.folder(&folder);
            }
            Ok(Found::Folder(folder)) => Err(Refusal::Warning(format!(
                "{} is a directory -- ignored",
                Shown(folder.as_os_str())
            ))),
            Err(refusal) => Err(refusal),
        };
        self.settle(result)
    }

    /// Works on all files below a folder, in the order of their names; returns whether the run goes on.
    ///
    /// The names are taken before the work begins, so that outputs do not become inputs.
    fn folder(&mut self, folder: &Path) -> bool {
        let paths = fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
        let mut paths: Vec<PathBuf> = match paths {
            Ok(paths) => paths,
            Err(error) => {
                return self.settle(Err(Refusal::io(Shown(folder.as_os_str()), &error)));
            }
        };
        paths.sort();
        // An index goes with its file.
        let is_index = |path: &PathBuf| {
            let compressed = self.suffixes.indexed(path).map(Path::to_owned);
            compressed.is_some_and(|compressed| paths.binary_search(&compressed).is_ok())
        };
        let paths: Vec<PathBuf> = paths
            .iter()
            .filter(|path| !is_index(path))
            .cloned()
            .collect();
        batch::run(self, &paths)
    }

    /// Tells of a refusal; returns whether the run goes on.
    pub(crate) fn settle(&mut self, result: Result<(), Refusal>) -> bool {
        match result {
            Ok(()) => true,
            Err(refusal) => refusal.tell(&mut self.report),
        }
    }

    fn input(&mut self, input: Input) -> Result<(), Refusal> {
        if self.is_unknown(&input) {
            return Err(self.unknown_suffix(&input));
        }
        match self.settings.operation {
            Operation::Compress if self.settings.index && self.is_compressed(&input) => {
                index::build(self, &input)
            }
            Operation::Decompress if self.settings.index => index::build(self, &input),
            Operation::Compress => compress::run(self, input),
            Operation::Decompress | Operation::Test => decompress::run(self, input),
            Operation::List => self.listing.add(input, &self.suffixes, &self.report),
            Operation::Range(range) => index::print_range(self, &input, range),
        }
    }

    fn is_compressed(&self, input: &Input) -> bool {
        let path = input.path.as_deref();
        path.is_some_and(|path| self.suffixes.find(path).is_some())
    }

    /// Returns whether `input` is passed over by its name: in folders only what has a known suffix
    /// is tested or listed.
    fn is_unknown(&self, input: &Input) -> bool {
        let reads_only = matches!(self.settings.operation, Operation::Test | Operation::List);
        let has_name = input.path.is_some();
        self.settings.recursive && reads_only && has_name && !self.is_compressed(input)
    }

    /// Returns whether a name without a fitting suffix, or with one too many, is worth a message:
    /// in a folder such names are to be expected.
    pub(crate) fn tells_of_suffixes(&self) -> bool {
        let verbosity = self.report.verbosity();
        verbosity >= Verbosity::Verbose
            || verbosity == Verbosity::Normal && !self.settings.recursive
    }

    /// Returns the refusal of a file that by its name is not compressed.
    pub(crate) fn unknown_suffix(&self, input: &Input) -> Refusal {
        if self.tells_of_suffixes() {
            Refusal::Warning(format!("{}: unknown suffix -- ignored", input.name()))
        } else {
            Refusal::Silent
        }
    }

    /// Waits until the processor may be used, where several files are worked on at a time; the
    /// turn ends when what is returned is dropped.
    pub(crate) fn turn(&self) -> Option<Turn> {
        self.turns.as_ref().map(Turns::take)
    }

    /// Returns the refusal to put compressed data on a screen, or to wait for it from a keyboard.
    pub(crate) fn refuse_terminal(&self, direction: &str) -> Refusal {
        let action = if self.settings.operation.decodes() {
            "de"
        } else {
            ""
        };
        let program = self.report.program();
        Refusal::Fatal(format!(
            "compressed data not {direction} a terminal. Use -f to force {action}compression.\n\
             For help, type: {program} -h"
        ))
    }

    /// Begins to show how far the work on `input` has come, unless quiet, for small files, or where
    /// the bar would stand in the middle of the output.
    pub(crate) fn show_progress(
        &self,
        input: &Input,
        output: &Output,
        counters: Arc<Counters>,
    ) -> Option<Progress> {
        let is_mixed = matches!(output, Output::Stdout(stdout) if stdout.is_terminal());
        let is_quiet = self.report.verbosity() == Verbosity::Quiet;
        let is_short = input.size().is_some_and(|size| size <= batch::SMALL);
        if is_mixed || is_quiet || is_short {
            return None;
        }
        Progress::start(input.name().to_string(), counters, input.size())
    }

    /// Prints the counts of a run where they were asked for.
    pub(crate) fn print_statistics(&mut self, input: &Input, statistics: &Statistics) {
        if self.settings.stats {
            self.report
                .print(messages::statistics(input.name(), statistics));
        }
    }
}
