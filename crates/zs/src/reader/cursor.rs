use std::ops::Range;
use std::sync::Arc;

use blockyard_storage::ReadAt;

use super::ZsReader;
use crate::query::Bounds;
use crate::{Defect, Error, IndexBlock, Level};

/// A way through the index: one data block after the other, forward or backward.
///
/// It ends on any file. Levels go down on the way to a data block, and data blocks follow each other as they
/// do in the file, so that no block is met twice.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    bounds: Bounds,
    direction: Direction,
    /// From the root to the block at hand; `None` before the first step.
    path: Option<Vec<Step>>,
    /// The part of the file that was not yet passed.
    rest: Range<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Forward,
    Reverse,
}

/// An index block on the way, with the bounds that the blocks above have for its records.
#[derive(Clone, Debug)]
struct Step {
    block: Arc<IndexBlock>,
    offset: u64,
    /// The entries that are still to be visited.
    entries: Range<usize>,
    lower: Option<Key>,
    upper: Option<Key>,
}

/// A key of an index block.
#[derive(Clone, Debug)]
struct Key {
    block: Arc<IndexBlock>,
    entry: usize,
}

impl Key {
    fn get(&self) -> &[u8] {
        self.block.get(self.entry).key
    }
}

/// Where a data block is, and the bounds that the index has for its records.
#[derive(Clone, Debug)]
pub struct BlockReference {
    offset: u64,
    length: u64,
    lower: Option<Key>,
    upper: Option<Key>,
}

impl BlockReference {
    /// Returns where the block is in the file, with its length field and checksum.
    pub fn range(&self) -> Range<u64> {
        self.offset..self.offset + self.length
    }

    /// Returns what no record of the block is smaller than.
    pub fn lower(&self) -> &[u8] {
        self.lower.as_ref().map_or(b"", Key::get)
    }

    /// Returns what no record of the block is larger than; `None` for the last block.
    pub fn upper(&self) -> Option<&[u8]> {
        self.upper.as_ref().map(Key::get)
    }

    /// Returns whether all records of the block are between bounds, going by the index alone.
    pub fn is_within(&self, bounds: &Bounds) -> bool {
        self.lower() >= bounds.start.as_slice()
            && (bounds.stop.is_none() || self.upper().is_some_and(|key| !bounds.end_before(key)))
    }

    pub(super) fn check_level(&self, found: Level) -> Result<(), Error> {
        if found.is_data() {
            return Ok(());
        }
        let from = Level::new(1);
        let defect = Defect::ReferenceLevel { from, found };
        Err(Error::corrupt(self.offset, defect))
    }

    /// Checks that the records of the block are between the bounds.
    pub(crate) fn check_bounds(&self, first: &[u8], last: &[u8]) -> Result<(), Error> {
        check_bounds(self.lower(), self.upper(), first, last)
            .map_err(|defect| Error::corrupt(self.offset, defect))
    }
}

impl Cursor {
    pub(super) fn forward(bounds: Bounds) -> Self {
        Self::new(bounds, Direction::Forward)
    }

    pub(super) fn reverse(bounds: Bounds) -> Self {
        Self::new(bounds, Direction::Reverse)
    }

    fn new(bounds: Bounds, direction: Direction) -> Self {
        // Without any record to look for, not even the root is read.
        let path = bounds.is_empty().then(Vec::new);
        Self {
            bounds,
            direction,
            path,
            rest: 0..u64::MAX,
        }
    }

    pub(super) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    pub(super) fn is_reverse(&self) -> bool {
        self.direction == Direction::Reverse
    }

    /// Returns the next data block; `None` at the end and after an error.
    pub(super) fn next<S: ReadAt>(
        &mut self,
        reader: &ZsReader<S>,
    ) -> Option<Result<BlockReference, Error>> {
        let outcome = self.advance(reader).transpose();
        if !matches!(outcome, Some(Ok(_))) {
            self.finish();
        }
        outcome
    }

    /// Lets nothing more come.
    pub(super) fn finish(&mut self) {
        self.path = Some(Vec::new());
    }

