//! From files to files: blocks that can stay as they are do not get packed again.

mod loader;
mod merge;
mod raw;
mod recode;
mod set_metadata;
mod split;
mod subset;

use std::io::{Seek, Write};

pub use merge::{Duplicates, MergeOptions, merge};
pub use recode::{reblock, recode};
pub use set_metadata::{replace_metadata, set_metadata};
pub use split::{Part, Parts, SplitPlan};
pub use subset::subset;

use crate::{
    Block, Compression, Defect, Error, Header, Metadata, Summary, WriterOptions, ZsWriter,
};

impl WriterOptions {
    /// Returns options for a file with the codec, the metadata and the header's extension of another.
    ///
    /// As files do not say how hard their writer tried, the compression is the default one of the codec. Words
    /// that are no JSON become null in the metadata.
    pub fn like(header: &Header) -> Self {
        Self {
            compression: Compression::from(header.codec),
            metadata: strict(&header.metadata),
            extension: header.extension.clone(),
            ..Self::default()
        }
    }
}

/// Returns metadata that can be written.
pub(crate) fn strict(metadata: &Metadata) -> Metadata {
    if metadata.is_strict() {
        metadata.clone()
    } else {
        Metadata::from_object(metadata.object().clone())
    }
}

/// Compares what was written with the hash in the header of the file that it comes from.
fn check_hash(header: &Header, written: &Summary) -> Result<(), Error> {
    let (expected, found) = (header.data_sha256, written.header.data_sha256);
    if expected == found {
        return Ok(());
    }
    Err(Error::corrupt(0, Defect::DataHash { expected, found }))
}

/// Writes blocks as a whole file.
pub(crate) fn write_file<W: Write + Seek>(
    sink: W,
    options: WriterOptions,
    blocks: impl Iterator<Item = Result<Block, Error>> + Send,
) -> Result<(W, Summary), Error> {
    let mut writer = ZsWriter::new(sink, options)?;
    writer.write_blocks(blocks)?;
    writer.finish()
}
