use std::io::{Seek, Write};
use std::num::NonZero;
use std::ops::Range;

use blockyard_storage::ReadAt;

use super::loader::Loader;
use super::raw::RawBlocks;
use super::write_file;
use crate::{Block, BlockReference, Error, Query, Summary, WriterOptions, ZsReader};

/// How many parts a file is split into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// So many of about the same size; fewer if there are not so many places to cut at.
    Count(NonZero<usize>),
    /// As few as possible of about so many bytes at most, but no smaller than a block.
    MaxBytes(NonZero<u64>),
}

/// Where a file is cut into parts: between blocks.
///
/// Records that are equal stay in one part. The one exception are more of them in a row than
/// [`Parts::MaxBytes`] has room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitPlan {
    parts: Vec<Part>,
}

/// A part of a file: some of its data blocks, one at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// From the beginning of its first block to the end of its last.
    bytes: Range<u64>,
    /// The number of blocks.
    blocks: u64,
    /// What no record is smaller than.
    lower: Vec<u8>,
}

impl Part {
    /// Returns where the blocks are in the file, which may have index blocks between them.
    pub fn bytes(&self) -> Range<u64> {
        self.bytes.clone()
    }

    /// Returns the number of data blocks, which is not zero.
    pub fn blocks(&self) -> u64 {
        self.blocks
    }

    /// Returns what no record of the part is smaller than, going by the index.
    pub fn lower(&self) -> &[u8] {
        &self.lower
    }

    /// Writes the part as a whole file, with its blocks as they are if the options have their codec.
    ///
    /// `reader` is that of the file that the plan was made for.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`] and [`Error::LimitExceeded`] from the file; and those of
    /// [`ZsWriter`](crate::ZsWriter).
    pub fn write<S, W>(
        &self,
        reader: &ZsReader<S>,
        sink: W,
        options: WriterOptions,
    ) -> Result<(W, Summary), Error>
    where
        S: ReadAt + Sync,
        W: Write + Seek,
    {
        let query = Query {
            start: Some(self.lower.clone()),
            ..Query::all()
        };
        let is_before = |reference: &BlockReference| reference.range().start < self.bytes.start;
        let is_in = |reference: &BlockReference| reference.range().end <= self.bytes.end;
        let references = reader
            .references(&query)
            .skip_while(move |reference| reference.as_ref().is_ok_and(is_before))
            .take_while(move |reference| reference.as_ref().map_or(true, is_in));
        let codec = reader.header().codec;
        let blocks = RawBlocks::new(reader, references).map(|block| {
            let (reference, raw) = block?;
            Ok(Block::copied_from(raw, reference, codec))
        });
        write_file(sink, options, blocks)
    }
}

impl SplitPlan {
    /// Decides where to cut a file: from its index, and the blocks around the cuts.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`] and [`Error::LimitExceeded`].
    pub fn new<S: ReadAt>(reader: &ZsReader<S>, parts: Parts) -> Result<Self, Error> {
        let mut cutter = Cutter {
            reader,
            loader: Loader::new(reader),
            parts: Vec::new(),
        };
        match parts {
            Parts::Count(count) => cutter.cut_to_count(count.get() as u64)?,
            Parts::MaxBytes(most) => cutter.cut_to_size(most.get())?,
        }
        let parts = cutter.parts;
        Ok(Self { parts })
    }

    /// Returns the parts in order, one at least.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }
}

struct Cutter<'a, S> {
    reader: &'a ZsReader<S>,
    loader: Loader,
    parts: Vec<Part>,
}

impl<S: ReadAt> Cutter<'_, S> {
    /// Cuts where so many parts of the same size would end, or else at the next place behind.
    fn cut_to_count(&mut self, count: u64) -> Result<(), Error> {
        let mut total = 0;
        for reference in self.reader.references(&Query::all()) {
            total += length(&reference?);
        }
        let mut passed = 0;
        let mut part: Option<Part> = None;
        let mut last: Option<BlockReference> = None;
        for reference in self.reader.references(&Query::all()) {
            let reference = reference?;
            let cut = self.parts.len() as u64 + 1;
            // The cut is before or behind this block, whichever is nearer to the place.
            let place = u128::from(total) * u128::from(cut) / u128::from(count);
            let is_due = u128::from(passed) + u128::from(length(&reference)) / 2 > place;
            if let Some(before) = &last
                && is_due
                && cut < count
                && !self.is_in_run(before, &reference)?
            {
                self.parts.extend(part.take());
            }
            passed += length(&reference);
            Part::extend(&mut part, &reference);
            last = Some(reference);
        }
        self.parts.extend(part);
        Ok(())
    }

    /// Cuts where the next block would be too much, or else at the last place before.
    fn cut_to_size(&mut self, most: u64) -> Result<(), Error> {
        let header = self.reader.header().encoded_len() as u64;
        let mut blocks: Vec<BlockReference> = Vec::new();
        let mut size = header;
        for reference in self.reader.references(&Query::all()) {
            let reference = reference?;
            while !blocks.is_empty() && size + size_with_index(&reference) > most {
                let place = self.last_place(&blocks, &reference)?;
                let mut part = None;
                for block in blocks.drain(..place) {
                    size -= size_with_index(&block);
                    Part::extend(&mut part, &block);
                }
                self.parts.extend(part);
            }
            size += size_with_index(&reference);
            blocks.push(reference);
        }
        let mut part = None;
        for block in &blocks {
            Part::extend(&mut part, block);
        }
        self.parts.extend(part);
        Ok(())
    }

    /// Returns before which block the last place to cut at is; behind the last one if there is none.
    fn last_place(
        &mut self,
        blocks: &[BlockReference],
        next: &BlockReference,
    ) -> Result<usize, Error> {
        for place in (1..=blocks.len()).rev() {
            let after = blocks.get(place).unwrap_or(next);
            if !self.is_in_run(&blocks[place - 1], after)? {
                return Ok(place);
            }
        }
        Ok(blocks.len())
    }

    /// Returns whether the last record of a block is equal to the first of the next.
    fn is_in_run(
        &mut self,
        before: &BlockReference,
        after: &BlockReference,
    ) -> Result<bool, Error> {
        let (_, after) = self.loader.load(self.reader, after)?;
        // The key between them is neither smaller than the one nor larger than the other.
        if before.upper().is_some_and(|upper| upper < after.first()) {
            return Ok(false);
        }
        let (_, before) = self.loader.load(self.reader, before)?;
        Ok(before.last() == after.first())
    }
}

impl Part {
    fn extend(part: &mut Option<Self>, reference: &BlockReference) {
        let range = reference.range();
        let part = part.get_or_insert_with(|| Self {
            bytes: range.clone(),
            blocks: 0,
            lower: reference.lower().to_vec(),
        });
        part.bytes.end = range.end;
        part.blocks += 1;
    }
}

fn length(reference: &BlockReference) -> u64 {
    let range = reference.range();
    range.end - range.start
}

/// Returns how many bytes a block takes, with what the index has about it: a key and two numbers, and as much
/// again on the levels above.
fn size_with_index(reference: &BlockReference) -> u64 {
    /// Bytes of two numbers, of a key's length and of a share in the frame of the index block.
    const NUMBERS_LEN: u64 = 48;

    length(reference) + 2 * (reference.lower().len() as u64 + NUMBERS_LEN)
}
