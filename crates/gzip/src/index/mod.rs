//! Places of a compressed file where decoding can begin, to read from the middle of it.

mod file;
mod range;

use std::io::{self, Read};

use blockyard_codec::deflate::{Boundary, Encoder};

use crate::machine::MemberEnd;
use crate::{DecompressOptions, Error, Level, decompress};

/// Places in a compressed file from which [`read_range`](Self::read_range) can begin.
///
/// [`compress`](crate::compress) makes one of its own output at no cost, where no place needs more
/// than its offset. For any other file it is made by decompressing it once, and each place keeps the
/// 32 KiB of data before it, packed: about 0.3 % of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Where the trailer of the last member begins, and its bytes, as many as the format has.
    trailer: MemberEnd,
    /// Bytes of data in the file.
    uncompressed_len: u64,
    /// In order of both offsets; the first is at 0 of the data.
    checkpoints: Vec<Checkpoint>,
}

/// A place where decoding can begin.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Checkpoint {
    /// Bits of the file before the place.
    bit_offset: u64,
    /// Bytes of data before the place.
    uncompressed_offset: u64,
    /// Number of the member that it is in.
    member: u64,
    start: Start,
}

/// What begins at a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Start {
    /// A member, with its header.
    Member,
    /// A block that may refer to the data before it.
    Block(Window),
}

/// The data before a checkpoint as far as it can be referred to: raw DEFLATE data, or no bytes for
/// no data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    packed: Vec<u8>,
    /// Bytes of data, at most 32 KiB.
    length: usize,
}

impl Window {
    /// The level for packing windows.
    pub(crate) const LEVEL: Level = Level::DEFAULT;

    /// Packs `data`, at most 32 KiB.
    pub(crate) fn pack(encoder: &mut Encoder, data: &[u8]) -> Self {
        if data.is_empty() {
            return Self::default();
        }
        let mut packed = Vec::new();
        encoder.encode(data, 0, Boundary::Finish, &mut packed);
        Self {
            packed,
            length: data.len(),
        }
    }
}

impl Index {
    /// Bytes of data from one checkpoint to the next that [`build`](Self::build) uses.
    pub const SPACING: u64 = 4 << 20;

    /// Makes an index of a file by decompressing it, with a checkpoint about every 4 MiB of data.
    ///
    /// # Errors
    /// Those of [`decompress`]: a damaged file has no index.
    pub fn build<R: Read + Send>(input: R, options: &DecompressOptions) -> Result<Self, Error> {
        let options = DecompressOptions {
            index_spacing: Some(options.index_spacing.unwrap_or(Self::SPACING)),
            ..options.clone()
        };
        let summary = decompress(input, io::sink(), &options)?;
        summary.index.ok_or(Error::NoMembers)
    }

    /// Returns the number of places where decoding can begin.
    pub fn checkpoints(&self) -> usize {
        self.checkpoints.len()
    }

    /// Returns the bytes of data in the file.
    pub fn uncompressed_len(&self) -> u64 {
        self.uncompressed_len
    }

    /// Returns the bytes of the file up to the end of its last member.
    pub fn compressed_len(&self) -> u64 {
        self.trailer.end()
    }
}

/// An index that is being made, as the data comes.
#[derive(Debug, Default)]
pub(crate) struct IndexBuilder {
    checkpoints: Vec<Checkpoint>,
    end: Option<(MemberEnd, u64)>,
}

impl IndexBuilder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a member that begins at `offset`.
    pub(crate) fn add_member(&mut self, offset: u64, uncompressed_offset: u64, member: u64) {
        self.checkpoints.push(Checkpoint {
            bit_offset: offset * 8,
            uncompressed_offset,
            member,
            start: Start::Member,
        });
    }

    /// Adds a block of a member.
    pub(crate) fn add_block(
        &mut self,
        bit_offset: u64,
        uncompressed_offset: u64,
        member: u64,
        window: Window,
    ) {
        let start = Start::Block(window);
        self.checkpoints.push(Checkpoint {
            bit_offset,
            uncompressed_offset,
            member,
            start,
        });
    }

    /// Says where a member ends. The last one counts.
    pub(crate) fn end_member(&mut self, end: MemberEnd, uncompressed_len: u64) {
        self.end = Some((end, uncompressed_len));
    }

    /// Returns the index, unless no member has ended.
    pub(crate) fn finish(self) -> Option<Index> {
        let (trailer, uncompressed_len) = self.end?;
        Some(Index {
            trailer,
            uncompressed_len,
            checkpoints: self.checkpoints,
        })
    }
}
