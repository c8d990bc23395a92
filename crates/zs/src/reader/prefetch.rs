use std::collections::VecDeque;

use blockyard_storage::{Access, ReadAt};

use super::cursor::{BlockReference, Cursor};
use super::unpacker::check_length;
use super::{References, ZsReader};
use crate::Error;

/// A data block that is to be unpacked.
#[derive(Debug)]
pub(super) struct Job {
    /// Where it is.
    pub(super) reference: BlockReference,
    /// The whole block, if it was read already.
    pub(super) bytes: Option<Vec<u8>>,
}

/// The data blocks that a query leads to, in order.
///
/// From a source for which several reads at a time are worth while, many of them are read by one call: see
/// [`is_full`].
pub(super) struct Prefetch<'a, S> {
    reader: &'a ZsReader<S>,
    references: References<'a, S>,
    ready: VecDeque<Job>,
    /// What comes behind those that are ready.
    error: Option<Error>,
}

/// Returns whether so many blocks of `total` bytes are enough for one call: as many as the source has use for at a
/// time, and as it would read as one.
pub(crate) fn is_full(access: &Access, blocks: usize, total: u64) -> bool {
    /// Bytes in a group, apart from its last block.
    const MOST: u64 = 8 << 20;

    let in_flight = access.in_flight.get();
    in_flight < 2 || total >= MOST || blocks >= in_flight && total >= access.longest
}

impl<'a, S: ReadAt> Prefetch<'a, S> {
    pub(super) fn new(reader: &'a ZsReader<S>, cursor: Cursor) -> Self {
        Self {
            reader,
            references: References::new(reader, cursor),
            ready: VecDeque::new(),
            error: None,
        }
    }

    /// Makes jobs ready, if there are more.
    fn refill(&mut self) {
        let access = self.reader.source.access();
        let mut total = 0;
        let mut ranges = Vec::new();
        for reference in self.references.by_ref() {
            let reference = match reference {
                Ok(reference) => reference,
                Err(error) => {
                    self.error = Some(error);
                    break;
                }
            };
            let range = reference.range();
            let length = range.end - range.start;
            let bytes = None;
            self.ready.push_back(Job { reference, bytes });
            // Whoever unpacks it says what is wrong with a block that is too long.
            let limit = self.reader.options.block_limit;
            if access.in_flight.get() < 2 || check_length(range.start, length, limit).is_err() {
                break;
            }
            ranges.push(range);
            total += length;
            if is_full(&access, ranges.len(), total) {
                break;
            }
        }
        if ranges.is_empty() {
            return;
        }
        match self.reader.source.read_ranges(&ranges) {
            Ok(blocks) => {
                for (job, bytes) in self.ready.iter_mut().zip(blocks) {
                    job.bytes = Some(bytes);
                }
            }
            Err(source) => {
                self.ready.clear();
                self.references.finish();
                self.error = Some(Error::Read {
                    offset: ranges[0].start,
                    length: total as usize,
                    source,
                });
            }
        }
    }
}

impl<S: ReadAt> Iterator for Prefetch<'_, S> {
    type Item = Result<Job, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() && self.error.is_none() {
            self.refill();
        }
        match self.ready.pop_front() {
            Some(job) => Some(Ok(job)),
            None => self.error.take().map(Err),
        }
    }
}
