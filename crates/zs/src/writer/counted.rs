use std::io::{self, Read};

use blockyard_pipeline::Buffer;

use super::inputs::Inputs;
use super::piece::Piece;
use crate::{Defect, Error};

/// Bytes that are read at once, at least.
const CHUNK: usize = 64 * 1024;

/// Reads the length at the beginning of some bytes, and returns it with the bytes that it takes.
pub(super) type ReadLength = fn(&[u8]) -> Result<(u64, usize), Defect>;

/// Pieces of inputs in which each record is behind its length.
pub(super) struct Counted<I, R> {
    inputs: Inputs<I, R>,
    read_length: ReadLength,
    size: usize,
    limit: usize,
    /// Bytes of one input.
    buffer: Buffer,
    /// Where the buffer begins in the inputs.
    begin: u64,
    /// Where the next piece begins in the buffer.
    start: usize,
    /// The input goes on behind the buffer, as far as is known.
    goes_on: bool,
}

impl<I: Iterator<Item = io::Result<R>>, R: Read> Counted<I, R> {
    pub(super) fn new(
        inputs: Inputs<I, R>,
        read_length: ReadLength,
        size: usize,
        limit: usize,
    ) -> Self {
        Self {
            read_length,
            size,
            limit,
            buffer: inputs.pool.get(),
            inputs,
            begin: 0,
            start: 0,
            goes_on: false,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Piece>, Error> {
        // The piece has `length` bytes so far, with records of `total` bytes.
        let (mut length, mut total) = (0, 0);
        loop {
            let needed = match (self.read_length)(&self.buffer[self.start + length..]) {
                Ok((record, _)) if record > self.limit as u64 => {
                    let (place, limit) = (self.place(length), self.limit);
                    return Err(Error::RecordLimit { place, limit });
                }
                Ok((record, field)) => {
                    let end = length + field + record as usize;
                    let available = self.buffer.len() - self.start;
                    if end <= available {
                        length = end;
                        total += record as usize;
                        if total >= self.size || length >= self.limit {
                            return Ok(Some(self.cut(length)));
                        }
                        continue;
                    }
                    end - available
                }
                Err(Defect::Uleb128CutOff) => 1,
                Err(defect) => {
                    let place = self.place(length);
                    return Err(Error::RecordLength { place, defect });
                }
            };
            let is_whole = self.start + length == self.buffer.len();
            if !self.goes_on && !is_whole {
                let place = self.place(length);
                return Err(Error::RecordCutOff { place });
            }
            if self.inputs.has_ended() {
                return Ok((length > 0).then(|| self.cut(length)));
            }
            self.fill(needed)?;
        }
    }

    /// Reads the bytes that are needed, and some more.
    fn fill(&mut self, needed: usize) -> Result<(), Error> {
        self.buffer.drain(..self.start);
        self.begin += self.start as u64;
        self.start = 0;
        // As much as a piece has at least, so that no byte of it is moved often.
        let wanted = needed.max(self.size).max(CHUNK);
        self.goes_on = !self.inputs.fill(&mut self.buffer, wanted)?;
        Ok(())
    }

    fn place(&self, length: usize) -> super::InputPlace {
        self.inputs.place(self.begin + (self.start + length) as u64)
    }

    fn cut(&mut self, length: usize) -> Piece {
        let end = self.start + length;
        let mut bytes = self.inputs.pool.get();
        bytes.extend_from_slice(&self.buffer[self.start..end]);
        let origin = self.inputs.origin(self.begin + self.start as u64, length);
        self.start = end;
        Piece { bytes, origin }
    }
}

/// Reads a length of 8 bytes, the lowest first.
pub(super) fn read_u64le(bytes: &[u8]) -> Result<(u64, usize), Defect> {
    let field = bytes.first_chunk().ok_or(Defect::Uleb128CutOff)?;
    Ok((u64::from_le_bytes(*field), field.len()))
}
