use std::io::Write;
use std::sync::Arc;

use blockyard_pipeline::{Buffer, BufferPool, Options};
use blockyard_storage::ReadAt;

use super::bulk::run_late;
use super::prefetch::Job;
use super::scan::RawBlock;
use super::unpacker::Unpacker;
use super::{Batch, ZsReader};
use crate::data_block::unpack_records;
use crate::query::Bounds;
use crate::{DataBlock, Defect, Error, Frame, Query};

/// How records are told apart in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Each record has these bytes behind it. Whether they occur within records is not looked at.
    Terminator(Vec<u8>),
    /// Each record is behind its length as a [`uleb128`](crate::uleb128) number.
    Uleb128,
    /// Each record is behind its length as a number of 8 bytes, the lowest first.
    U64le,
}

/// What a dump has written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dumped {
    /// The number of records.
    pub records: u64,
    /// The number of bytes, with those that tell the records apart.
    pub bytes: u64,
}

impl<S: ReadAt + Sync> ZsReader<S> {
    /// Writes the records that a query wants.
    ///
    /// Blocks are read and unpacked, and records framed, on the threads of `options`; `writer` gets the
    /// records of a block by one call, on the caller's thread. Within blocks of which the query wants all,
    /// and whatever else they hold, the order of the records is not looked at.
    ///
    /// # Errors
    /// The first in the order of the blocks: [`Error::Read`], [`Error::Corrupt`], [`Error::LimitExceeded`],
    /// [`Error::Write`] and [`Error::Pipeline`]. What is before it was written.
    pub fn dump(
        &self,
        query: &Query,
        framing: &Framing,
        options: &Options,
        writer: impl Write,
    ) -> Result<Dumped, Error> {
        let bounds = query.bounds();
        let pool = pool(options);
        let mut output = Output::new(writer);
        run_late(
            options,
            self.jobs(&bounds),
            || {
                let mut unpacker = Unpacker::new(self.header.codec, self.options.block_limit);
                let (pool, bounds) = (&pool, &bounds);
                move |job: Job| {
                    let mut page = Page::new(pool);
                    self.frame_block(&mut unpacker, job, bounds, framing, &mut page)?;
                    Ok(page.weighed())
                }
            },
            |page| output.write(&page),
        )?;
        Ok(output.dumped)
    }

    /// Writes all records in the order of the file, without the index: a way to save what a file holds whose
    /// index is damaged.
    ///
    /// Every block is read, in the order of the file, and its checksum compared. Neither the order of the
    /// records nor anything in the index is looked at.
    ///
    /// # Errors
    /// Those of [`dump`](Self::dump).
    pub fn dump_unindexed(
        &self,
        framing: &Framing,
        options: &Options,
        writer: impl Write,
    ) -> Result<Dumped, Error> {
        let pool = pool(options);
        let mut output = Output::new(writer);
        run_late(
            options,
            self.frames().map(|block| {
                let block = block?;
                let weight = block.bytes.len();
                Ok((block, weight))
            }),
            || {
                let mut unpacker = Unpacker::new(self.header.codec, self.options.block_limit);
                let pool = &pool;
                move |block: RawBlock| {
                    let mut page = Page::new(pool);
                    let frame = Frame::parse_exact(&block.bytes, block.offset)?;
                    if frame.level.is_data() {
                        let payload = unpacker.unpack(&frame, block.offset)?;
                        page.append(payload, framing, Order::Ignored)
                            .map_err(|defect| Error::corrupt(block.offset, defect))?;
                    }
                    Ok(page.weighed())
                }
            },
            |page| output.write(&page),
        )?;
        Ok(output.dumped)
    }

    fn frame_block(
        &self,
        unpacker: &mut Unpacker,
        job: Job,
        bounds: &Bounds,
        framing: &Framing,
        page: &mut Page,
    ) -> Result<(), Error> {
        let Job { reference, bytes } = job;
        let offset = reference.range().start;
        let corrupt = |defect| Error::corrupt(offset, defect);
        let payload = unpacker.read_payload(self, &reference, bytes)?;
        if reference.is_within(bounds) {
            let order = if bounds.is_all() {
                Order::Ignored
            } else {
                Order::Checked
            };
            let (first, last) = page.append(payload, framing, order).map_err(corrupt)?;
            return reference.check_bounds(first, last);
        }
        let block = DataBlock::unpack(payload.to_vec(), offset)?;
        block.check_order(offset)?;
        reference.check_bounds(block.first(), block.last())?;
        if let Some(batch) = Batch::trim(Arc::new(block), bounds) {
            page.append(batch.payload(), framing, Order::Ignored)
                .map_err(corrupt)?;
        }
        Ok(())
    }
}

/// Returns a pool that never has to throw a buffer away.
fn pool(options: &Options) -> BufferPool {
    BufferPool::new(options.slot_count().get())
}

/// Where the pages go, and what they were.
struct Output<W> {
    writer: W,
    dumped: Dumped,
}

impl<W: Write> Output<W> {
    fn new(writer: W) -> Self {
        let dumped = Dumped::default();
        Self { writer, dumped }
    }

    fn write(&mut self, page: &Page) -> Result<(), Error> {
        self.writer.write_all(&page.bytes).map_err(Error::Write)?;
        self.dumped.records += page.records;
        self.dumped.bytes += page.bytes.len() as u64;
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Checked,
    Ignored,
}

/// The framed records of one block.
struct Page {
    bytes: Buffer,
    records: u64,
}

impl Page {
    fn new(pool: &BufferPool) -> Self {
        Self {
            bytes: pool.get(),
            records: 0,
        }
    }

    fn weighed(self) -> (Self, usize) {
        let weight = self.bytes.len();
        (self, weight)
    }

    /// Appends the records of a payload, and returns the first and the last of them.
    fn append<'a>(
        &mut self,
        payload: &'a [u8],
        framing: &Framing,
        order: Order,
    ) -> Result<Ends<'a>, Defect> {
        let out: &mut Vec<u8> = &mut self.bytes;
        out.reserve(payload.len());
        let (records, ends) = match framing {
            Framing::Terminator(terminator) => {
                if let &[byte] = terminator.as_slice() {
                    walk(payload, order, |record| {
                        out.extend_from_slice(record);
                        out.push(byte);
                    })
                } else {
                    walk(payload, order, |record| {
                        out.extend_from_slice(record);
                        out.extend_from_slice(terminator);
                    })
                }
            }
            Framing::U64le => walk(payload, order, |record| {
                out.extend_from_slice(&(record.len() as u64).to_le_bytes());
                out.extend_from_slice(record);
            }),
            Framing::Uleb128 => {
                out.extend_from_slice(payload);
                walk(payload, order, |_| ())
            }
        }?;
        self.records += records;
        Ok(ends)
    }
}

/// The first and the last record of a block.
type Ends<'a> = (&'a [u8], &'a [u8]);

/// Calls `action` with each record; returns their number, the first and the last.
#[inline]
fn walk<'a>(
    payload: &'a [u8],
    order: Order,
    mut action: impl FnMut(&'a [u8]),
) -> Result<(u64, Ends<'a>), Defect> {
    let mut number = 0;
    let mut ends = None;
    for record in unpack_records(payload) {
        let record = record?;
        let (first, before) = ends.unwrap_or((record, record));
        if order == Order::Checked && record < before {
            return Err(Defect::Unsorted {
                before: before.to_vec(),
                after: record.to_vec(),
                number: number as usize,
            });
        }
        action(record);
        ends = Some((first, record));
        number += 1;
    }
    Ok((number, ends.ok_or(Defect::EmptyBlock)?))
}