    fn advance<S: ReadAt>(
        &mut self,
        reader: &ZsReader<S>,
    ) -> Result<Option<BlockReference>, Error> {
        if self.path.is_none() {
            let offset = reader.header.root_index_offset;
            let root = self.step(Arc::clone(reader.root()?), offset, None, None);
            self.path = Some(vec![root]);
        }
        loop {
            let path = self.path.get_or_insert_default();
            let Some(step) = path.last_mut() else {
                return Ok(None);
            };
            let entry = match self.direction {
                Direction::Forward => step.entries.next(),
                Direction::Reverse => step.entries.next_back(),
            };
            let Some(entry) = entry else {
                path.pop();
                continue;
            };
            let (lower, upper) = (step.lower_of(entry), step.upper_of(entry));
            let is_behind = match self.direction {
                Direction::Forward => self.bounds.end_before(lower.get()),
                Direction::Reverse => upper
                    .as_ref()
                    .is_some_and(|key| key.get() < self.bounds.start.as_slice()),
            };
            if is_behind {
                return Ok(None);
            }
            let (parent, from) = (Arc::clone(&step.block), step.offset);
            let child = parent.get(entry);
            if parent.level().get() == 1 {
                self.pass(child.range(), from)?;
                return Ok(Some(BlockReference {
                    offset: child.offset,
                    length: child.length,
                    lower: Some(lower),
                    upper,
                }));
            }
            let block = reader.index_block(child.offset, child.length, parent.level())?;
            // The first key may lie before the one that leads to it, as both are separators.
            let second = if block.len() > 1 {
                block.get(1).key
            } else {
                lower.get()
            };
            let last = block.get(block.len() - 1).key;
            check_bounds(lower.get(), upper.as_ref().map(Key::get), second, last)
                .map_err(|defect| Error::corrupt(child.offset, defect))?;
            let step = self.step(block, child.offset, Some(lower), upper);
            self.path.get_or_insert_default().push(step);
        }
    }

    /// Begins with an index block.
    ///
    /// Of the entries before the start, only the last can have a record that is wanted: that record is then not
    /// larger than the key behind.
    fn step(
        &self,
        block: Arc<IndexBlock>,
        offset: u64,
        lower: Option<Key>,
        upper: Option<Key>,
    ) -> Step {
        let entries = match self.direction {
            Direction::Forward => {
                let first = block.count_below(&self.bounds.start).saturating_sub(1);
                first..block.len()
            }
            Direction::Reverse => {
                let stop = self.bounds.stop.as_ref();
                0..stop.map_or(block.len(), |stop| block.count_below(stop))
            }
        };
        Step {
            block,
            offset,
            entries,
            lower,
            upper,
        }
    }

    /// Checks that a data block is behind those that were visited, on the way through the file.
    fn pass(&mut self, block: Range<u64>, from: u64) -> Result<(), Error> {
        let (before, after) = match self.direction {
            Direction::Forward => (self.rest.start, block.start),
            Direction::Reverse => (block.end, self.rest.end),
        };
        if after < before {
            return Err(Error::corrupt(
                from,
                Defect::UnsortedOffsets { before, after },
            ));
        }
        match self.direction {
            Direction::Forward => self.rest.start = block.end,
            Direction::Reverse => self.rest.end = block.start,
        }
        Ok(())
    }
}

impl Step {
    fn key(&self, entry: usize) -> Key {
        Key {
            block: Arc::clone(&self.block),
            entry,
        }
    }

    /// Returns the larger of the two keys that lead to the first record of an entry.
    fn lower_of(&self, entry: usize) -> Key {
        let own = self.key(entry);
        match &self.lower {
            Some(key) if entry == 0 && key.get() > own.get() => key.clone(),
            _ => own,
        }
    }

    /// Returns the key that the last record of an entry is not larger than.
    fn upper_of(&self, entry: usize) -> Option<Key> {
        if entry + 1 < self.block.len() {
            Some(self.key(entry + 1))
        } else {
            self.upper.clone()
        }
    }
}

fn check_bounds(
    lower: &[u8],
    upper: Option<&[u8]>,
    first: &[u8],
    last: &[u8],
) -> Result<(), Defect> {
    if first < lower {
        return Err(Defect::KeyTooLarge {
            key: lower.to_vec(),
            found: first.to_vec(),
        });
    }
    match upper {
        Some(upper) if last > upper => Err(Defect::KeyTooSmall {
            key: upper.to_vec(),
            found: last.to_vec(),
        }),
        _ => Ok(()),
    }
}

/// Where the data blocks are that a query leads to, in order; after an error there is nothing more.
#[derive(Debug)]
pub struct References<'a, S> {
    reader: &'a ZsReader<S>,
    cursor: Cursor,
}

impl<'a, S> References<'a, S> {
    pub(super) fn new(reader: &'a ZsReader<S>, cursor: Cursor) -> Self {
        Self { reader, cursor }
    }

    /// Lets nothing more come.
    pub(super) fn finish(&mut self) {
        self.cursor.finish();
    }
}

impl<S: ReadAt> Iterator for References<'_, S> {
    type Item = Result<BlockReference, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.cursor.next(self.reader)
    }
}
