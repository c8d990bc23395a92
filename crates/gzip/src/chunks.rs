//! Input that is read in chunks.

use std::io::{self, Read};

use crate::Error;

/// A reader with what was read of it and not used yet.
#[derive(Debug)]
pub(crate) struct Chunks<R> {
    input: R,
    bytes: Vec<u8>,
    used: usize,
    filled: usize,
}

impl<R: Read> Chunks<R> {
    /// Reads at most `length` bytes at a time.
    pub(crate) fn new(input: R, length: usize) -> Self {
        Self {
            input,
            bytes: vec![0; length],
            used: 0,
            filled: 0,
        }
    }

    /// Returns the bytes that are not used yet.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.bytes[self.used..self.filled]
    }

    /// Says that so many more bytes are used.
    pub(crate) fn consume(&mut self, length: usize) {
        self.used += length;
    }

    /// Reads once, when all is used, and returns how many bytes came: none at the end.
    pub(crate) fn refill(&mut self) -> Result<usize, Error> {
        (self.used, self.filled) = (0, 0);
        loop {
            match self.input.read(&mut self.bytes) {
                Ok(length) => {
                    self.filled = length;
                    return Ok(length);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Read(error)),
            }
        }
    }

    /// Returns the input.
    pub(crate) fn into_inner(self) -> R {
        self.input
    }
}
