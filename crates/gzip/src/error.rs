//! What can go wrong, with the place in the compressed file.

use std::{fmt, io};

use blockyard_codec::inflate;

use crate::Format;

/// Why compressing, decompressing or reading an index failed.
///
/// Members are counted from 1; offsets are bytes from the beginning of the compressed input.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input does not begin as a stream of the expected format does.
    #[error(
        "not in {} format: expected {}, found {}",
        expected_name(*.expected), expected_bytes(*.expected), Hex(.found)
    )]
    UnknownFormat {
        /// The format that was asked for; `None` stands for gzip or zlib.
        expected: Option<Format>,
        /// The first bytes of the input.
        found: Vec<u8>,
    },
    /// A member is packed by another method than DEFLATE.
    #[error("member {member}: unknown method {found} at offset {offset}, expected 8 (deflate)")]
    UnknownMethod {
        /// Number of the member.
        member: u64,
        /// Where the method byte is.
        offset: u64,
        /// The method byte.
        found: u8,
    },
    /// A header has flags that RFC 1952 reserves.
    #[error("member {member}: reserved flags {found:#04x} at offset {offset}, expected none")]
    ReservedFlags {
        /// Number of the member.
        member: u64,
        /// Where the flag byte is.
        offset: u64,
        /// The reserved bits that are set.
        found: u8,
    },
    /// A header does not agree with the check value that it carries.
    #[error(
        "member {member}: header checksum at offset {offset} is {expected:#06x}, found {found:#06x}"
    )]
    HeaderChecksum {
        /// Number of the member.
        member: u64,
        /// Where the check value is.
        offset: u64,
        /// The check value in the file.
        expected: u16,
        /// The check value of the header as it is.
        found: u16,
    },
    /// A zlib stream wants a dictionary that it does not carry.
    #[error("zlib stream at offset {offset} needs a preset dictionary, which is not supported")]
    PresetDictionary {
        /// Where the header is.
        offset: u64,
    },
    /// The DEFLATE data of a member is damaged.
    #[error("member {member}: invalid compressed data at offset {offset}")]
    Data {
        /// Number of the member.
        member: u64,
        /// Where the damage was noticed.
        offset: u64,
        /// What is wrong there.
        source: inflate::Error,
    },
    /// The input ends before the member does.
    #[error("member {member}: input ends at offset {offset} in the {part}")]
    Truncated {
        /// Number of the member.
        member: u64,
        /// Length of the input.
        offset: u64,
        /// What was being read.
        part: Part,
    },
    /// The data of a member does not agree with its check value.
    #[error(
        "member {member}: checksum at offset {offset} is {expected:#010x}, found {found:#010x}"
    )]
    Checksum {
        /// Number of the member.
        member: u64,
        /// Where the check value is.
        offset: u64,
        /// The check value in the file.
        expected: u32,
        /// The check value of the data as decompressed.
        found: u32,
    },
    /// The data of a member does not have the length that its trailer says (modulo 2^32).
    #[error("member {member}: length at offset {offset} is {expected}, found {found} bytes")]
    Length {
        /// Number of the member.
        member: u64,
        /// Where the length field is.
        offset: u64,
        /// The length field: bytes of data modulo 2^32.
        expected: u32,
        /// Bytes of data as decompressed.
        found: u64,
    },
    /// The data is longer than the caller permits.
    #[error("data is longer than the limit of {limit} bytes")]
    LimitExceeded {
        /// The limit in bytes.
        limit: usize,
    },
    /// An adapter was used behind an error.
    #[error("an earlier error ended the stream")]
    Failed,
    /// A header field cannot be written.
    #[error("header field {field} {problem}")]
    HeaderField {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There is nothing to make an index of.
    #[error("no member to make an index of")]
    NoMembers,
    /// The index is damaged, of another version or not an index.
    #[error("invalid index at offset {offset}: {problem}")]
    InvalidIndex {
        /// Bytes of the index before the fault.
        offset: u64,
        /// What is wrong.
        problem: &'static str,
    },
    /// The index was made for another file.
    #[error("index does not belong to the file: {what} expected {expected:#x}, found {found:#x}")]
    ForeignIndex {
        /// What differs.
        what: &'static str,
        /// What the index says.
        expected: u64,
        /// What the file says.
        found: u64,
    },
    /// The input could not be read.
    #[error("failed to read")]
    Read(#[source] io::Error),
    /// The output could not be written.
    #[error("failed to write")]
    Write(#[source] io::Error),
    /// The run was cancelled, or a thread panicked.
    #[error(transparent)]
    Pipeline(#[from] blockyard_pipeline::Error),
}

/// A part of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What comes before the DEFLATE data.
    Header,
    /// The DEFLATE data.
    Data,
    /// What comes behind the DEFLATE data.
    Trailer,
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Header => "header",
            Self::Data => "compressed data",
            Self::Trailer => "trailer",
        })
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Read(error) | Error::Write(error) => return error,
            Error::Truncated { .. } => io::ErrorKind::UnexpectedEof,
            Error::HeaderField { .. } => io::ErrorKind::InvalidInput,
            Error::LimitExceeded { .. } => io::ErrorKind::FileTooLarge,
            Error::Pipeline(_) => io::ErrorKind::Other,
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}

/// Bytes as a person reads them in a message.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return formatter.write_str("nothing");
        }
        for (number, byte) in self.0.iter().enumerate() {
            let space = if number == 0 { "" } else { " " };
            write!(formatter, "{space}{byte:02x}")?;
        }
        Ok(())
    }
}

fn expected_name(format: Option<Format>) -> &'static str {
    match format {
        Some(Format::Gzip) => "gzip",
        Some(Format::Zlib) => "zlib",
        Some(Format::Raw) => "raw deflate",
        None => "gzip or zlib",
    }
}

fn expected_bytes(format: Option<Format>) -> &'static str {
    match format {
        Some(Format::Gzip) => "1f 8b",
        _ => "a header",
    }
}
