//! A file that is open for queries.

mod batches;
pub(crate) mod bulk;
mod cache;
mod cursor;
mod dump;
mod open;
pub(crate) mod prefetch;
mod records;
mod scan;
pub(crate) mod unpacker;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use blockyard_storage::ReadAt;

pub use batches::{Batch, Batches};
use cache::Cache;
use cursor::Cursor;
pub use cursor::{BlockReference, References};
pub use dump::{Dumped, Framing};
pub use open::{Ends, ReadOptions};
pub use records::Records;
pub use scan::{Frames, RawBlock};
use unpacker::Unpacker;

use crate::index_block::check_reference;
use crate::{DataBlock, Defect, Error, Frame, Header, IndexBlock, Level, Query};

/// A file of sorted records that is open for queries.
///
/// It can be shared by threads, and any number of iterators can be under way at once. Blocks that were
/// unpacked for a query are kept for the next, within the bounds of [`ReadOptions`].
///
/// ```text
///  root ──▶ index blocks, level by level ──▶ data block ──▶ records
///  kept      cache                            cache          borrowed
/// ```
///
/// Whatever the index says is checked against the blocks that it leads to, as far as a query goes there:
/// what does not fit together is an error.
#[derive(Debug)]
pub struct ZsReader<S> {
    source: S,
    header: Header,
    options: ReadOptions,
    /// The root as it is in the file, when it was read along with the header.
    root_bytes: Vec<u8>,
    root: OnceLock<Arc<IndexBlock>>,
    index_blocks: Cache<IndexBlock>,
    data_blocks: Cache<DataBlock>,
    /// Those that no query has at the moment.
    unpackers: Mutex<Vec<Unpacker>>,
}

impl<S> ZsReader<S> {
    /// Returns the header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns what the file is read from.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// Returns the options that the file was opened with.
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }
}

impl<S: ReadAt> ZsReader<S> {
    /// Returns the records that a query wants, in order.
    ///
    /// The index and the blocks are read as the iterator goes.
    pub fn search(&self, query: &Query) -> Records<'_, S> {
        Records::new(self, Cursor::forward(query.bounds()))
    }

    /// Returns the records that a query wants, the last one first.
    pub fn search_reverse(&self, query: &Query) -> Records<'_, S> {
        Records::new(self, Cursor::reverse(query.bounds()))
    }

    /// Returns the records that a query wants, those of one block after the other.
    pub fn blocks(&self, query: &Query) -> Batches<'_, S> {
        Batches::new(self, Cursor::forward(query.bounds()))
    }

    /// Returns where the blocks are that may have records that a query wants, in order.
    ///
    /// The blocks themselves are not read.
    pub fn references(&self, query: &Query) -> References<'_, S> {
        References::new(self, Cursor::forward(query.bounds()))
    }

    /// Returns the bytes of a whole data block, which were found right.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`] and [`Error::LimitExceeded`].
    pub fn read_raw(&self, reference: &BlockReference) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let range = reference.range();
        let frame = unpacker::read_frame(self, range.start, range.end - range.start, &mut bytes)?;
        reference.check_level(frame.level)?;
        Ok(bytes)
    }

    /// Returns the bytes of several data blocks, which were found right, in the order of the references.
    ///
    /// All are in memory together; a remote source reads several at a time.
    ///
    /// # Errors
    /// Those of [`read_raw`](Self::read_raw).
    pub fn read_raws(&self, references: &[BlockReference]) -> Result<Vec<Vec<u8>>, Error> {
        if let [reference] = references {
            return Ok(vec![self.read_raw(reference)?]);
        }
        let mut ranges = Vec::with_capacity(references.len());
        let mut length = 0;
        for reference in references {
            let range = reference.range();
            let limit = self.options.block_limit;
            length += unpacker::check_length(range.start, range.end - range.start, limit)?;
            ranges.push(range);
        }
        let blocks = self.source.read_ranges(&ranges).map_err(|source| {
            let offset = ranges.first().map_or(0, |range| range.start);
            Error::Read {
                offset,
                length,
                source,
            }
        })?;
        for (reference, bytes) in references.iter().zip(&blocks) {
            let frame = Frame::parse_exact(bytes, reference.range().start)?;
            reference.check_level(frame.level)?;
        }
        Ok(blocks)
    }

    /// Returns the level of the root of the index, which is the number of index blocks between the header
    /// and any data block.
    ///
    /// # Errors
    /// Those of [`root`](Self::root).
    pub fn root_level(&self) -> Result<Level, Error> {
        Ok(self.root()?.level())
    }

    /// Returns the root of the index, which is read once.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`] and [`Error::LimitExceeded`].
    pub fn root(&self) -> Result<&Arc<IndexBlock>, Error> {
        if let Some(root) = self.root.get() {
            return Ok(root);
        }
        let root = self.load_root()?;
        Ok(self.root.get_or_init(|| root))
    }

    fn load_root(&self) -> Result<Arc<IndexBlock>, Error> {
        let (offset, length) = (self.header.root_index_offset, self.header.root_index_length);
        check_reference(offset, length, &self.header.blocks())
            .map_err(|defect| Error::corrupt(offset, defect))?;
        self.with_unpacker(|unpacker| {
            if !self.root_bytes.is_empty() {
                return unpacker.unpack_index(self, &self.root_bytes, offset, check_root);
            }
            unpacker.read_index(self, offset, length, check_root)
        })
    }

    /// Returns an index block that an index block of level `parent` refers to.
    fn index_block(
        &self,
        offset: u64,
        length: u64,
        parent: Level,
    ) -> Result<Arc<IndexBlock>, Error> {
        let check = |found: Level| {
            if found.get().checked_add(1) == Some(parent.get()) {
                return Ok(());
            }
            let from = parent;
            Err(Defect::ReferenceLevel { from, found })
        };
        if let Some(block) = self.index_blocks.get(offset, length) {
            check(block.level()).map_err(|defect| Error::corrupt(offset, defect))?;
            return Ok(block);
        }
        let block =
            self.with_unpacker(|unpacker| unpacker.read_index(self, offset, length, check))?;
        self.index_blocks.insert(offset, length, &block);
        Ok(block)
    }

    /// Returns a data block whose records are sorted and within the bounds that the index has for them.
    fn data_block(&self, reference: &BlockReference) -> Result<Arc<DataBlock>, Error> {
        let range = reference.range();
        let (offset, length) = (range.start, range.end - range.start);
        let block = if let Some(block) = self.data_blocks.get(offset, length) {
            block
        } else {
            let block = self.with_unpacker(|unpacker| {
                let payload = unpacker.read_payload(self, reference, None)?;
                DataBlock::unpack(payload.to_vec(), offset)
            })?;
            block.check_order(offset)?;
            let block = Arc::new(block);
            self.data_blocks.insert(offset, length, &block);
            block
        };
        reference.check_bounds(block.first(), block.last())?;
        Ok(block)
    }

    fn with_unpacker<T>(
        &self,
        action: impl FnOnce(&mut Unpacker) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let lock = || {
            // No action leaves the list half changed.
            self.unpackers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let idle = lock().pop();
        let mut unpacker =
            idle.unwrap_or_else(|| Unpacker::new(self.header.codec, self.options.block_limit));
        let outcome = action(&mut unpacker);
        let mut idle = lock();
        if unpacker.is_small() && idle.len() < unpacker::MOST_IDLE {
            idle.push(unpacker);
        }
        outcome
    }
}

fn check_root(found: Level) -> Result<(), Defect> {
    if found.is_index() {
        Ok(())
    } else {
        Err(Defect::RootLevel { found })
    }
}
