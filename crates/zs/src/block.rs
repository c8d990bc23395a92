use std::fmt;

use crate::checksum::split_checksum;
use crate::{Defect, Error, crc64, uleb128};

/// Bytes of a block's checksum.
const CHECKSUM_LEN: usize = 8;

/// What a block is: data, an index of the level below, or something that readers pass over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// The level of blocks with records.
    pub const DATA: Self = Self(0);
    /// The highest level of an index.
    pub const MAX_INDEX: Self = Self(63);

    /// Returns the level of that number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// Returns the number: 0 for data, 1 to 63 for an index, more for an extension.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Returns whether it is the level of data blocks.
    pub const fn is_data(self) -> bool {
        self.0 == 0
    }

    /// Returns whether it is the level of an index block.
    pub const fn is_index(self) -> bool {
        matches!(self.0, 1..=63)
    }

    /// Returns whether blocks of this level are to be passed over.
    pub const fn is_extension(self) -> bool {
        self.0 > 63
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => formatter.write_str("data block"),
            level @ 1..=63 => write!(formatter, "level {level} index block"),
            level => write!(formatter, "level {level} extension block"),
        }
    }
}

/// A block as it is in a file, with a checksum that was found right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// What the block is.
    pub level: Level,
    /// The packed payload.
    pub packed: &'a [u8],
    /// Length of the whole block in bytes, with its length field and checksum.
    pub length: usize,
}

impl<'a> Frame<'a> {
    /// Reads the block at the beginning of `bytes`, which is at `offset` of its file.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the block goes on behind `bytes` or does not agree with its checksum.
    pub fn parse(bytes: &'a [u8], offset: u64) -> Result<Self, Error> {
        let corrupt = |defect| Error::corrupt(offset, defect);
        let length = frame_length(bytes, offset)?;
        let block = usize::try_from(length)
            .ok()
            .and_then(|length| bytes.get(..length))
            .ok_or_else(|| {
                corrupt(Defect::UnexpectedEnd {
                    expected: length,
                    found: bytes.len() as u64,
                })
            })?;
        let (_, start) = uleb128::read(block).map_err(corrupt)?;
        let (body, expected) = split_checksum(&block[start..]);
        let found = crc64(body);
        if expected != found {
            return Err(corrupt(Defect::Checksum { expected, found }));
        }
        Ok(Self {
            level: Level(body[0]),
            packed: &body[1..],
            length: block.len(),
        })
    }

    /// Reads the block that `bytes` consist of, as a reference to it says.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse), and [`Defect::BlockLength`] if the block has another length.
    pub fn parse_exact(bytes: &'a [u8], offset: u64) -> Result<Self, Error> {
        let (expected, found) = (bytes.len() as u64, frame_length(bytes, offset)?);
        if expected != found {
            return Err(Error::corrupt(
                offset,
                Defect::BlockLength { expected, found },
            ));
        }
        Self::parse(bytes, offset)
    }
}

/// Returns the length of the whole block whose first bytes, [`uleb128::MAX_LEN`] where the file has so many,
/// are at `offset` of its file.
///
/// # Errors
/// [`Error::Corrupt`] if there is no valid length, or one without room for a level.
pub fn frame_length(bytes: &[u8], offset: u64) -> Result<u64, Error> {
    let corrupt = |defect| Error::corrupt(offset, defect);
    match uleb128::read(bytes).map_err(corrupt)? {
        (0, _) => Err(corrupt(Defect::NoLevel)),
        // Less than 2^63, so there is room for the rest.
        (length, field) => Ok(length + (field + CHECKSUM_LEN) as u64),
    }
}

/// Appends the block of a packed payload to `out`.
pub fn append_block(level: Level, packed: &[u8], out: &mut Vec<u8>) {
    uleb128::append(packed.len() as u64 + 1, out);
    let start = out.len();
    out.push(level.get());
    out.extend_from_slice(packed);
    let checksum = crc64(&out[start..]);
    out.extend_from_slice(&checksum.to_le_bytes());
}
