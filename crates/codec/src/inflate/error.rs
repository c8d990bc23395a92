//! What can be wrong with a stream.

use std::fmt;

/// Why a stream cannot be decoded.
///
/// `offset` is the place in the `input` of the call that failed: how many bytes were used up before
/// the part that is wrong, the last one perhaps only in part. It does not depend on how the stream
/// was cut into pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A block header names the reserved block type 3.
    #[error("invalid block type 3 at input offset {offset}")]
    InvalidBlockType {
        /// Bytes of the call's input before the block header.
        offset: usize,
    },
    /// The length of a stored block and its complement do not belong together.
    #[error(
        "stored block at input offset {offset}: expected the complement {expected:#06x} of its \
         length, found {found:#06x}"
    )]
    StoredLengthMismatch {
        /// Bytes of the call's input before the length.
        offset: usize,
        /// The complement of the length field.
        expected: u16,
        /// The field that should be the complement.
        found: u16,
    },
    /// A dynamic block announces more literal/length codes than 286 or more distance codes than 30.
    #[error(
        "dynamic block at input offset {offset}: {literal_lengths} literal/length codes and \
         {distances} distance codes, at most 286 and 30 exist"
    )]
    TooManyCodes {
        /// Bytes of the call's input before the counts.
        offset: usize,
        /// Announced number of literal/length codes, 257 to 288.
        literal_lengths: u16,
        /// Announced number of distance codes, 1 to 32.
        distances: u16,
    },
    /// A code length is repeated before the first or beyond the last.
    #[error("invalid repeat of a code length at input offset {offset}")]
    InvalidRepeat {
        /// Bytes of the call's input before the repeat.
        offset: usize,
    },
    /// The code lengths of a dynamic block do not describe a prefix code.
    #[error("{code} code of the dynamic block header before input offset {offset} is {defect}")]
    InvalidCodeLengths {
        /// Bytes of the call's input before the end of the code lengths.
        offset: usize,
        /// Which of the three codes.
        code: Code,
        /// What is wrong with it.
        defect: Defect,
    },
    /// The input has bits that stand for no symbol, or a symbol that the format reserves.
    #[error("invalid {code} symbol at input offset {offset}")]
    InvalidSymbol {
        /// Bytes of the call's input before the symbol (or before the length of its match).
        offset: usize,
        /// Which code the symbol belongs to.
        code: Code,
    },
    /// A match reaches back beyond the first byte of the output.
    #[error(
        "match at input offset {offset} reaches back {distance} bytes, only {available} are there"
    )]
    DistanceTooFar {
        /// Bytes of the call's input before the match.
        offset: usize,
        /// How far the match reaches back, in bytes.
        distance: usize,
        /// Bytes of output before the match.
        available: usize,
    },
    /// The input given to [`inflate`](super::inflate) ends before its stream does.
    #[error("stream is cut off at input offset {offset}")]
    UnexpectedEnd {
        /// Length of the input in bytes.
        offset: usize,
    },
    /// The stream given to [`inflate`](super::inflate) decodes to more bytes than its limit.
    #[error("stream decodes to more than {limit} bytes")]
    LimitExceeded {
        /// The limit in bytes.
        limit: usize,
    },
}

/// One of the prefix codes of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The code that the lengths of the other two are written in.
    CodeLength,
    /// The code of literals, match lengths and the end of the block.
    LiteralLength,
    /// The code of match distances.
    Distance,
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::CodeLength => "code length",
            Self::LiteralLength => "literal/length",
            Self::Distance => "distance",
        })
    }
}

/// What keeps code lengths from describing a prefix code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// More codes than their lengths leave room for.
    Oversubscribed,
    /// Some bit strings stand for nothing, and it is not the permitted case of a single code of one bit.
    Incomplete,
    /// The literal/length code cannot end the block.
    WithoutEndOfBlock,
}

impl fmt::Display for Defect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Oversubscribed => "oversubscribed",
            Self::Incomplete => "incomplete",
            Self::WithoutEndOfBlock => "without an end-of-block symbol",
        })
    }
}

impl Error {
    /// Returns the place in the input in bytes; `None` when it is the output that is too long.
    pub fn offset(&self) -> Option<usize> {
        let mut error = *self;
        error.offset_mut().map(|offset| *offset)
    }

    /// Returns the error with its offset moved by the `bytes` of earlier input.
    #[must_use]
    pub fn moved(mut self, bytes: usize) -> Self {
        if let Some(offset) = self.offset_mut() {
            *offset += bytes;
        }
        self
    }

    fn offset_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::InvalidBlockType { offset }
            | Self::StoredLengthMismatch { offset, .. }
            | Self::TooManyCodes { offset, .. }
            | Self::InvalidRepeat { offset }
            | Self::InvalidCodeLengths { offset, .. }
            | Self::InvalidSymbol { offset, .. }
            | Self::DistanceTooFar { offset, .. }
            | Self::UnexpectedEnd { offset } => Some(offset),
            Self::LimitExceeded { .. } => None,
        }
    }
}
