//! The worker: decodes a segment as if it began with what it seems to begin with.

use blockyard_pipeline::Weigh;

use super::DecompressOptions;
use super::head::Restarts;
use super::piece::{Filling, Pause, Sums};
use super::room::{Room, Rooms};
use super::segment::{Segment, Start};
use crate::machine::Machine;
use crate::{Format, Unknown};

/// Bytes of output whose check value is computed while they are in the cache.
const STEP: usize = 256 * 1024;

/// Bytes of output that there is room for. What a segment holds beyond is decoded later, in order: a few
/// bytes can be gigabytes.
pub(super) const ROOM: usize = 16 << 20;

/// A segment with what it decodes to, should it begin as assumed.
#[derive(Debug)]
pub(super) struct Guess {
    pub(super) segment: Segment,
    /// `None` when nothing was assumed, or the assumption is wrong.
    pub(super) decoded: Option<Decoded>,
}

/// What the beginning of a segment decodes to.
#[derive(Debug)]
pub(super) struct Decoded {
    /// How things stand behind it.
    pub(super) machine: Machine,
    /// Bytes of the segment that it took.
    pub(super) consumed: usize,
    pub(super) output: Room,
    pub(super) filling: Filling,
    pub(super) sums: Sums,
    /// The rest of the file does not matter.
    pub(super) met_garbage: bool,
}

impl Weigh for Guess {
    fn weight(&self) -> usize {
        self.decoded
            .as_ref()
            .map_or(0, |decoded| decoded.filling.end)
    }
}

/// Decodes segments without knowing what comes before them.
#[derive(Debug)]
pub(super) struct Speculator {
    format: Format,
    unknown: Unknown,
    /// All workers share it: the fewer rooms are in use, the more of them are in the cache.
    rooms: Rooms,
}

impl Speculator {
    pub(super) fn new(restarts: Restarts, options: &DecompressOptions, rooms: Rooms) -> Self {
        Self {
            format: restarts.format,
            unknown: options.unknown,
            rooms,
        }
    }

    pub(super) fn guess(&self, segment: Segment) -> Guess {
        let (format, unknown, offset) = (self.format, self.unknown, segment.offset);
        let machine = match segment.start {
            Start::Member => Some(Machine::at_member(format, unknown, offset)),
            Start::Block => Some(Machine::at_block(format, unknown, offset, (0, 0), 0)),
            Start::Unknown => None,
        };
        let decoded = machine.and_then(|machine| decode(machine, &segment, self.rooms.get()?));
        Guess { segment, decoded }
    }
}

/// Decodes a segment; `None` if that goes wrong.
fn decode(mut machine: Machine, segment: &Segment, mut output: Room) -> Option<Decoded> {
    let mut filling = Filling::at(0);
    let mut sums = Sums::new(machine.format(), &filling);
    let mut input = segment.bytes.as_slice();
    let pause = loop {
        let room = (filling.end + STEP).min(ROOM);
        let output = &mut output[..room];
        let pause = filling.fill(&mut machine, &mut None, &mut input, output);
        sums.advance(output, &filling, &mut None);
        match pause.ok()? {
            Pause::NeedsOutput if filling.end == room && room < ROOM => {}
            pause => break pause,
        }
    };
    Some(Decoded {
        consumed: segment.bytes.len() - input.len(),
        met_garbage: pause == Pause::Garbage,
        machine,
        output,
        filling,
        sums,
    })
}
