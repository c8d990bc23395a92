//! The alphabets of RFC 1951, section 3.2.5, and the token that stands for a literal or a match.

/// The shortest match that the format can express, in bytes.
pub(super) const MIN_MATCH: usize = 3;
/// The longest match that the format can express, in bytes.
pub(super) const MAX_MATCH: usize = 258;
/// How far back a match can lie, in bytes.
pub(super) const WINDOW: usize = 32_768;

/// Symbols of the literal/length alphabet that a stream can hold.
pub(super) const LITLEN_SYMBOLS: usize = 286;
/// Symbols of the distance alphabet that a stream can hold.
pub(super) const DISTANCE_SYMBOLS: usize = 30;
/// The symbol that ends a block.
pub(super) const END_OF_BLOCK: usize = 256;

/// The first length of each length symbol, from symbol 257 on.
pub(super) const LENGTH_BASE: [u16; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
/// The number of extra bits of each length symbol, from symbol 257 on.
pub(super) const LENGTH_EXTRA: [u8; 29] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
/// The first distance of each distance symbol.
pub(super) const DISTANCE_BASE: [u16; 30] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
/// The number of extra bits of each distance symbol; 0 also for the index that stands for "no distance".
pub(super) const DISTANCE_EXTRA: [u8; 32] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13, 0, 0,
];

/// The length symbol, less 257, of each match length less 3.
pub(super) const LENGTH_SLOT: [u8; 256] = length_slots();
/// The distance symbol of distances 1 to 256 (less 1), then of larger ones in steps of 128.
const DISTANCE_SLOT: [u8; 512] = distance_slots();

const fn length_slots() -> [u8; 256] {
    let mut slots = [0; 256];
    let mut slot = 0;
    let mut length = 3;
    while length <= MAX_MATCH {
        if slot < 28 && length >= LENGTH_BASE[slot + 1] as usize {
            slot += 1;
        }
        slots[length - 3] = slot as u8;
        length += 1;
    }
    slots
}

const fn distance_slots() -> [u8; 512] {
    let mut slots = [0; 512];
    let mut slot = 0;
    let mut distance = 1;
    while distance <= WINDOW {
        if slot < 29 && distance >= DISTANCE_BASE[slot + 1] as usize {
            slot += 1;
        }
        let less = distance - 1;
        slots[if less < 256 { less } else { 256 + (less >> 7) }] = slot as u8;
        distance += 1;
    }
    slots
}

/// Returns the distance symbol of a distance, 1 to 32,768.
#[inline(always)]
pub(super) fn distance_slot(distance: usize) -> usize {
    let less = distance - 1;
    let index = if less < 256 { less } else { 256 + (less >> 7) };
    DISTANCE_SLOT[index & 511] as usize
}

/// A literal or a match in 32 bits.
///
/// ```text
/// bits  0..10  literal byte, or 254 + match length (257 to 512)
/// bits 10..15  distance symbol; NO_DISTANCE for a literal
/// bits 15..28  extra bits of the distance
/// ```
///
/// Literals and matches are written by the same code without a branch: a literal's distance symbol
/// has a code of no bits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Token(pub(super) u32);

/// Entries of a table that is indexed by the first field of a token.
pub(super) const TOKEN_LITLENS: usize = 1024;
/// Stands in the second field of a token that is a literal.
const NO_DISTANCE: u32 = 30;
const LENGTH_OFFSET: usize = 254;

impl Token {
    /// Makes the token of a literal.
    #[inline(always)]
    pub(super) fn literal(byte: u8) -> Self {
        Self(u32::from(byte) | NO_DISTANCE << 10)
    }

    /// Makes the token of a match of 3 to 258 bytes at a distance of 1 to 32,768.
    #[inline(always)]
    pub(super) fn matched(length: usize, distance: usize) -> Self {
        let slot = distance_slot(distance);
        let extra = distance as u32 - u32::from(DISTANCE_BASE[slot]);
        Self((LENGTH_OFFSET + length) as u32 | (slot as u32) << 10 | extra << 15)
    }

    /// Returns the first field: a literal byte, or 254 + match length.
    #[inline(always)]
    pub(super) fn litlen(self) -> usize {
        (self.0 & 1023) as usize
    }

    /// Returns the distance symbol, or 30 for a literal.
    #[inline(always)]
    pub(super) fn distance_symbol(self) -> usize {
        (self.0 >> 10 & 31) as usize
    }

    /// Returns the extra bits of the distance.
    #[inline(always)]
    pub(super) fn distance_extra(self) -> u64 {
        u64::from(self.0 >> 15)
    }

    /// Returns how many bytes of the input the token stands for.
    #[inline(always)]
    pub(super) fn length(self) -> usize {
        let litlen = self.litlen();
        if litlen < 256 {
            1
        } else {
            litlen - LENGTH_OFFSET
        }
    }
}

/// Returns the first field of the token of a match of that length.
pub(super) const fn litlen_of_length(length: usize) -> usize {
    LENGTH_OFFSET + length
}

/// A match that was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Match {
    /// Length in bytes, 0 for none.
    pub(super) length: usize,
    pub(super) distance: usize,
}
