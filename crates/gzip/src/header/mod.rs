//! The header of a gzip member (RFC 1952, section 2.3), written and read.
//!
//! ```text
//! 1f 8b 08 FLG MTIME(4) XFL OS | [XLEN(2) extra] [name 00] [comment 00] [CRC16(2)]
//! ```

mod reader;

use blockyard_codec::deflate::Level;

pub(crate) use reader::HeaderReader;

use crate::Error;
use crate::format::GZIP_MAGIC;

/// FLG bits.
const IS_TEXT: u8 = 0x01;
const HAS_CHECKSUM: u8 = 0x02;
const HAS_EXTRA: u8 = 0x04;
const HAS_NAME: u8 = 0x08;
const HAS_COMMENT: u8 = 0x10;
const RESERVED: u8 = 0xe0;

/// The only method: DEFLATE.
const METHOD: u8 = 8;

/// What a gzip header says about the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Name of the original file, Latin-1 by the RFC and whatever bytes the system uses in practice.
    /// Of a name longer than 64 KiB the beginning is kept.
    pub name: Option<Vec<u8>>,
    /// A comment for people. Of a comment longer than 64 KiB the beginning is kept.
    pub comment: Option<Vec<u8>>,
    /// When the original file was last modified, in seconds since 1970; 0 when not known.
    pub modified: u32,
    /// Subfields for programs, at most 65 535 bytes.
    pub extra: Option<Vec<u8>>,
    /// The system that wrote the member: 3 is Unix, 255 unknown.
    pub operating_system: u8,
    /// The data is said to be text.
    pub is_text: bool,
    /// The header carries a CRC of itself.
    pub has_checksum: bool,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            name: None,
            comment: None,
            modified: 0,
            extra: None,
            operating_system: 3,
            is_text: false,
            has_checksum: false,
        }
    }
}

impl Header {
    /// Appends the header of a member packed at `level`.
    ///
    /// # Errors
    /// [`Error::HeaderField`] when a field cannot be represented.
    pub(crate) fn write(&self, level: Level, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        let flag = |is_set: bool, bit: u8| if is_set { bit } else { 0 };
        let flags = flag(self.is_text, IS_TEXT)
            | flag(self.has_checksum, HAS_CHECKSUM)
            | flag(self.extra.is_some(), HAS_EXTRA)
            | flag(self.name.is_some(), HAS_NAME)
            | flag(self.comment.is_some(), HAS_COMMENT);
        out.extend_from_slice(&GZIP_MAGIC);
        out.extend_from_slice(&[METHOD, flags]);
        out.extend_from_slice(&self.modified.to_le_bytes());
        out.extend_from_slice(&[extra_flags(level), self.operating_system]);
        if let Some(extra) = &self.extra {
            let length = u16::try_from(extra.len()).map_err(|_| Error::HeaderField {
                field: "extra",
                problem: "is longer than 65535 bytes",
            })?;
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(extra);
        }
        write_text("name", self.name.as_deref(), out)?;
        write_text("comment", self.comment.as_deref(), out)?;
        if self.has_checksum {
            let checksum = crc32fast::hash(&out[start..]) as u16;
            out.extend_from_slice(&checksum.to_le_bytes());
        }
        Ok(())
    }
}

/// Returns XFL: 2 for the smallest output, 4 for the fastest, as gzip writes it.
fn extra_flags(level: Level) -> u8 {
    match level.get() {
        9.. => 2,
        1 => 4,
        _ => 0,
    }
}

fn write_text(field: &'static str, text: Option<&[u8]>, out: &mut Vec<u8>) -> Result<(), Error> {
    let Some(text) = text else { return Ok(()) };
    if text.contains(&0) {
        return Err(Error::HeaderField {
            field,
            problem: "contains a zero byte",
        });
    }
    out.extend_from_slice(text);
    out.push(0);
    Ok(())
}
