use std::ops::Range;

use blockyard_storage::ReadAt;

use crate::reader::unpacker::{check_length, read_exact};
use crate::{Defect, Error, Level, RawBlock, ZsReader, frame_length, uleb128};

/// A block that is to be looked at.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) offset: u64,
    /// Length of the whole block in bytes.
    pub(super) length: u64,
    /// The whole block, unless the level is all that is known.
    pub(super) bytes: Vec<u8>,
    pub(super) level: Option<Level>,
}

impl From<RawBlock> for Job {
    fn from(block: RawBlock) -> Self {
        Self {
            offset: block.offset,
            length: block.bytes.len() as u64,
            bytes: block.bytes,
            level: None,
        }
    }
}

/// The blocks of a file in its order, of which only those of the index are read.
///
/// Each takes one short read, an index block another one.
pub(super) struct Heads<'a, S> {
    reader: &'a ZsReader<S>,
    /// The part of the file that was not returned yet.
    rest: Range<u64>,
    head: Vec<u8>,
}

impl<'a, S: ReadAt> Heads<'a, S> {
    pub(super) fn new(reader: &'a ZsReader<S>) -> Self {
        Self {
            reader,
            rest: reader.header().blocks(),
            head: Vec::new(),
        }
    }

    fn read(&mut self) -> Result<Job, Error> {
        /// Bytes of the longest length field, and the level.
        const HEAD_LEN: u64 = uleb128::MAX_LEN as u64 + 1;

        let source = self.reader.source();
        let offset = self.rest.start;
        let found = self.rest.end - offset;
        read_exact(source, offset, found.min(HEAD_LEN) as usize, &mut self.head)?;
        let expected = frame_length(&self.head, offset)?;
        if expected > found {
            let defect = Defect::UnexpectedEnd { expected, found };
            return Err(Error::corrupt(offset, defect));
        }
        // A length that was read before, and at least one byte behind it.
        let field = self.head.iter().take_while(|&&byte| byte >= 0x80).count() + 1;
        let level = Level::new(self.head[field]);
        let mut bytes = Vec::new();
        if level.is_index() {
            let limit = self.reader.options().block_limit;
            let length = check_length(offset, expected, limit)?;
            read_exact(source, offset, length, &mut bytes)?;
        }
        self.rest.start += expected;
        Ok(Job {
            offset,
            length: expected,
            bytes,
            level: (!level.is_index()).then_some(level),
        })
    }
}

impl<S: ReadAt> Iterator for Heads<'_, S> {
    type Item = Result<Job, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let job = self.read();
        if job.is_err() {
            self.rest = 0..0;
        }
        Some(job)
    }
}
