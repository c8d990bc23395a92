//! Reading a header that comes in pieces of any size.

use crc32fast::Hasher;

use super::{HAS_CHECKSUM, HAS_COMMENT, HAS_EXTRA, HAS_NAME, Header, IS_TEXT, METHOD, RESERVED};
use crate::Error;
use crate::format::GZIP_MAGIC;

/// Bytes of a name or a comment that are kept: a file can say more than anyone wants in memory.
const TEXT_KEPT: usize = 64 * 1024;

/// Bytes of the part that every header has.
const FIXED_LEN: usize = 10;

/// A header that is being read.
#[derive(Debug)]
pub(crate) struct HeaderReader {
    header: Header,
    /// Number of the member, and where its header begins.
    member: u64,
    start: u64,
    /// Bytes of the header that were taken so far.
    taken: u64,
    flags: u8,
    checksum: Hasher,
    field: Field,
    /// The bytes of a field of fixed length, as far as they are here.
    fixed: [u8; FIXED_LEN],
    filled: usize,
}

/// The field that comes next; those whose flag is not set are passed over.
#[derive(Clone, Copy, Debug)]
enum Field {
    Fixed,
    ExtraLength,
    Extra { left: usize },
    Name,
    Comment,
    Checksum,
    End,
}

impl HeaderReader {
    /// Begins behind the magic number of the header at `start`.
    pub(crate) fn after_magic(member: u64, start: u64) -> Self {
        let mut fixed = [0; FIXED_LEN];
        fixed[..GZIP_MAGIC.len()].copy_from_slice(&GZIP_MAGIC);
        Self {
            header: Header::default(),
            member,
            start,
            taken: GZIP_MAGIC.len() as u64,
            flags: 0,
            checksum: Hasher::new(),
            field: Field::Fixed,
            fixed,
            filled: GZIP_MAGIC.len(),
        }
    }

    /// Returns where the header begins.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Takes what belongs to the header from the front of `input`; returns the header once it is
    /// complete, and else has taken all.
    pub(crate) fn read(&mut self, input: &mut &[u8]) -> Result<Option<Header>, Error> {
        loop {
            self.field = match self.field {
                Field::Fixed => {
                    let Some(fixed) = self.fill(input, FIXED_LEN) else {
                        return Ok(None);
                    };
                    self.read_fixed(fixed)?;
                    Field::ExtraLength
                }
                Field::ExtraLength if self.flags & HAS_EXTRA != 0 => {
                    let Some([low, high, ..]) = self.fill(input, 2) else {
                        return Ok(None);
                    };
                    self.checksum.update(&[low, high]);
                    self.header.extra = Some(Vec::new());
                    let left = usize::from(u16::from_le_bytes([low, high]));
                    Field::Extra { left }
                }
                Field::ExtraLength | Field::Extra { left: 0 } => Field::Name,
                Field::Extra { left } => {
                    let part = self.take(input, left);
                    if part.is_empty() {
                        return Ok(None);
                    }
                    self.checksum.update(part);
                    self.header
                        .extra
                        .get_or_insert_default()
                        .extend_from_slice(part);
                    Field::Extra {
                        left: left - part.len(),
                    }
                }
                Field::Name if self.flags & HAS_NAME != 0 => {
                    let (text, is_complete) = self.take_text(input);
                    append(self.header.name.get_or_insert_default(), text);
                    if !is_complete {
                        return Ok(None);
                    }
                    Field::Comment
                }
                Field::Name => Field::Comment,
                Field::Comment if self.flags & HAS_COMMENT != 0 => {
                    let (text, is_complete) = self.take_text(input);
                    append(self.header.comment.get_or_insert_default(), text);
                    if !is_complete {
                        return Ok(None);
                    }
                    Field::Checksum
                }
                Field::Comment => Field::Checksum,
                Field::Checksum if self.flags & HAS_CHECKSUM != 0 => {
                    let Some([low, high, ..]) = self.fill(input, 2) else {
                        return Ok(None);
                    };
                    self.check(u16::from_le_bytes([low, high]))?;
                    Field::End
                }
                Field::Checksum => Field::End,
                Field::End => return Ok(Some(std::mem::take(&mut self.header))),
            };
        }
    }

    /// Takes at most `wanted` bytes.
    fn take<'a>(&mut self, input: &mut &'a [u8], wanted: usize) -> &'a [u8] {
        let (part, rest) = input.split_at(wanted.min(input.len()));
        *input = rest;
        self.taken += part.len() as u64;
        part
    }

    /// Takes a field of fixed length; `None` while it is not complete.
    fn fill(&mut self, input: &mut &[u8], wanted: usize) -> Option<[u8; FIXED_LEN]> {
        let part = self.take(input, wanted - self.filled);
        self.fixed[self.filled..self.filled + part.len()].copy_from_slice(part);
        self.filled += part.len();
        if self.filled < wanted {
            return None;
        }
        self.filled = 0;
        Some(self.fixed)
    }

    /// Takes up to and with the zero byte; returns the text before it, and whether it ended.
    fn take_text<'a>(&mut self, input: &mut &'a [u8]) -> (&'a [u8], bool) {
        let end = memchr::memchr(0, input);
        let part = self.take(input, end.map_or(input.len(), |end| end + 1));
        self.checksum.update(part);
        match end {
            Some(end) => (&part[..end], true),
            None => (part, false),
        }
    }

    fn read_fixed(&mut self, fixed: [u8; FIXED_LEN]) -> Result<(), Error> {
        let [_, _, method, flags, m0, m1, m2, m3, _, operating_system] = fixed;
        let (member, start) = (self.member, self.start);
        if method != METHOD {
            return Err(Error::UnknownMethod {
                member,
                offset: start + 2,
                found: method,
            });
        }
        if flags & RESERVED != 0 {
            let found = flags & RESERVED;
            return Err(Error::ReservedFlags {
                member,
                offset: start + 3,
                found,
            });
        }
        self.flags = flags;
        self.checksum.update(&fixed);
        self.header.modified = u32::from_le_bytes([m0, m1, m2, m3]);
        self.header.operating_system = operating_system;
        self.header.is_text = flags & IS_TEXT != 0;
        self.header.has_checksum = flags & HAS_CHECKSUM != 0;
        Ok(())
    }

    fn check(&self, expected: u16) -> Result<(), Error> {
        let found = self.checksum.clone().finalize() as u16;
        if expected == found {
            return Ok(());
        }
        Err(Error::HeaderChecksum {
            member: self.member,
            offset: self.start + self.taken - 2,
            expected,
            found,
        })
    }
}

/// Appends as much of `part` as is kept.
fn append(text: &mut Vec<u8>, part: &[u8]) {
    let room = TEXT_KEPT - text.len().min(TEXT_KEPT);
    text.extend_from_slice(&part[..part.len().min(room)]);
}
