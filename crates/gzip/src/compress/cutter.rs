//! Cutting the input into blocks, each with the dictionary that it may refer to.
//!
//! ```text
//!   buffer   [ dictionary ≤ 32 KiB | block | bytes of the blocks after it ]
//!   next                [ dictionary | bytes of the blocks after it ... ]
//! ```

use std::io::{self, Read};

use blockyard_codec::deflate::Boundary;
use blockyard_pipeline::{Buffer, BufferPool, Weigh};

use super::CompressOptions;
use super::rolling::{self, Rolling};
use super::schedule::Schedule;
use crate::Error;
use crate::machine::WINDOW;

/// Bytes that are looked at together for the end of a block.
const STEP: usize = 64 * 1024;

/// A block with all that a worker needs for it.
#[derive(Debug)]
pub(crate) struct Job {
    /// The dictionary and the block.
    pub(super) data: Buffer,
    /// Bytes of the dictionary.
    pub(super) dictionary_len: usize,
    pub(super) boundary: Boundary,
    /// The block behind this one needs nothing from before.
    pub(super) restarts: bool,
    /// The buffer for the packed block. It comes with the job because a worker that had to wait for
    /// one could wait for the blocks behind its own.
    pub(super) packed: Buffer,
}

impl Weigh for Job {
    fn weight(&self) -> usize {
        self.data.len() - self.dictionary_len
    }
}

/// What decides where blocks end.
#[derive(Debug)]
enum Rule {
    Length(Schedule),
    Content(Rolling),
}

/// Collects bytes until a block is complete, and the byte behind it is there: the last block is known
/// as such.
#[derive(Debug)]
pub(crate) struct Cutter {
    rule: Rule,
    is_independent: bool,
    pool: BufferPool,
    buffer: Buffer,
    dictionary_len: usize,
    has_ended: bool,
    is_finished: bool,
}

impl Cutter {
    pub(crate) fn new(options: &CompressOptions, pool: BufferPool) -> Self {
        let rule = if options.rsyncable {
            Rule::Content(Rolling::new())
        } else {
            Rule::Length(Schedule::new(options))
        };
        Self {
            rule,
            is_independent: options.independent,
            buffer: pool.get(),
            pool,
            dictionary_len: 0,
            has_ended: false,
            is_finished: false,
        }
    }

    /// Returns the blocks of `input`; there is always one.
    pub(crate) fn blocks<R: Read>(
        mut self,
        mut input: R,
    ) -> impl Iterator<Item = Result<Job, Error>> {
        std::iter::from_fn(move || self.next(&mut input).map_err(Error::Read).transpose())
    }

    /// Returns the next block of `input`, `None` behind the last.
    pub(crate) fn next(&mut self, input: &mut impl Read) -> io::Result<Option<Job>> {
        loop {
            if let Some(job) = self.cut() {
                return Ok(Some(job));
            }
            if self.has_ended {
                return Ok(self.finish());
            }
            let wanted = self.wanted();
            let read = input
                .by_ref()
                .take(wanted as u64)
                .read_to_end(&mut self.buffer)?;
            self.has_ended = read < wanted;
        }
    }

    /// Takes bytes off the front of `input`, all of them unless a block is complete before.
    pub(crate) fn push(&mut self, input: &mut &[u8]) -> Option<Job> {
        loop {
            let job = self.cut();
            if job.is_some() || input.is_empty() {
                return job;
            }
            let (part, rest) = input.split_at(self.wanted().min(input.len()));
            self.buffer.extend_from_slice(part);
            *input = rest;
        }
    }

    /// Ends the block at hand here; `None` when it is empty.
    pub(crate) fn flush(&mut self) -> Option<Job> {
        let length = self.buffer.len() - self.dictionary_len;
        if length == 0 || self.is_finished {
            return None;
        }
        let restarts = match &mut self.rule {
            Rule::Length(schedule) => schedule.advance(length),
            Rule::Content(rolling) => {
                rolling.end_block(length);
                self.is_independent
            }
        };
        Some(self.split(length, restarts))
    }

    /// Tells whether the last block was returned.
    pub(crate) fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Returns the last block, once.
    pub(crate) fn finish(&mut self) -> Option<Job> {
        if self.is_finished {
            return None;
        }
        self.is_finished = true;
        let mut job = self.split(self.buffer.len() - self.dictionary_len, true);
        job.boundary = Boundary::Finish;
        job.restarts = false;
        Some(job)
    }

    /// Returns how many bytes to add before it is worth looking for a block.
    fn wanted(&self) -> usize {
        let length = self.buffer.len() - self.dictionary_len;
        match &self.rule {
            Rule::Length(schedule) => schedule.block_len() + 1 - length,
            Rule::Content(_) => STEP.min(rolling::LONGEST + 1 - length),
        }
    }

    /// Returns the block at the front, if it is complete and not the last.
    fn cut(&mut self) -> Option<Job> {
        let (_, before_last) = self.buffer[self.dictionary_len..].split_last()?;
        let (length, restarts) = match &mut self.rule {
            Rule::Length(schedule) => {
                let length = schedule.block_len();
                if before_last.len() < length {
                    return None;
                }
                (length, schedule.advance(length))
            }
            Rule::Content(rolling) => {
                let place = rolling.look(before_last)?;
                (place.length, place.restarts || self.is_independent)
            }
        };
        Some(self.split(length, restarts))
    }

    /// Takes the next `length` bytes as a block, behind which decoding `restarts` or not.
    fn split(&mut self, length: usize, restarts: bool) -> Job {
        let end = self.dictionary_len + length;
        let dictionary = if restarts {
            end
        } else {
            end.saturating_sub(WINDOW)
        };
        let mut next = self.pool.get();
        next.extend_from_slice(&self.buffer[dictionary..]);
        let mut data = std::mem::replace(&mut self.buffer, next);
        data.truncate(end);
        let dictionary_len = std::mem::replace(&mut self.dictionary_len, end - dictionary);
        Job {
            data,
            dictionary_len,
            boundary: Boundary::Flush,
            restarts,
            packed: self.pool.get(),
        }
    }
}
