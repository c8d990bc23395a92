use std::ops::Range;

use crate::data_block::{check_order, read_record};
use crate::{Defect, Error, Level, append_record, uleb128};

/// The entries of one index block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexBlock {
    level: Level,
    payload: Vec<u8>,
    places: Vec<Place>,
}

/// A key, and the block of the level below that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What is not larger than any record of the block and what is under it, and not smaller than any before.
    pub key: &'a [u8],
    /// Where the block begins, in bytes from the beginning of the file.
    pub offset: u64,
    /// Length of the whole block in bytes, with its length field and checksum.
    pub length: u64,
}

impl Entry<'_> {
    /// Returns where the block is; it ends at 2^64 - 1 at most.
    pub fn range(&self) -> Range<u64> {
        self.offset..self.offset + self.length
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    key: Range<usize>,
    offset: u64,
    length: u64,
}

impl IndexBlock {
    /// Unpacks the payload of the block of a level that is at `offset`.
    ///
    /// Neither order nor references are looked at: those are [`check_order`](Self::check_order) and
    /// [`check_references`](Self::check_references).
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the payload does not consist of entries, one at least.
    pub fn unpack(payload: Vec<u8>, level: Level, offset: u64) -> Result<Self, Error> {
        let places = read_places(&payload).map_err(|defect| Error::corrupt(offset, defect))?;
        if places.is_empty() {
            return Err(Error::corrupt(offset, Defect::EmptyBlock));
        }
        Ok(Self {
            level,
            payload,
            places,
        })
    }

    /// Checks that no key is smaller than the one before.
    ///
    /// # Errors
    /// [`Defect::Unsorted`] at `offset`, the place of the block.
    pub fn check_order(&self, offset: u64) -> Result<(), Error> {
        check_order(self.iter().map(|entry| entry.key), offset)
    }

    /// Checks that all blocks that the entries refer to are within `blocks`, and that those of level 1 refer
    /// to one data block behind the other.
    ///
    /// # Errors
    /// [`Defect::ReferenceOutside`] and [`Defect::UnsortedOffsets`] at `offset`, the place of the block.
    pub fn check_references(&self, blocks: &Range<u64>, offset: u64) -> Result<(), Error> {
        let mut before = blocks.start;
        for entry in self.iter() {
            check_reference(entry.offset, entry.length, blocks)
                .map_err(|defect| Error::corrupt(offset, defect))?;
            if self.level.get() == 1 {
                if entry.offset < before {
                    let after = entry.offset;
                    let defect = Defect::UnsortedOffsets { before, after };
                    return Err(Error::corrupt(offset, defect));
                }
                before = entry.range().end;
            }
        }
        Ok(())
    }

    /// Returns the level, which is that of the blocks referred to and 1 more.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Returns the number of entries, which is not zero.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns `false`: a block has an entry.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Returns an entry by its number, counted from 0.
    ///
    /// # Panics
    /// If there is no such entry.
    pub fn get(&self, number: usize) -> Entry<'_> {
        let place = &self.places[number];
        Entry {
            key: &self.payload[place.key.clone()],
            offset: place.offset,
            length: place.length,
        }
    }

    /// Returns the entries in the order of the block.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Entry<'_>> + ExactSizeIterator {
        (0..self.len()).map(|number| self.get(number))
    }

    /// Returns how many keys are smaller than `bound`, in a block that is sorted.
    pub fn count_below(&self, bound: &[u8]) -> usize {
        self.places
            .partition_point(|place| &self.payload[place.key.clone()] < bound)
    }

    /// Returns how much memory the block takes, in bytes.
    pub fn memory(&self) -> usize {
        self.payload.capacity() + self.places.capacity() * size_of::<Place>() + size_of::<Self>()
    }
}

/// Appends an entry to the payload of an index block.
///
/// # Panics
/// If its offset or length is larger than [`uleb128::MAX`].
pub fn append_entry(entry: &Entry<'_>, payload: &mut Vec<u8>) {
    append_record(entry.key, payload);
    uleb128::append(entry.offset, payload);
    uleb128::append(entry.length, payload);
}

/// Checks that a block that is referred to is within `blocks`.
pub(crate) fn check_reference(offset: u64, length: u64, blocks: &Range<u64>) -> Result<(), Defect> {
    let end = offset.checked_add(length);
    if offset < blocks.start || end.is_none_or(|end| end > blocks.end) {
        return Err(Defect::ReferenceOutside {
            offset,
            length,
            blocks_start: blocks.start,
            blocks_end: blocks.end,
        });
    }
    Ok(())
}

fn read_places(payload: &[u8]) -> Result<Vec<Place>, Defect> {
    let mut places = Vec::new();
    let mut start = 0;
    while start < payload.len() {
        let key = read_record(payload, start)?;
        let (offset, field) = uleb128::read(&payload[key.end..])?;
        start = key.end + field;
        let (length, field) = uleb128::read(&payload[start..])?;
        start += field;
        places.push(Place {
            key,
            offset,
            length,
        });
    }
    places.shrink_to_fit();
    Ok(places)
}
