//! Saving what can be saved of a file that is damaged or was never finished.

mod claims;
mod frames;
mod head;
mod report;
mod verify;
mod window;

use std::io::{Seek, Write};
use std::ops::Range;

use blockyard_pipeline::Options;
use blockyard_storage::ReadAt;

use claims::IndexWalk;
use frames::{Part, PartFinder};
use head::Head;
pub use head::HeaderState;
pub use report::{Dropped, LostRange, RepairReport};
use verify::Verdict;

use crate::transfer::{strict, write_file};
use crate::{Block, Compression, Error, Metadata, WriterOptions};

/// How a file is repaired.
#[derive(Clone, Debug)]
pub struct RepairOptions {
    /// What is said about the new file if the metadata of the old one did not survive.
    pub metadata: Metadata,
    /// The number of entries of an index block, 2 at least.
    pub branching_factor: usize,
    /// The longest block that is recognized behind damaged bytes, in bytes. About twice as much memory is taken.
    pub search_limit: usize,
    /// The largest payload that a block may have, in bytes.
    pub block_limit: usize,
    /// The threads that unpack.
    pub pipeline: Options,
}

impl Default for RepairOptions {
    /// Returns options for index blocks of 1,024 entries, a search for blocks of up to 16 MiB, payloads of up
    /// to 1 GiB, and a worker for each thread that the machine runs at a time.
    fn default() -> Self {
        Self {
            metadata: Metadata::default(),
            branching_factor: 1024,
            search_limit: 16 << 20,
            block_limit: 1 << 30,
            pipeline: Options::default(),
        }
    }
}

/// Writes the blocks of a damaged or unfinished file that are right to `sink`, as they are and with a new index.
///
/// ```text
///  header ──▶ codec, metadata, first block
///  blocks ──▶ checksums; behind damage a search ──▶ unpack, order ──▶ verbatim copy, new index
///  index  ──▶ how much is missing in between
/// ```
///
/// A block is kept if its checksum is right, it can be unpacked, and its records are sorted and not smaller than
/// those of the blocks kept before. Behind something that is no block, each offset is tried until a block with
/// the right checksum begins there: that takes the same time for each offset, so that all of the search is
/// linear in the length of the file. It takes 32 bytes of memory for each block of the file, and more for each part
/// that is left out. Blocks inside of a damaged block (a record can hold a whole file) are taken for blocks of the file only where no index survived
/// to say otherwise. Extension blocks are left out: they may be about what is no longer there.
///
/// The codec is that of the header. If the header is damaged, all codecs are tried on the first blocks.
/// The file is read three times.
///
/// # Errors
/// [`Error::Empty`] if no block can be kept; [`Error::Length`] and [`Error::Read`] from the source;
/// [`Error::Write`], [`Error::Pipeline`], and [`Error::Corrupt`] if the file changes meanwhile.
pub fn repair<S, W>(source: S, options: &RepairOptions, sink: W) -> Result<(W, RepairReport), Error>
where
    S: ReadAt + Sync,
    W: Write + Seek,
{
    let head = Head::read(&source, options.block_limit)?;
    let mut parts = find_parts(&source, &head, options)?;
    let known = find_known(&source, &head, &parts, options)?;
    let codec = match &head.header {
        Some(header) => Some(header.codec),
        None => verify::find_codec(&source, head.codec, &parts, options.block_limit)?,
    };
    let codec = codec.ok_or(Error::Empty)?;
    if let Some(known) = &known {
        parts = claims::remove_nested(parts, known);
    }
    let limit = options.block_limit;
    let verdict = verify::verify(&source, &head, codec, parts, limit, &options.pipeline)?;
    let Verdict {
        kept,
        dropped,
        mut lost,
        ..
    } = verdict;

    let metadata_survived = head.metadata.is_some();
    let writer_options = WriterOptions {
        compression: Compression::from(codec),
        branching_factor: options.branching_factor,
        metadata: strict(head.metadata.as_ref().unwrap_or(&options.metadata)),
        extension: Vec::new(),
        block_limit: options.block_limit,
        pipeline: options.pipeline.clone(),
    };
    let blocks = kept.iter().map(|range| {
        let bytes = verify::read_block(&source, range)?;
        Ok(Block::copied(bytes, range.start, codec))
    });
    let (sink, written) = write_file(sink, writer_options, blocks)?;

    let is_complete = head
        .header
        .map(|header| header.data_sha256 == written.header.data_sha256);
    if is_complete == Some(true) {
        lost.clear();
    }
    if let Some(known) = &known {
        for range in &mut lost {
            range.blocks = Some(count_within(known, &range.bytes));
        }
    }
    let report = RepairReport {
        header: head.state,
        codec,
        metadata_survived,
        written,
        dropped,
        lost,
        is_complete,
    };
    Ok((sink, report))
}

/// Returns the parts of a file that are no index and extension blocks, in order.
fn find_parts<S: ReadAt>(
    source: &S,
    head: &Head,
    options: &RepairOptions,
) -> Result<Vec<Part>, Error> {
    let limit = options.block_limit as u64;
    let longest = limit + limit / 64 + 64;
    let mut finder = PartFinder::new(source, head.blocks.clone(), options.search_limit, longest);
    let mut parts = Vec::new();
    while let Some(part) = finder.next()? {
        if part.may_have_data() {
            parts.push(part);
        }
    }
    parts.extend(head.missing_end());
    Ok(parts)
}

/// Returns where data blocks begin in what is missing, by the index under an intact header; `None` if it did not
/// survive.
fn find_known<S: ReadAt>(
    source: &S,
    head: &Head,
    parts: &[Part],
    options: &RepairOptions,
) -> Result<Option<Vec<Range<u64>>>, Error> {
    let Some(header) = &head.header else {
        return Ok(None);
    };
    let gaps: Vec<_> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Gap { bytes, .. } => Some(bytes.clone()),
            Part::Frame { .. } => None,
        })
        .collect();
    let mut walk = IndexWalk::new(source, header, &head.blocks, options.block_limit);
    walk.claims(header, &gaps)
}

fn count_within(known: &[Range<u64>], bytes: &Range<u64>) -> u64 {
    let before = |offset| known.partition_point(|block| block.start < offset);
    (before(bytes.end) - before(bytes.start)) as u64
}
