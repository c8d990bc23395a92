//! What can go wrong, with the place in the file.

use std::io;

use crate::Defect;

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
    /// A run was cancelled, or one of its stages failed.
    #[error(transparent)]
    Pipeline(#[from] blockyard_pipeline::Error),
}

impl Error {
    /// Makes the error of a damaged place.
    pub fn corrupt(offset: u64, defect: Defect) -> Self {
        Self::Corrupt { offset, defect }
    }

    /// Returns where in the file something is wrong, if that can be said.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::Corrupt { offset, .. }
            | Self::LimitExceeded { offset, .. }
            | Self::Read { offset, .. } => Some(*offset),
            _ => None,
        }
    }
}
