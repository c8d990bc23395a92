//! Any file: one thread reads and inflates, the workers compute check values, the caller's thread
//! verifies and writes.

use std::io::{Read, Write};

use blockyard_codec::inflate::Stop;
use blockyard_pipeline::{Buffer, BufferPool, Options, Weigh, run};

use super::output::Output;
use super::piece::{Filling, Pause, Spacing, Sums};
use super::{DecompressOptions, DecompressSummary};
use crate::chunks::Chunks;
use crate::machine::{Ending, Machine, WINDOW};
use crate::{Error, Format};

/// Bytes that are read at a time.
const CHUNK: usize = 256 * 1024;

/// Bytes of output in a piece, without the history before it.
const PIECE: usize = 512 * 1024;

/// A run of output in its buffer, behind the history that it was decoded with.
struct Piece {
    buffer: Buffer,
    filling: Filling,
    format: Option<Format>,
    bytes_in: usize,
}

impl Weigh for Piece {
    fn weight(&self) -> usize {
        self.bytes_in
    }
}

/// A piece with what was computed of it.
struct Checked {
    piece: Piece,
    sums: Sums,
}

impl Weigh for Checked {
    fn weight(&self) -> usize {
        self.piece.filling.end - self.piece.filling.start
    }
}

/// Decompresses piece by piece.
pub(super) fn decompress<R: Read + Send, W: Write>(
    input: R,
    output: W,
    options: &DecompressOptions,
    pipeline: &Options,
) -> Result<DecompressSummary, Error> {
    let pool = BufferPool::new(pipeline.slot_count().get());
    let mut source = Source::new(input, options, pool);
    let mut output = Output::new(output, options);
    let statistics = run(
        pipeline,
        &mut source,
        || {
            let mut encoder = None;
            move |piece: Piece| {
                let mut sums = Sums::new(piece.format, &piece.filling);
                sums.advance(&piece.buffer, &piece.filling, &mut encoder);
                Ok(Checked { piece, sums })
            }
        },
        |Checked { mut piece, sums }| output.accept(&piece.buffer, &mut piece.filling, sums),
    )?;
    output.finish(&source.ending, statistics)
}

/// Reads and inflates.
struct Source<R> {
    input: Chunks<R>,
    pool: BufferPool,
    machine: Machine,
    spacing: Option<Spacing>,
    /// The last read gave less than it could: the next may have to wait.
    runs_dry: bool,
    /// The buffer of the next piece, with the history that it needs in front.
    next: Buffer,
    history_len: usize,
    state: State,
    ending: Ending,
}

enum State {
    Running,
    /// The error comes behind the piece that was made before it.
    Failed(Error),
    Ended,
}

impl<R: Read> Source<R> {
    fn new(input: R, options: &DecompressOptions, pool: BufferPool) -> Self {
        let stop = match options.index_spacing {
            Some(_) => Stop::AtBlockEnd,
            None => Stop::AtStreamEnd,
        };
        Self {
            input: Chunks::new(input, CHUNK),
            machine: Machine::new(options.format, options.unknown, stop),
            spacing: options.index_spacing.map(Spacing::new),
            runs_dry: false,
            next: pool.get_filled(WINDOW + PIECE),
            history_len: 0,
            pool,
            state: State::Running,
            ending: Ending::default(),
        }
    }

    /// Makes the next piece; an empty one when there is nothing more.
    fn fill(&mut self) -> Piece {
        let mut buffer = self.pool.get_filled(WINDOW + PIECE);
        std::mem::swap(&mut buffer, &mut self.next);
        let mut filling = Filling::at(self.history_len);
        let mut bytes_in = 0;
        while matches!(self.state, State::Running) {
            let (machine, spacing) = (&mut self.machine, &mut self.spacing);
            let mut input = self.input.rest();
            let before = input.len();
            let pause = filling.fill(machine, spacing, &mut input, &mut buffer);
            let used = before - input.len();
            bytes_in += used;
            self.input.consume(used);
            match pause {
                Ok(Pause::NeedsInput) if self.runs_dry && !filling.is_empty() => {
                    self.runs_dry = false;
                    break;
                }
                Ok(Pause::NeedsInput) => self.read(),
                Ok(Pause::NeedsOutput) => break,
                Ok(Pause::Garbage) => self.finish(),
                Err(error) => self.state = State::Failed(error),
            }
        }
        self.history_len = self.machine.available();
        let history = &buffer[filling.end - self.history_len..filling.end];
        self.next[..self.history_len].copy_from_slice(history);
        Piece {
            buffer,
            filling,
            format: self.machine.format(),
            bytes_in,
        }
    }

    fn read(&mut self) {
        match self.input.refill() {
            Ok(0) => self.finish(),
            Ok(length) => self.runs_dry = length < CHUNK,
            Err(error) => self.state = State::Failed(error),
        }
    }

    fn finish(&mut self) {
        self.state = match self.machine.finish() {
            Ok(ending) => {
                self.ending = ending;
                State::Ended
            }
            Err(error) => State::Failed(error),
        };
    }
}

impl<R: Read> Iterator for Source<R> {
    type Item = Result<Piece, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.fill();
        if !piece.filling.is_empty() {
            return Some(Ok(piece));
        }
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Failed(error) => Some(Err(error)),
            State::Running | State::Ended => None,
        }
    }
}
