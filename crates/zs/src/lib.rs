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
//! [`ReadAt`](blockyard_storage::ReadAt). [`make`] writes a file of inputs of sorted records, and [`ZsWriter`]
//! one of blocks from anywhere. [`ZsReader::validate`] says whether a file is what the format asks for.
//!
//! ```
//! use std::io::Cursor;
//!
//! use blockyard_zs::{
//!     Cutter, Error, Framing, Query, ValidateOptions, WriterOptions, ZsReader, make,
//! };
//!
//! let lines = Framing::Terminator(b"\n".to_vec());
//! let input = Cursor::new("apple\napricot\nbanana\n");
//! let sink = Cursor::new(Vec::new());
//! let (file, summary) = make([Ok(input)], &Cutter::new(lines), sink, WriterOptions::default())?;
//! assert_eq!(summary.records, 3);
//!
//! let reader = ZsReader::open(file.into_inner())?;
//! let found: Vec<_> = reader.search(&Query::prefix("ap")).collect::<Result<_, Error>>()?;
//! assert_eq!(found, [b"apple".to_vec(), b"apricot".to_vec()]);
//! assert!(reader.validate(&ValidateOptions::default())?.is_valid());
//! # Ok::<(), Error>(())
//! ```

mod block;
mod carried;
mod checksum;
mod codec;
mod data_block;
mod defect;
mod error;
mod header;
mod index_block;
mod json_text;
mod metadata;
mod query;
mod reader;
mod repair;
mod sort;
mod survey;
mod text;
mod transfer;
pub mod uleb128;
mod validate;
mod writer;

pub use block::{Frame, Level, append_block, frame_length};
pub use checksum::crc64;
pub use codec::{BlockDecoder, BlockEncoder, Codec, Compression};
pub use data_block::{DataBlock, append_record, unpack_records};
pub use defect::Defect;
pub use error::Error;
pub use header::{HEADER_PREFIX_LEN, Header, MAGIC, PARTIAL_MAGIC};
pub use index_block::{Entry, IndexBlock, append_entry};
pub use metadata::{BuildInfo, Metadata};
pub use query::{Bounds, Query};
pub use reader::{
    Batch, Batches, BlockReference, Dumped, Ends, Frames, Framing, RawBlock, ReadOptions, Records,
    References, ZsReader,
};
pub use repair::{Dropped, HeaderState, LostRange, RepairOptions, RepairReport, repair};
pub use sort::{SortOptions, Sorted, sort};
pub use transfer::{
    Duplicates, MergeOptions, Part, Parts, SplitPlan, merge, reblock, recode, replace_metadata,
    set_metadata, subset,
};
pub use validate::{Failure, Report, ValidateOptions};
pub use writer::{Block, Cutter, InputPlace, RecordPlace, Summary, WriterOptions, ZsWriter, make};
