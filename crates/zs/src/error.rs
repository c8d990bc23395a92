//! What can go wrong, with the place in the file.

use std::io;

use crate::text::Quoted;
use crate::{Defect, InputPlace, RecordPlace};

/// Why reading or writing a ZS file failed; offsets are bytes from its beginning.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file does not begin as a ZS file does.
    #[error(
        "bad magic number (are you sure this is a ZS file?): expected {}, found {}",
        crate::MAGIC.escape_ascii(), .found.escape_ascii()
    )]
    BadMagic {
        /// The first bytes of the file, 8 at most.
        found: Vec<u8>,
    },
    /// The writer of the file did not get to its end.
    #[error("looks like this ZS file was only partially written")]
    PartiallyWritten,
    /// The blocks are packed in a way that the format does not have.
    #[error(
        "unrecognized compression codec '{found}'{}",
        if found == "bz2" { ", which only versions before 0.10 can read" } else { "" }
    )]
    UnknownCodec {
        /// The field without the NUL bytes at its end, with escapes.
        found: String,
    },
    /// The bytes at a place are not what the format asks for.
    #[error("offset {offset}: {defect}")]
    Corrupt {
        /// Where the damaged part begins.
        offset: u64,
        /// What is wrong with it.
        defect: Defect,
    },
    /// A part of the file, perhaps unpacked, is larger than the options allow.
    #[error("offset {offset}: more than {limit} bytes, the limit for one block")]
    LimitExceeded {
        /// Where the part begins.
        offset: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// The file could not be read.
    #[error("failed to read {length} bytes at offset {offset}")]
    Read {
        /// Where the part that was read begins.
        offset: u64,
        /// How many bytes were asked for.
        length: usize,
        /// What the source answered.
        source: io::Error,
    },
    /// The length of the file could not be determined.
    #[error("failed to determine the length of the file")]
    Length(#[source] io::Error),
    /// What was read could not be written to its destination.
    #[error("failed to write")]
    Write(#[source] io::Error),
    /// A file without records cannot be written: the format has no place for them.
    #[error("cannot create empty ZS file")]
    Empty,
    /// A record that is to be written is smaller than the one before.
    #[error("records are not sorted: {place} is {}, behind {}", Quoted(.after), Quoted(.before))]
    Unsorted {
        /// Which one it is.
        place: RecordPlace,
        /// The record before.
        before: Vec<u8>,
        /// The record.
        after: Vec<u8>,
    },
    /// An input could not be read.
    #[error("failed to read: {place}")]
    ReadInput {
        /// How far it was read.
        place: InputPlace,
        /// What the input answered.
        source: io::Error,
    },
    /// The last record of an input has no terminator.
    #[error("file did not end with terminator: the last record begins at {place}")]
    Unterminated {
        /// Where the record begins.
        place: InputPlace,
    },
    /// An input ends within a record or its length.
    #[error("input ends within the record at {place}")]
    RecordCutOff {
        /// Where the record begins with its length.
        place: InputPlace,
    },
    /// The length of a record is not a valid number.
    #[error("length of the record at {place}: {defect}")]
    RecordLength {
        /// Where the record begins with its length.
        place: InputPlace,
        /// What is wrong with it.
        defect: Defect,
    },
    /// A record of an input is larger than the options allow.
    #[error("record at {place} has more than {limit} bytes")]
    RecordLimit {
        /// Where the record begins.
        place: InputPlace,
        /// The limit in bytes.
        limit: usize,
    },
    /// A temporary file for sorted records could not be made, written or read.
    #[error("failed to use a temporary file")]
    Spill(#[source] io::Error),
    /// Records cannot be told apart by a terminator without bytes.
    #[error("terminator is empty")]
    EmptyTerminator,
    /// An index needs two entries a block to get smaller from level to level.
    #[error("branching factor is {found}, expected at least 2")]
    BranchingFactor {
        /// The number asked for.
        found: usize,
    },
    /// The metadata has numbers that JSON does not have.
    #[error("metadata is not JSON: it has NaN or Infinity")]
    LenientMetadata,
    /// A writer has failed before, and what it has written is not whole.
    #[error("the file is incomplete after an earlier error")]
    Incomplete,
    /// One of several files that are read together cannot be used.
    #[error("input {}", .input + 1)]
    Input {
        /// The number of the file, counted from 0.
        input: usize,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// A run was cancelled, or one of its stages failed.
    #[error(transparent)]
    Pipeline(#[from] blockyard_pipeline::Error),
}

impl Error {
    /// Makes the error of a damaged place.
    pub fn corrupt(offset: u64, defect: Defect) -> Self {
        Self::Corrupt { offset, defect }
    }

    /// Says of which of several files the error is.
    pub(crate) fn of_input(self, input: usize) -> Self {
        let source = Box::new(self);
        Self::Input { input, source }
    }

    /// Returns where in the file something is wrong, if that can be said.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::Corrupt { offset, .. }
            | Self::LimitExceeded { offset, .. }
            | Self::Read { offset, .. } => Some(*offset),
            Self::Input { source, .. } => source.offset(),
            _ => None,
        }
    }
}
