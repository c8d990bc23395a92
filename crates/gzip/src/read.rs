//! [`Read`] adapters, which work on the caller's thread.

use std::io::{self, Read};
use std::ops::Range;

use blockyard_codec::inflate::Stop;
use blockyard_pipeline::{BufferPool, Statistics};

use crate::chunks::Chunks;
use crate::compress::{Cutter, Framer, Packer};
use crate::machine::Machine;
use crate::verified::{Verified, VerifiedEvent};
use crate::{CompressOptions, CompressSummary, Error, Format, Header, Trailing, Unknown};

/// Bytes that are read at a time.
const CHUNK: usize = 64 * 1024;

/// Decompresses what it reads: all members, each verified when it ends.
///
/// Data comes before its member is verified; an error of a read, or the end of the data, says whether
/// it was right. Behind the last member, and after an error that is not the input's own, reads return no
/// bytes.
///
/// ```
/// use std::io::Read;
/// use blockyard_gzip::{CompressOptions, compress_to_vec, read};
///
/// let packed = compress_to_vec(b"to be or not to be", &CompressOptions::default())?;
/// let mut text = String::new();
/// read::Decoder::new(packed.as_slice(), None).read_to_string(&mut text)?;
/// assert_eq!(text, "to be or not to be");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Decoder<R> {
    input: Chunks<R>,
    verified: Verified,
    /// Data that was not asked for yet.
    data: Range<usize>,
    header: Option<Header>,
    trailing: Option<Trailing>,
    is_over: bool,
}

impl<R: Read> Decoder<R> {
    /// Begins at the beginning of `input`; without a `format`, it is gzip or zlib.
    pub fn new(input: R, format: Option<Format>) -> Self {
        let machine = Machine::new(format, Unknown::Refuse, Stop::AtStreamEnd);
        Self {
            input: Chunks::new(input, CHUNK),
            verified: Verified::new(machine),
            data: 0..0,
            header: None,
            trailing: None,
            is_over: false,
        }
    }

    /// Returns the header of the first member, as soon as it was read: before the first byte of data.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Returns what is behind the last member, once all data was read.
    pub fn trailing(&self) -> Option<Trailing> {
        self.trailing
    }

    /// Returns the input, which may have been read further than the data.
    pub fn into_inner(self) -> R {
        self.input.into_inner()
    }

    /// Reads data into `buffer`; no bytes mean that `buffer` is empty or the data has ended.
    ///
    /// It is what [`Read::read`] does, with the error of this crate.
    ///
    /// # Errors
    /// Those of [`decompress`](crate::decompress), but for the writing.
    pub fn decode(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        while self.data.is_empty() && !self.is_over && !buffer.is_empty() {
            match self.advance() {
                Ok(is_over) => self.is_over = is_over,
                Err(error) => {
                    self.is_over = !matches!(error, Error::Read(_));
                    return Err(error);
                }
            }
        }
        let data = self.verified.data(self.data.clone());
        let length = data.len().min(buffer.len());
        buffer[..length].copy_from_slice(&data[..length]);
        self.data.start += length;
        Ok(length)
    }

    /// Makes one step; returns whether it was the last.
    fn advance(&mut self) -> Result<bool, Error> {
        let step = self.verified.step(self.input.rest())?;
        self.input.consume(step.consumed);
        self.data = step.data;
        let has_ended = match step.event {
            VerifiedEvent::GoesOn | VerifiedEvent::End { .. } => false,
            VerifiedEvent::Header { header, .. } => {
                self.header.get_or_insert(*header);
                false
            }
            VerifiedEvent::Garbage => true,
            VerifiedEvent::NeedsInput if !self.data.is_empty() => false,
            VerifiedEvent::NeedsInput => self.input.refill()? == 0,
        };
        if has_ended {
            self.trailing = Some(self.verified.finish()?.trailing);
        }
        Ok(has_ended)
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(self.decode(buffer)?)
    }
}

/// Compresses what it reads, to the same bytes as [`compress`](crate::compress).
#[derive(Debug)]
pub struct Encoder<R> {
    input: R,
    cutter: Cutter,
    packer: Packer,
    /// Present until the trailer was made.
    framer: Option<Framer>,
    summary: Option<CompressSummary>,
    /// Output that was not asked for yet, from `returned` on.
    bytes: Vec<u8>,
    returned: usize,
}

impl<R: Read> Encoder<R> {
    /// Begins a stream; the threads of `options` play no part.
    ///
    /// # Errors
    /// [`Error::HeaderField`].
    pub fn new(input: R, options: &CompressOptions) -> Result<Self, Error> {
        let mut framer = Framer::new(options);
        let bytes = framer.header()?;
        Ok(Self {
            input,
            cutter: Cutter::new(options, BufferPool::new(2)),
            packer: Packer::new(options),
            framer: Some(framer),
            summary: None,
            bytes,
            returned: 0,
        })
    }

    /// Returns what was done, once all output was read. Its statistics are empty.
    pub fn summary(&self) -> Option<&CompressSummary> {
        self.summary.as_ref()
    }

    /// Returns the input.
    pub fn into_inner(self) -> R {
        self.input
    }

    /// Makes the next bytes of output.
    fn advance(&mut self, framer: &mut Framer) -> io::Result<bool> {
        let Some(job) = self.cutter.next(&mut self.input)? else {
            self.bytes.extend_from_slice(&framer.trailer());
            return Ok(false);
        };
        let packed = self.packer.pack(job);
        framer.add(&packed);
        self.bytes.extend_from_slice(&packed.bytes);
        Ok(true)
    }
}

impl<R: Read> Read for Encoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.returned == self.bytes.len()
            && !buffer.is_empty()
            && let Some(mut framer) = self.framer.take()
        {
            self.bytes.clear();
            self.returned = 0;
            match self.advance(&mut framer) {
                Ok(false) => self.summary = Some(framer.summary(Statistics::default())),
                Ok(true) => self.framer = Some(framer),
                Err(error) => {
                    self.framer = Some(framer);
                    return Err(error);
                }
            }
        }
        let rest = &self.bytes[self.returned..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.returned += length;
        Ok(length)
    }
}
