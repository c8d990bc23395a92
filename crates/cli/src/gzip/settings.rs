//! What the options of one command line ask for.

use std::ffi::OsString;
use std::num::NonZero;

use blockyard_gzip::Level;

/// Everything that the options say, with what holds when they say nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// What is done with each operand.
    pub(crate) operation: Operation,
    /// Whether results go to standard output, and the inputs stay (`-c`).
    pub(crate) to_stdout: bool,
    /// Whether the inputs stay (`-k`).
    pub(crate) keep: bool,
    /// Whether outputs replace what exists, links are followed and terminals written to (`-f`).
    pub(crate) force: bool,
    /// Whether folders are walked (`-r`).
    pub(crate) recursive: bool,
    /// How much is told.
    pub(crate) verbosity: Verbosity,
    /// Whether the name is stored or restored; `None` for the default (`-n`, `-N`).
    pub(crate) name: Option<bool>,
    /// Whether the time is stored or restored; `None` for the default (`-m`, `-M`, `-n`, `-N`).
    pub(crate) time: Option<bool>,
    /// The suffix of compressed files, where one was named (`-S`).
    pub(crate) suffix: Option<OsString>,
    /// How hard the encoder works.
    pub(crate) level: Level,
    /// Whether zlib streams are written instead of gzip members (`-z`).
    pub(crate) zlib: bool,
    /// Worker threads, where a number was named (`-p`).
    pub(crate) threads: Option<NonZero<usize>>,
    /// Bytes in a block, where a number was named (`-b`).
    pub(crate) block_size: Option<NonZero<usize>>,
    /// Whether blocks are compressed without the block before as dictionary (`-i`).
    pub(crate) independent: bool,
    /// Whether blocks are cut where the content says, for rsync (`-R`).
    pub(crate) rsyncable: bool,
    /// The comment stored in the header (`-C`).
    pub(crate) comment: Option<OsString>,
    /// The name stored in the header for standard input (`-A`).
    pub(crate) alias: Option<OsString>,
    /// Whether an index for random access is written beside the compressed file (`--index`).
    pub(crate) index: bool,
    /// Whether the pipeline's counts are printed (`--stats`).
    pub(crate) stats: bool,
}

/// What is done with each operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Write a compressed file for each plain one.
    Compress,
    /// Write a plain file for each compressed one.
    Decompress,
    /// Decode and check, and write nothing.
    Test,
    /// Print a table of sizes.
    List,
    /// Print a part of the decompressed data.
    Range(Range),
}

impl Operation {
    /// Returns whether the operation reads compressed data.
    pub(crate) fn decodes(self) -> bool {
        self != Self::Compress
    }
}

/// A part of the decompressed data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// Decompressed bytes before the part.
    pub(crate) offset: u64,
    /// Bytes in the part; `None` for all up to the end.
    pub(crate) length: Option<u64>,
}

/// How much is told on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors only (`-q`).
    Quiet,
    /// Errors and warnings.
    Normal,
    /// A line for each file (`-v`).
    Verbose,
    /// Members and versions too (`-vv`).
    Detailed,
}
