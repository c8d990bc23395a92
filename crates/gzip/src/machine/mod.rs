//! The state machine that every way of decompressing shares: bytes in, bytes and member events out.
//!
//! ```text
//!               ┌─────────── another member ───────────┐
//!               ▼                                      │
//!  Between ──▶ Header ──▶ Body ──▶ Trailer ──▶ Between ┤
//!                                                      ├──▶ Zeros ──▶ Garbage
//!                                                      └──▶ Garbage, or Copy
//! ```

mod body;
mod frame;
mod trailer;

use blockyard_codec::inflate::{Decoder, Stop};

pub(crate) use trailer::MemberEnd;

use crate::error::Part;
use crate::header::{Header, HeaderReader};
use crate::{Error, Format, Trailing, Unknown};

/// How far back a match can reach.
pub(crate) const WINDOW: usize = 32 * 1024;

/// What the machine came upon.
#[derive(Debug)]
pub(crate) enum Event {
    /// The input is used up.
    NeedsInput,
    /// The output is full; there may be more for it.
    NeedsOutput,
    /// A block ended that is not the last of its member.
    BlockEnd,
    /// The header of a member is complete, which begins at `start`.
    Header { start: u64, header: Box<Header> },
    /// A member is complete but for the comparison with its trailer.
    End(MemberEnd),
    /// What follows is not compressed data: the rest of the input does not matter.
    Garbage,
}

/// What was found at the end of the input.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    pub(crate) trailing: Trailing,
    /// Bytes that are to be output yet.
    pub(crate) rest: Vec<u8>,
    /// Where the last member, or what was copied, ends.
    pub(crate) data_end: u64,
}

/// What one step did.
#[derive(Debug)]
pub(crate) struct Step {
    /// Bytes of the input that were taken.
    pub(crate) consumed: usize,
    /// Bytes that were put behind the position of the output.
    pub(crate) produced: usize,
    pub(crate) event: Event,
}

/// What the input and the output of a step are at the moment.
struct Cursor<'a> {
    /// Input that is not taken yet.
    rest: &'a [u8],
    output: &'a mut [u8],
    /// Where the next byte of output goes.
    end: usize,
}

#[derive(Debug)]
enum State {
    /// It is open what follows; the first byte may be here already.
    Between {
        first: Option<u8>,
    },
    Header(Box<HeaderReader>),
    Body,
    Trailer {
        bytes: [u8; 8],
        filled: usize,
    },
    /// Only zeros from `start` on.
    Zeros {
        start: u64,
    },
    Garbage {
        start: u64,
    },
    Copy,
}

/// Turns pieces of input into pieces of output.
///
/// It takes all of its input before it asks for more: what the decoder has to see again is kept.
#[derive(Debug)]
pub(crate) struct Machine {
    /// The format asked for, or found.
    format: Option<Format>,
    unknown: Unknown,
    stop: Stop,
    state: State,
    decoder: Decoder,
    /// Bytes that were taken but not used up.
    carry: Vec<u8>,
    /// Where the first byte that is not used up is in the file.
    offset: u64,
    /// Members that have begun.
    member: u64,
    /// Where the last complete member ends.
    data_end: u64,
    /// Bytes before the output position that the member may refer to, at most `WINDOW`.
    available: usize,
    /// The last thing that happened is the beginning of the body or the end of a block.
    at_block: bool,
}

impl Machine {
    /// Begins at the beginning of a file; `None` stands for gzip or zlib, whatever it proves to be.
    pub(crate) fn new(format: Option<Format>, unknown: Unknown, stop: Stop) -> Self {
        Self {
            format,
            unknown,
            stop,
            state: State::Between { first: None },
            decoder: Decoder::new(),
            carry: Vec::new(),
            offset: 0,
            member: 0,
            data_end: 0,
            available: 0,
            at_block: false,
        }
    }

    /// Begins at `offset`, where a member does, and stops at blocks.
    pub(crate) fn at_member(format: Format, unknown: Unknown, offset: u64) -> Self {
        let mut machine = Self::new(Some(format), unknown, Stop::AtBlockEnd);
        machine.offset = offset;
        machine
    }

    /// Begins at a block within the data of a member, with `available` bytes of history, and stops
    /// at blocks.
    ///
    /// `offset` is that of the next byte of input; `pending_bits` are those of the byte before it
    /// that belong to the block, their number first.
    pub(crate) fn at_block(
        format: Format,
        unknown: Unknown,
        offset: u64,
        pending_bits: (u8, u8),
        available: usize,
    ) -> Self {
        let mut machine = Self::at_member(format, unknown, offset);
        machine.begin_body();
        machine.decoder.resume(pending_bits.0, pending_bits.1);
        machine.member = 1;
        machine.available = available;
        machine
    }

