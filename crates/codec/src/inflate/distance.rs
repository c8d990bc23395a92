//! The look-up table of distances.

use super::code::{Codes, Entry};
use super::error::Defect;

/// Index width of the first level.
const FIRST_BITS: u32 = 8;
/// A power of two not below the 402 - 256 entries that 32 codes of at most 15 bits can need behind
/// a first level of 256.
const SECOND_ENTRIES: usize = 256;

/// What a look-up says about the next bits.
///
/// ```text
///   bits 0..8    bits to use up: the code and the extra bits behind it
///   bits 8..14   width of the code alone; index width of a subtable
///   bit  14      subtable
///   bits 16..31  the distance without extra bits; start of a subtable
///   bit  31      exceptional: a subtable or no distance at all
/// ```
///
/// The entry 0 is a distance of 0 that uses up no bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Distance(u32);

impl Distance {
    const SUBTABLE: u32 = 1 << 14;
    const EXCEPTIONAL: u32 = 1 << 31;
    /// A code that stands for no distance, or a bit string that is no code.
    const fn invalid(code_bits: u32) -> Self {
        Self(Self::EXCEPTIONAL | code_bits)
    }

    /// Returns the entry, or the entry 0 unless `mask` is all ones.
    #[inline(always)]
    pub(super) fn masked(self, mask: u32) -> Self {
        Self(self.0 & mask)
    }

    /// Returns whether it is not a distance.
    #[inline(always)]
    pub(super) fn is_exceptional(self) -> bool {
        self.0 & Self::EXCEPTIONAL != 0
    }

    /// Returns the bits to use up.
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        self.0 & 0x3f
    }

    /// Returns the bits to use up modulo 64.
    #[inline(always)]
    pub(super) fn bits_modulo_64(self) -> u32 {
        self.0
    }

    /// Returns the distance, given the `bits` that the entry was found for. It is 2 GiB or more
    /// when the entry is exceptional.
    ///
    /// `low` keeps as many low bits as the low 8 bits of its second argument say.
    #[inline(always)]
    pub(super) fn distance(self, bits: u64, low: impl Fn(u64, u32) -> u64) -> u32 {
        let extra = low(bits, self.0) >> (self.0 >> 8 & 0x3f);
        ((self.0 as i32 >> 16) as u32).wrapping_add(extra as u32)
    }
}

impl Entry for Distance {
    fn symbol(symbol: usize, code_bits: usize) -> Self {
        let code_bits = code_bits as u32;
        match symbol as u32 {
            symbol @ 0..4 => Self((symbol + 1) << 16 | code_bits << 8 | code_bits),
            symbol @ 4..30 => {
                let extra_bits = symbol / 2 - 1;
                let base = ((2 + symbol % 2) << extra_bits) + 1;
                Self(base << 16 | code_bits << 8 | (code_bits + extra_bits))
            }
            _ => Self::invalid(code_bits),
        }
    }

    fn subtable(start: usize, index_bits: usize) -> Self {
        Self(Self::EXCEPTIONAL | Self::SUBTABLE | (start as u32) << 16 | (index_bits as u32) << 8)
    }
}

/// The distances of a block.
#[derive(Debug)]
pub(super) struct DistanceTable {
    first: [Distance; 1 << FIRST_BITS],
    second: [Distance; SECOND_ENTRIES],
}

impl DistanceTable {
    /// Makes a table without any code.
    pub(super) fn empty() -> Self {
        Self {
            first: [Distance::invalid(1); 1 << FIRST_BITS],
            second: [Distance::invalid(1); SECOND_ENTRIES],
        }
    }

    /// Fills the table from at most 32 code lengths.
    pub(super) fn build(&mut self, lengths: &[u8]) -> Result<(), Defect> {
        match Codes::new(lengths)? {
            Codes::Complete(code) => code.fill(&mut self.first, &mut self.second),
            Codes::Sparse(symbol) => {
                let entry =
                    symbol.map_or(Distance::invalid(1), |symbol| Distance::symbol(symbol, 1));
                for pair in self.first.chunks_exact_mut(2) {
                    pair.copy_from_slice(&[entry, Distance::invalid(1)]);
                }
            }
        }
        Ok(())
    }

    /// Returns the entry of the first level, which may be a subtable.
    #[inline(always)]
    pub(super) fn first(&self, bits: u64) -> Distance {
        self.first[bits as usize & ((1 << FIRST_BITS) - 1)]
    }

    /// Returns the entry of the distance at the beginning of `bits`; it is exceptional when there is
    /// none.
    #[inline(always)]
    pub(super) fn get(&self, bits: u64) -> Distance {
        let entry = self.first(bits);
        if entry.0 & Distance::SUBTABLE == 0 {
            return entry;
        }
        let index = (bits >> FIRST_BITS) as u32 & ((1 << (entry.0 >> 8 & 0x3f)) - 1);
        let start = entry.0 >> 16;
        self.second[(start + index) as usize & (SECOND_ENTRIES - 1)]
    }
}
