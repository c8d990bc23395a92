//! Compressing: blocks of the input through workers into one member.

mod cutter;
mod frame;
mod packer;
mod rolling;
mod schedule;

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::Arc;

use blockyard_pipeline::{BufferPool, Cancel, Counters, Options, Statistics, run};

pub(crate) use cutter::{Cutter, Job};
pub(crate) use frame::Framer;
pub(crate) use packer::Packer;
pub(crate) use schedule::RESTART;

use crate::{Error, Format, Header, Index, Level};

/// How a stream is compressed. Only `threads`, `cancel` and `counters` leave the output as it is.
#[derive(Clone, Debug)]
pub struct CompressOptions {
    /// How hard the encoder works.
    pub level: Level,
    /// What is put around the data.
    pub format: Format,
    /// The header of a gzip member; the other formats have none.
    pub header: Header,
    /// The number of workers. With 1 everything happens on the caller's thread.
    pub threads: NonZero<usize>,
    /// Bytes of input a block. `None` for blocks that grow from 64 to 512 KiB, with `independent` for
    /// 128 KiB.
    pub block_size: Option<NonZero<usize>>,
    /// No block refers to the one before, and each is marked: larger, but a reader that finds a
    /// block can begin there.
    pub independent: bool,
    /// The data decides where blocks end, so that a change of the input changes the output only
    /// around it.
    pub rsyncable: bool,
    /// Keeps an index of the places where decoding can begin.
    pub index: bool,
    /// Stops the run.
    pub cancel: Cancel,
    /// Counts while the run goes on.
    pub counters: Option<Arc<Counters>>,
}

impl Default for CompressOptions {
    /// Returns options for gzip at level 6 on as many threads as the machine runs at a time.
    fn default() -> Self {
        let Options {
            threads,
            cancel,
            counters,
            ..
        } = Options::default();
        Self {
            level: Level::DEFAULT,
            format: Format::Gzip,
            header: Header::default(),
            threads,
            block_size: None,
            independent: false,
            rsyncable: false,
            index: false,
            cancel,
            counters,
        }
    }
}

/// What [`compress`] did.
#[derive(Clone, Debug)]
pub struct CompressSummary {
    /// Bytes of input.
    pub bytes_in: u64,
    /// Bytes of output, with header and trailer.
    pub bytes_out: u64,
    /// The check value of the input: CRC-32, for zlib Adler-32.
    pub checksum: u32,
    /// Where the time went.
    pub statistics: Statistics,
    /// The places where decoding can begin, when the options asked for them.
    pub index: Option<Index>,
}

/// Compresses all of `input` to `output` as one member, on the threads of `options`.
///
/// The output depends on the input and the options, not on the number of threads nor on how the
/// bytes arrive. Memory is bounded by about 1.3 blocks of input and output for each of 2 * threads + 2
/// slots. The output is not flushed.
///
/// # Errors
/// [`Error::Read`], [`Error::Write`], [`Error::HeaderField`], and [`Error::Pipeline`] when the run
/// was cancelled. What was written before the error is not a complete stream.
pub fn compress<R: Read + Send, W: Write>(
    input: R,
    mut output: W,
    options: &CompressOptions,
) -> Result<CompressSummary, Error> {
    let pipeline = Options {
        threads: options.threads,
        slots: None,
        cancel: options.cancel.clone(),
        counters: options.counters.clone(),
    };
    let pool = BufferPool::new(2 * pipeline.slot_count().get());
    let mut framer = Framer::new(options);
    let mut write = |bytes: &[u8]| output.write_all(bytes).map_err(Error::Write);
    write(&framer.header()?)?;
    let statistics = run(
        &pipeline,
        Cutter::new(options, pool).blocks(input),
        || {
            let mut packer = Packer::new(options);
            move |job| Ok(packer.pack(job))
        },
        |packed| {
            framer.add(&packed);
            write(&packed.bytes)
        },
    )?;
    write(&framer.trailer())?;
    Ok(framer.summary(statistics))
}
