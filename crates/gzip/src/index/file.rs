//! The bytes of an index.
//!
//! All numbers are little-endian.
//!
//! ```text
//!  0   4  "BYgi"
//!  4   1  version: 1
//!  5   1  format: 0 gzip, 1 zlib, 2 raw
//!  6   2  zero
//!  8   8  bytes of data in the file
//! 16   8  offset of the trailer of the last member
//! 24   8  the trailer, zeros behind it where the format has fewer bytes
//! 32   8  number of checkpoints
//!         each checkpoint, in order:
//!  0   8    bits of the file before it
//!  8   8    bytes of data before it
//! 16   8    number of its member, from 1
//! 24   1    what begins: 0 a member, 1 a block
//! 25   1    zero
//! 26   2    window: bytes of data, at most 32768
//! 28   4    window: packed bytes
//! 32   .    window: raw DEFLATE data
//!      4  CRC-32 of all bytes before
//! ```

use std::io::{self, Read, Write};

use super::{Checkpoint, Index, Start, Window};
use crate::machine::{MemberEnd, WINDOW};
use crate::{Error, Format};

const MAGIC: [u8; 4] = *b"BYgi";
const VERSION: u8 = 1;

/// No packed window is longer: 32 KiB stored, and ample room for what stands around it.
const LONGEST_PACKED: usize = WINDOW + 1024;

/// No trailer is further into a file, as offsets in bits are 64-bit numbers.
const LAST_TRAILER: u64 = u64::MAX / 8 - 8;

/// Checkpoints that room is made for before they are read.
const RESERVED: u64 = 4096;

impl Index {
    /// Writes the index, to be read by [`read_from`](Self::read_from).
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn write_to<W: Write>(&self, mut output: W) -> Result<(), Error> {
        let mut checksum = crc32fast::Hasher::new();
        let mut write = |bytes: &[u8]| {
            checksum.update(bytes);
            output.write_all(bytes).map_err(Error::Write)
        };
        write(&MAGIC)?;
        write(&[VERSION, format_code(self.trailer.format), 0, 0])?;
        write(&self.uncompressed_len.to_le_bytes())?;
        write(&self.trailer.offset.to_le_bytes())?;
        write(&self.trailer.padded)?;
        write(&(self.checkpoints.len() as u64).to_le_bytes())?;
        for checkpoint in &self.checkpoints {
            let none = Window::default();
            let (code, window) = match &checkpoint.start {
                Start::Member => (0, &none),
                Start::Block(window) => (1, window),
            };
            write(&checkpoint.bit_offset.to_le_bytes())?;
            write(&checkpoint.uncompressed_offset.to_le_bytes())?;
            write(&checkpoint.member.to_le_bytes())?;
            write(&[code, 0])?;
            write(&(window.length as u16).to_le_bytes())?;
            write(&(window.packed.len() as u32).to_le_bytes())?;
            write(&window.packed)?;
        }
        output
            .write_all(&checksum.finalize().to_le_bytes())
            .map_err(Error::Write)
    }

