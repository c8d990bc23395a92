use std::io::{self, Read};

use blockyard_pipeline::Buffer;
use memchr::memmem::FinderRev;

use super::inputs::Inputs;
use super::piece::Piece;
use crate::Error;

/// Pieces of inputs in which each record has a terminator.
pub(super) struct Terminated<I, R> {
    inputs: Inputs<I, R>,
    terminator: FinderRev<'static>,
    size: usize,
    limit: usize,
    /// What is behind the last terminator.
    buffer: Buffer,
    /// Where the buffer begins in the inputs.
    begin: u64,
}

impl<I: Iterator<Item = io::Result<R>>, R: Read> Terminated<I, R> {
    pub(super) fn new(inputs: Inputs<I, R>, terminator: &[u8], size: usize, limit: usize) -> Self {
        Self {
            terminator: FinderRev::new(terminator).into_owned(),
            size,
            limit,
            buffer: inputs.pool.get(),
            inputs,
            begin: 0,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Piece>, Error> {
        if self.terminator.needle().is_empty() {
            return Err(Error::EmptyTerminator);
        }
        loop {
            let known = self.buffer.len();
            self.fill()?;
            if let Some(length) = self.last_terminator(known) {
                return Ok(Some(self.cut(length)));
            }
            if self.inputs.has_ended() {
                return Ok(None);
            }
            if self.buffer.len() > self.limit {
                let (place, limit) = (self.inputs.place(self.begin), self.limit);
                return Err(Error::RecordLimit { place, limit });
            }
        }
    }

    /// Reads up to the next multiple of the block size.
    fn fill(&mut self) -> Result<(), Error> {
        let end = self.buffer.len() + self.size;
        while self.buffer.len() < end && !self.inputs.has_ended() {
            let wanted = end - self.buffer.len();
            let is_at_end = self.inputs.fill(&mut self.buffer, wanted)?;
            let terminator = self.terminator.needle();
            if is_at_end && !self.buffer.is_empty() && !self.buffer.ends_with(terminator) {
                let last = self.last_terminator(0);
                let start = last.map_or(0, |last| last + terminator.len()) as u64;
                let place = self.inputs.place(self.begin + start);
                return Err(Error::Unterminated { place });
            }
        }
        Ok(())
    }

    /// Returns where the last terminator begins, in a buffer of which the first bytes have none.
    fn last_terminator(&self, known: usize) -> Option<usize> {
        let start = known.saturating_sub(self.terminator.needle().len() - 1);
        let found = self.terminator.rfind(&self.buffer[start..])?;
        Some(start + found)
    }

    /// Returns the records up to the terminator at `length`.
    fn cut(&mut self, length: usize) -> Piece {
        let origin = self.inputs.origin(self.begin, length);
        let end = length + self.terminator.needle().len();
        let mut next = self.inputs.pool.get();
        next.extend_from_slice(&self.buffer[end..]);
        let mut bytes = std::mem::replace(&mut self.buffer, next);
        bytes.truncate(length);
        self.begin += end as u64;
        Piece { bytes, origin }
    }
}
