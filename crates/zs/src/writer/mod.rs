//! Writing files.

mod block;
mod counted;
mod cutter;
mod index;
mod inputs;
mod options;
mod order;
mod output;
mod packer;
mod piece;
mod place;
mod terminated;

use std::io::{self, Read, Seek, Write};

use blockyard_pipeline::{BufferPool, Statistics, run};
use sha2::{Digest, Sha256};

pub use block::Block;
pub use cutter::Cutter;
use index::IndexBuilder;
pub use options::{Summary, WriterOptions};
use order::Order;
use output::Output;
use packer::{Packed, Packer};
pub use place::{InputPlace, RecordPlace};

use crate::carried::Carried;
use crate::{Error, Header, append_record};

/// A file of sorted records in the making.
///
/// ```text
///  write_blocks    source ──▶ cut, check, pack ──▶ ┐
///                  (own thread)   (workers)        ├──▶ order, hash, index ──▶ sink
///  add             ──────▶ cut, check, pack ─────▶ ┘
/// ```
///
/// Until it is [finished](Self::finish), the sink begins with the mark of an unfinished file, which no reader
/// takes for a complete one. After an error nothing can be added any more, nor can the file be finished.
///
/// The bytes depend on the blocks and the options, not on the number of threads nor on which of the calls the
/// blocks came by.
#[derive(Debug)]
pub struct ZsWriter<W> {
    options: WriterOptions,
    header: Header,
    pool: BufferPool,
    output: Output<W>,
    order: Order,
    hash: Sha256,
    index: IndexBuilder,
    data_blocks: u64,
    is_incomplete: bool,
}

impl<W: Write + Seek> ZsWriter<W> {
    /// Begins a file at the beginning of `sink`, which is empty.
    ///
    /// # Errors
    /// [`Error::BranchingFactor`], [`Error::LenientMetadata`] and [`Error::Write`].
    pub fn new(sink: W, options: WriterOptions) -> Result<Self, Error> {
        let found = options.branching_factor;
        if found < 2 {
            return Err(Error::BranchingFactor { found });
        }
        if !options.metadata.is_strict() {
            return Err(Error::LenientMetadata);
        }
        let header = Header {
            root_index_offset: 0,
            root_index_length: 0,
            total_file_length: 0,
            data_sha256: [0; 32],
            codec: options.compression.codec(),
            metadata: options.metadata.clone(),
            extension: options.extension.clone(),
        };
        // What comes with a job goes back when its result was written.
        let pool = BufferPool::new(3 * options.pipeline.slot_count().get());
        let packer = Packer::new(&options, pool.clone());
        Ok(Self {
            output: Output::new(sink, packer, &header.encode_placeholder())?,
            pool,
            order: Order::default(),
            hash: Sha256::new(),
            index: IndexBuilder::new(options.branching_factor, options.block_limit),
            data_blocks: 0,
            is_incomplete: false,
            header,
            options,
        })
    }

    /// Returns the options of the file.
    pub fn options(&self) -> &WriterOptions {
        &self.options
    }

    /// Returns the number of records so far.
    pub fn records(&self) -> u64 {
        self.order.records
    }

    /// Returns the length of the file so far, in bytes.
    pub fn offset(&self) -> u64 {
        self.output.offset
    }

    /// Writes the blocks of a source, which are packed on the threads of the options.
    ///
    /// # Errors
    /// The first in the order of the blocks: one of the source, [`Error::Unsorted`], [`Error::Corrupt`],
    /// [`Error::LimitExceeded`], [`Error::Write`] and [`Error::Pipeline`].
    pub fn write_blocks<E: Send + From<Error>>(
        &mut self,
        source: impl Iterator<Item = Result<Block, E>> + Send,
    ) -> Result<Statistics, E> {
        self.begin_change()?;
        let options = self.options.clone();
        let pool = self.pool.clone();
        let statistics = run(
            &options.pipeline,
            source.map(|block| block.map_err(Carried)),
            || {
                let mut packer = Packer::new(&options, pool.clone());
                move |block| packer.pack(block).map_err(|error| Carried(error.into()))
            },
            |packed| self.append(&packed).map_err(|error| Carried(error.into())),
        );
        let statistics = statistics.map_err(|error| error.0)?;
        self.is_incomplete = false;
        Ok(statistics)
    }

