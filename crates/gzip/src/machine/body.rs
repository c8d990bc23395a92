//! The data of a member, and what is passed through as it is.

use blockyard_codec::inflate::{self, Progress, Status};

use super::{Cursor, Event, Machine, State, WINDOW};
use crate::Error;

/// Bytes that are added at a time to what the decoder left over of the input before.
const CARRY_STEP: usize = 1024;

impl Machine {
    pub(super) fn begin_body(&mut self) {
        self.decoder.reset();
        self.available = 0;
        self.at_block = true;
        self.state = State::Body;
    }

    /// Decodes the data of a member; `None` when the state or the carry has changed and no more.
    pub(super) fn decode(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<Event>, Error> {
        let kept = self.carry.len();
        let added = cursor.rest.len().min(CARRY_STEP);
        let input = if kept == 0 {
            cursor.rest
        } else {
            self.carry.extend_from_slice(&cursor.rest[..added]);
            &self.carry
        };
        let pending_bits = self.decoder.pending_bits();
        let history = &mut cursor.output[cursor.end - self.available..];
        let Progress {
            consumed,
            produced,
            status,
        } = self
            .decoder
            .decode(input, history, self.available, self.stop)
            .map_err(|source| data_error(self.member, self.offset, source))?;
        let has_moved = consumed + produced > 0 || pending_bits != self.decoder.pending_bits();
        self.at_block = status == Status::BlockEnd || self.at_block && !has_moved;
        self.offset += consumed as u64;
        self.available = (self.available + produced).min(WINDOW);
        cursor.end += produced;
        let needs_input = status == Status::NeedsInput;
        if kept == 0 {
            cursor.rest = &cursor.rest[consumed..];
            if needs_input {
                self.carry.extend_from_slice(cursor.rest);
                cursor.rest = &[];
            }
        } else {
            let taken = self.settle_carry(kept, added, consumed, needs_input);
            cursor.rest = &cursor.rest[taken..];
        }
        Ok(match status {
            Status::NeedsInput => cursor.rest.is_empty().then_some(Event::NeedsInput),
            Status::NeedsOutput => Some(Event::NeedsOutput),
            Status::BlockEnd => Some(Event::BlockEnd),
            Status::StreamEnd => {
                self.state = State::Trailer {
                    bytes: [0; 8],
                    filled: 0,
                };
                None
            }
        })
    }

    /// Removes what was used up of a carry to whose `kept` bytes `added` of the input were appended;
    /// returns how many of these are taken.
    fn settle_carry(
        &mut self,
        kept: usize,
        added: usize,
        consumed: usize,
        needs_input: bool,
    ) -> usize {
        if consumed >= kept {
            self.carry.clear();
            return consumed - kept;
        }
        if !needs_input {
            self.carry.truncate(kept);
        }
        self.carry.drain(..consumed);
        if needs_input { added } else { 0 }
    }

    /// Outputs what is in no known format.
    pub(super) fn copy(&mut self, cursor: &mut Cursor<'_>) -> Event {
        let carried = cursor.put(&self.carry);
        self.carry.drain(..carried);
        let copied = if self.carry.is_empty() {
            cursor.put(cursor.rest)
        } else {
            0
        };
        cursor.rest = &cursor.rest[copied..];
        self.offset += (carried + copied) as u64;
        if self.carry.is_empty() && cursor.rest.is_empty() {
            Event::NeedsInput
        } else {
            Event::NeedsOutput
        }
    }
}

impl Cursor<'_> {
    /// Outputs as much of `bytes` as fits, and returns how much.
    fn put(&mut self, bytes: &[u8]) -> usize {
        let length = bytes.len().min(self.output.len() - self.end);
        self.output[self.end..self.end + length].copy_from_slice(&bytes[..length]);
        self.end += length;
        length
    }
}

/// Places an error of the decoder, whose input began at `offset`, in the file.
fn data_error(member: u64, offset: u64, source: inflate::Error) -> Error {
    Error::Data {
        member,
        offset: offset + source.offset().unwrap_or_default() as u64,
        source: source.moved(usize::try_from(offset).unwrap_or_default()),
    }
}
