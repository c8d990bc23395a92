//! What can be wrong with a stream.

/// Why a stream cannot be decoded; an `offset` is a place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The stream ends before its end marker.
    #[error(
        "LZMA2 stream is cut off in the middle: it is {length} bytes long, the chunk at offset {offset} \
         ends at {expected}"
    )]
    CutOff {
        /// Where the chunk that is not complete begins.
        offset: usize,
        /// The smallest length that the chunk needs.
        expected: usize,
        /// Length of the stream in bytes.
        length: usize,
    },
    /// Bytes follow the end marker.
    #[error("trailing garbage after LZMA2 stream: {length} bytes at offset {offset}")]
    TrailingGarbage {
        /// Where the first byte after the end marker is.
        offset: usize,
        /// How many bytes follow.
        length: usize,
    },
    /// A chunk begins with a control byte that has no meaning.
    #[error("unknown LZMA2 control byte {found:#04x} at offset {offset}")]
    UnknownControl {
        /// Where the control byte is.
        offset: usize,
        /// The control byte, 0x03 to 0x7f.
        found: u8,
    },
    /// The bytes within the chunks are not what an encoder writes.
    #[error("LZMA2 stream is damaged before offset {offset}")]
    Damaged {
        /// How many bytes were read before the damage was seen.
        offset: usize,
    },
    /// The chunks hold more data than the caller allows.
    #[error("LZMA2 stream decodes to {size} bytes, at most {limit} are allowed")]
    LimitExceeded {
        /// How many bytes the chunks say they hold.
        size: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// There is no memory for the decoder's state of somewhat more than 1 MiB.
    #[error("no memory for an LZMA2 decoder")]
    OutOfMemory,
}
