use std::io::{Seek, Write};

use blockyard_storage::ReadAt;

use super::loader::Loader;
use super::raw::RawBlocks;
use super::write_file;
use crate::query::Bounds;
use crate::{Block, BlockReference, Error, Query, Summary, WriterOptions, ZsReader};

/// Writes the records that a query wants as a file of their own.
///
/// Blocks of which the query wants all, which is all but the first and the last, are copied as they are if
/// the new file has the codec of the old one. Of a remote file only the blocks that are needed are read, several
/// at a time.
///
/// # Errors
/// [`Error::Empty`] if there are no such records; [`Error::Read`], [`Error::Corrupt`] and
/// [`Error::LimitExceeded`] from the file; and those of [`ZsWriter`](crate::ZsWriter).
pub fn subset<S, W>(
    reader: &ZsReader<S>,
    query: &Query,
    sink: W,
    options: WriterOptions,
) -> Result<(W, Summary), Error>
where
    S: ReadAt + Sync,
    W: Write + Seek,
{
    let bounds = query.bounds();
    let mut loader = Loader::new(reader);
    let blocks = RawBlocks::new(reader, reader.references(query)).filter_map(|block| {
        let trimmed =
            block.and_then(|(reference, raw)| trim(reader, &mut loader, &bounds, reference, raw));
        trimmed.transpose()
    });
    write_file(sink, options, blocks)
}

/// Returns what is wanted of a block.
fn trim<S>(
    reader: &ZsReader<S>,
    loader: &mut Loader,
    bounds: &Bounds,
    reference: BlockReference,
    raw: Vec<u8>,
) -> Result<Option<Block>, Error> {
    let codec = reader.header().codec;
    if reference.is_within(bounds) {
        return Ok(Some(Block::copied_from(raw, reference, codec)));
    }
    let block = loader.unpack(&reference, &raw)?;
    let start = block.count_below(&bounds.start);
    let end = match &bounds.stop {
        Some(stop) => block.count_below(stop),
        None => block.len(),
    };
    if start >= end {
        return Ok(None);
    }
    if start == 0 && end == block.len() {
        return Ok(Some(Block::copied_from(raw, reference, codec)));
    }
    let payload = block.payload_of(start..end).to_vec();
    Ok(Some(Block::from_payload(payload)))
}
