//! The ZS format 0.10: sorted records in packed blocks, queried by prefix or range.
//!
//! ```text
//!  [ header | block | block | block | ... | root ]
//!             level 0: records, sorted    level 1 to 63: keys and places of the level below
//!
//!  block = [ length | level | packed payload | CRC-64 of level and packed payload ]
//! ```
//!
//! [`Header`], [`Frame`], [`DataBlock`] and [`IndexBlock`] are the parts of a file as functions of bytes;
//! [`ZsReader`] finds records with as few reads as the index allows, from any source of
//! [`ReadAt`](blockyard_storage::ReadAt).

mod block;
mod checksum;
mod codec;
mod data_block;
mod defect;
mod error;
mod header;
mod index_block;
mod metadata;
mod query;
mod reader;
mod text;
pub mod uleb128;

pub use block::{Frame, Level, append_block, frame_length};
pub use checksum::crc64;
pub use codec::{BlockDecoder, BlockEncoder, Codec, Compression};
pub use data_block::{DataBlock, append_record, unpack_records};
pub use defect::Defect;
pub use error::Error;
pub use header::{HEADER_PREFIX_LEN, Header, MAGIC, PARTIAL_MAGIC};
pub use index_block::{Entry, IndexBlock, append_entry};
pub use metadata::Metadata;
pub use query::{Bounds, Query};
pub use reader::{
    Batch, Batches, BlockReference, Dumped, Ends, Frames, Framing, RawBlock, ReadOptions, Records,
    References, ZsReader,
};
