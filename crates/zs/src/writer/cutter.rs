//! Cutting inputs into blocks of whole records.

use std::io::{self, Read};
use std::num::NonZero;
use std::sync::Arc;

use blockyard_pipeline::BufferPool;

use super::block::Block;
use super::counted::{Counted, read_u64le};
use super::inputs::Inputs;
use super::terminated::Terminated;
use crate::{Error, Framing, uleb128};

/// Where inputs are cut into blocks.
///
/// With a terminator, a block is what up to a multiple of `approx_block_size` bytes of all inputs together
/// ends with a terminator and is not yet in a block. With lengths, a block is complete when its records,
/// without their lengths, have `approx_block_size` bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cutter {
    /// How records are told apart.
    pub framing: Framing,
    /// Bytes of input a block, more or less.
    pub approx_block_size: NonZero<usize>,
    /// The largest number of bytes that are kept in memory for one block: no record may be longer.
    pub limit: usize,
}

impl Cutter {
    /// Returns a cutter for blocks of about 384 KiB and of no more than 1 GiB.
    pub fn new(framing: Framing) -> Self {
        const DEFAULT: NonZero<usize> = NonZero::new(384 << 10).expect("it is not zero");
        Self {
            framing,
            approx_block_size: DEFAULT,
            limit: 1 << 30,
        }
    }

    /// Returns the blocks of an input.
    ///
    /// Each record has to be whole, also the last one. After an error there is nothing more.
    pub fn blocks<R: Read>(&self, input: R) -> impl Iterator<Item = Result<Block, Error>> + use<R> {
        self.blocks_of([Ok(input)])
    }

    /// Returns the blocks of several inputs, one after the other, as if they were one.
    ///
    /// Each is begun when the one before has ended, and has to end with a whole record.
    pub fn blocks_of<R: Read, I: IntoIterator<Item = io::Result<R>>>(
        &self,
        inputs: I,
    ) -> impl Iterator<Item = Result<Block, Error>> + use<R, I> {
        /// Buffers that are kept: as many as the blocks of common runs need.
        const KEPT: usize = 16;

        let inputs = Inputs::new(inputs.into_iter(), BufferPool::new(KEPT));
        let size = self.approx_block_size.get();
        let mut pieces = match &self.framing {
            Framing::Terminator(terminator) => {
                Pieces::Terminated(Terminated::new(inputs, terminator, size, self.limit))
            }
            Framing::Uleb128 => {
                Pieces::Counted(Counted::new(inputs, uleb128::read, size, self.limit))
            }
            Framing::U64le => Pieces::Counted(Counted::new(inputs, read_u64le, size, self.limit)),
        };
        let framing = Arc::new(self.framing.clone());
        let mut has_failed = false;
        std::iter::from_fn(move || {
            if has_failed {
                return None;
            }
            let piece = match &mut pieces {
                Pieces::Terminated(pieces) => pieces.next(),
                Pieces::Counted(pieces) => pieces.next(),
            };
            has_failed = piece.is_err();
            let block = |piece| Block::from_piece(piece, Arc::clone(&framing));
            piece.map(|piece| piece.map(block)).transpose()
        })
    }
}

enum Pieces<I, R> {
    Terminated(Terminated<I, R>),
    Counted(Counted<I, R>),
}
