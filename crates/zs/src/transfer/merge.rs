use std::io::{Seek, Write};
use std::num::NonZero;

use blockyard_storage::ReadAt;

use super::loader::Loader;
use super::write_file;
use crate::{
    Block, BlockReference, DataBlock, Error, Query, References, Summary, WriterOptions, ZsReader,
    append_record,
};

/// What becomes of records that are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// All are written.
    #[default]
    Keep,
    /// One of them is written.
    Drop,
}

/// How files are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeOptions {
    /// What becomes of records that are equal, also of those of one file.
    pub duplicates: Duplicates,
    /// Bytes of a payload, more or less, that is made of several blocks.
    pub approx_block_size: NonZero<usize>,
}

impl Default for MergeOptions {
    /// Returns options that keep all records, in blocks of about 384 KiB.
    fn default() -> Self {
        const DEFAULT: NonZero<usize> = NonZero::new(384 << 10).expect("it is not zero");
        Self {
            duplicates: Duplicates::Keep,
            approx_block_size: DEFAULT,
        }
    }
}

/// Writes the records of several files as one file.
///
/// ```text
///  file 0  ├───a───┤├──b──┤                    a, b: copied, where the codec is the same
///  file 1                ├───c───┤├──d──┤      b, c: merged if they overlap
///  file 2                          ├─e─┤       d, e: merged record by record
/// ```
///
/// A block is copied as it is if no record of another file belongs between its own and the new file has its
/// codec; with another codec it is packed again alone. All others are unpacked on one thread, and their records
/// packed in new blocks on the threads of the options. Without duplicates, all blocks are unpacked on one thread,
/// and those that have none are copied. There is one block a file in memory, besides those of the options.
///
/// # Errors
/// [`Error::Input`] with what is wrong with a file; [`Error::Empty`] without files; and those of
/// [`ZsWriter`](crate::ZsWriter).
pub fn merge<S, W>(
    readers: &[ZsReader<S>],
    merge: &MergeOptions,
    sink: W,
    options: WriterOptions,
) -> Result<(W, Summary), Error>
where
    S: ReadAt + Sync,
    W: Write + Seek,
{
    let blocks = Merge::new(readers, merge, Copying::WherePossible);
    write_file(sink, options, blocks)
}

/// Whether blocks are copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copying {
    WherePossible,
    Never,
}

/// The blocks of a file with the records of several; after an error there is nothing more.
pub(super) struct Merge<'a, S> {
    inputs: Vec<Input<'a, S>>,
    /// The numbers of the inputs that have not ended, as a heap: the one with the smallest key comes first.
    /// `None` before the first records.
    heap: Option<Vec<usize>>,
    options: MergeOptions,
    copying: Copying,
    /// The records of the next block.
    payload: Vec<u8>,
    /// The last record, if duplicates are dropped.
    last: Option<Vec<u8>>,
    /// The block that follows.
    next_block: Option<Block>,
    has_failed: bool,
}

impl<'a, S: ReadAt> Merge<'a, S> {
    pub(super) fn new(
        readers: &'a [ZsReader<S>],
        options: &MergeOptions,
        copying: Copying,
    ) -> Self {
        let inputs = readers.iter().enumerate();
        Self {
            inputs: inputs
                .map(|(number, reader)| Input::new(number, reader))
                .collect(),
            heap: None,
            options: *options,
            copying,
            payload: Vec::new(),
            last: None,
            next_block: None,
            has_failed: false,
        }
    }

    fn advance(&mut self) -> Result<Option<Block>, Error> {
        if self.heap.is_none() {
            self.start()?;
        }
        loop {
            if let Some(block) = self.next_block.take() {
                return Ok(Some(block));
            }
            let size = self.options.approx_block_size.get();
            let Some(first) = self.first() else {
                return Ok(self.cut());
            };
            if self.payload.len() >= size {
                return Ok(self.cut());
            }
            if let Some(copied) = self.copy(first)? {
                let block = self.cut();
                return Ok(Some(match block {
                    Some(block) => {
                        self.next_block = Some(copied);
                        block
                    }
                    None => copied,
                }));
            }
            if let Head::Reference(_) = self.inputs[first].head {
                self.inputs[first].load()?;
                // The key may be larger now.
                self.settle();
                continue;
            }
            self.take_run(first);
            self.pass()?;
        }
    }

