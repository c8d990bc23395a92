//! What can be known of a file from a header that need not be right.

use std::ops::Range;

use blockyard_storage::ReadAt;

use super::frames::Part;
use crate::codec::CODEC_LEN;
use crate::reader::unpacker::read_exact;
use crate::{
    Codec, Defect, Error, Frame, HEADER_PREFIX_LEN, Header, MAGIC, Metadata, PARTIAL_MAGIC,
};

/// Bytes of a header without metadata, with its checksum.
const LEAST_LEN: u64 = 104;

/// Bytes before the metadata.
const METADATA_START: u64 = 96;

/// Bytes of a header's checksum.
const CHECKSUM_LEN: u64 = 8;

/// In what state the header of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderState {
    /// It agrees with its checksum.
    Intact,
    /// It is what a writer puts there until it has written the blocks.
    Unfinished,
    /// It is neither; what looks right of it is used.
    Damaged,
}

/// What is known of a file.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) state: HeaderState,
    /// The whole header, if it is intact.
    pub(super) header: Option<Header>,
    pub(super) codec: Option<Codec>,
    pub(super) metadata: Option<Metadata>,
    /// Where blocks can be.
    pub(super) blocks: Range<u64>,
    /// Where the first block may begin without anything being missing before it.
    starts: Vec<u64>,
}

impl Head {
    pub(super) fn read(source: &impl ReadAt, limit: usize) -> Result<Self, Error> {
        let length = source.len().map_err(Error::Length)?;
        let prefix = read(source, 0, length.min(LEAST_LEN))?;
        let field = |start: u64| {
            let bytes = prefix.get(start as usize..)?.first_chunk::<8>()?;
            Some(u64::from_le_bytes(*bytes))
        };
        let metadata_len = field(METADATA_START - 8);
        // The length is not part of what the checksum is of; most headers have nothing behind the metadata.
        let lengths = [
            field(8).and_then(|length| length.checked_add(HEADER_PREFIX_LEN as u64 + CHECKSUM_LEN)),
            metadata_len.and_then(|metadata| metadata.checked_add(LEAST_LEN)),
        ];
        let possible = lengths
            .into_iter()
            .flatten()
            .filter(|&whole| (LEAST_LEN..=length.min(limit as u64)).contains(&whole));
        let starts: Vec<u64> = possible.collect();
        for &whole in &starts {
            if let Some(header) = parse_intact(read(source, 0, whole)?) {
                let has_moved =
                    length > header.total_file_length && !has_root(source, &header, limit);
                return Ok(Self::intact(header, length, has_moved));
            }
        }
        let codec = prefix
            .get(METADATA_START as usize - 8 - CODEC_LEN..)
            .and_then(<[u8]>::first_chunk)
            .and_then(|field| Codec::from_field(*field).ok());
        let metadata = match metadata_len {
            Some(found) if found <= limit as u64 && found <= length.saturating_sub(LEAST_LEN) => {
                parse_metadata(read(source, METADATA_START, found)?)
            }
            _ => None,
        };
        let first = match &metadata {
            Some(metadata) => METADATA_START + metadata.text().len() as u64,
            None => LEAST_LEN,
        };
        let state = if prefix.starts_with(&PARTIAL_MAGIC) && codec.is_some() && metadata.is_some() {
            HeaderState::Unfinished
        } else {
            HeaderState::Damaged
        };
        Ok(Self {
            state,
            header: None,
            codec,
            metadata,
            blocks: first.min(length)..length,
            starts,
        })
    }

    fn intact(header: Header, length: u64, has_moved: bool) -> Self {
        let first = header.encoded_len() as u64;
        // What is behind the end of the file as it was is not part of it, unless the end is elsewhere now.
        let end = if has_moved {
            length
        } else {
            header.total_file_length.min(length)
        };
        Self {
            state: HeaderState::Intact,
            codec: Some(header.codec),
            metadata: Some(header.metadata.clone()),
            blocks: first..end.max(first),
            starts: vec![first],
            header: Some(header),
        }
    }

    /// Returns the end of the file that is not there, if an intact header says so.
    pub(super) fn missing_end(&self) -> Option<Part> {
        let expected = self.header.as_ref()?.total_file_length;
        let found = self.blocks.end;
        let defect = Defect::FileLength { expected, found };
        (found < expected).then(|| Part::Gap {
            bytes: found..expected,
            error: Box::new(Error::corrupt(found, defect)),
        })
    }

    /// Returns whether the bytes before the first block, if that is at `offset`, can be the header alone.
    pub(super) fn can_end_at(&self, offset: u64) -> bool {
        self.starts.contains(&offset)
    }
}

/// Returns whether the root of the index is where the header says.
fn has_root(source: &impl ReadAt, header: &Header, limit: usize) -> bool {
    let (offset, length) = (header.root_index_offset, header.root_index_length);
    let end = offset.saturating_add(length);
    if length > limit as u64 || end > header.total_file_length {
        return false;
    }
    let frame = read(source, offset, length);
    frame.is_ok_and(|bytes| {
        Frame::parse_exact(&bytes, offset).is_ok_and(|frame| frame.level.is_index())
    })
}

/// Reads a header with any magic number, if its checksum is right.
fn parse_intact(mut bytes: Vec<u8>) -> Option<Header> {
    let length = bytes
        .len()
        .checked_sub(HEADER_PREFIX_LEN + CHECKSUM_LEN as usize)? as u64;
    bytes[..MAGIC.len()].copy_from_slice(&MAGIC);
    bytes[MAGIC.len()..HEADER_PREFIX_LEN].copy_from_slice(&length.to_le_bytes());
    Header::parse(&bytes).ok()
}

fn parse_metadata(bytes: Vec<u8>) -> Option<Metadata> {
    Metadata::parse_lenient(String::from_utf8(bytes).ok()?).ok()
}

/// Reads bytes that the file has; the length is one that was checked.
fn read(source: &impl ReadAt, offset: u64, length: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    read_exact(source, offset, length as usize, &mut bytes)?;
    Ok(bytes)
}
