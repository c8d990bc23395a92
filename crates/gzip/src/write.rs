//! [`Write`] adapters, which work on the caller's thread.
//!
//! Nothing is finished when one is dropped: a stream without its end is recognized as such by who
//! reads it, while an error of a drop would be lost.

use std::io::{self, Write};

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
}

impl<W: Write> Encoder<W> {
    /// Begins a stream and writes its header; the threads of `options` play no part.
    ///
    /// # Errors
    /// [`Error::HeaderField`] and [`Error::Write`].
    pub fn new(mut output: W, options: &CompressOptions) -> Result<Self, Error> {
        let mut framer = Framer::new(options);
        output.write_all(&framer.header()?).map_err(Error::Write)?;
        Ok(Self {
            output,
            cutter: Cutter::new(options, BufferPool::new(2)),
            packer: Packer::new(options),
            framer,
        })
    }

    /// Returns the output.
    pub fn get_ref(&self) -> &W {
        &self.output
    }

    /// Writes the rest of the stream; returns the output and what was done, without statistics.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(mut self) -> Result<(W, CompressSummary), Error> {
        let last = self.cutter.finish();
        last.map_or(Ok(()), |job| self.pack(job))
            .map_err(Error::Write)?;
        let trailer = self.framer.trailer();
        self.output.write_all(&trailer).map_err(Error::Write)?;
        Ok((self.output, self.framer.summary(Statistics::default())))
    }

    fn pack(&mut self, job: Job) -> io::Result<()> {
        let packed = self.packer.pack(job);
        self.framer.add(&packed);
        self.output.write_all(&packed.bytes)
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while let Some(job) = self.cutter.push(&mut bytes) {
            self.pack(job)?;
        }
        Ok(())
    }

    /// Ends the block at hand, so that a reader gets all that was written so far.
    fn flush(&mut self) -> io::Result<()> {
        if let Some(job) = self.cutter.flush() {
            self.pack(job)?;
        }
        self.output.flush()
    }
}

/// Decompresses what is written to it: all members, each verified when it ends.
#[derive(Debug)]
pub struct Decoder<W> {
    output: W,
    verified: Verified,
    header: Option<Header>,
}

impl<W: Write> Decoder<W> {
    /// Begins at the beginning of a stream; without a `format`, it is gzip or zlib.
    pub fn new(output: W, format: Option<Format>) -> Self {
        let machine = Machine::new(format, Unknown::Refuse, Stop::AtStreamEnd);
        Self {
            output,
            verified: Verified::new(machine),
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

    /// Decompresses a piece of the stream.
    ///
    /// It is what [`Write::write_all`] does, with the error of this crate.
    ///
    /// # Errors
    /// Those of [`decompress`](crate::decompress), but for the reading.
    pub fn decode(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        loop {
            let step = self.verified.step(bytes)?;
            bytes = &bytes[step.consumed..];
            self.output
                .write_all(self.verified.data(step.data))
                .map_err(Error::Write)?;
            match step.event {
                VerifiedEvent::GoesOn | VerifiedEvent::End { .. } => {}
                VerifiedEvent::Header { header, .. } => {
                    self.header.get_or_insert(*header);
                }
                VerifiedEvent::NeedsInput | VerifiedEvent::Garbage => return Ok(()),
            }
        }
    }

    /// Says that the stream has ended; returns the output and what was behind the last member.
    ///
    /// # Errors
    /// [`Error::Truncated`] when it ends within a member.
    pub fn finish(mut self) -> Result<(W, Trailing), Error> {
        let ending = self.verified.finish()?;
        Ok((self.output, ending.trailing))
    }
}

impl<W: Write> Write for Decoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.decode(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