    fn start(&mut self) -> Result<(), Error> {
        let mut heap = Vec::new();
        for input in &mut self.inputs {
            input.advance()?;
            if input.key().is_some() {
                heap.push(input.number);
            }
        }
        heap.sort_by(|&a, &b| {
            let key = |number: usize| (self.inputs[number].key(), number);
            key(a).cmp(&key(b))
        });
        self.heap = Some(heap);
        Ok(())
    }

    /// Returns the payload as a block, if it has records.
    fn cut(&mut self) -> Option<Block> {
        let payload = std::mem::take(&mut self.payload);
        (!payload.is_empty()).then(|| Block::from_payload(payload))
    }

    /// Returns the block of the first input if nothing of it needs to be changed, and goes on behind it.
    fn copy(&mut self, first: usize) -> Result<Option<Block>, Error> {
        if self.copying == Copying::Never {
            return Ok(None);
        }
        let other = other_key(self.heap.as_deref(), &self.inputs);
        let is_alone = |last: &[u8]| other.is_none_or(|other| last <= other);
        let input = &self.inputs[first];
        let can_copy = match &input.head {
            Head::Ended => false,
            Head::Reference(reference) => {
                self.options.duplicates == Duplicates::Keep
                    && (other.is_none() || reference.upper().is_some_and(is_alone))
            }
            Head::Block { block, next, .. } => {
                *next == 0 && is_alone(block.last()) && self.is_without_duplicates(block)
            }
        };
        if !can_copy {
            return Ok(None);
        }
        let input = &mut self.inputs[first];
        let (raw, reference, last) = match std::mem::replace(&mut input.head, Head::Ended) {
            Head::Ended => return Ok(None),
            Head::Reference(reference) => {
                let raw = input.read_raw(&reference)?;
                (raw, reference, None)
            }
            Head::Block {
                raw,
                reference,
                block,
                ..
            } => (raw, reference, Some(block.last().to_vec())),
        };
        if self.options.duplicates == Duplicates::Drop {
            self.last = last;
        }
        let codec = input.reader.header().codec;
        let block = Block::copied_from(raw, reference, codec).of_input(first);
        self.pass()?;
        Ok(Some(block))
    }

    /// Returns whether all records of a block are to be written.
    fn is_without_duplicates(&self, block: &DataBlock) -> bool {
        if self.options.duplicates == Duplicates::Keep {
            return true;
        }
        let is_new = self.last.as_deref() != Some(block.first());
        is_new && (1..block.len()).all(|number| block.get(number - 1) != block.get(number))
    }

    /// Takes records of the first input as long as no other has smaller ones and the block is not full.
    fn take_run(&mut self, first: usize) {
        let size = self.options.approx_block_size.get();
        // The input's head is not needed to find the key of another.
        let mut head = std::mem::replace(&mut self.inputs[first].head, Head::Ended);
        if let Head::Block {
            raw, block, next, ..
        } = &mut head
        {
            // It cannot be copied any more.
            *raw = Vec::new();
            let other = other_key(self.heap.as_deref(), &self.inputs);
            while *next < block.len() && self.payload.len() < size {
                let record = block.get(*next);
                if other.is_some_and(|other| record > other) {
                    break;
                }
                *next += 1;
                if self.options.duplicates == Duplicates::Drop {
                    if self.last.as_deref() == Some(record) {
                        continue;
                    }
                    let last = self.last.get_or_insert_default();
                    last.clear();
                    last.extend_from_slice(record);
                }
                append_record(record, &mut self.payload);
            }
            if *next == block.len() {
                head = Head::Ended;
            }
        }
        self.inputs[first].head = head;
    }

