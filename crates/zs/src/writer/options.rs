use blockyard_codec::lzma2::Preset;
use blockyard_pipeline::Options;

use crate::{Compression, Header, Level, Metadata};

/// How a file is written. Only `pipeline` leaves the file as it is.
#[derive(Clone, Debug)]
pub struct WriterOptions {
    /// How payloads are packed.
    pub compression: Compression,
    /// The number of entries of an index block, 2 at least.
    pub branching_factor: usize,
    /// What is said about the file; it has to be [strict](Metadata::is_strict).
    pub metadata: Metadata,
    /// Bytes behind the metadata in the header, to which version 0.10 of the format gives no meaning.
    pub extension: Vec<u8>,
    /// The largest payload that a block may have, in bytes: readers have such a limit too.
    pub block_limit: usize,
    /// The threads that pack.
    pub pipeline: Options,
}

impl Default for WriterOptions {
    /// Returns options for LZMA2 at preset 0e, 1,024 entries an index block, no metadata, blocks of up to
    /// 1 GiB, and a worker for each thread that the machine runs at a time.
    fn default() -> Self {
        Self {
            compression: Compression::Lzma2(Preset::DEFAULT),
            branching_factor: 1024,
            metadata: Metadata::default(),
            extension: Vec::new(),
            block_limit: 1 << 30,
            pipeline: Options::default(),
        }
    }
}

/// What a writer has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The header of the file, with its length and the hash of its data.
    pub header: Header,
    /// The number of records.
    pub records: u64,
    /// The number of data blocks.
    pub data_blocks: u64,
    /// The number of index blocks.
    pub index_blocks: u64,
    /// The level of the root of the index.
    pub root_level: Level,
}
