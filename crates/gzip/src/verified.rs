//! Decompressing on the caller's thread: each step gives data whose members are verified as they end.

use std::ops::Range;

use crate::checksum::Checksum;
use crate::decompress::Unpacker;
use crate::machine::{Ending, Event, Machine};
use crate::verify::Verifier;
use crate::{Error, Format};

/// A machine with its history, and the comparison with the trailers.
#[derive(Debug)]
pub(crate) struct Verified {
    unpacker: Unpacker,
    verifier: Verifier,
    /// What is wrong with a member whose data has just been returned.
    failure: Option<Error>,
    /// An error was returned.
    has_failed: bool,
}

/// What one step did.
#[derive(Debug)]
pub(crate) struct VerifiedStep {
    /// Bytes of the input that were taken.
    pub(crate) consumed: usize,
    /// What came out, for [`Verified::data`].
    pub(crate) data: Range<usize>,
    pub(crate) event: VerifiedEvent,
}

/// What a step came upon.
#[derive(Debug)]
pub(crate) enum VerifiedEvent {
    /// The input is used up.
    NeedsInput,
    /// Nothing that matters to a caller; there is more to do.
    GoesOn,
    /// A member begins.
    Header {
        start: u64,
        header: Box<crate::Header>,
    },
    /// A member ends at the offset `end`, and is what its trailer says; the sum is that of its data.
    End { end: u64, sum: Option<Checksum> },
    /// The rest of the input does not matter.
    Garbage,
}

impl Verified {
    /// Begins with the first member.
    pub(crate) fn new(machine: Machine) -> Self {
        Self {
            unpacker: Unpacker::new(machine),
            verifier: Verifier::default(),
            failure: None,
            has_failed: false,
        }
    }

    /// Begins where the machine stands in the middle of a file, with the data before it as far as it matters.
    pub(crate) fn amid(machine: Machine, verifier: Verifier, history: &[u8]) -> Self {
        Self {
            unpacker: Unpacker::with_history(machine, history),
            verifier,
            failure: None,
            has_failed: false,
        }
    }

    /// Takes input until something happens.
    pub(crate) fn step(&mut self, input: &[u8]) -> Result<VerifiedStep, Error> {
        self.check()?;
        let outcome = self.try_step(input);
        self.has_failed = outcome.is_err();
        outcome
    }

    /// Returns the error that is due, or [`Error::Failed`] when one was returned.
    fn check(&mut self) -> Result<(), Error> {
        if self.has_failed {
            return Err(Error::Failed);
        }
        match self.failure.take() {
            None => Ok(()),
            Some(failure) => {
                self.has_failed = true;
                Err(failure)
            }
        }
    }

    fn try_step(&mut self, input: &[u8]) -> Result<VerifiedStep, Error> {
        let start = self.unpacker.make_room();
        let Unpacker {
            machine, buffer, ..
        } = &mut self.unpacker;
        let step = machine.step(input, buffer, start)?;
        let end = start + step.produced;
        self.unpacker.advance(end);
        let data = &self.unpacker.buffer[start..end];
        let format = self.unpacker.machine.format().unwrap_or(Format::Raw);
        if !data.is_empty() {
            self.verifier.add(Checksum::of(format, data));
        }
        let event = match step.event {
            Event::NeedsInput => VerifiedEvent::NeedsInput,
            Event::NeedsOutput | Event::BlockEnd => VerifiedEvent::GoesOn,
            Event::Garbage => VerifiedEvent::Garbage,
            Event::Header { start, header } => {
                self.verifier.begin_member();
                VerifiedEvent::Header { start, header }
            }
            Event::End(end) => match self.verifier.end_member(&end) {
                Ok(sum) => VerifiedEvent::End {
                    end: end.end(),
                    sum,
                },
                // The data of this step comes first.
                Err(error) => {
                    self.failure = Some(error);
                    VerifiedEvent::GoesOn
                }
            },
        };
        Ok(VerifiedStep {
            consumed: step.consumed,
            data: start..end,
            event,
        })
    }

    /// Returns what the last step put out.
    pub(crate) fn data(&self, range: Range<usize>) -> &[u8] {
        &self.unpacker.buffer[range]
    }

    /// Says that the input has ended.
    pub(crate) fn finish(&mut self) -> Result<Ending, Error> {
        self.check()?;
        self.unpacker.machine.finish()
    }
}
