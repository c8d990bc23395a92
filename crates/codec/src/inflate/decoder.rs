//! The decoder: what it is in the middle of, from call to call.

use super::bits::BitReader;
use super::copy::copy_match;
use super::error::Error;
use super::header::DynamicHeader;
use super::symbols::{Outcome, decode_symbols};
use super::tables::Tables;

/// Where [`Decoder::decode`] returns of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// At the end of the stream.
    AtStreamEnd,
    /// At the end of each block.
    AtBlockEnd,
}

/// Why [`Decoder::decode`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The input is used up but for less than eight bytes of an unfinished symbol.
    NeedsInput,
    /// The output is full and the stream has more for it.
    NeedsOutput,
    /// A block ended that is not the last.
    BlockEnd,
    /// The last block ended: `consumed` ends behind the last byte of the stream.
    StreamEnd,
}

/// What a call of [`Decoder::decode`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the input that were used and must not be presented again.
    pub consumed: usize,
    /// Bytes written to the output behind the position.
    pub produced: usize,
    /// Why the call returned.
    pub status: Status,
}

/// What the decoder is in the middle of.
#[derive(Clone, Copy, Debug)]
enum State {
    BlockHeader,
    StoredLength,
    Stored {
        left: usize,
    },
    DynamicHeader,
    Symbols {
        codes: Codes,
    },
    Match {
        codes: Codes,
        length: usize,
        distance: usize,
    },
    Finished,
}

/// The codes of a block with symbols.
#[derive(Clone, Copy, Debug)]
enum Codes {
    Fixed,
    Dynamic,
}

/// A decoder of one stream after the other, whose tables are made once.
///
/// ```
/// use blockyard_codec::inflate::{Decoder, Status, Stop};
///
/// let stream = [1, 3, 0, 252, 255, b'a', b'b', b'c'];
/// let mut decoder = Decoder::new();
/// let mut window = [0; 8];
/// let first = decoder.decode(&stream[..6], &mut window, 0, Stop::AtStreamEnd)?;
/// assert_eq!((first.consumed, first.produced, first.status), (6, 1, Status::NeedsInput));
/// let second = decoder.decode(&stream[6..], &mut window, 1, Stop::AtStreamEnd)?;
/// assert_eq!((second.produced, second.status), (2, Status::StreamEnd));
/// assert_eq!(&window[..3], b"abc");
/// # Ok::<(), blockyard_codec::inflate::Error>(())
/// ```
#[derive(Debug)]
pub struct Decoder {
    state: State,
    /// The block at hand is the last one.
    is_last: bool,
    bit_count: u8,
    bits: u8,
    header: Box<DynamicHeader>,
    tables: Box<Tables>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// Makes a decoder at the beginning of a stream.
    pub fn new() -> Self {
        Self {
            state: State::BlockHeader,
            is_last: false,
            bit_count: 0,
            bits: 0,
            header: Box::new(DynamicHeader::new()),
            tables: Tables::empty(),
        }
    }

    /// Begins a new stream at a byte boundary.
    pub fn reset(&mut self) {
        self.resume(0, 0);
    }

    /// Begins at a block that need not start at a byte boundary.
    ///
    /// The `bit_count` (0 to 7) bits before the first byte of the next input are the low bits of
    /// `bits`, as [`pending_bits`](Self::pending_bits) returned them.
    ///
    /// # Panics
    /// If `bit_count` is larger than 7.
    pub fn resume(&mut self, bit_count: u8, bits: u8) {
        assert!(bit_count < 8, "{bit_count} bits do not fit before a byte");
        self.state = State::BlockHeader;
        self.is_last = false;
        self.bit_count = bit_count;
        self.bits = bits & ((1 << bit_count) - 1);
    }

    /// Returns how many bits of the last consumed byte are not used yet (0 to 7), and these bits,
    /// the next one lowest.
    pub fn pending_bits(&self) -> (u8, u8) {
        (self.bit_count, self.bits)
    }

    /// Decodes from `input` into `output[position..]` until one of them is used up or `stop` holds.
    ///
    /// `output[..position]` is the history that matches may refer to: the caller keeps the last
    /// 32 KiB, or all that the stream has produced when that is less. Bytes of `input` that are not
    /// counted as consumed must be presented again, followed by more. After the end of the stream
    /// each call returns [`Status::StreamEnd`] and does nothing until [`reset`](Self::reset).
    ///
    /// What is written behind the produced bytes is undefined.
    ///
    /// # Errors
    /// If the stream breaks RFC 1951 or refers to more history than there is. What was produced by
    /// the call is lost, and the decoder must be reset before it is used again.
    ///
    /// # Panics
    /// If `position` is larger than `output.len()`.
    pub fn decode(
        &mut self,
        input: &[u8],
        output: &mut [u8],
        position: usize,
        stop: Stop,
    ) -> Result<Progress, Error> {
        assert!(position <= output.len(), "position is beyond the output");
        let mut reader = BitReader::new(input, self.bit_count, self.bits);
        let mut end = position;
        let status = self.run(&mut reader, output, &mut end, stop)?;
        let (consumed, bit_count, bits) = reader.finish();
        (self.bit_count, self.bits) = (bit_count, bits);
        Ok(Progress {
            consumed,
            produced: end - position,
            status,
        })
    }

