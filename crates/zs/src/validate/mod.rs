//! Looking for everything that is wrong with a file.

mod examiner;
mod progress;
mod references;
mod report;
mod source;
mod span;

use blockyard_pipeline::{BufferPool, Options};
use blockyard_storage::ReadAt;

use examiner::Examiner;
use progress::Progress;
pub use report::{Failure, Report};
use source::{Heads, Job};

use crate::reader::bulk::run_late;
use crate::{Defect, Error, ZsReader};

/// How a file is validated.
#[derive(Clone, Debug)]
pub struct ValidateOptions {
    /// Looks at the structure only: at the index, and at how long the data blocks are, but not into them.
    pub quick: bool,
    /// How many failures are kept; the others are counted.
    pub failure_limit: usize,
    /// Memory for blocks and references that wait for their counterparts, in bytes and roughly: a file whose
    /// index is before its data needs as much as the unpacked index takes, others next to nothing.
    pub reference_limit: usize,
    /// The threads that unpack.
    pub pipeline: Options,
}

impl Default for ValidateOptions {
    /// Returns options for the whole file, 1,000 failures, 1 GiB of references, and a worker for each thread that
    /// the machine runs at a time.
    fn default() -> Self {
        Self {
            quick: false,
            failure_limit: 1000,
            reference_limit: 1 << 30,
            pipeline: Options::default(),
        }
    }
}

impl<S: ReadAt + Sync> ZsReader<S> {
    /// Looks for everything in the file that is not what the format asks for, in one pass over its blocks.
    ///
    /// What makes it impossible to open the file (magic number, header, codec, length of the file, metadata that
    /// is no object) was an error of [`open`](Self::open) already. The rest:
    ///
    /// | what | failure |
    /// | --- | --- |
    /// | the metadata is JSON as RFC 8259 defines it | [`Defect::LenientMetadata`] |
    /// | a block is as long as it says, and has a level | [`Defect::UnexpectedEnd`], [`Defect::NoLevel`] and those of [`uleb128::read`](crate::uleb128::read): the end of the pass |
    /// | it agrees with its checksum, also an extension block, which is not unpacked | [`Defect::Checksum`] |
    /// | it can be unpacked, with nothing behind | [`Defect::Deflate`], [`Defect::DeflateTrailing`], [`Defect::Lzma2`] |
    /// | its payload is not larger than the reader's limit | [`Defect::BlockLimit`] |
    /// | its payload consists of records or entries, one at least | [`Defect::EmptyBlock`], [`Defect::RecordPastEnd`] |
    /// | its records or keys are sorted | [`Defect::Unsorted`] |
    /// | the records of data blocks are sorted in the order of the file | [`Defect::UnsortedBlocks`] |
    /// | an index block of level 1 has its blocks in the order of the file | [`Defect::UnsortedOffsets`] |
    /// | a reference leads to a block, and no other one there | [`Defect::ReferenceOutside`], [`Defect::Reference`] |
    /// | the block is one level below | [`Defect::ReferenceLevel`] |
    /// | the block is as long as the reference says | [`Defect::ReferenceLength`] |
    /// | the key is neither larger than any record under the block nor smaller than any before | [`Defect::KeyTooLargeFor`], [`Defect::KeyTooSmallFor`] |
    /// | the root of the index is there, and not referred to | [`Defect::Root`], [`Defect::RootLevel`] |
    /// | it is as long as the header says | [`Defect::RootLength`] |
    /// | all other data and index blocks are referred to | [`Defect::Unreferenced`] |
    /// | the data has the hash in the header | [`Defect::DataHash`] |
    ///
    /// Index blocks may be anywhere in the file. After a failure that hides where the next block begins, only
    /// what was found before is reported. Where a block is damaged, nothing is said about the hash, nor about
    /// blocks without references.
    ///
    /// With [`quick`](ValidateOptions::quick), data blocks are not read: of them only length and level are
    /// looked at, and keys are compared with other keys.
    ///
    /// # Errors
    /// [`Error::Read`] and [`Error::Pipeline`]: it cannot be said whether the file is valid.
    pub fn validate(&self, options: &ValidateOptions) -> Result<Report, Error> {
        let mut progress = Progress::new(self.header(), options);
        let outcome = if options.quick {
            self.examine(options, Heads::new(self), &mut progress)
        } else {
            let jobs = self.frames().map(|block| block.map(Job::from));
            self.examine(options, jobs, &mut progress)
        };
        match outcome {
            Ok(()) => Ok(progress.finish()),
            Err(Error::Corrupt { offset, defect }) => Ok(progress.break_off(offset, defect)),
            Err(Error::LimitExceeded { offset, limit }) => {
                Ok(progress.break_off(offset, Defect::BlockLimit { limit }))
            }
            Err(error) => Err(error),
        }
    }

    fn examine(
        &self,
        options: &ValidateOptions,
        jobs: impl Iterator<Item = Result<Job, Error>> + Send,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let pool = BufferPool::new(options.pipeline.slot_count().get());
        run_late(
            &options.pipeline,
            jobs.map(|job| {
                job.map(|job| (job.length as usize, job))
                    .map(|(weight, job)| (job, weight))
            }),
            || {
                let limit = self.options().block_limit;
                let mut examiner = Examiner::new(self.header().codec, limit, pool.clone());
                move |job: Job| {
                    let weight = job.bytes.len();
                    Ok((examiner.examine(job), weight))
                }
            },
            |examined| progress.add(examined),
        )
    }
}
