use std::fmt;

use crate::{Defect, Level};

/// Something in a file that is not what the format asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where the block begins that is wrong or refers to what is wrong; 0 for the header.
    pub offset: u64,
    /// What is wrong.
    pub defect: Defect,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "offset {}: {}", self.offset, self.defect)
    }
}

/// What there is to say about a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What is wrong, by offset: the first ones that were found.
    pub failures: Vec<Failure>,
    /// How many failures there are, kept or not.
    pub failure_count: u64,
    /// Keys that an object of the metadata has more than once, which is allowed.
    pub duplicate_keys: Vec<String>,
    /// The number of data blocks that are sound by themselves.
    pub data_blocks: u64,
    /// The number of index blocks that are sound by themselves.
    pub index_blocks: u64,
    /// The number of blocks that readers pass over.
    pub extension_blocks: u64,
    /// The number of blocks that could not be unpacked.
    pub damaged_blocks: u64,
    /// The number of records in sound data blocks; 0 if they were not read.
    pub records: u64,
    /// Bytes of the payloads of sound data blocks; 0 if they were not read.
    pub payload_bytes: u64,
    /// The level of the root of the index, if it is sound.
    pub root_level: Option<Level>,
    /// The whole file was seen: no failure hides where the next block begins.
    pub is_complete: bool,
}

impl Report {
    /// Returns whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        self.failure_count == 0
    }

    pub(super) fn add(&mut self, limit: usize, offset: u64, defect: Defect) {
        self.failure_count += 1;
        if self.failures.len() < limit {
            self.failures.push(Failure { offset, defect });
        }
    }
}

impl fmt::Display for Report {
    /// Writes a line, or several: one for each failure.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_valid() {
            return formatter.write_str("looks good!");
        }
        formatter.write_str("Integrity check failed:")?;
        for failure in &self.failures {
            write!(formatter, "\n  {failure}")?;
        }
        match self.failure_count - self.failures.len() as u64 {
            0 => Ok(()),
            more => write!(formatter, "\n  and {more} more"),
        }
    }
}
