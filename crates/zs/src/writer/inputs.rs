use std::io::{self, BufReader, Read};

use blockyard_pipeline::BufferPool;

use super::place::{InputPlace, Origin};
use crate::Error;

/// Several inputs, read one after the other as if they were one.
pub(super) struct Inputs<I, R> {
    rest: I,
    current: Option<BufReader<R>>,
    /// Bytes that were read.
    position: u64,
    /// Where inputs begin, in bytes of all: the one of the next piece, and those behind.
    begins: Vec<Begin>,
    /// How many inputs were begun.
    count: usize,
    has_ended: bool,
    /// For what is read and for the pieces.
    pub(super) pool: BufferPool,
}

#[derive(Clone, Copy, Debug)]
struct Begin {
    position: u64,
    input: usize,
}

impl<I: Iterator<Item = io::Result<R>>, R: Read> Inputs<I, R> {
    pub(super) fn new(inputs: I, pool: BufferPool) -> Self {
        Self {
            rest: inputs,
            current: None,
            position: 0,
            begins: Vec::new(),
            count: 0,
            has_ended: false,
            pool,
        }
    }

    /// Returns whether all was read.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Appends the next `wanted` bytes to `buffer`, fewer where an input ends, and returns whether the bytes
    /// so far end with an input.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize) -> Result<bool, Error> {
        if self.has_ended {
            return Ok(true);
        }
        if self.current.is_none() && !self.begin()? {
            return Ok(true);
        }
        let Some(reader) = &mut self.current else {
            return Ok(true);
        };
        let read = reader.by_ref().take(wanted as u64).read_to_end(buffer);
        let read = read.map_err(|source| self.failed(source))?;
        self.position += read as u64;
        let is_at_end = read < wanted;
        if is_at_end {
            self.current = None;
        }
        Ok(is_at_end)
    }

    /// Begins with the next input, if there is one.
    fn begin(&mut self) -> Result<bool, Error> {
        let input = self.count;
        let Some(reader) = self.rest.next() else {
            self.has_ended = true;
            return Ok(false);
        };
        self.count += 1;
        self.begins.push(Begin {
            position: self.position,
            input,
        });
        self.current = Some(BufReader::new(
            reader.map_err(|source| self.failed(source))?,
        ));
        Ok(true)
    }

    fn failed(&self, source: io::Error) -> Error {
        let place = self.place(self.position);
        Error::ReadInput { place, source }
    }

    /// Returns the place of a position that is not before the last piece.
    pub(super) fn place(&self, position: u64) -> InputPlace {
        let before = self
            .begins
            .partition_point(|begin| begin.position <= position);
        match before.checked_sub(1).map(|last| self.begins[last]) {
            Some(begin) => InputPlace {
                input: begin.input,
                offset: position - begin.position,
            },
            None => InputPlace {
                input: 0,
                offset: position,
            },
        }
    }

    /// Returns the origin of a piece, before which nothing is asked for any more.
    pub(super) fn origin(&mut self, start: u64, length: usize) -> Origin {
        let passed = self.begins.partition_point(|begin| begin.position <= start);
        self.begins.drain(..passed.saturating_sub(1));
        let end = start + length as u64;
        let inputs = self.begins.iter().skip(1);
        Origin {
            start: self.place(start),
            inputs: inputs
                .take_while(|begin| begin.position < end)
                .map(|begin| ((begin.position - start) as usize, begin.input))
                .collect(),
        }
    }
}
