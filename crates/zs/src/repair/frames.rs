//! Where the blocks of a damaged file are.

use std::ops::Range;

use blockyard_storage::ReadAt;
use crc64fast::Digest;

use super::window::Window;
use crate::reader::unpacker::read_exact;
use crate::{Defect, Error, Level, frame_length, uleb128};

/// Bytes of a block's checksum.
const CHECKSUM_LEN: u64 = 8;

/// The highest level of a block that a search takes for one: no file has an index so high that is not made to.
const HIGHEST_LEVEL: u8 = 4;

/// A part of a file: a block whose checksum is right, or bytes that are no block.
#[derive(Debug)]
pub(super) enum Part {
    Frame {
        offset: u64,
        length: u64,
        level: Level,
    },
    Gap {
        bytes: Range<u64>,
        /// What is wrong with the block that should be at its beginning; in a box as there can be many parts.
        error: Box<Error>,
    },
}

impl Part {
    /// Returns whether it is not a block without records.
    pub(super) fn may_have_data(&self) -> bool {
        match self {
            Self::Frame { level, .. } => level.is_data(),
            Self::Gap { .. } => true,
        }
    }

    pub(super) fn bytes(&self) -> Range<u64> {
        match self {
            Self::Frame { offset, length, .. } => *offset..offset + length,
            Self::Gap { bytes, .. } => bytes.clone(),
        }
    }
}

/// Finds the blocks of a file one behind the other, and behind something that is no block the next by a search.
///
/// The search looks at every offset for a data or index block with the right checksum, in steps that do not
/// depend on how long the block is: it is linear in the bytes passed, whatever they are.
pub(super) struct PartFinder<'a, S> {
    source: &'a S,
    window: Window<'a, S>,
    offset: u64,
    /// The longest block that a search recognizes, in bytes.
    search_limit: u64,
    /// The longest block, in bytes.
    length_limit: u64,
    /// Bytes that may still be read for blocks above the limit of the search, for naught.
    patience: u64,
    /// A block that a search found, which comes next.
    found: Option<Part>,
}

impl<'a, S: ReadAt> PartFinder<'a, S> {
    pub(super) fn new(
        source: &'a S,
        bytes: Range<u64>,
        search_limit: usize,
        length_limit: u64,
    ) -> Self {
        Self {
            source,
            window: Window::new(source, bytes.start, bytes.end),
            offset: bytes.start,
            search_limit: search_limit as u64,
            length_limit,
            patience: bytes.end.saturating_mul(4),
            found: None,
        }
    }

    /// Returns the next part; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Part>, Error> {
        if let Some(found) = self.found.take() {
            return Ok(Some(found));
        }
        if self.offset >= self.window.end() {
            return Ok(None);
        }
        self.window.forget(self.offset);
        let offset = self.offset;
        let error = match self.read_frame(offset)? {
            Ok(frame) => return Ok(Some(self.pass(frame))),
            Err(error) => error,
        };
        let found = self.search(offset + 1)?;
        let end = match &found {
            Some(Part::Frame { offset, .. }) => *offset,
            _ => self.window.end(),
        };
        self.offset = end;
        self.found = found.map(|frame| self.pass(frame));
        let bytes = offset..end;
        let error = Box::new(error);
        Ok(Some(Part::Gap { bytes, error }))
    }

    /// Goes on behind a block.
    fn pass(&mut self, frame: Part) -> Part {
        if let Part::Frame { offset, length, .. } = frame {
            self.offset = offset + length;
        }
        frame
    }

    /// Returns the block at `offset`, or why there is none.
    fn read_frame(&mut self, offset: u64) -> Result<Result<Part, Error>, Error> {
        let corrupt = |defect| Ok(Err(Error::corrupt(offset, defect)));
        let available = self.window.end() - offset;
        let head = self.window.get(offset, uleb128::MAX_LEN + 1)?;
        let length = match frame_length(head, offset) {
            Ok(length) => length,
            Err(error) => return Ok(Err(error)),
        };
        if length > available {
            return corrupt(Defect::UnexpectedEnd {
                expected: length,
                found: available,
            });
        }
        let field = uleb128::read(head).map_or(0, |(_, field)| field);
        let level = Level::new(head.get(field).copied().unwrap_or_default());
        let start = offset + field as u64;
        let body = start..offset + length - CHECKSUM_LEN;
        let is_large = length > self.search_limit;
        let (found, expected) = if !is_large {
            let found = self.window.checksum(&body)?;
            let stored = self.window.get(body.end, CHECKSUM_LEN as usize)?;
            (found, stored.first_chunk().copied().unwrap_or_default())
        } else if length <= self.length_limit && length <= self.patience {
            self.read_large(&body)?
        } else {
            let limit = self.length_limit.min(self.patience) as usize;
            return Ok(Err(Error::LimitExceeded { offset, limit }));
        };
        let expected = u64::from_le_bytes(expected);
        if expected != found {
            self.patience -= if is_large { length } else { 0 };
            return corrupt(Defect::Checksum { expected, found });
        }
        if is_large {
            self.window.restart(offset + length);
        }
        Ok(Ok(Part::Frame {
            offset,
            length,
            level,
        }))
    }

    /// Returns the checksum of a block that the window has no room for, and that which is behind it.
    fn read_large(&self, body: &Range<u64>) -> Result<(u64, [u8; 8]), Error> {
        const READ_LEN: u64 = 1 << 20;

        let mut digest = Digest::new();
        let mut buffer = Vec::new();
        let mut start = body.start;
        while start < body.end {
            let length = READ_LEN.min(body.end - start);
            read_exact(self.source, start, length as usize, &mut buffer)?;
            digest.write(&buffer);
            start += length;
        }
        read_exact(self.source, body.end, CHECKSUM_LEN as usize, &mut buffer)?;
        let stored = buffer.first_chunk().copied().unwrap_or_default();
        Ok((digest.sum64(), stored))
    }

    /// Returns the first block from `offset` on.
    fn search(&mut self, mut offset: u64) -> Result<Option<Part>, Error> {
        /// Offsets that are tried before the window moves on.
        const STRIDE: usize = 64 * 1024;
        const HEAD_LEN: usize = uleb128::MAX_LEN + 1;

        while offset < self.window.end() {
            self.window.forget(offset);
            let rest = self.window.end() - offset;
            let limit = self.search_limit;
            let bytes = self.window.get(offset, STRIDE + HEAD_LEN)?;
            let candidates: Vec<u64> = (0..bytes.len().min(STRIDE))
                .filter(|&idx| is_likely(&bytes[idx..], limit.min(rest - idx as u64)))
                .map(|idx| offset + idx as u64)
                .collect();
            for candidate in candidates {
                if let Ok(frame) = self.read_frame(candidate)? {
                    return Ok(Some(frame));
                }
            }
            offset += STRIDE as u64;
        }
        Ok(None)
    }
}

/// Returns whether a block of `limit` bytes at most can begin like this.
fn is_likely(bytes: &[u8], limit: u64) -> bool {
    match uleb128::read(bytes) {
        // A level, and a payload that is not empty.
        Ok((length, field)) => {
            length > 1
                && length.saturating_add(field as u64 + CHECKSUM_LEN) <= limit
                && bytes
                    .get(field)
                    .is_some_and(|&level| level <= HIGHEST_LEVEL)
        }
        Err(_) => false,
    }
}
