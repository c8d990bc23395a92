//! What the index of a damaged file says about the parts that are no blocks.

use std::collections::HashSet;
use std::ops::Range;

use blockyard_storage::ReadAt;

use super::frames::Part;
use crate::reader::unpacker::read_exact;
use crate::{BlockDecoder, Error, Frame, Header, IndexBlock, Level};

/// Walks what is left of the index under the root that an intact header names.
///
/// Index blocks that are damaged are passed over, with what is under them.
pub(super) struct IndexWalk<'a, S> {
    source: &'a S,
    blocks: Range<u64>,
    decoder: BlockDecoder,
    limit: usize,
    /// The index blocks that were read: none is read twice, whatever refers to it.
    visited: HashSet<u64>,
}

impl<'a, S: ReadAt> IndexWalk<'a, S> {
    pub(super) fn new(source: &'a S, header: &Header, blocks: &Range<u64>, limit: usize) -> Self {
        Self {
            source,
            blocks: blocks.clone(),
            decoder: BlockDecoder::new(header.codec, limit),
            limit,
            visited: HashSet::new(),
        }
    }

    /// Returns where the data blocks are that should begin in `gaps`, which are in ascending order; `None` if not
    /// even the root can be read.
    pub(super) fn claims(
        &mut self,
        header: &Header,
        gaps: &[Range<u64>],
    ) -> Result<Option<Vec<Range<u64>>>, Error> {
        let mut claims = Vec::new();
        let mut rest = vec![(header.root_index_offset, header.root_index_length, None)];
        while let Some((offset, length, level)) = rest.pop() {
            let Some(block) = self.read(offset, length, level)? else {
                if level.is_none() {
                    return Ok(None);
                }
                continue;
            };
            let below = Level::new(block.level().get() - 1);
            for entry in block.iter() {
                if entry
                    .offset
                    .checked_add(entry.length)
                    .is_none_or(|end| end > self.blocks.end)
                {
                    continue;
                }
                if !below.is_data() {
                    rest.push((entry.offset, entry.length, Some(below)));
                } else if is_within(entry.offset, gaps) {
                    claims.push(entry.range());
                }
            }
        }
        claims.sort_unstable_by_key(|claim| (claim.start, claim.end));
        claims.dedup();
        Ok(Some(claims))
    }

    fn read(
        &mut self,
        offset: u64,
        length: u64,
        level: Option<Level>,
    ) -> Result<Option<IndexBlock>, Error> {
        let end = offset.checked_add(length);
        let is_inside =
            offset >= self.blocks.start && end.is_some_and(|end| end <= self.blocks.end);
        if !is_inside || length > self.limit as u64 || !self.visited.insert(offset) {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        read_exact(self.source, offset, length as usize, &mut bytes)?;
        let Ok(frame) = Frame::parse_exact(&bytes, offset) else {
            return Ok(None);
        };
        if !frame.level.is_index() || level.is_some_and(|level| level != frame.level) {
            return Ok(None);
        }
        let mut payload = Vec::new();
        if self
            .decoder
            .decode(frame.packed, offset, &mut payload)
            .is_err()
        {
            return Ok(None);
        }
        Ok(IndexBlock::unpack(payload, frame.level, offset).ok())
    }
}

fn is_within(offset: u64, gaps: &[Range<u64>]) -> bool {
    let before = gaps.partition_point(|gap| gap.start <= offset);
    before > 0 && offset < gaps[before - 1].end
}

/// Takes out the blocks that are inside of others which the index knows: bytes of a record, say, that are a
/// file of their own.
pub(super) fn remove_nested(parts: Vec<Part>, claims: &[Range<u64>]) -> Vec<Part> {
    let mut kept: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        let bytes = part.bytes();
        let before = claims.partition_point(|claim| claim.start < bytes.start);
        // Claims of an index that is right do not overlap, so that the last one before is the one.
        let is_nested = before > 0 && bytes.end <= claims[before - 1].end;
        match (kept.last_mut(), part) {
            (Some(Part::Gap { bytes, .. }), Part::Frame { offset, length, .. }) if is_nested => {
                bytes.end = offset + length;
            }
            (Some(Part::Gap { bytes, .. }), Part::Gap { bytes: next, .. }) if is_nested => {
                bytes.end = next.end;
            }
            (_, part) => kept.push(part),
        }
    }
    kept
}
