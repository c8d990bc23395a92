use std::io::{Seek, Write};

use blockyard_storage::ReadAt;

use super::{check_hash, write_file};
use crate::{Block, Compression, Error, Frame, Header, Metadata, Summary, WriterOptions, ZsReader};

/// Writes a file with other metadata: all data and extension blocks are copied as they are, in the order of the
/// file, and the index is made anew, as it has the places of the blocks.
///
/// Codec and the header's extension are those of the file, whatever the options say.
///
/// # Errors
/// [`Error::Read`], [`Error::Corrupt`] and [`Error::LimitExceeded`] from the file, also if its records are not
/// those that its header was made for; and those of [`ZsWriter`](crate::ZsWriter).
pub fn set_metadata<S, W>(
    reader: &ZsReader<S>,
    metadata: Metadata,
    sink: W,
    options: WriterOptions,
) -> Result<(W, Summary), Error>
where
    S: ReadAt + Sync,
    W: Write + Seek,
{
    let header = reader.header();
    let compression = if options.compression.codec() == header.codec {
        options.compression
    } else {
        Compression::from(header.codec)
    };
    let options = WriterOptions {
        compression,
        metadata,
        extension: header.extension.clone(),
        ..options
    };
    let blocks = reader.frames().filter_map(|block| {
        let copied = block.and_then(|block| {
            let frame = Frame::parse_exact(&block.bytes, block.offset)?;
            let is_kept = !frame.level.is_index();
            Ok(is_kept.then(|| Block::copied(block.bytes, block.offset, header.codec)))
        });
        copied.transpose()
    });
    let written = write_file(sink, options, blocks)?;
    check_hash(header, &written.1)?;
    Ok(written)
}

/// Returns the header of the same file with other metadata, if it takes no more bytes than there are: then
/// nothing else of the file changes.
///
/// Bytes that become free are kept as zeros in the header's extension, and those there are used if they are
/// zeros. To write [`Header::encode`] over the old header is not atomic: a process that is killed meanwhile can
/// leave a header with a wrong checksum, which [`repair`](crate::repair()) can set right.
pub fn replace_metadata(header: &Header, metadata: Metadata) -> Option<Header> {
    if !metadata.is_strict() {
        return None;
    }
    let is_free = header.extension.iter().all(|&byte| byte == 0);
    let old = header.metadata.text().len();
    let length = metadata.text().len();
    let extension = if is_free {
        vec![0; (old + header.extension.len()).checked_sub(length)?]
    } else if length == old {
        header.extension.clone()
    } else {
        return None;
    };
    Some(Header {
        metadata,
        extension,
        ..header.clone()
    })
}
