use std::ops::Range;
use std::sync::Arc;

use blockyard_pipeline::Options;
use blockyard_storage::ReadAt;

use super::bulk::run_late;
use super::unpacker::{Unpacker, check_length};
use super::{Batch, ZsReader};
use crate::{DataBlock, Defect, Error, Frame, frame_length, uleb128};

/// A block as it is in the file; only its length was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawBlock {
    /// Where the block begins.
    pub offset: u64,
    /// The whole block: what [`Frame::parse_exact`] takes.
    pub bytes: Vec<u8>,
}

impl<S: ReadAt> ZsReader<S> {
    /// Returns the blocks of the file in its order, from the header to the end.
    ///
    /// The index is not used, and neither checksums nor levels are looked at. Each block takes one read. As
    /// only its length says where a block ends, nothing comes after an error.
    pub fn frames(&self) -> Frames<'_, S> {
        Frames {
            reader: self,
            rest: self.header.blocks(),
            ahead: Vec::new(),
            start: 0,
        }
    }
}

impl<S: ReadAt + Sync> ZsReader<S> {
    /// Calls `sink` with the records of each data block, in the order of the file and without the index: a way
    /// to save what a file holds of which parts are damaged.
    ///
    /// Every block is read, and its checksum compared. For one that is damaged `sink` gets the error, and
    /// returns whether to go on. Neither the order of the records nor anything in the index is looked at.
    /// Threads are used as in [`for_each_block`](Self::for_each_block).
    ///
    /// # Errors
    /// An error of `sink`; [`Error::Read`] and [`Error::Pipeline`]; and [`Error::Corrupt`] and
    /// [`Error::LimitExceeded`] where it cannot be said where the next block begins.
    pub fn scan<E>(
        &self,
        options: &Options,
        sink: impl FnMut(Result<Batch, Error>) -> Result<(), E>,
    ) -> Result<(), E>
    where
        E: Send + From<Error>,
    {
        let mut sink = sink;
        run_late(
            options,
            self.frames().map(|block| {
                let block = block?;
                let weight = block.bytes.len();
                Ok((block, weight))
            }),
            || {
                let mut unpacker = Unpacker::new(self.header.codec, self.options.block_limit);
                move |block: RawBlock| {
                    let batch = unpack(&mut unpacker, &block).transpose();
                    let weight = match &batch {
                        Some(Ok(batch)) => batch.payload().len(),
                        _ => 0,
                    };
                    Ok((batch, weight))
                }
            },
            |batch| batch.map_or(Ok(()), &mut sink),
        )
    }
}

/// Returns the records of a data block, `None` for blocks of other levels.
fn unpack(unpacker: &mut Unpacker, block: &RawBlock) -> Result<Option<Batch>, Error> {
    let frame = Frame::parse_exact(&block.bytes, block.offset)?;
    if !frame.level.is_data() {
        return Ok(None);
    }
    let payload = unpacker.unpack(&frame, block.offset)?.to_vec();
    let block = DataBlock::unpack(payload, block.offset)?;
    Ok(Some(Batch::whole(Arc::new(block))))
}

/// The blocks of a file in its order; after an error there is nothing more.
#[derive(Debug)]
pub struct Frames<'a, S> {
    reader: &'a ZsReader<S>,
    /// The part of the file that was not returned yet.
    rest: Range<u64>,
    /// Bytes that were read.
    ahead: Vec<u8>,
    /// Where the rest begins in them.
    start: usize,
}

impl<S: ReadAt> Frames<'_, S> {
    fn read(&mut self) -> Result<RawBlock, Error> {
        let offset = self.rest.start;
        let available = self.rest.end - offset;
        self.fill(available.min(uleb128::MAX_LEN as u64) as usize)?;
        let length = frame_length(&self.ahead[self.start..], offset)?;
        if length > available {
            let defect = Defect::UnexpectedEnd {
                expected: length,
                found: available,
            };
            return Err(Error::corrupt(offset, defect));
        }
        let length = check_length(offset, length, self.reader.options.block_limit)?;
        // The bytes behind say how long the next block is.
        let wanted = available.min((length + uleb128::MAX_LEN) as u64) as usize;
        self.fill(wanted)?;
        self.rest.start += length as u64;
        let bytes = if self.start == 0 && self.ahead.len() <= wanted {
            let behind = self.ahead.split_off(length);
            std::mem::replace(&mut self.ahead, behind)
        } else {
            let start = self.start;
            self.start += length;
            self.ahead[start..self.start].to_vec()
        };
        Ok(RawBlock { offset, bytes })
    }

    /// Reads until `wanted` bytes of the rest are there, which has so many. From a source for which several
    /// reads at a time are worth while, as many bytes are read as are worth to be read as one.
    fn fill(&mut self, wanted: usize) -> Result<(), Error> {
        let known = self.ahead.len() - self.start;
        if known >= wanted {
            return Ok(());
        }
        self.ahead.drain(..self.start);
        self.start = 0;
        let source = &self.reader.source;
        let access = source.access();
        let window = if access.in_flight.get() > 1 {
            access.longest.min(self.rest.end - self.rest.start) as usize
        } else {
            0
        };
        let offset = self.rest.start + known as u64;
        self.ahead.resize(wanted.max(window), 0);
        source
            .read_exact_at(&mut self.ahead[known..], offset)
            .map_err(|source| Error::Read {
                offset,
                length: self.ahead.len() - known,
                source,
            })
    }
}

impl<S: ReadAt> Iterator for Frames<'_, S> {
    type Item = Result<RawBlock, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let block = self.read();
        if block.is_err() {
            self.rest = 0..0;
        }
        Some(block)
    }
}
