//! What a file consists of.

use std::io::Read;

use blockyard_codec::inflate::Stop;

use crate::chunks::Chunks;
use crate::machine::Machine;
use crate::verified::{Verified, VerifiedEvent};
use crate::{Error, Format, Header, Trailing, Unknown};

/// Bytes that are read at a time.
const CHUNK: usize = 128 * 1024;

/// A member of a file, decompressed and verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Where it begins in the file.
    pub offset: u64,
    /// Its header; that of a zlib or raw stream has the default values.
    pub header: Header,
    /// Its bytes in the file, with header and trailer.
    pub compressed_len: u64,
    /// Bytes of its data.
    pub uncompressed_len: u64,
    /// The check value of its data: CRC-32, for zlib Adler-32.
    pub checksum: u32,
}

/// An iterator over the members of a file, which decompresses it on the caller's thread and keeps
/// nothing of the data. It ends behind the first error.
#[derive(Debug)]
pub struct Members<R> {
    input: Chunks<R>,
    verified: Verified,
    /// The member at hand: where it began, and its header.
    begun: Option<(u64, Box<Header>)>,
    trailing: Option<Trailing>,
    is_over: bool,
}

impl<R: Read> Members<R> {
    /// Begins at the beginning of `input`; without a `format`, it is gzip or zlib.
    pub fn new(input: R, format: Option<Format>) -> Self {
        let machine = Machine::new(format, Unknown::Refuse, Stop::AtStreamEnd);
        Self {
            input: Chunks::new(input, CHUNK),
            verified: Verified::new(machine),
            begun: None,
            trailing: None,
            is_over: false,
        }
    }

    /// Returns what is behind the last member, once the iterator has ended without an error.
    pub fn trailing(&self) -> Option<Trailing> {
        self.trailing
    }

    fn next_member(&mut self) -> Result<Option<Member>, Error> {
        loop {
            let step = self.verified.step(self.input.rest())?;
            self.input.consume(step.consumed);
            match step.event {
                VerifiedEvent::GoesOn => {}
                VerifiedEvent::NeedsInput => {
                    if self.input.refill()? == 0 {
                        break;
                    }
                }
                VerifiedEvent::Header { start, header } => self.begun = Some((start, header)),
                VerifiedEvent::End { end, sum } => {
                    if let (Some((offset, header)), Some(sum)) = (self.begun.take(), sum) {
                        return Ok(Some(Member {
                            offset,
                            header: *header,
                            compressed_len: end - offset,
                            uncompressed_len: sum.length(),
                            checksum: sum.value(),
                        }));
                    }
                }
                VerifiedEvent::Garbage => break,
            }
        }
        self.trailing = Some(self.verified.finish()?.trailing);
        Ok(None)
    }
}

impl<R: Read> Iterator for Members<R> {
    type Item = Result<Member, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let item = self.next_member().transpose();
        self.is_over = !matches!(item, Some(Ok(_)));
        item
    }
}
