use std::ops::Range;
use std::sync::Arc;

use blockyard_storage::ReadAt;

use super::ZsReader;
use super::cursor::Cursor;
use crate::DataBlock;
use crate::Error;
use crate::query::Bounds;

/// The records of one block that are wanted, one at least.
#[derive(Clone, Debug)]
pub struct Batch {
    block: Arc<DataBlock>,
    records: Range<usize>,
}

impl Batch {
    /// Returns the records of a block that is sorted that are between bounds, if there are any.
    pub(super) fn trim(block: Arc<DataBlock>, bounds: &Bounds) -> Option<Self> {
        let start = if block.first() < bounds.start.as_slice() {
            block.count_below(&bounds.start)
        } else {
            0
        };
        let end = match &bounds.stop {
            Some(stop) if block.last() >= stop.as_slice() => block.count_below(stop),
            _ => block.len(),
        };
        (start < end).then_some(Self {
            block,
            records: start..end,
        })
    }

    /// Returns all records of a block.
    pub(super) fn whole(block: Arc<DataBlock>) -> Self {
        let records = 0..block.len();
        Self { block, records }
    }

    /// Returns the number of records, which is not zero.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns `false`: there is a record.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Returns a record by its number, counted from 0.
    ///
    /// # Panics
    /// If there is no such record.
    pub fn get(&self, number: usize) -> &[u8] {
        assert!(number < self.len(), "there are {} records", self.len());
        self.block.get(self.records.start + number)
    }

    /// Returns the records in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.records.clone().map(|number| self.block.get(number))
    }

    /// Returns the records in order, each behind its length.
    pub fn payload(&self) -> &[u8] {
        self.block.payload_of(self.records.clone())
    }

    /// Returns the vector of the block's payload, to be used again, if nobody else has the block.
    pub(super) fn into_payload(self) -> Option<Vec<u8>> {
        Arc::into_inner(self.block).map(DataBlock::into_payload)
    }
}

/// The records that a query wants, those of one block after the other; after an error there is nothing more.
#[derive(Debug)]
pub struct Batches<'a, S> {
    reader: &'a ZsReader<S>,
    cursor: Cursor,
}

impl<'a, S> Batches<'a, S> {
    pub(super) fn new(reader: &'a ZsReader<S>, cursor: Cursor) -> Self {
        Self { reader, cursor }
    }

    pub(super) fn is_reverse(&self) -> bool {
        self.cursor.is_reverse()
    }
}

impl<S: ReadAt> Iterator for Batches<'_, S> {
    type Item = Result<Batch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let block = self
                .cursor
                .next(self.reader)?
                .and_then(|reference| self.reader.data_block(&reference));
            match block.map(|block| Batch::trim(block, self.cursor.bounds())) {
                Ok(Some(batch)) => return Some(Ok(batch)),
                Ok(None) => {}
                Err(error) => {
                    self.cursor.finish();
                    return Some(Err(error));
                }
            }
        }
    }
}
