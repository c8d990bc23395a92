//! [`Write`] adapters, which work on the caller's thread.
//!
//! They hold output back until the next call. A call that fails because the output does can be
//! repeated. Nothing is finished when one is dropped: a stream without its end is recognized as such
//! by who reads it, while an error of a drop would be lost.

use std::io::{self, Write};
use std::ops::Range;

use blockyard_codec::inflate::Stop;
use blockyard_pipeline::{BufferPool, Statistics};

use crate::compress::{Cutter, Framer, Job, Packer};
use crate::machine::Machine;
use crate::verified::{Verified, VerifiedEvent};
use crate::{CompressOptions, CompressSummary, Error, Format, Header, Trailing, Unknown};

/// Compresses what is written to it.
///
/// Without flushes, the output is that of [`compress`](crate::compress).
///
/// ```
/// use std::io::Write;
/// use blockyard_gzip::{CompressOptions, decompress_to_vec, write};
///
/// let mut encoder = write::Encoder::new(Vec::new(), &CompressOptions::default())?;
/// encoder.write_all(b"to be or not to be")?;
/// let (packed, _) = encoder.finish()?;
/// assert_eq!(decompress_to_vec(&packed, None, 100)?, b"to be or not to be");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Encoder<W> {
    output: W,
    cutter: Cutter,
    packer: Packer,
    framer: Framer,
    /// What is to be output yet.
    pending: Vec<u8>,
    /// Present once the trailer was made.
    summary: Option<CompressSummary>,
}

impl<W: Write> Encoder<W> {
    /// Begins a stream; the threads of `options` play no part.
    ///
    /// # Errors
    /// [`Error::HeaderField`].
    pub fn new(output: W, options: &CompressOptions) -> Result<Self, Error> {
        let mut framer = Framer::new(options);
        Ok(Self {
            pending: framer.header()?,
            output,
            cutter: Cutter::new(options, BufferPool::new(2)),
            packer: Packer::new(options),
            framer,
            summary: None,
        })
    }

    /// Returns the output.
    pub fn get_ref(&self) -> &W {
        &self.output
    }

    /// Writes the rest of the stream; returns the output and what was done, without statistics.
    ///
    /// # Errors
    /// [`Error::Write`]. The output is lost; [`try_finish`](Self::try_finish) keeps it.
    pub fn finish(mut self) -> Result<(W, CompressSummary), Error> {
        let summary = self.try_finish()?.clone();
        Ok((self.output, summary))
    }

    /// Writes the rest of the stream, behind which nothing can be written; says what was done, without
    /// statistics. It can be called again, and then does what is left to do.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn try_finish(&mut self) -> Result<&CompressSummary, Error> {
        self.drain().map_err(Error::Write)?;
        if let Some(job) = self.cutter.finish() {
            self.pack(job);
            self.pending.extend_from_slice(&self.framer.trailer());
        }
        self.drain().map_err(Error::Write)?;
        Ok(self
            .summary
            .get_or_insert_with(|| self.framer.summary(Statistics::default())))
    }

    fn pack(&mut self, job: Job) {
        let packed = self.packer.pack(job);
        self.framer.add(&packed);
        self.pending.extend_from_slice(&packed.bytes);
    }

    fn drain(&mut self) -> io::Result<()> {
        while !self.pending.is_empty() {
            let written = write_some(&mut self.output, &self.pending)?;
            self.pending.drain(..written);
        }
        Ok(())
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cutter.is_finished() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the stream is finished",
            ));
        }
        self.drain()?;
        let mut rest = bytes;
        if let Some(job) = self.cutter.push(&mut rest) {
            self.pack(job);
        }
        Ok(bytes.len() - rest.len())
    }

    /// Ends the block at hand, so that a reader gets all that was written so far.
    fn flush(&mut self) -> io::Result<()> {
        if let Some(job) = self.cutter.flush() {
            self.pack(job);
        }
        self.drain()?;
        self.output.flush()
    }
}

/// Decompresses what is written to it: all members, each verified when it ends.
#[derive(Debug)]
pub struct Decoder<W> {
    output: W,
    verified: Verified,
    /// Data that is to be output yet.
    pending: Range<usize>,
    header: Option<Header>,
}

impl<W: Write> Decoder<W> {
    /// Begins at the beginning of a stream; without a `format`, it is gzip or zlib.
    pub fn new(output: W, format: Option<Format>) -> Self {
        let machine = Machine::new(format, Unknown::Refuse, Stop::AtStreamEnd);
        Self {
            output,
            verified: Verified::new(machine),
            pending: 0..0,
            header: None,
        }
    }

    /// Returns the header of the first member, as soon as it was written.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Returns the output.
    pub fn get_ref(&self) -> &W {
        &self.output
    }

    /// Decompresses as much of `bytes` as is convenient, and returns how many they were.
    ///
    /// It is what [`Write::write`] does, with the error of this crate.
    ///
    /// # Errors
    /// Those of [`decompress`](crate::decompress), but for the reading.
    pub fn decode(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        loop {
            self.drain().map_err(Error::Write)?;
            let step = self.verified.step(bytes)?;
            self.pending = step.data;
            match step.event {
                VerifiedEvent::Garbage => return Ok(bytes.len()),
                VerifiedEvent::NeedsInput => return Ok(step.consumed),
                VerifiedEvent::Header { header, .. } => {
                    self.header.get_or_insert(*header);
                }
                VerifiedEvent::GoesOn | VerifiedEvent::End { .. } => {}
            }
            if step.consumed > 0 {
                return Ok(step.consumed);
            }
        }
    }

    /// Says that the stream has ended; returns the output and what was behind the last member.
    ///
    /// # Errors
    /// [`Error::Truncated`] when it ends within a member, and those of [`decode`](Self::decode). The
    /// output is lost; [`try_finish`](Self::try_finish) keeps it.
    pub fn finish(mut self) -> Result<(W, Trailing), Error> {
        let trailing = self.try_finish()?;
        Ok((self.output, trailing))
    }

    /// Says that the stream has ended; returns what was behind the last member.
    ///
    /// # Errors
    /// Those of [`finish`](Self::finish).
    pub fn try_finish(&mut self) -> Result<Trailing, Error> {
        self.drain().map_err(Error::Write)?;
        Ok(self.verified.finish()?.trailing)
    }

    fn drain(&mut self) -> io::Result<()> {
        while !self.pending.is_empty() {
            let data = self.verified.data(self.pending.clone());
            self.pending.start += write_some(&mut self.output, data)?;
        }
        Ok(())
    }
}

impl<W: Write> Write for Decoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(self.decode(bytes)?)
    }

    /// Outputs all data of what was written so far, as far as it can be told.
    fn flush(&mut self) -> io::Result<()> {
        self.decode(&[])?;
        while !self.pending.is_empty() {
            self.decode(&[])?;
        }
        self.output.flush()
    }
}

/// Writes at least one of the bytes.
fn write_some(output: &mut impl Write, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match output.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
