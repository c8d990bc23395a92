use std::ops::Range;

use blockyard_storage::ReadAt;

use super::cursor::Cursor;
use super::{Batch, Batches, ZsReader};
use crate::Error;

/// The records that a query wants, in order or the last one first; after an error there is nothing more.
///
/// [`next_record`](Self::next_record) lends each record without copying it; as an [`Iterator`] it returns
/// vectors.
#[derive(Debug)]
pub struct Records<'a, S> {
    batches: Batches<'a, S>,
    batch: Option<Batch>,
    /// The records of the batch that were not returned yet.
    rest: Range<usize>,
}

impl<'a, S: ReadAt> Records<'a, S> {
    pub(super) fn new(reader: &'a ZsReader<S>, cursor: Cursor) -> Self {
        Self {
            batches: Batches::new(reader, cursor),
            batch: None,
            rest: 0..0,
        }
    }

    /// Returns the next record, without copying it.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`] and [`Error::LimitExceeded`].
    pub fn next_record(&mut self) -> Option<Result<&[u8], Error>> {
        if self.rest.is_empty() {
            match self.batches.next()? {
                Ok(batch) => {
                    self.rest = 0..batch.len();
                    self.batch = Some(batch);
                }
                Err(error) => return Some(Err(error)),
            }
        }
        let number = if self.batches.is_reverse() {
            self.rest.next_back()
        } else {
            self.rest.next()
        };
        Some(Ok(self.batch.as_ref()?.get(number?)))
    }
}

impl<S: ReadAt> Iterator for Records<'_, S> {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.next_record()?.map(<[u8]>::to_vec))
    }
}
