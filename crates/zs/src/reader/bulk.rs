//! Many blocks, on several threads and in order.

use std::num::NonZero;
use std::sync::Arc;

use blockyard_pipeline::{Options, Weigh, run};
use blockyard_storage::ReadAt;

use super::cursor::Cursor;
use super::prefetch::{Job, Prefetch};
use super::unpacker::Unpacker;
use super::{Batch, ZsReader};
use crate::carried::Carried;
use crate::query::Bounds;
use crate::{DataBlock, Error, Query};

impl<S: ReadAt + Sync> ZsReader<S> {
    /// Calls `sink` with the records that a query wants, those of one block after the other.
    ///
    /// Blocks are read and unpacked on the threads of `options`, which are started when more than two blocks
    /// turn out to be needed. They are not put into the caches. `sink` is called in order, on the caller's
    /// thread.
    ///
    /// # Errors
    /// The first error in the order of the blocks: one of `sink`, or [`Error::Read`], [`Error::Corrupt`],
    /// [`Error::LimitExceeded`] and [`Error::Pipeline`].
    pub fn for_each_block<E>(
        &self,
        query: &Query,
        options: &Options,
        sink: impl FnMut(Batch) -> Result<(), E>,
    ) -> Result<(), E>
    where
        E: Send + From<Error>,
    {
        self.block_map(query, options, |batch| Ok(batch.clone()), sink)
    }

    /// Calls `map` with the records of each block that a query wants, and `sink` with what it returned, in
    /// order.
    ///
    /// `map` is called on the threads of `options`, several at a time; for the rest it is as in
    /// [`for_each_block`](Self::for_each_block).
    ///
    /// # Errors
    /// Those of [`for_each_block`](Self::for_each_block), and the first of `map`.
    pub fn block_map<R, E>(
        &self,
        query: &Query,
        options: &Options,
        map: impl Fn(&Batch) -> Result<R, E> + Sync,
        mut sink: impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), E>
    where
        R: Send,
        E: Send + From<Error>,
    {
        let bounds = query.bounds();
        run_late(
            options,
            self.jobs(&bounds),
            || {
                let mut unpacker = Unpacker::new(self.header.codec, self.options.block_limit);
                let mut spare = Vec::new();
                let (bounds, map) = (&bounds, &map);
                move |job: Job| {
                    let payload = std::mem::take(&mut spare);
                    let block = self.unpack_block(&mut unpacker, job, payload)?;
                    let Some(batch) = Batch::trim(Arc::new(block), bounds) else {
                        return Ok((None, 0));
                    };
                    let weight = batch.payload().len();
                    let result = map(&batch)?;
                    spare = batch.into_payload().unwrap_or_default();
                    Ok((Some(result), weight))
                }
            },
            |result| result.map_or(Ok(()), &mut sink),
        )
    }

    /// Calls `action` with the records of each block that a query wants, on the threads of `options` and in
    /// any order.
    ///
    /// # Errors
    /// Those of [`block_map`](Self::block_map).
    pub fn block_exec<E>(
        &self,
        query: &Query,
        options: &Options,
        action: impl Fn(&Batch) -> Result<(), E> + Sync,
    ) -> Result<(), E>
    where
        E: Send + From<Error>,
    {
        self.block_map(query, options, action, Ok)
    }

    /// Returns the number of records that a query wants, none of which are kept.
    ///
    /// All blocks that have some are read: the file itself does not say how many records there are.
    ///
    /// # Errors
    /// Those of [`for_each_block`](Self::for_each_block).
    pub fn count(&self, query: &Query, options: &Options) -> Result<u64, Error> {
        let mut count = 0;
        let add = |records| {
            count += records as u64;
            Ok(())
        };
        self.block_map(query, options, |batch| Ok::<_, Error>(batch.len()), add)?;
        Ok(count)
    }

    pub(super) fn jobs<E: From<Error>>(
        &self,
        bounds: &Bounds,
    ) -> impl Iterator<Item = Result<(Job, usize), E>> + Send {
        Prefetch::new(self, Cursor::forward(bounds.clone())).map(|job| {
            let job = job?;
            let range = job.reference.range();
            Ok((job, (range.end - range.start) as usize))
        })
    }

    /// Reads a block that is checked like those in the cache, into a vector that is at hand.
    pub(super) fn unpack_block(
        &self,
        unpacker: &mut Unpacker,
        job: Job,
        mut payload: Vec<u8>,
    ) -> Result<DataBlock, Error> {
        let Job { reference, bytes } = job;
        let offset = reference.range().start;
        unpacker.read_payload_into(self, &reference, bytes, &mut payload)?;
        let block = DataBlock::unpack(payload, offset)?;
        block.check_order(offset)?;
        reference.check_bounds(block.first(), block.last())?;
        Ok(block)
    }
}

/// Runs a pipeline that has no threads for its first blocks: for queries that end there, starting them would
/// take longer than all the rest.
///
/// Blocks and results come with their weights in bytes.
pub(crate) fn run_late<B, R, E, W>(
    options: &Options,
    source: impl Iterator<Item = Result<(B, usize), E>> + Send,
    make_worker: impl Fn() -> W + Sync,
    mut sink: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    B: Send,
    R: Send,
    E: Send + From<Error>,
    W: FnMut(B) -> Result<(R, usize), E>,
{
    /// Blocks of the first run, on the caller's thread. The second run has threads when there are two more.
    const INLINE: usize = 1;

    let mut source = source.map(|block| block.map(Weighed::new).map_err(Carried));
    let make_worker = || {
        let mut worker = make_worker();
        move |block: Weighed<B>| worker(block.value).map(Weighed::new).map_err(Carried)
    };
    let mut sink = |result: Weighed<R>| sink(result.value).map_err(Carried);
    let inline = Options {
        threads: NonZero::<usize>::MIN,
        ..options.clone()
    };
    let first = source.by_ref().take(INLINE);
    let statistics = run(&inline, first, make_worker, &mut sink).map_err(|error| error.0)?;
    if statistics.blocks == INLINE as u64 {
        run(options, source, make_worker, &mut sink).map_err(|error| error.0)?;
    }
    Ok(())
}

struct Weighed<T> {
    value: T,
    weight: usize,
}

impl<T> Weighed<T> {
    fn new((value, weight): (T, usize)) -> Self {
        Self { value, weight }
    }
}

impl<T> Weigh for Weighed<T> {
    fn weight(&self) -> usize {
        self.weight
    }
}
