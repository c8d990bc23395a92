use std::ops::Range;
use std::sync::{Mutex, OnceLock};

use blockyard_storage::ReadAt;

use super::ZsReader;
use super::cache::Cache;
use super::unpacker::read_exact;
use crate::{Error, HEADER_PREFIX_LEN, Header};

/// Bytes that are read at once at the beginning of a file: most headers are shorter.
const HEAD_LEN: u64 = 8 * 1024;

/// How a file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// The largest payload that a block may have, in bytes, and the largest header. The format itself has no
    /// limit; a small block can have a payload a thousand times as large as itself.
    pub block_limit: usize,
    /// Memory for unpacked index blocks besides the root, in bytes.
    pub index_cache: usize,
    /// Memory for unpacked data blocks, in bytes.
    pub data_cache: usize,
}

impl Default for ReadOptions {
    /// Returns a limit of 1 GiB, and caches of 8 MiB for index and 16 MiB for data blocks.
    fn default() -> Self {
        Self {
            block_limit: 1 << 30,
            index_cache: 8 << 20,
            data_cache: 16 << 20,
        }
    }
}

/// What is known of a file before it is opened: its length, and bytes at its ends.
///
/// Sources for which each read takes long can get all this in their first one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Length of the file in bytes.
    pub length: u64,
    /// Bytes at the beginning, any number.
    pub head: Vec<u8>,
    /// Bytes at the end, any number; the root of the index is there in most files.
    pub tail: Vec<u8>,
}

impl Ends {
    /// Returns the bytes of a range, where they are known.
    fn get(&self, range: &Range<u64>) -> Option<&[u8]> {
        let within = |bytes: &'_ [u8], start: u64| {
            let first = usize::try_from(range.start.checked_sub(start)?).ok()?;
            let last = usize::try_from(range.end.checked_sub(start)?).ok()?;
            (first <= last && last <= bytes.len()).then_some(first..last)
        };
        if let Some(place) = within(&self.head, 0) {
            return self.head.get(place);
        }
        let start = self.length.checked_sub(self.tail.len() as u64)?;
        self.tail.get(within(&self.tail, start)?)
    }
}

impl<S: ReadAt> ZsReader<S> {
    /// Opens a file with the default options.
    ///
    /// # Errors
    /// Those of [`open_with`](Self::open_with).
    pub fn open(source: S) -> Result<Self, Error> {
        Self::open_with(source, ReadOptions::default())
    }

    /// Opens a file: its header is read, by one read if it is no longer than 8 KiB.
    ///
    /// The index is not read before it is needed, so that a file with a damaged one can still be
    /// [scanned](Self::scan).
    ///
    /// # Errors
    /// [`Error::Length`] and [`Error::Read`] from the source, and those of [`Header::parse`] and
    /// [`Header::check_file_length`].
    pub fn open_with(source: S, options: ReadOptions) -> Result<Self, Error> {
        let length = source.len().map_err(Error::Length)?;
        let mut head = Vec::new();
        read_exact(&source, 0, length.min(HEAD_LEN) as usize, &mut head)?;
        let tail = Vec::new();
        let ends = Ends { length, head, tail };
        Self::open_ends(source, &ends, options)
    }

    /// Opens a file of which both ends may be known already.
    ///
    /// Nothing is read if the head has the whole header, nor later if an end has the root of the index.
    ///
    /// # Errors
    /// Those of [`open_with`](Self::open_with).
    pub fn open_ends(source: S, ends: &Ends, options: ReadOptions) -> Result<Self, Error> {
        let header = read_header(&source, ends, options.block_limit)?;
        header.check_file_length(ends.length)?;
        let root_end = header
            .root_index_offset
            .saturating_add(header.root_index_length);
        let root_bytes = ends
            .get(&(header.root_index_offset..root_end))
            .unwrap_or_default()
            .to_vec();
        Ok(Self {
            source,
            header,
            index_blocks: Cache::new(options.index_cache),
            data_blocks: Cache::new(options.data_cache),
            options,
            root_bytes,
            root: OnceLock::new(),
            unpackers: Mutex::default(),
        })
    }
}

fn read_header(source: &impl ReadAt, ends: &Ends, limit: usize) -> Result<Header, Error> {
    let mut buffer = Vec::new();
    let mut get = |length: u64| match ends.get(&(0..length)) {
        Some(bytes) => Ok(bytes.to_vec()),
        None => read_exact(source, 0, length as usize, &mut buffer).map(|()| buffer.clone()),
    };
    let prefix = get(ends.length.min(HEADER_PREFIX_LEN as u64))?;
    let length = Header::length(&prefix, ends.length)?;
    if length > limit as u64 {
        return Err(Error::LimitExceeded { offset: 0, limit });
    }
    Header::parse(&get(length)?)
}
