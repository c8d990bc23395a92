//! The three wrappings of a DEFLATE stream.

use std::fmt;

/// What stands around the DEFLATE data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// RFC 1952: members of a header, DEFLATE data, CRC-32 and length, one after the other.
    Gzip,
    /// RFC 1950: a header of two bytes, DEFLATE data and its Adler-32.
    Zlib,
    /// RFC 1951: DEFLATE data alone; nothing tells damage from data.
    Raw,
}

impl Format {
    /// Returns the bytes of the trailer behind the DEFLATE data.
    pub(crate) const fn trailer_len(self) -> usize {
        match self {
            Self::Gzip => 8,
            Self::Zlib => 4,
            Self::Raw => 0,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Raw => "raw deflate",
        })
    }
}

/// The first two bytes of a gzip member (RFC 1952, ID1 and ID2).
pub(crate) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The bit of the second byte of a zlib header that says that a dictionary is needed (FDICT).
pub(crate) const ZLIB_DICTIONARY: u8 = 0x20;

/// Tells whether `byte` can begin a zlib header: method 8, a window of at most 32 KiB.
pub(crate) const fn is_zlib_method(byte: u8) -> bool {
    byte & 0x0f == 8 && byte >> 4 <= 7
}

/// Tells whether `bytes` are a zlib header (RFC 1950, CMF and FLG), by its check value too.
pub(crate) const fn is_zlib_header(bytes: [u8; 2]) -> bool {
    is_zlib_method(bytes[0]) && u16::from_be_bytes(bytes).is_multiple_of(31)
}
