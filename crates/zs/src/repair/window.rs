use std::collections::VecDeque;
use std::ops::Range;

use blockyard_storage::ReadAt;
use crc64fast::Digest;

use crate::Error;
use crate::checksum::crc64_of_rest;

/// Bytes between two places of which the state of the checksum is kept.
const STEP: usize = 1024;

/// Bytes that are read at once.
const READ_LEN: usize = 256 * 1024;

/// A part of a file that moves toward its end, in which the checksum of any bytes is known at once: it takes
/// what is kept for the places before both ends, and not the bytes between.
pub(super) struct Window<'a, S> {
    source: &'a S,
    /// Where the file ends.
    end: u64,
    /// Where the bytes are in the file.
    start: u64,
    bytes: Vec<u8>,
    /// The checksum of all bytes from the first that was read up to `start`, and to each [`STEP`] behind it.
    states: VecDeque<Digest>,
}

impl<'a, S: ReadAt> Window<'a, S> {
    pub(super) fn new(source: &'a S, start: u64, end: u64) -> Self {
        Self {
            source,
            end,
            start,
            bytes: Vec::new(),
            states: VecDeque::from([Digest::new()]),
        }
    }

    /// Returns where the file ends.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Returns up to `length` bytes at `offset`, fewer only at the end of the file.
    ///
    /// No offset may be before one that was [forgotten](Self::forget).
    pub(super) fn get(&mut self, offset: u64, length: usize) -> Result<&[u8], Error> {
        let length = (self.end.saturating_sub(offset)).min(length as u64);
        self.read_to(offset + length)?;
        let first = (offset - self.start) as usize;
        Ok(&self.bytes[first..first + length as usize])
    }

    /// Returns the checksum of some bytes of the file.
    pub(super) fn checksum(&mut self, bytes: &Range<u64>) -> Result<u64, Error> {
        self.read_to(bytes.end)?;
        let (before, whole) = (self.prefix(bytes.start), self.prefix(bytes.end));
        Ok(crc64_of_rest(whole, before, bytes.end - bytes.start))
    }

    /// Gives up what is before `offset`, which bounds the memory.
    pub(super) fn forget(&mut self, offset: u64) {
        let passed = offset
            .saturating_sub(self.start)
            .min(self.bytes.len() as u64) as usize;
        // Moving the rest costs as much as was passed, at most.
        let passed = passed / STEP * STEP;
        if passed >= READ_LEN && passed >= self.bytes.len() / 2 {
            self.bytes.drain(..passed);
            self.states.drain(..passed / STEP);
            self.start += passed as u64;
        }
    }

    /// Goes on at `offset`, without what is before it.
    pub(super) fn restart(&mut self, offset: u64) {
        self.start = offset;
        self.bytes.clear();
        self.states = VecDeque::from([Digest::new()]);
    }

    /// Returns the checksum of everything from the first byte that was read to `offset`.
    fn prefix(&self, offset: u64) -> u64 {
        let place = (offset - self.start) as usize;
        let mut digest = self.states[place / STEP].clone();
        digest.write(&self.bytes[place / STEP * STEP..place]);
        digest.sum64()
    }

    fn read_to(&mut self, end: u64) -> Result<(), Error> {
        let known = self.bytes.len();
        let wanted = (end - self.start) as usize;
        if wanted <= known {
            return Ok(());
        }
        let most = (self.end - self.start) as usize;
        let wanted = wanted.max(known + READ_LEN).min(most);
        self.bytes.resize(wanted, 0);
        let offset = self.start + known as u64;
        let read = self.source.read_exact_at(&mut self.bytes[known..], offset);
        if let Err(source) = read {
            self.bytes.truncate(known);
            return Err(Error::Read {
                offset,
                length: wanted - known,
                source,
            });
        }
        while self.states.len() <= self.bytes.len() / STEP {
            let before = (self.states.len() - 1) * STEP;
            let mut digest = self.states[self.states.len() - 1].clone();
            digest.write(&self.bytes[before..before + STEP]);
            self.states.push_back(digest);
        }
        Ok(())
    }
}