    /// Goes from state to state; `position` moves with the output.
    fn run(
        &mut self,
        reader: &mut BitReader<'_>,
        output: &mut [u8],
        position: &mut usize,
        stop: Stop,
    ) -> Result<Status, Error> {
        loop {
            match self.state {
                State::BlockHeader => {
                    if !reader.has(3) {
                        return Ok(Status::NeedsInput);
                    }
                    self.begin_block(reader)?;
                }
                State::StoredLength => {
                    if !reader.has((reader.count() & 7) + 32) {
                        return Ok(Status::NeedsInput);
                    }
                    let left = stored_length(reader)?;
                    self.state = State::Stored { left };
                }
                State::Stored { left } => {
                    let copied = copy_stored(reader, &mut output[*position..], left);
                    *position += copied;
                    if copied == left {
                        if let Some(status) = self.end_block(reader, stop) {
                            return Ok(status);
                        }
                        continue;
                    }
                    let left = left - copied;
                    self.state = State::Stored { left };
                    return Ok(if reader.rest().is_empty() {
                        Status::NeedsInput
                    } else {
                        Status::NeedsOutput
                    });
                }
                State::DynamicHeader => {
                    if !self.header.read(reader, &mut self.tables)? {
                        return Ok(Status::NeedsInput);
                    }
                    let codes = Codes::Dynamic;
                    self.state = State::Symbols { codes };
                }
                State::Symbols { codes } => {
                    let tables = match codes {
                        Codes::Fixed => Tables::fixed(),
                        Codes::Dynamic => &self.tables,
                    };
                    match decode_symbols(reader, tables, output, position)? {
                        Outcome::NeedsInput => return Ok(Status::NeedsInput),
                        Outcome::NeedsOutput => return Ok(Status::NeedsOutput),
                        Outcome::Cut { length, distance } => {
                            self.state = State::Match {
                                codes,
                                length,
                                distance,
                            };
                        }
                        Outcome::End => {
                            if let Some(status) = self.end_block(reader, stop) {
                                return Ok(status);
                            }
                        }
                    }
                }
                State::Match {
                    codes,
                    length,
                    distance,
                } => {
                    let fitting = length.min(output.len() - *position);
                    // The history may be shorter than it was when the match was read.
                    if distance > *position && fitting > 0 {
                        return Err(Error::DistanceTooFar {
                            offset: reader.offset(),
                            distance,
                            available: *position,
                        });
                    }
                    copy_match(output, *position, distance, fitting);
                    *position += fitting;
                    if fitting < length {
                        self.state = State::Match {
                            codes,
                            length: length - fitting,
                            distance,
                        };
                        return Ok(Status::NeedsOutput);
                    }
                    self.state = State::Symbols { codes };
                }
                State::Finished => return Ok(Status::StreamEnd),
            }
        }
    }

    /// Reads a block header, of which three bits must be there.
    fn begin_block(&mut self, reader: &mut BitReader<'_>) -> Result<(), Error> {
        let offset = reader.offset();
        self.is_last = reader.take(1) == 1;
        self.state = match reader.take(2) {
            0 => State::StoredLength,
            1 => State::Symbols {
                codes: Codes::Fixed,
            },
            2 => {
                self.header.begin();
                State::DynamicHeader
            }
            _ => return Err(Error::InvalidBlockType { offset }),
        };
        Ok(())
    }

    /// Goes to the next block or the end of the stream; returns what is to be told of it.
    fn end_block(&mut self, reader: &mut BitReader<'_>, stop: Stop) -> Option<Status> {
        if self.is_last {
            reader.skip_to_byte();
            self.state = State::Finished;
            return Some(Status::StreamEnd);
        }
        self.state = State::BlockHeader;
        (stop == Stop::AtBlockEnd).then_some(Status::BlockEnd)
    }
}

/// Reads the length of a stored block from the next byte boundary; all of it must be there.
fn stored_length(reader: &mut BitReader<'_>) -> Result<usize, Error> {
    reader.skip_to_byte();
    let offset = reader.offset();
    let length = reader.take(16) as u16;
    let found = reader.take(16) as u16;
    if found != !length {
        return Err(Error::StoredLengthMismatch {
            offset,
            expected: !length,
            found,
        });
    }
    Ok(usize::from(length))
}

/// Copies what there is of the `left` bytes of a stored block, and returns how many that was.
fn copy_stored(reader: &mut BitReader<'_>, output: &mut [u8], left: usize) -> usize {
    let rest = reader.rest();
    let count = left.min(rest.len()).min(output.len());
    output[..count].copy_from_slice(&rest[..count]);
    reader.skip_bytes(count);
    count
}
