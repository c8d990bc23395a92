//! Sorting more records than fit into memory.
//!
//! ```text
//!  inputs ──▶ pieces ──▶ workers: sort, pack ──▶ runs, in a temporary file ──▶ merge ──▶ blocks for a writer
//! ```

mod merge;
mod run;
mod sorted;

use std::io::{self, Read, Write};
use std::num::NonZero;

use blockyard_pipeline::{Options, Weigh};
use blockyard_storage::ReadAt;

use merge::Merge;
use run::{CHUNK, Run, RunWriter};
pub use sorted::Sorted;

use crate::{Block, Cutter, Error};

/// How records are sorted.
#[derive(Clone, Debug)]
pub struct SortOptions {
    /// Memory for records, in bytes; less than 1 MiB counts as 1 MiB. No record may be longer than a part of
    /// it, which is a tenth with two threads.
    pub memory: usize,
    /// Whether only one of equal records is kept.
    pub unique: bool,
    /// The threads that sort.
    pub pipeline: Options,
}

impl Default for SortOptions {
    /// Returns options for 256 MiB, all records, and a worker for each thread that the machine runs at a time.
    fn default() -> Self {
        Self {
            memory: 256 << 20,
            unique: false,
            pipeline: Options::default(),
        }
    }
}

impl SortOptions {
    /// The least memory.
    const LEAST: usize = 1 << 20;

    fn memory(&self) -> usize {
        self.memory.max(Self::LEAST)
    }

    /// Returns how many bytes of the inputs make a run.
    ///
    /// Each block in flight takes up to twice that, as its buffer grows by doubling, and each worker the same
    /// for its list of records and what it packs.
    fn run_size(&self) -> NonZero<usize> {
        let threads = self.pipeline.threads.get();
        let parts = threads.saturating_mul(4).saturating_add(2);
        // Positions in a run have 32 bits.
        let size = (self.memory() / parts).min(1 << 30);
        NonZero::new(size).unwrap_or(NonZero::<usize>::MIN)
    }

    fn pipeline(&self) -> Options {
        Options {
            slots: Some(self.pipeline.threads.saturating_add(1)),
            ..self.pipeline.clone()
        }
    }
}

/// Reads all records of some inputs, and returns them sorted, as the blocks that `cutter` would make of one
/// input with the sorted records.
///
/// Sorted runs are packed by DEFLATE into a file that `spill` makes: empty, and gone when it is dropped. With
/// more runs than the memory allows to merge at once, some are merged to longer ones first, each time into
/// another file.
///
/// # Errors
/// Those of [`Cutter::blocks_of`]; [`Error::RecordLimit`] for a record that is longer than a run;
/// [`Error::Spill`], and [`Error::Pipeline`].
pub fn sort<R: Read + Send, F: Write + ReadAt + Send>(
    inputs: impl IntoIterator<Item = io::Result<R>, IntoIter: Send>,
    cutter: &Cutter,
    options: &SortOptions,
    mut spill: impl FnMut() -> io::Result<F>,
) -> Result<Sorted<F>, Error> {
    let size = options.run_size();
    let run_cutter = Cutter {
        approx_block_size: size,
        limit: size.get(),
        ..cutter.clone()
    };
    let mut file = spill().map_err(Error::Spill)?;
    let mut runs = Vec::new();
    let mut offset = 0;
    blockyard_pipeline::run(
        &options.pipeline(),
        run_cutter.blocks_of(inputs),
        || {
            let mut sorter = Sorter::new(size.get(), options.unique);
            move |block: Block| Ok::<_, Error>(sorter.sort(&block))
        },
        |packed: PackedRuns| {
            file.write_all(&packed.bytes).map_err(Error::Spill)?;
            runs.extend(packed.runs.iter().map(|run| run.moved(offset)));
            offset += packed.bytes.len() as u64;
            Ok(())
        },
    )?;
    let budget = options.memory() / 2;
    while group(&runs, budget) < runs.len() {
        (file, runs) = merge_groups(&file, &runs, budget, options.unique, &mut spill)?;
    }
    let merge = Merge::new(file, &runs)?;
    Ok(Sorted::new(merge, cutter.clone(), options.unique))
}

