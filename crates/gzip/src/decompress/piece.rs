//! Runs of output, and what happens at places within them.

use blockyard_codec::deflate::Encoder;

use crate::checksum::Checksum;
use crate::index::Window;
use crate::machine::{Event, Machine, MemberEnd};
use crate::{Error, Format, Header};

/// Something that happens between two bytes of the output.
#[derive(Debug)]
pub(crate) enum Mark {
    /// A member begins. The first header is kept; others would be memory that nothing bounds.
    Header(Option<Box<Header>>),
    /// A member ends.
    End(MemberEnd),
    /// Decoding can begin here.
    Checkpoint {
        bit_offset: u64,
        /// What begins is a block that may refer to so many bytes of data before it, or else a member.
        history: Option<usize>,
    },
}

/// Marks with the bytes of output before each.
pub(crate) type Marks = Vec<(usize, Mark)>;

/// Why filling stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    NeedsInput,
    /// The output is full, or there are as many marks as there may be.
    NeedsOutput,
    /// The rest of the input does not matter.
    Garbage,
}

/// A run of output that is being made.
#[derive(Debug)]
pub(crate) struct Filling {
    /// Where the run begins and ends in its buffer.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) marks: Marks,
}

impl Filling {
    /// More marks than this end a run: members can be smaller than what is to be known about them.
    const MOST_MARKS: usize = 4096;

    /// Begins an empty run at `start`.
    pub(crate) fn at(start: usize) -> Self {
        Self {
            start,
            end: start,
            marks: Vec::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end && self.marks.is_empty()
    }

    /// Lets the machine work until it needs something, and takes what it used off `input`.
    ///
    /// After an error, the run is what came before it.
    pub(crate) fn fill(
        &mut self,
        machine: &mut Machine,
        spacing: &mut Option<Spacing>,
        input: &mut &[u8],
        buffer: &mut [u8],
    ) -> Result<Pause, Error> {
        while self.marks.len() < Self::MOST_MARKS {
            let step = machine.step(input, buffer, self.end)?;
            *input = &input[step.consumed..];
            self.end += step.produced;
            if let Some(spacing) = spacing {
                spacing.total += step.produced as u64;
            }
            let place = self.end - self.start;
            match step.event {
                Event::NeedsInput => return Ok(Pause::NeedsInput),
                Event::NeedsOutput => return Ok(Pause::NeedsOutput),
                Event::Garbage => return Ok(Pause::Garbage),
                Event::End(end) => self.marks.push((place, Mark::End(end))),
                Event::Header { start, header } => {
                    let first = (machine.members() == 1).then_some(header);
                    self.marks.push((place, Mark::Header(first)));
                    self.add_checkpoint(spacing, start * 8, None);
                }
                Event::BlockEnd => {
                    let history = Some(machine.available());
                    self.add_checkpoint(spacing, machine.bit_offset(), history);
                }
            }
        }
        Ok(Pause::NeedsOutput)
    }

    fn add_checkpoint(
        &mut self,
        spacing: &mut Option<Spacing>,
        bit_offset: u64,
        history: Option<usize>,
    ) {
        if spacing.as_mut().is_some_and(Spacing::is_due) {
            let place = self.end - self.start;
            self.marks.push((
                place,
                Mark::Checkpoint {
                    bit_offset,
                    history,
                },
            ));
        }
    }
}

/// How far checkpoints are apart.
#[derive(Clone, Debug)]
pub(crate) struct Spacing {
    wanted: u64,
    /// Bytes of output so far, and up to the last checkpoint.
    total: u64,
    last: Option<u64>,
}

impl Spacing {
    pub(crate) fn new(wanted: u64) -> Self {
        Self {
            wanted,
            total: 0,
            last: None,
        }
    }

    /// Tells whether a place here becomes a checkpoint.
    fn is_due(&mut self) -> bool {
        let is_due = self
            .last
            .is_none_or(|last| self.total - last >= self.wanted.max(1));
        if is_due {
            self.last = Some(self.total);
        }
        is_due
    }
}

/// What is computed of a run of output, as it grows.
#[derive(Debug)]
pub(crate) struct Sums {
    /// Check values of the parts that the ends of members divide the run into, but for the last part.
    pub(crate) parts: Vec<Checksum>,
    /// That of the last part.
    pub(crate) last: Checksum,
    /// The data before each checkpoint.
    pub(crate) windows: Vec<Window>,
    /// How far in the buffer, and how many marks, were looked at.
    end: usize,
    marks: usize,
}

impl Sums {
    /// Begins with no output.
    pub(crate) fn new(format: Option<Format>, filling: &Filling) -> Self {
        Self {
            parts: Vec::new(),
            last: Checksum::empty(format.unwrap_or(Format::Raw)),
            windows: Vec::new(),
            end: filling.start,
            marks: 0,
        }
    }

    /// Computes those of a run that is complete.
    pub(crate) fn of(format: Option<Format>, buffer: &[u8], filling: &Filling) -> Self {
        let mut sums = Self::new(format, filling);
        sums.advance(buffer, filling, &mut None);
        sums
    }

    /// Takes in what has been added to the run. The encoder is made when a window is to be packed.
    pub(crate) fn advance(
        &mut self,
        buffer: &[u8],
        filling: &Filling,
        encoder: &mut Option<Encoder>,
    ) {
        for (place, mark) in &filling.marks[self.marks..] {
            let at = filling.start + place;
            match mark {
                Mark::Header(_) => {}
                Mark::End(_) => {
                    self.add(&buffer[self.end..at]);
                    let next = Checksum::empty(self.last.format());
                    self.parts.push(std::mem::replace(&mut self.last, next));
                }
                Mark::Checkpoint { history, .. } => {
                    let history = &buffer[at - history.unwrap_or(0)..at];
                    let encoder = encoder.get_or_insert_with(|| Encoder::new(Window::LEVEL));
                    self.windows.push(Window::pack(encoder, history));
                }
            }
        }
        self.marks = filling.marks.len();
        self.add(&buffer[self.end..filling.end]);
    }

    fn add(&mut self, data: &[u8]) {
        self.last.extend(data);
        self.end += data.len();
    }
}
