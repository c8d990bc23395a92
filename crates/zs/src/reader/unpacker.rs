use std::sync::Arc;

use blockyard_storage::ReadAt;

use super::{BlockReference, ZsReader};
use crate::{BlockDecoder, Codec, Defect, Error, Frame, IndexBlock, Level};

/// Unpackers that a reader keeps for its next queries.
pub(super) const MOST_IDLE: usize = 16;

/// Buffers above this size are not kept, in bytes.
const LARGE: usize = 4 << 20;

/// What it takes to read a block: buffers, and the codec's tables.
#[derive(Debug)]
pub(super) struct Unpacker {
    decoder: BlockDecoder,
    raw: Vec<u8>,
    payload: Vec<u8>,
}

impl Unpacker {
    pub(super) fn new(codec: Codec, limit: usize) -> Self {
        Self {
            decoder: BlockDecoder::new(codec, limit),
            raw: Vec::new(),
            payload: Vec::new(),
        }
    }

    /// Returns whether it takes no more memory than blocks of common sizes need.
    pub(super) fn is_small(&self) -> bool {
        self.raw.capacity() <= LARGE && self.payload.capacity() <= LARGE
    }

    /// Reads an index block whose level passes a check.
    pub(super) fn read_index<S: ReadAt>(
        &mut self,
        reader: &ZsReader<S>,
        offset: u64,
        length: u64,
        check: impl FnOnce(Level) -> Result<(), Defect>,
    ) -> Result<Arc<IndexBlock>, Error> {
        let mut raw = std::mem::take(&mut self.raw);
        let outcome = read_bytes(reader, offset, length, &mut raw)
            .and_then(|()| self.unpack_index(reader, &raw, offset, check));
        self.raw = raw;
        outcome
    }

    /// Unpacks an index block whose level passes a check.
    pub(super) fn unpack_index<S>(
        &mut self,
        reader: &ZsReader<S>,
        bytes: &[u8],
        offset: u64,
        check: impl FnOnce(Level) -> Result<(), Defect>,
    ) -> Result<Arc<IndexBlock>, Error> {
        let frame = Frame::parse_exact(bytes, offset)?;
        check(frame.level).map_err(|defect| Error::corrupt(offset, defect))?;
        let decoder = &mut self.decoder;
        let payload = decoder.decode_borrowed(frame.packed, offset, &mut self.payload)?;
        let block = IndexBlock::unpack(payload.to_vec(), frame.level, offset)?;
        block.check_order(offset)?;
        block.check_references(&reader.header.blocks(), offset)?;
        Ok(Arc::new(block))
    }

    /// Returns the payload of a data block, which is read unless its `bytes` were read already.
    pub(super) fn read_payload<S: ReadAt>(
        &mut self,
        reader: &ZsReader<S>,
        reference: &BlockReference,
        bytes: Option<Vec<u8>>,
    ) -> Result<&[u8], Error> {
        let offset = reference.range().start;
        let frame = take_frame(reader, reference, bytes, &mut self.raw)?;
        reference.check_level(frame.level)?;
        self.decoder
            .decode_borrowed(frame.packed, offset, &mut self.payload)
    }

    /// Unpacks the payload of a data block into a vector; the block is read unless its `bytes` were read already.
    pub(super) fn read_payload_into<S: ReadAt>(
        &mut self,
        reader: &ZsReader<S>,
        reference: &BlockReference,
        bytes: Option<Vec<u8>>,
        payload: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let offset = reference.range().start;
        let frame = take_frame(reader, reference, bytes, &mut self.raw)?;
        reference.check_level(frame.level)?;
        self.decoder.decode(frame.packed, offset, payload)
    }

    /// Unpacks the payload of a block.
    pub(super) fn unpack<'a>(
        &'a mut self,
        frame: &Frame<'a>,
        offset: u64,
    ) -> Result<&'a [u8], Error> {
        self.decoder
            .decode_borrowed(frame.packed, offset, &mut self.payload)
    }
}

/// Returns a block whose bytes were read already, or are read into `raw` now.
fn take_frame<'a, S: ReadAt>(
    reader: &ZsReader<S>,
    reference: &BlockReference,
    bytes: Option<Vec<u8>>,
    raw: &'a mut Vec<u8>,
) -> Result<Frame<'a>, Error> {
    let range = reference.range();
    match bytes {
        Some(bytes) => {
            *raw = bytes;
            Frame::parse_exact(raw, range.start)
        }
        None => read_frame(reader, range.start, range.end - range.start, raw),
    }
}

/// Reads the block of `length` bytes at `offset` into `bytes`, and checks its frame.
pub(super) fn read_frame<'a, S: ReadAt>(
    reader: &ZsReader<S>,
    offset: u64,
    length: u64,
    bytes: &'a mut Vec<u8>,
) -> Result<Frame<'a>, Error> {
    read_bytes(reader, offset, length, bytes)?;
    Frame::parse_exact(bytes, offset)
}

fn read_bytes<S: ReadAt>(
    reader: &ZsReader<S>,
    offset: u64,
    length: u64,
    bytes: &mut Vec<u8>,
) -> Result<(), Error> {
    let length = check_length(offset, length, reader.options.block_limit)?;
    read_exact(&reader.source, offset, length, bytes)
}

/// Checks that a block of `length` bytes can have a payload within `limit`.
pub(crate) fn check_length(offset: u64, length: u64, limit: usize) -> Result<usize, Error> {
    // What cannot be packed takes a little more space than it has bytes.
    let most = limit.saturating_add(limit / 64).saturating_add(64);
    usize::try_from(length)
        .ok()
        .filter(|&length| length <= most)
        .ok_or(Error::LimitExceeded { offset, limit })
}

/// Reads `length` bytes at `offset` in place of what `bytes` holds.
pub(crate) fn read_exact(
    source: &impl ReadAt,
    offset: u64,
    length: usize,
    bytes: &mut Vec<u8>,
) -> Result<(), Error> {
    bytes.resize(length, 0);
    source
        .read_exact_at(bytes, offset)
        .map_err(|source| Error::Read {
            offset,
            length,
            source,
        })
}
