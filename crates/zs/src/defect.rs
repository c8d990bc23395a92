//! What can be wrong with the bytes of a file, apart from where.

use blockyard_codec::{inflate, lzma2};

use crate::Level;
use crate::text::{Hex, Quoted};

/// What is wrong with a place of a file that [`Error::Corrupt`](crate::Error::Corrupt) names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Defect {
    /// The file ends too early.
    #[error("unexpectedly encountered end of file: expected {expected} bytes, found {found}")]
    UnexpectedEnd {
        /// Bytes that are needed from the offset on.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// The header is shorter than its fields.
    #[error("header is {found} bytes long, expected at least {expected}")]
    HeaderLength {
        /// The smallest possible length.
        expected: u64,
        /// The length in the file.
        found: u64,
    },
    /// The header does not agree with its checksum.
    #[error("header checksum mismatch: expected {expected:016x}, found {found:016x}")]
    HeaderChecksum {
        /// The checksum in the file.
        expected: u64,
        /// The checksum of the header as it is.
        found: u64,
    },
    /// The metadata is not a JSON object.
    #[error("bad metadata: {reason}")]
    Metadata {
        /// What is wrong with it.
        reason: String,
    },
    /// The file is longer or shorter than its header says.
    #[error("file is {found} bytes, but header says it should be {expected}")]
    FileLength {
        /// The length in the header.
        expected: u64,
        /// The length of the file.
        found: u64,
    },
    /// A block is referred to at a place where none can be.
    #[error(
        "reference to {length} bytes at {offset}, outside of the blocks from {blocks_start} to {blocks_end}"
    )]
    ReferenceOutside {
        /// Where the block is said to be.
        offset: u64,
        /// How long it is said to be.
        length: u64,
        /// Where the first block begins.
        blocks_start: u64,
        /// Where the last block ends.
        blocks_end: u64,
    },
    /// A number goes on at the end of its bytes.
    #[error("hit end of buffer while decoding uleb128")]
    Uleb128CutOff,
    /// A number has more than 63 bits.
    #[error("uleb128 integer overflowed 63 bits")]
    Uleb128Overflow,
    /// A number is not in its shortest form.
    #[error("unnormalized uleb128")]
    Uleb128NotNormal,
    /// A block's length leaves no room for its level.
    #[error("block of length 0 has no level")]
    NoLevel,
    /// A block does not agree with its checksum.
    #[error("checksum mismatch: expected {expected:016x}, found {found:016x}")]
    Checksum {
        /// The checksum in the file.
        expected: u64,
        /// The checksum of the block as it is.
        found: u64,
    },
    /// A block is not as long as a reference to it says.
    #[error("index length {expected} != actual length {found}")]
    BlockLength {
        /// The length in the reference.
        expected: u64,
        /// The length of the block itself.
        found: u64,
    },
    /// The root index is a data or an extension block.
    #[error("expecting index block but found {found}")]
    RootLevel {
        /// What is there.
        found: Level,
    },
    /// An index block refers to a block that is not one level below.
    #[error("bad index ref from level {} to level {}", .from.get(), .found.get())]
    ReferenceLevel {
        /// The block with the reference.
        from: Level,
        /// What is there.
        found: Level,
    },
    /// A block that should have records is an index block.
    #[error("expecting data block but found {found}")]
    NotData {
        /// What is there.
        found: Level,
    },
    /// The payload is not a valid DEFLATE stream.
    #[error("payload is damaged: {0}")]
    Deflate(inflate::Error),
    /// Bytes follow the last block of a DEFLATE stream.
    #[error("trailing garbage after deflate stream: {length} bytes")]
    DeflateTrailing {
        /// How many bytes follow.
        length: usize,
    },
    /// The payload is not a valid LZMA2 stream.
    #[error("payload is damaged: {0}")]
    Lzma2(lzma2::Error),
    /// A block holds nothing.
    #[error("empty block")]
    EmptyBlock,
    /// A record or key is longer than the rest of its block.
    #[error(
        "record extends past end of block ({remaining} bytes remaining in block, {length} bytes in record)"
    )]
    RecordPastEnd {
        /// Bytes from the record's beginning to the end of the block.
        remaining: u64,
        /// Length of the record.
        length: u64,
    },
    /// The records of a data block or the keys of an index block are not sorted.
    #[error(
        "unsorted records within block: {} before {}, number {number} of the block",
        Quoted(.before), Quoted(.after)
    )]
    Unsorted {
        /// The larger one, which stands before the other.
        before: Vec<u8>,
        /// The smaller one.
        after: Vec<u8>,
        /// How many records or keys are before the smaller one.
        number: usize,
    },
    /// The places in an index block of level 1 do not ascend.
    #[error("unsorted offsets in index block: {after} behind a block that ends at {before}")]
    UnsortedOffsets {
        /// Where the block of the entry before ends.
        before: u64,
        /// Where the block of the entry begins.
        after: u64,
    },
    /// The block that a key stands for has a smaller record or key.
    #[error("key {} is too large for block, which has {}", Quoted(.key), Quoted(.found))]
    KeyTooLarge {
        /// The key.
        key: Vec<u8>,
        /// What is smaller.
        found: Vec<u8>,
    },
    /// The block before that of a key has a larger record or key.
    #[error("key {} is too small: the block before it has {}", Quoted(.key), Quoted(.found))]
    KeyTooSmall {
        /// The key.
        key: Vec<u8>,
        /// What is larger.
        found: Vec<u8>,
    },
    /// A key is larger than the first record under the block that it stands for.
    #[error("key {} is too large for block at {block}", Quoted(.key))]
    KeyTooLargeFor {
        /// The key.
        key: Vec<u8>,
        /// Where the block begins.
        block: u64,
    },
    /// A key is smaller than the last record before those under the block that it stands for.
    #[error("key {} is too small for block at {block}", Quoted(.key))]
    KeyTooSmallFor {
        /// The key.
        key: Vec<u8>,
        /// Where the block begins.
        block: u64,
    },
    /// A block is referred to where none begins, or where another reference leads already.
    #[error("dangling or multiple refs to {block}")]
    Reference {
        /// Where the block is said to be.
        block: u64,
    },
    /// A reference has another length than the block it leads to.
    #[error("index length {expected} != actual length {found} for block at {block}")]
    ReferenceLength {
        /// The length in the reference.
        expected: u64,
        /// The length of the block itself.
        found: u64,
        /// Where the block begins.
        block: u64,
    },
    /// No block begins where the root of the index should be, or the index refers to that one.
    #[error("root block missing or doubly-referenced")]
    Root,
    /// The header has another length for the root of the index than the block itself.
    #[error("wrong root index length in header ({expected} != {found})")]
    RootLength {
        /// The length in the header.
        expected: u64,
        /// The length of the block.
        found: u64,
    },
    /// The index does not refer to a block.
    #[error("unreferenced block")]
    Unreferenced,
    /// A data block begins with a record that is smaller than the last one of the data block before.
    #[error("unsorted records across blocks: {} before {}", Quoted(.before), Quoted(.after))]
    UnsortedBlocks {
        /// The last record of the data block before.
        before: Vec<u8>,
        /// The first record of the block.
        after: Vec<u8>,
    },
    /// The data has another hash than the header says.
    #[error("data hash mismatch: header says {}, but I found {}", Hex(.expected), Hex(.found))]
    DataHash {
        /// The SHA-256 in the header.
        expected: [u8; 32],
        /// The SHA-256 of the data.
        found: [u8; 32],
    },
    /// The metadata has numbers that JSON does not have.
    #[error("metadata is not JSON: it has NaN or Infinity")]
    LenientMetadata,
    /// A block, perhaps unpacked, is larger than the options allow.
    #[error("more than {limit} bytes, the limit for one block")]
    BlockLimit {
        /// The limit in bytes.
        limit: usize,
    },
    /// The blocks that the index does not refer to yet, and the references to blocks that are yet to come,
    /// take more memory than the options allow.
    #[error("unresolved references take more than {limit} bytes, the limit for all of them")]
    UnresolvedLimit {
        /// The limit in bytes.
        limit: usize,
    },
}
