//! Cutting the compressed input where decoding might begin.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use blockyard_pipeline::{Buffer, BufferPool, Weigh};
use memchr::memmem::Finder;

use super::bgzf::{self, Length};
use super::speculate::ROOM;
use crate::Error;
use crate::compress::RESTART;

/// What a sync flush and an empty stored block leave: behind it, pigz and our own compressor begin
/// a block that needs nothing from before. Stored data can hold the same bytes by chance.
pub(super) static MARKER: [u8; 9] = [0x00, 0x00, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff];

/// Bytes that are read at a time.
const STEP: usize = 256 * 1024;

/// A segment ends at the first marker behind so many bytes, or at the so-manieth marker: then there may
/// be much data in few bytes, and of ours as much as a worker has room for.
const ENOUGH: usize = 256 * 1024;
const ENOUGH_MARKERS: usize = ROOM / RESTART as usize;
/// Shorter segments would cost more than they hold: a byte is at most 1,032 bytes of data.
const LEAST: usize = RESTART as usize / 1024;

/// A segment ends behind the member that makes it longer than this, or behind so many members, which
/// hold at most 4 MiB of data.
const ENOUGH_IN_MEMBERS: usize = 1 << 20;
const ENOUGH_MEMBERS: usize = 64;

/// Segments are not longer, even where nothing is found to begin one at. Of our own, what is between two
/// restarts is no longer even when it is stored, unless larger blocks were asked for.
const LONGEST: usize = RESTART as usize + (1 << 20);

/// What segments are cut at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Markers,
    Members,
}

/// What a segment might begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// A member, with its header.
    Member,
    /// A block that needs nothing from before.
    Block,
    /// Anything.
    Unknown,
}

/// A run of compressed bytes.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) bytes: Buffer,
    /// Where it is in the file.
    pub(super) offset: u64,
    pub(super) start: Start,
}

impl Weigh for Segment {
    fn weight(&self) -> usize {
        self.bytes.len()
    }
}

/// Reads the input and cuts it into segments.
#[derive(Debug)]
pub(super) struct Splitter<'a, R> {
    input: R,
    has_ended: bool,
    /// The error comes behind what was read before it.
    failure: Option<io::Error>,
    /// Set when nobody wants more.
    is_done: &'a AtomicBool,
    pool: BufferPool,
    rule: Rule,
    finder: Finder<'static>,
    buffer: Buffer,
    /// Where the next segment begins in the buffer, in the file, and with what.
    begin: usize,
    offset: u64,
    start: Start,
    /// Bytes of the segment that were looked at, and what was found in them.
    scanned: usize,
    found: usize,
}

impl<'a, R: Read> Splitter<'a, R> {
    /// Begins at the beginning of a file.
    pub(super) fn new(input: R, rule: Rule, slots: usize, is_done: &'a AtomicBool) -> Self {
        let pool = BufferPool::new(slots + 1);
        Self {
            input,
            has_ended: false,
            failure: None,
            is_done,
            rule,
            finder: Finder::new(&MARKER),
            buffer: pool.get(),
            pool,
            begin: 0,
            offset: 0,
            start: Start::Member,
            scanned: 0,
            found: 0,
        }
    }

    fn next_segment(&mut self) -> io::Result<Option<Segment>> {
        while !self.is_done.load(Ordering::Relaxed) {
            if let Some((length, next)) = self.find_end() {
                return Ok(Some(self.split(length, next)));
            }
            if self.has_ended {
                return match (self.rest().len(), self.failure.take()) {
                    (0, Some(error)) => Err(error),
                    (0, None) => Ok(None),
                    (length, failure) => {
                        self.failure = failure;
                        Ok(Some(self.split(length, Start::Unknown)))
                    }
                };
            }
            let begin = std::mem::take(&mut self.begin);
            self.buffer.drain(..begin);
            let mut step = self.input.by_ref().take(STEP as u64);
            match step.read_to_end(&mut self.buffer) {
                Ok(length) => self.has_ended = length < STEP,
                Err(error) => {
                    self.failure = Some(error);
                    self.has_ended = true;
                }
            }
        }
        Ok(None)
    }

    /// Returns what is left of the buffer: the beginning of the next segment.
    fn rest(&self) -> &[u8] {
        &self.buffer[self.begin..]
    }

    /// Takes the next `length` bytes as a segment, behind which the `next` begins.
    fn split(&mut self, length: usize, next: Start) -> Segment {
        let mut bytes = self.pool.get();
        let end = self.begin + length;
        // Whichever is shorter is copied, so that each byte of a file is copied once at most.
        if self.begin == 0 && self.buffer.len() - end <= length {
            bytes.extend_from_slice(&self.buffer[end..]);
            std::mem::swap(&mut bytes, &mut self.buffer);
            bytes.truncate(length);
        } else {
            bytes.extend_from_slice(&self.buffer[self.begin..end]);
            self.begin = end;
        }
        let offset = self.offset;
        self.offset += length as u64;
        self.scanned -= length.min(self.scanned);
        self.found = 0;
        let start = std::mem::replace(&mut self.start, next);
        Segment {
            bytes,
            offset,
            start,
        }
    }

    /// Returns where the segment ends and what comes behind it, if that is in the buffer.
    fn find_end(&mut self) -> Option<(usize, Start)> {
        match self.rule {
            Rule::Members => self.find_member(),
            Rule::Markers => self.find_marker(),
        }
    }

    fn find_marker(&mut self) -> Option<(usize, Start)> {
        let is_known = self.start != Start::Unknown;
        while let Some(position) = self.finder.find(&self.buffer[self.begin + self.scanned..]) {
            self.scanned += position + MARKER.len();
            self.found += 1;
            let is_enough = self.scanned >= ENOUGH
                || self.scanned >= LEAST && self.found >= ENOUGH_MARKERS
                || !is_known;
            if is_enough {
                return Some((self.scanned, Start::Block));
            }
        }
        // A marker can begin in the last bytes.
        self.scanned = self
            .scanned
            .max(self.rest().len().saturating_sub(MARKER.len() - 1));
        let longest = if is_known { LONGEST } else { ENOUGH };
        (self.scanned >= longest).then_some((self.scanned, Start::Unknown))
    }

    fn find_member(&mut self) -> Option<(usize, Start)> {
        while let Some(rest) = self.rest().get(self.scanned..) {
            match bgzf::member_len(rest) {
                Length::Known(length) => {
                    self.scanned += length;
                    self.found += 1;
                }
                Length::NeedsMore => return None,
                Length::Unknown => {
                    self.rule = Rule::Markers;
                    self.found = 0;
                    return self.find_marker();
                }
            }
            let is_enough = self.scanned >= ENOUGH_IN_MEMBERS || self.found >= ENOUGH_MEMBERS;
            if is_enough && self.scanned <= self.rest().len() {
                return Some((self.scanned, Start::Member));
            }
        }
        None
    }
}

impl<R: Read> Iterator for Splitter<'_, R> {
    type Item = Result<Segment, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_segment().map_err(Error::Read).transpose()
    }
}
