use std::io::{Seek, Write};
use std::num::NonZero;

use blockyard_storage::ReadAt;

use super::merge::{Copying, Merge};
use super::raw::RawBlocks;
use super::{MergeOptions, check_hash, write_file};
use crate::{Block, Error, Query, Summary, WriterOptions, ZsReader};

/// Writes the records of a file with another compression, in the same blocks.
///
/// Blocks are unpacked and packed on the threads of the options.
///
/// # Errors
/// [`Error::Read`], [`Error::Corrupt`] and [`Error::LimitExceeded`] from the file, also if its records are not
/// those that its header was made for; and those of [`ZsWriter`](crate::ZsWriter).
pub fn recode<S, W>(
    reader: &ZsReader<S>,
    sink: W,
    options: WriterOptions,
) -> Result<(W, Summary), Error>
where
    S: ReadAt + Sync,
    W: Write + Seek,
{
    let codec = reader.header().codec;
    let blocks = RawBlocks::new(reader, reader.references(&Query::all())).map(|block| {
        let (reference, raw) = block?;
        Ok(Block::repacked_from(raw, reference, codec))
    });
    let written = write_file(sink, options, blocks)?;
    check_hash(reader.header(), &written.1)?;
    Ok(written)
}

/// Writes the records of a file with another compression, in blocks of about another size.
///
/// Blocks are unpacked on one thread, as the records of one go into several or the other way round, and packed
/// on the threads of the options.
///
/// # Errors
/// Those of [`recode`], but for the records that the header was made for: the hash depends on the blocks no more
/// than the lengths of the records do, and is compared as well.
pub fn reblock<S, W>(
    reader: &ZsReader<S>,
    approx_block_size: NonZero<usize>,
    sink: W,
    options: WriterOptions,
) -> Result<(W, Summary), Error>
where
    S: ReadAt + Sync,
    W: Write + Seek,
{
    let merge = MergeOptions {
        approx_block_size,
        ..MergeOptions::default()
    };
    let readers = std::slice::from_ref(reader);
    let written = write_file(sink, options, Merge::new(readers, &merge, Copying::Never))?;
    check_hash(reader.header(), &written.1)?;
    Ok(written)
}