    /// Tells whether the next byte of input is the first of a block.
    pub(crate) fn is_at_block(&self) -> bool {
        matches!(self.state, State::Body)
            && self.at_block
            && self.carry.is_empty()
            && self.decoder.pending_bits().0 == 0
    }

    /// Tells whether the next byte of input is the first behind a member, or of the file.
    pub(crate) fn is_between(&self) -> bool {
        matches!(self.state, State::Between { first: None })
    }

    /// Returns the format, once it is known.
    pub(crate) fn format(&self) -> Option<Format> {
        self.format
    }

    /// Returns how many members have begun.
    pub(crate) fn members(&self) -> u64 {
        self.member
    }

    /// Returns how much of the output before the position matters to what comes.
    pub(crate) fn available(&self) -> usize {
        self.available
    }

    /// Returns where the next block begins, in bits from the beginning of the file.
    pub(crate) fn bit_offset(&self) -> u64 {
        self.offset * 8 - u64::from(self.decoder.pending_bits().0)
    }

    /// Makes it the continuation of `earlier`, which ends where this one began.
    pub(crate) fn follow(&mut self, earlier: &Self) {
        let began_at_block = matches!(earlier.state, State::Body);
        if began_at_block && self.member == 1 {
            self.available = (self.available + earlier.available).min(WINDOW);
        }
        self.follow_members(earlier.member - u64::from(began_at_block));
        self.data_end = self.data_end.max(earlier.data_end);
    }

    /// Counts members that are before those that it knows of.
    pub(crate) fn follow_members(&mut self, earlier: u64) {
        self.member = self.member.saturating_add(earlier);
    }

    /// Takes input until something happens.
    ///
    /// The output before `position` ends with the [`available`](Self::available) bytes that came
    /// before. After an error the machine is of no use any more; what earlier steps produced is right.
    pub(crate) fn step(
        &mut self,
        input: &[u8],
        output: &mut [u8],
        position: usize,
    ) -> Result<Step, Error> {
        let mut cursor = Cursor {
            rest: input,
            output,
            end: position,
        };
        let event = loop {
            let event = match self.state {
                State::Body => self.decode(&mut cursor)?,
                State::Copy => Some(self.copy(&mut cursor)),
                _ if self.carry.is_empty() => self.read_frame(&mut cursor.rest)?,
                _ => {
                    let carry = std::mem::take(&mut self.carry);
                    let mut rest = carry.as_slice();
                    let event = self.read_frame(&mut rest)?;
                    self.carry.extend_from_slice(rest);
                    event.filter(|event| !matches!(event, Event::NeedsInput))
                }
            };
            if let Some(event) = event {
                break event;
            }
        };
        Ok(Step {
            consumed: input.len() - cursor.rest.len(),
            produced: cursor.end - position,
            event,
        })
    }

    /// Says that the input has ended.
    ///
    /// # Errors
    /// [`Error::Truncated`] when it ends within a member.
    pub(crate) fn finish(&mut self) -> Result<Ending, Error> {
        let ended = self.offset + self.carry.len() as u64;
        let copied = |rest: Vec<u8>| Ending {
            trailing: Trailing::None,
            rest,
            data_end: ended,
        };
        let behind_members = |trailing| Ending {
            trailing,
            rest: Vec::new(),
            data_end: self.data_end,
        };
        let part = match self.state {
            State::Between { first } if self.unknown == Unknown::Copy => {
                return Ok(copied(first.into_iter().collect()));
            }
            State::Copy => return Ok(copied(std::mem::take(&mut self.carry))),
            State::Between { first: None } if self.member > 0 => {
                return Ok(behind_members(Trailing::None));
            }
            State::Between { first: Some(first) } if !self.can_begin_with(first) => {
                return match (self.member, first) {
                    (0, _) => {
                        let (expected, found) = (self.format, vec![first]);
                        Err(Error::UnknownFormat { expected, found })
                    }
                    (_, 0) => Ok(behind_members(Trailing::Zeros)),
                    _ => Ok(behind_members(Trailing::Garbage { offset: ended - 1 })),
                };
            }
            State::Zeros { .. } => return Ok(behind_members(Trailing::Zeros)),
            State::Garbage { start } => {
                return Ok(behind_members(Trailing::Garbage { offset: start }));
            }
            State::Between { .. } if self.format == Some(Format::Raw) => Part::Data,
            State::Between { .. } | State::Header(_) => Part::Header,
            State::Body => Part::Data,
            State::Trailer { .. } => Part::Trailer,
        };
        let is_between = matches!(self.state, State::Between { .. });
        let member = self.member + u64::from(is_between);
        Err(Error::Truncated {
            member,
            offset: ended,
            part,
        })
    }
}
