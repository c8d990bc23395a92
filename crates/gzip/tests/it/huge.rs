//! Streams that do not fit: into 32 bits of length, or into memory.

use std::io::{self, Read, Write};

use blockyard_gzip::{CompressOptions, DecompressOptions, Error, Members, compress, decompress};

use crate::support::{level, pack, threads};

/// Gives so many zeros.
struct Zeros(u64);

impl Read for Zeros {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(usize::try_from(self.0).unwrap());
        buffer[..length].fill(0);
        self.0 -= length as u64;
        Ok(length)
    }
}

/// A member of more than 4 GiB of zeros: the same block again and again.
struct HugeMember {
    block: Vec<u8>,
    blocks: usize,
    rest: Vec<u8>,
    position: usize,
}

const BLOCK: usize = 1 << 20;
const BLOCKS: usize = 4097;
const LENGTH: u64 = (BLOCK * BLOCKS) as u64;

impl HugeMember {
    /// With what is added to the length in the trailer.
    fn new(added: u32) -> Self {
        let zeros = vec![0; BLOCK];
        let options = CompressOptions {
            format: blockyard_gzip::Format::Raw,
            independent: true,
            block_size: Some(threads(BLOCK)),
            level: level(1),
            ..CompressOptions::default()
        };
        // The first of two blocks is one that others can follow.
        let both = pack(&vec![0; BLOCK + 1], &options);
        let marker = [0, 0, 0xff, 0xff, 0, 0, 0, 0xff, 0xff];
        let end = both.windows(9).position(|bytes| bytes == marker).unwrap() + 9;
        let block = both[..end].to_vec();

        let part = crc32fast::hash(&zeros);
        let mut sum = crc32fast::Hasher::new();
        for _ in 0..BLOCKS {
            sum.combine(&crc32fast::Hasher::new_with_initial_len(part, BLOCK as u64));
        }
        let mut rest = vec![1, 0, 0, 0xff, 0xff];
        rest.extend_from_slice(&sum.finalize().to_le_bytes());
        rest.extend_from_slice(&(LENGTH as u32).wrapping_add(added).to_le_bytes());
        let mut member = Self {
            block,
            blocks: BLOCKS,
            rest,
            position: 0,
        };
        member
            .block
            .splice(..0, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
        member
    }
}

impl Read for HugeMember {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position == self.block.len() && self.blocks > 0 {
            self.blocks -= 1;
            self.position = 10;
            if self.blocks == 0 {
                self.block = std::mem::take(&mut self.rest);
                self.position = 0;
            }
        }
        let length = (&self.block[self.position..]).read(buffer)?;
        self.position += length;
        Ok(length)
    }
}

/// Returns the largest number of bytes that the process has had in memory, where that is told.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

/// Other tests run in the same process, but none needs so much.
const ENOUGH_MEMORY: u64 = 2 << 30;

#[test]
fn the_length_in_the_trailer_is_modulo_four_gibibytes() {
    for number in [1, 2] {
        let options = DecompressOptions {
            threads: threads(number),
            ..DecompressOptions::default()
        };
        let summary = decompress(HugeMember::new(0), io::sink(), &options).unwrap();
        assert_eq!(summary.bytes_out, LENGTH);
    }
    let options = DecompressOptions {
        threads: threads(2),
        ..DecompressOptions::default()
    };
    let error = decompress(HugeMember::new(1), io::sink(), &options).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Length {
                member: 1,
                found: LENGTH,
                ..
            }
        ),
        "{error}"
    );
    assert!(peak_memory().is_none_or(|peak| peak < ENOUGH_MEMORY));
}

#[test]
fn a_list_has_lengths_beyond_four_gibibytes() {
    let members: Vec<_> = Members::new(HugeMember::new(0), None)
        .map(Result::unwrap)
        .collect();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].uncompressed_len, LENGTH);
}

/// Counts.
struct Counting(u64);

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn compressing_takes_a_stream_of_any_length() {
    let length = 1 << 30;
    let options = CompressOptions {
        threads: threads(2),
        level: level(1),
        ..CompressOptions::default()
    };
    let mut output = Counting(0);
    let summary = compress(Zeros(length), &mut output, &options).unwrap();
    assert_eq!((summary.bytes_in, summary.bytes_out), (length, output.0));
    assert!(peak_memory().is_none_or(|peak| peak < ENOUGH_MEMORY));
}
