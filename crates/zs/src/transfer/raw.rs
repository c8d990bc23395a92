use std::collections::VecDeque;

use blockyard_storage::ReadAt;

use crate::reader::prefetch::is_full;
use crate::{BlockReference, Error, ZsReader};

/// The blocks that references lead to, with their checksums compared; after an error there is nothing more.
///
/// Of a source that reads several ranges at a time, many blocks are read by one call.
pub(super) struct RawBlocks<'a, S, I> {
    reader: &'a ZsReader<S>,
    references: I,
    ready: VecDeque<(BlockReference, Vec<u8>)>,
    /// What comes behind the blocks that are ready.
    error: Option<Error>,
    has_ended: bool,
}

impl<'a, S: ReadAt, I> RawBlocks<'a, S, I>
where
    I: Iterator<Item = Result<BlockReference, Error>>,
{
    pub(super) fn new(reader: &'a ZsReader<S>, references: I) -> Self {
        Self {
            reader,
            references,
            ready: VecDeque::new(),
            error: None,
            has_ended: false,
        }
    }

    /// Reads the next blocks, within the bounds of memory.
    fn read_group(&mut self) -> Result<(), Error> {
        let access = self.reader.source().access();
        let mut group = Vec::new();
        let mut total = 0;
        loop {
            match self.references.next() {
                Some(Ok(reference)) => {
                    let range = reference.range();
                    total += range.end - range.start;
                    group.push(reference);
                    if is_full(&access, group.len(), total) {
                        break;
                    }
                }
                Some(Err(error)) => {
                    self.error = Some(error);
                    break;
                }
                None => {
                    self.has_ended = true;
                    break;
                }
            }
        }
        let blocks = self.reader.read_raws(&group)?;
        self.ready.extend(group.into_iter().zip(blocks));
        Ok(())
    }
}

impl<S: ReadAt, I> Iterator for RawBlocks<'_, S, I>
where
    I: Iterator<Item = Result<BlockReference, Error>>,
{
    type Item = Result<(BlockReference, Vec<u8>), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty()
            && self.error.is_none()
            && !self.has_ended
            && let Err(error) = self.read_group()
        {
            self.error = Some(error);
        }
        if let Some(block) = self.ready.pop_front() {
            return Some(Ok(block));
        }
        let error = self.error.take()?;
        self.has_ended = true;
        Some(Err(error))
    }
}