    /// Reads an index. It reads no further than the index goes.
    ///
    /// # Errors
    /// [`Error::InvalidIndex`] and [`Error::Read`].
    pub fn read_from<R: Read>(input: R) -> Result<Self, Error> {
        let mut bytes = Bytes {
            input,
            checksum: crc32fast::Hasher::new(),
            offset: 0,
        };
        bytes.expect(bytes_eq(MAGIC), "is not an index")?;
        bytes.expect(bytes_eq([VERSION]), "is of an unknown version")?;
        let [code] = bytes.array()?;
        let format = bytes.require(format_of(code), "has an unknown format")?;
        bytes.expect(bytes_eq([0; 2]), "has bytes that should be zero")?;
        let uncompressed_len = bytes.number()?;
        let trailer = MemberEnd {
            format,
            offset: bytes.number()?,
            padded: bytes.array()?,
        };
        let is_reachable = trailer.offset <= LAST_TRAILER;
        bytes.ensure(is_reachable, "has a trailer beyond any file")?;
        // Offsets in bits, and those behind the trailer, are numbers too.
        bytes.ensure(trailer.offset < 1 << 60, "has an offset out of range")?;
        let count = bytes.number()?;
        let mut checkpoints: Vec<Checkpoint> = Vec::with_capacity(count.min(RESERVED) as usize);
        for _ in 0..count {
            let checkpoint = bytes.checkpoint()?;
            let follows = match checkpoints.last() {
                None => checkpoint.uncompressed_offset == 0,
                Some(last) => {
                    checkpoint.bit_offset > last.bit_offset
                        && checkpoint.uncompressed_offset > last.uncompressed_offset
                        && checkpoint.member >= last.member
                }
            };
            let is_inside = checkpoint.uncompressed_offset <= uncompressed_len
                && checkpoint.bit_offset / 8 <= trailer.offset
                && (1..=trailer.offset + 1).contains(&checkpoint.member);
            bytes.ensure(follows && is_inside, "has checkpoints out of order")?;
            checkpoints.push(checkpoint);
        }
        bytes.ensure(!checkpoints.is_empty(), "has no checkpoints")?;
        let found = bytes.checksum.clone().finalize();
        bytes.expect(bytes_eq(found.to_le_bytes()), "does not match its checksum")?;
        Ok(Self {
            trailer,
            uncompressed_len,
            checkpoints,
        })
    }
}

/// The bytes of an index that is read, and the sum of those that were.
struct Bytes<R> {
    input: R,
    checksum: crc32fast::Hasher,
    offset: u64,
}

impl<R: Read> Bytes<R> {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        self.input
            .read_exact(buffer)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => self.invalid("ends too early"),
                _ => Error::Read(error),
            })?;
        self.checksum.update(buffer);
        self.offset += buffer.len() as u64;
        Ok(())
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], Error> {
        let mut array = [0; LENGTH];
        self.fill(&mut array)?;
        Ok(array)
    }

    fn number(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_le_bytes)
    }

    fn expect<const LENGTH: usize>(
        &mut self,
        is_right: impl FnOnce([u8; LENGTH]) -> bool,
        problem: &'static str,
    ) -> Result<(), Error> {
        let found = self.array()?;
        self.ensure(is_right(found), problem)
    }

    fn ensure(&self, is_right: bool, problem: &'static str) -> Result<(), Error> {
        self.require(is_right.then_some(()), problem)
    }

    fn require<T>(&self, value: Option<T>, problem: &'static str) -> Result<T, Error> {
        value.ok_or_else(|| self.invalid(problem))
    }

    fn invalid(&self, problem: &'static str) -> Error {
        Error::InvalidIndex {
            offset: self.offset,
            problem,
        }
    }

    fn checkpoint(&mut self) -> Result<Checkpoint, Error> {
        let (bit_offset, uncompressed_offset) = (self.number()?, self.number()?);
        let member = self.number()?;
        let [code, zero] = self.array()?;
        let length = usize::from(u16::from_le_bytes(self.array()?));
        let packed_len = u32::from_le_bytes(self.array()?) as usize;
        let is_right = zero == 0
            && length <= WINDOW
            && length as u64 <= uncompressed_offset
            && packed_len <= LONGEST_PACKED
            && (length == 0) == (packed_len == 0);
        self.ensure(is_right, "has a window of a wrong length")?;
        let mut packed = vec![0; packed_len];
        self.fill(&mut packed)?;
        let start = match code {
            0 if length == 0 && bit_offset % 8 == 0 => Some(Start::Member),
            1 => Some(Start::Block(Window { packed, length })),
            _ => None,
        };
        let start = self.require(start, "has a checkpoint of an unknown kind")?;
        Ok(Checkpoint {
            bit_offset,
            uncompressed_offset,
            member,
            start,
        })
    }
}

fn bytes_eq<const LENGTH: usize>(expected: [u8; LENGTH]) -> impl FnOnce([u8; LENGTH]) -> bool {
    move |found| found == expected
}

fn format_code(format: Format) -> u8 {
    match format {
        Format::Gzip => 0,
        Format::Zlib => 1,
        Format::Raw => 2,
    }
}

fn format_of(code: u8) -> Option<Format> {
    [Format::Gzip, Format::Zlib, Format::Raw]
        .into_iter()
        .find(|&format| format_code(format) == code)
}
