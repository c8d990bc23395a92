use blockyard_storage::ReadAt;

use super::merge::Merge;
use crate::{Block, Cutter, Error, Framing, append_record};

/// Sorted records, as blocks for a [`ZsWriter`](crate::ZsWriter); after an error there is nothing more.
pub struct Sorted<F> {
    merge: Merge<F>,
    cutter: Cutter,
    unique: bool,
    /// The record before, if only one of equal records is kept.
    last: Option<Vec<u8>>,
    /// Bytes that the records up to now take in an input.
    position: u64,
    has_failed: bool,
}

impl<F: ReadAt> Sorted<F> {
    pub(super) fn new(merge: Merge<F>, cutter: Cutter, unique: bool) -> Self {
        Self {
            merge,
            cutter,
            unique,
            last: None,
            position: 0,
            has_failed: false,
        }
    }

    /// Returns the payload of the next block, empty at the end.
    fn next_payload(&mut self) -> Result<Vec<u8>, Error> {
        let size = self.cutter.approx_block_size.get() as u64;
        let mut payload = Vec::new();
        // The multiple of the size that the block ends before, or the bytes of its records.
        let (mut end, mut total) = (None, 0);
        while let Some(record) = self.merge.record() {
            if self.unique && self.last.as_deref() == Some(record) {
                self.merge.advance()?;
                continue;
            }
            match &self.cutter.framing {
                Framing::Terminator(terminator) => {
                    let position = self.position + (record.len() + terminator.len()) as u64;
                    let own_end = position.div_ceil(size);
                    if *end.get_or_insert(own_end) != own_end {
                        break;
                    }
                    self.position = position;
                }
                Framing::Uleb128 | Framing::U64le => {
                    if total >= size {
                        break;
                    }
                    total += record.len() as u64;
                }
            }
            append_record(record, &mut payload);
            if self.unique {
                let last = self.last.get_or_insert_default();
                last.clear();
                last.extend_from_slice(record);
            }
            self.merge.advance()?;
        }
        Ok(payload)
    }
}

impl<F: ReadAt> Iterator for Sorted<F> {
    type Item = Result<Block, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        match self.next_payload() {
            Ok(payload) if payload.is_empty() => None,
            Ok(payload) => Some(Ok(Block::from_payload(payload))),
            Err(error) => {
                self.has_failed = true;
                Some(Err(error))
            }
        }
    }
}

impl<F> std::fmt::Debug for Sorted<F> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sorted").finish_non_exhaustive()
    }
}
