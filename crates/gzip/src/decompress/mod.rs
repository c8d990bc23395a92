//! Decompressing: pieces of output through workers that compute their check values.

mod bgzf;
mod head;
mod output;
mod parallel;
mod piece;
mod room;
mod segment;
mod sequential;
mod speculate;
mod unpacker;

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::Arc;

use blockyard_pipeline::{Cancel, Counters, Options, Statistics};

use head::Head;
pub(crate) use unpacker::Unpacker;

use crate::{Error, Format, Header, Index};

/// How a stream is decompressed. Only `format` and `unknown` matter to the output.
#[derive(Clone, Debug)]
pub struct DecompressOptions {
    /// What the data is wrapped in; `None` for gzip or zlib, whichever it is.
    pub format: Option<Format>,
    /// What is done with data in no such format.
    pub unknown: Unknown,
    /// The number of workers. With 1 everything happens on the caller's thread.
    pub threads: NonZero<usize>,
    /// Makes an index with a checkpoint about every so many bytes of data.
    pub index_spacing: Option<u64>,
    /// Stops the run.
    pub cancel: Cancel,
    /// Counts while the run goes on.
    pub counters: Option<Arc<Counters>>,
}

impl Default for DecompressOptions {
    /// Returns options that find out the format, on as many threads as the machine runs at a time.
    fn default() -> Self {
        let Options {
            threads,
            cancel,
            counters,
            ..
        } = Options::default();
        Self {
            format: None,
            unknown: Unknown::Refuse,
            threads,
            index_spacing: None,
            cancel,
            counters,
        }
    }
}

/// What is done with bytes that no member begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They are an error at the beginning of the input, and [`Trailing`] behind a member.
    Refuse,
    /// They are copied to the output, with all that follows, as `gzip -dcf` does.
    Copy,
}

/// What [`decompress`] did.
#[derive(Clone, Debug)]
pub struct DecompressSummary {
    /// Bytes of input up to the end of the last member, and of what was copied.
    pub bytes_in: u64,
    /// Bytes of output.
    pub bytes_out: u64,
    /// The number of members.
    pub members: u64,
    /// The header of the first member; that of a zlib or raw stream has the default values.
    pub first_header: Option<Header>,
    /// What was behind the last member.
    pub trailing: Trailing,
    /// Where the time went.
    pub statistics: Statistics,
    /// The places where decoding can begin, when the options asked for them.
    pub index: Option<Index>,
}

/// What is behind the last member of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trailing {
    /// Nothing.
    #[default]
    None,
    /// Zeros, as tapes and block devices leave them.
    Zeros,
    /// Something else, from that offset on; how much is not known, as it is not read to its end.
    Garbage {
        /// Where the last member ends.
        offset: u64,
    },
}

/// Decompresses all members of `input` to `output`, on the threads of `options`.
///
/// Data is written as soon as it is decompressed, before the trailer of its member is compared: only
/// the return value says that it is right. The output is not flushed. Input that marks where
/// decoding can begin (that of [`compress`](crate::compress), of `pigz -i` and of bgzip) is decoded by
/// all workers, from one such place to the next (8 MiB of data in files of ours), so that output comes in
/// such steps; for other input, decoding, checking and writing overlap. Memory is bounded whatever the
/// input is.
///
/// # Errors
/// Those of the input name the member and the offset; all data before the damage has been written,
/// but for what the last piece (at most 512 KiB) held when data turned out to be invalid. Further
/// [`Error::Read`], [`Error::Write`], and [`Error::Pipeline`] when the run was cancelled.
pub fn decompress<R: Read + Send, W: Write>(
    mut input: R,
    output: W,
    options: &DecompressOptions,
) -> Result<DecompressSummary, Error> {
    let pipeline = Options {
        threads: options.threads,
        slots: None,
        cancel: options.cancel.clone(),
        counters: options.counters.clone(),
    };
    if options.threads.get() == 1 || options.index_spacing.is_some() {
        return sequential::decompress(input, output, options, &pipeline);
    }
    let head = Head::read(&mut input, options.format);
    let restarts = head.restarts;
    let input = head.chain(input);
    match restarts {
        Some(restarts) => parallel::decompress(restarts, input, output, options, &pipeline),
        None => sequential::decompress(input, output, options, &pipeline),
    }
}