    /// Writes a block, which is packed on the caller's thread.
    ///
    /// # Errors
    /// [`Error::Unsorted`], [`Error::Corrupt`], [`Error::LimitExceeded`] and [`Error::Write`].
    pub fn add(&mut self, block: Block) -> Result<(), Error> {
        self.begin_change()?;
        let packed = self.output.packer.pack(block)?;
        self.append(&packed)?;
        self.is_incomplete = false;
        Ok(())
    }

    /// Writes a block of some records, one at least, which is packed on the caller's thread.
    ///
    /// # Errors
    /// Those of [`add`](Self::add).
    pub fn add_block<T: AsRef<[u8]>>(
        &mut self,
        records: impl IntoIterator<Item = T>,
    ) -> Result<(), Error> {
        let mut payload = Vec::new();
        for record in records {
            append_record(record.as_ref(), &mut payload);
        }
        self.add(Block::from_payload(payload))
    }

    /// Writes the rest of the index and the header, and returns the sink, which is not waited for: see
    /// [`finish_with`](Self::finish_with).
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Incomplete`] and [`Error::Write`].
    pub fn finish(self) -> Result<(W, Summary), Error> {
        self.finish_with(|_| Ok(()))
    }

    /// Writes the rest of the index and the header, and returns the sink.
    ///
    /// `sync` is called twice, to wait until what was written cannot be lost any more: before the last 8 bytes
    /// are written, which make the file a complete one, and after that.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Incomplete`] and [`Error::Write`].
    pub fn finish_with(
        mut self,
        sync: impl FnMut(&mut W) -> io::Result<()>,
    ) -> Result<(W, Summary), Error> {
        self.begin_change()?;
        let output = &mut self.output;
        let root = self
            .index
            .finish(&mut |level, payload| output.write_index(level, payload))?;
        let (root_level, root) = root.ok_or(Error::Empty)?;
        let header = Header {
            root_index_offset: root.offset,
            root_index_length: root.length,
            total_file_length: output.offset,
            data_sha256: self.hash.finalize().into(),
            ..self.header
        };
        output.finish(&header.encode(), sync)?;
        let summary = Summary {
            header,
            records: self.order.records,
            data_blocks: self.data_blocks,
            index_blocks: output.index_blocks,
            root_level,
        };
        Ok((self.output.sink, summary))
    }

    /// Lets the file be incomplete until a change is done.
    fn begin_change(&mut self) -> Result<(), Error> {
        if self.is_incomplete {
            return Err(Error::Incomplete);
        }
        self.is_incomplete = true;
        Ok(())
    }

    /// Writes a packed block behind those before.
    fn append(&mut self, packed: &Packed) -> Result<(), Error> {
        let output = &mut self.output;
        let Some(data) = &packed.data else {
            output.write(&packed.bytes)?;
            return Ok(());
        };
        let (offset, limit) = (output.offset, self.options.block_limit);
        if data.payload.len() > limit {
            return Err(Error::LimitExceeded { offset, limit });
        }
        self.order.add(data)?;
        let place = output.write(&packed.bytes)?;
        self.hash.update(&data.payload[..]);
        self.data_blocks += 1;
        let key = &data.payload[data.survey.first.clone()];
        self.index.add(key, place, &mut |level, payload| {
            output.write_index(level, payload)
        })
    }
}

/// Writes the records of some inputs, one after the other, as a whole file.
///
/// # Errors
/// Those of [`ZsWriter::new`], of the [`Cutter`], of [`ZsWriter::write_blocks`] and [`ZsWriter::finish`].
pub fn make<R: Read + Send, W: Write + Seek>(
    inputs: impl IntoIterator<Item = io::Result<R>, IntoIter: Send>,
    cutter: &Cutter,
    sink: W,
    options: WriterOptions,
) -> Result<(W, Summary), Error> {
    let mut writer = ZsWriter::new(sink, options)?;
    writer.write_blocks(cutter.blocks_of(inputs))?;
    writer.finish()
}