/// Merges as many runs at a time as the budget allows, into another file.
fn merge_groups<F: Write + ReadAt>(
    file: &F,
    mut runs: &[Run],
    budget: usize,
    unique: bool,
    spill: &mut impl FnMut() -> io::Result<F>,
) -> Result<(F, Vec<Run>), Error> {
    let mut next = spill().map_err(Error::Spill)?;
    let mut writer = RunWriter::new(unique);
    let mut merged = Vec::new();
    let mut offset = 0;
    while !runs.is_empty() {
        let (some, others) = runs.split_at(group(runs, budget));
        runs = others;
        let mut merge = Merge::new(file, some)?;
        let mut bytes = Vec::new();
        while let Some(record) = merge.record() {
            writer.add(record, &mut bytes);
            if bytes.len() >= CHUNK {
                next.write_all(&bytes).map_err(Error::Spill)?;
                bytes.clear();
            }
            merge.advance()?;
        }
        let run = writer.finish(&mut bytes);
        next.write_all(&bytes).map_err(Error::Spill)?;
        merged.push(run.moved(offset));
        offset += run.length();
    }
    Ok((next, merged))
}

/// Returns how many of the first runs can be merged at once; two at least, where there are two.
fn group(runs: &[Run], budget: usize) -> usize {
    let mut sum = 0usize;
    let fits = |run: &&Run| {
        sum = sum.saturating_add(run.memory());
        sum <= budget
    };
    let count = runs.iter().take_while(fits).count();
    count.max(2).min(runs.len())
}

/// Sorts the records of pieces: made once a worker.
struct Sorter {
    writer: RunWriter,
    slots: Vec<Slot>,
    /// No more slots than this at a time.
    most: usize,
}

/// Where a record is in its piece.
struct Slot {
    /// The first bytes of the record, which decide most comparisons.
    head: u64,
    start: u32,
    length: u32,
}

impl Sorter {
    fn new(size: usize, unique: bool) -> Self {
        Self {
            writer: RunWriter::new(unique),
            slots: Vec::new(),
            most: (size / size_of::<Slot>()).max(1),
        }
    }

    /// Returns the records of a piece as one sorted run, or as several where they are very short.
    fn sort(&mut self, block: &Block) -> PackedRuns {
        let bytes = block.bytes();
        let mut packed = PackedRuns {
            bytes: Vec::new(),
            runs: Vec::new(),
        };
        block.visit_records(|record| {
            if self.slots.len() == self.most {
                self.flush(bytes, &mut packed);
            }
            self.slots.push(Slot {
                head: head(&bytes[record.clone()]),
                start: record.start as u32,
                length: record.len() as u32,
            });
        });
        self.flush(bytes, &mut packed);
        packed
    }

    fn flush(&mut self, bytes: &[u8], packed: &mut PackedRuns) {
        self.slots.sort_unstable_by(|one, other| {
            let by_head = one.head.cmp(&other.head);
            by_head.then_with(|| one.record(bytes).cmp(other.record(bytes)))
        });
        let start = packed.bytes.len() as u64;
        for slot in self.slots.drain(..) {
            self.writer.add(slot.record(bytes), &mut packed.bytes);
        }
        let run = self.writer.finish(&mut packed.bytes);
        packed.runs.push(run.moved(start));
    }
}

impl Slot {
    fn record<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let start = self.start as usize;
        &bytes[start..start + self.length as usize]
    }
}

/// Returns the first 8 bytes of a record as a number that compares like them; a shorter record counts as if
/// it went on with zeros.
fn head(record: &[u8]) -> u64 {
    if let Some(head) = record.first_chunk() {
        return u64::from_be_bytes(*head);
    }
    let mut head = [0; 8];
    head[..record.len()].copy_from_slice(record);
    u64::from_be_bytes(head)
}

/// Runs as they are in the file.
struct PackedRuns {
    bytes: Vec<u8>,
    /// Where they are in the bytes.
    runs: Vec<Run>,
}

impl Weigh for PackedRuns {
    fn weight(&self) -> usize {
        self.bytes.len()
    }
}
