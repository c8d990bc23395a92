//! Reading from the middle of a file.

use std::io::{self, Write};

use blockyard_codec::inflate::inflate;
use blockyard_storage::ReadAt;

use super::{Checkpoint, Index, Start, Window};
use crate::format::{GZIP_MAGIC, is_zlib_header};
use crate::machine::Machine;
use crate::verified::{Verified, VerifiedEvent};
use crate::verify::Verifier;
use crate::{Error, Format, Unknown};

/// Bytes that are read at a time.
const CHUNK: usize = 64 * 1024;

impl Index {
    /// Decompresses `length` bytes of data from `offset` on to `output`; returns how many there were.
    ///
    /// There are fewer, or none, where the data ends before. It reads from the last checkpoint before
    /// `offset` to the end of the range and no more, besides the trailer of the last member. Members
    /// that lie in there as a whole are verified; of others, only what DEFLATE itself can tell.
    ///
    /// # Errors
    /// [`Error::ForeignIndex`] when the trailer of the last member is not where and what the index
    /// says, or a further member follows; [`Error::Read`], [`Error::Write`], and errors of damaged data.
    pub fn read_range<F: ReadAt + ?Sized, W: Write>(
        &self,
        file: &F,
        offset: u64,
        length: u64,
        mut output: W,
    ) -> Result<u64, Error> {
        self.check_file(file)?;
        let length = length.min(self.uncompressed_len.saturating_sub(offset));
        let behind = self
            .checkpoints
            .partition_point(|place| place.uncompressed_offset <= offset);
        let Some(checkpoint) = self.checkpoints[..behind].last() else {
            return Ok(0);
        };
        if length == 0 {
            return Ok(0);
        }
        let (mut verified, mut position) = self.begin(checkpoint, file)?;
        let mut skip = offset - checkpoint.uncompressed_offset;
        let mut left = length;
        let mut chunk = vec![0; CHUNK];
        let mut input: &[u8] = &[];
        while left > 0 {
            let step = verified.step(input)?;
            input = &input[step.consumed..];
            let data = verified.data(step.data);
            let skipped = skip.min(data.len() as u64);
            skip -= skipped;
            let data = &data[skipped as usize..];
            let data = &data[..left.min(data.len() as u64) as usize];
            output.write_all(data).map_err(Error::Write)?;
            left -= data.len() as u64;
            match step.event {
                VerifiedEvent::NeedsInput if left > 0 => {
                    let filled = read_some(file, &mut chunk, position)?;
                    position += filled as u64;
                    input = &chunk[..filled];
                    if filled == 0 {
                        verified.finish()?;
                        break;
                    }
                }
                VerifiedEvent::Garbage => break,
                _ => {}
            }
        }
        Ok(length - left)
    }

    /// Compares the file with what the index was made of.
    fn check_file<F: ReadAt + ?Sized>(&self, file: &F) -> Result<(), Error> {
        let (expected, found) = (self.compressed_len(), file.len().map_err(Error::Read)?);
        if found < expected {
            return Err(Error::ForeignIndex {
                what: "length",
                expected,
                found,
            });
        }
        let mut trailer = [0; 8];
        let present = &mut trailer[..self.trailer.bytes().len()];
        file.read_exact_at(present, self.trailer.offset)
            .map_err(Error::Read)?;
        if trailer != self.trailer.padded {
            return Err(Error::ForeignIndex {
                what: "trailer",
                expected: u64::from_le_bytes(self.trailer.padded),
                found: u64::from_le_bytes(trailer),
            });
        }
        if found > expected && self.goes_on(file)? {
            return Err(Error::ForeignIndex {
                what: "length",
                expected,
                found,
            });
        }
        Ok(())
    }

    /// Tells whether a further member begins behind the last one that is known.
    fn goes_on<F: ReadAt + ?Sized>(&self, file: &F) -> Result<bool, Error> {
        let mut first = [0; 2];
        let filled = read_some(file, &mut first, self.compressed_len())?;
        Ok(filled == first.len()
            && match self.trailer.format {
                Format::Gzip => first == GZIP_MAGIC,
                Format::Zlib => is_zlib_header(first),
                Format::Raw => false,
            })
    }

    /// Returns a machine that stands at the checkpoint, and where its input is.
    fn begin<F: ReadAt + ?Sized>(
        &self,
        checkpoint: &Checkpoint,
        file: &F,
    ) -> Result<(Verified, u64), Error> {
        let format = self.trailer.format;
        let (offset, bits) = (checkpoint.bit_offset / 8, (checkpoint.bit_offset % 8) as u8);
        let member = checkpoint.member;
        match &checkpoint.start {
            Start::Member => {
                let earlier = member.saturating_sub(1);
                let mut machine = Machine::at_member(format, Unknown::Refuse, offset);
                machine.follow_members(earlier);
                let verifier = Verifier::behind(earlier);
                Ok((Verified::amid(machine, verifier, &[]), offset))
            }
            Start::Block(window) => {
                let (offset, pending_bits) = if bits == 0 {
                    (offset, (0, 0))
                } else {
                    let mut byte = [0];
                    file.read_exact_at(&mut byte, offset).map_err(Error::Read)?;
                    (offset + 1, (8 - bits, byte[0] >> bits))
                };
                let history = window.unpack()?;
                let mut machine =
                    Machine::at_block(format, Unknown::Refuse, offset, pending_bits, history.len());
                machine.follow_members(member.saturating_sub(1));
                let verifier = Verifier::within(member);
                Ok((Verified::amid(machine, verifier, &history), offset))
            }
        }
    }
}

impl Window {
    fn unpack(&self) -> Result<Vec<u8>, Error> {
        if self.length == 0 {
            return Ok(Vec::new());
        }
        match inflate(&self.packed, self.length) {
            Ok((data, _)) if data.len() == self.length => Ok(data),
            _ => Err(Error::InvalidIndex {
                offset: 0,
                problem: "has a damaged window",
            }),
        }
    }
}

fn read_some<F: ReadAt + ?Sized>(file: &F, buffer: &mut [u8], offset: u64) -> Result<usize, Error> {
    loop {
        match file.read_at(buffer, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome.map_err(Error::Read),
        }
    }
}