    /// Returns the input that is first in the heap.
    fn first(&self) -> Option<usize> {
        self.heap.as_ref()?.first().copied()
    }

    /// Goes on to the next block of the first input if nothing is left of the last, and puts the input where it
    /// belongs.
    fn pass(&mut self) -> Result<(), Error> {
        if let Some(first) = self.first()
            && self.inputs[first].key().is_none()
        {
            self.inputs[first].advance()?;
            if self.inputs[first].key().is_none()
                && let Some(heap) = &mut self.heap
            {
                heap.swap_remove(0);
            }
        }
        self.settle();
        Ok(())
    }

    /// Puts the first input where it belongs in the heap.
    fn settle(&mut self) {
        let Some(heap) = &mut self.heap else {
            return;
        };
        let inputs = &self.inputs;
        let key = |number: usize| (inputs[number].key(), number);
        let mut place = 0;
        loop {
            let children = 2 * place + 1..heap.len().min(2 * place + 3);
            let Some(least) = children.min_by(|&a, &b| key(heap[a]).cmp(&key(heap[b]))) else {
                return;
            };
            if key(heap[place]) <= key(heap[least]) {
                return;
            }
            heap.swap(place, least);
            place = least;
        }
    }
}

impl<S: ReadAt> Iterator for Merge<'_, S> {
    type Item = Result<Block, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let block = self.advance();
        self.has_failed = block.is_err();
        block.transpose()
    }
}

/// Returns the smallest key of the inputs that are not the first.
fn other_key<'a, S: ReadAt>(
    heap: Option<&[usize]>,
    inputs: &'a [Input<'_, S>],
) -> Option<&'a [u8]> {
    let others = heap?.iter().skip(1).take(2);
    others.filter_map(|&number| inputs[number].key()).min()
}

/// A file on its way through a merge.
struct Input<'a, S> {
    number: usize,
    reader: &'a ZsReader<S>,
    references: References<'a, S>,
    loader: Loader,
    head: Head,
}

/// What comes next of a file.
enum Head {
    /// Nothing, or nothing yet.
    Ended,
    /// A block that was not read.
    Reference(BlockReference),
    /// A block, some records of which may have been taken.
    Block {
        reference: BlockReference,
        raw: Vec<u8>,
        block: DataBlock,
        /// The number of the next record, which there is.
        next: usize,
    },
}

impl<'a, S: ReadAt> Input<'a, S> {
    fn new(number: usize, reader: &'a ZsReader<S>) -> Self {
        Self {
            number,
            reader,
            references: reader.references(&Query::all()),
            loader: Loader::new(reader),
            head: Head::Ended,
        }
    }

    /// Returns what no record that comes is smaller than; the next record itself if its block was read.
    fn key(&self) -> Option<&[u8]> {
        match &self.head {
            Head::Ended => None,
            Head::Reference(reference) => Some(reference.lower()),
            Head::Block { block, next, .. } => Some(block.get(*next)),
        }
    }

    /// Goes on to the next block.
    fn advance(&mut self) -> Result<(), Error> {
        let next = self.references.next().transpose();
        let next = next.map_err(|error| error.of_input(self.number))?;
        self.head = next.map_or(Head::Ended, Head::Reference);
        Ok(())
    }

    fn read_raw(&self, reference: &BlockReference) -> Result<Vec<u8>, Error> {
        let raw = self.reader.read_raw(reference);
        raw.map_err(|error| error.of_input(self.number))
    }

    /// Reads and unpacks the next block.
    fn load(&mut self) -> Result<(), Error> {
        if let Head::Reference(reference) = &self.head {
            let loaded = self.loader.load(self.reader, reference);
            let (raw, block) = loaded.map_err(|error| error.of_input(self.number))?;
            self.head = Head::Block {
                reference: reference.clone(),
                raw,
                block,
                next: 0,
            };
        }
        Ok(())
    }
}
