use std::ops::Range;

use super::HeaderState;
use crate::{Codec, Error, Summary};

/// What a repair found and made.
#[derive(Debug)]
pub struct RepairReport {
    /// In what state the header was.
    pub header: HeaderState,
    /// The codec of the blocks, from the header or found by trying.
    pub codec: Codec,
    /// Whether the new file has the metadata of the old one.
    pub metadata_survived: bool,
    /// What was written.
    pub written: Summary,
    /// The parts of the file that were left out, in its order: damaged data and index blocks, and bytes that
    /// are no block.
    pub dropped: Vec<Dropped>,
    /// Where records are missing, or may be. There are none if the hash in an intact header shows that the
    /// new file has all records.
    pub lost: Vec<LostRange>,
    /// Whether the new file has exactly the records that its header was made for; `None` without an intact
    /// header to say so.
    pub is_complete: Option<bool>,
}

/// A part of a file that was left out.
#[derive(Debug)]
pub struct Dropped {
    /// Where it is.
    pub bytes: Range<u64>,
    /// What is wrong at its beginning.
    pub error: Error,
}

/// Records that are missing between two that were saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostRange {
    /// Where they were, with the index blocks between them; or where there is something from which it cannot
    /// be said that it held none.
    pub bytes: Range<u64>,
    /// The last record before them; `None` if they were the first.
    pub after: Option<Vec<u8>>,
    /// The first record behind them; `None` if they were the last.
    pub before: Option<Vec<u8>>,
    /// The number of data blocks that begin there by an index that survived; `None` if none did.
    pub blocks: Option<u64>,
}
