//! Files with places where decoding can begin: all workers decode, each from another place.
//!
//! ```text
//!   input    [ segment ][ segment ][ segment ] ...      cut at markers, or at members
//!                 │ worker   │ worker   │               "it begins with a block" / "with a member"
//!                 ▼          ▼          ▼
//!   caller   the machine that has seen all before: does it stand where the worker assumed it?
//!              yes: take the worker's output, and its machine
//!              no:  decode the segment here
//! ```
//!
//! The bytes of a marker prove nothing: they can be stored data, or what follows can refer to data
//! before it. Both show: in the first case the machine does not stand at a block, in the second
//! the worker has met a match that reaches too far.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};

use blockyard_codec::inflate::Stop;
use blockyard_pipeline::{Options, run};

use super::head::Restarts;
use super::output::Output;
use super::piece::{Filling, Pause, Sums};
use super::room::Rooms;
use super::segment::{Splitter, Start};
use super::speculate::{Decoded, Guess, ROOM, Speculator};
use super::unpacker::Unpacker;
use super::{DecompressOptions, DecompressSummary};
use crate::Error;
use crate::machine::Machine;

/// More workers than this write faster than memory takes it, and each has tens of megabytes of its own.
const MOST_WORKERS: NonZero<usize> = NonZero::new(16).expect("16 is not zero");

/// Decompresses segment by segment.
pub(super) fn decompress<R: Read + Send, W: Write>(
    restarts: Restarts,
    input: R,
    output: W,
    options: &DecompressOptions,
    pipeline: &Options,
) -> Result<DecompressSummary, Error> {
    let threads = options.threads.min(MOST_WORKERS);
    // Segments are large: two more than the workers keep everybody busy.
    let slots = threads.saturating_add(2);
    let pipeline = Options {
        threads,
        slots: Some(slots),
        ..pipeline.clone()
    };
    let is_done = AtomicBool::new(false);
    let rooms = Rooms::new(ROOM);
    let splitter = Splitter::new(input, restarts.rule, slots.get(), &is_done);
    let machine = Machine::new(options.format, options.unknown, Stop::AtBlockEnd);
    let mut assembler = Assembler {
        output: Output::new(output, options),
        unpacker: Unpacker::new(machine),
        is_done: &is_done,
    };
    let statistics = run(
        &pipeline,
        splitter,
        || {
            let speculator = Speculator::new(restarts, options, rooms.clone());
            move |segment| Ok(speculator.guess(segment))
        },
        |guess| assembler.take(guess),
    )?;
    let ending = assembler.unpacker.machine.finish()?;
    assembler.output.finish(&ending, statistics)
}

/// Knows what the data before each segment has led to.
struct Assembler<'a, W> {
    output: Output<W>,
    unpacker: Unpacker,
    /// Tells the source that nobody wants more.
    is_done: &'a AtomicBool,
}

impl<W: Write> Assembler<'_, W> {
    /// Outputs the data of the next segment.
    fn take(&mut self, guess: Guess) -> Result<(), Error> {
        if self.is_done.load(Ordering::Relaxed) {
            return Ok(());
        }
        let segment = guess.segment;
        let mut rest = segment.bytes.as_slice();
        if let Some(decoded) = guess.decoded
            && self.stands_at(segment.start)
        {
            rest = &rest[decoded.consumed..];
            self.accept(decoded)?;
        }
        self.decode(rest)
    }

    /// Tells whether that comes next, for certain.
    fn stands_at(&self, start: Start) -> bool {
        match start {
            Start::Member => self.unpacker.machine.is_between(),
            Start::Block => self.unpacker.machine.is_at_block(),
            Start::Unknown => false,
        }
    }

    /// Continues with what a worker has decoded.
    fn accept(&mut self, mut decoded: Decoded) -> Result<(), Error> {
        let output = &decoded.output;
        self.output
            .accept(output, &mut decoded.filling, decoded.sums)?;
        self.unpacker.add_history(&output[..decoded.filling.end]);
        decoded.machine.follow(&self.unpacker.machine);
        self.unpacker.machine = decoded.machine;
        if decoded.met_garbage {
            self.is_done.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Decodes from where things stand.
    fn decode(&mut self, mut input: &[u8]) -> Result<(), Error> {
        while !self.is_done.load(Ordering::Relaxed) {
            let mut filling = Filling::at(self.unpacker.make_room());
            let Unpacker {
                machine, buffer, ..
            } = &mut self.unpacker;
            let pause = filling.fill(machine, &mut None, &mut input, buffer);
            let sums = Sums::of(machine.format(), buffer, &filling);
            let end = filling.end;
            self.output.accept(buffer, &mut filling, sums)?;
            self.unpacker.advance(end);
            match pause? {
                Pause::NeedsInput => return Ok(()),
                Pause::NeedsOutput => {}
                Pause::Garbage => self.is_done.store(true, Ordering::Relaxed),
            }
        }
        Ok(())
    }
}
