//! Canonical prefix codes (RFC 1951, section 3.2.2) and the look-up tables made from them.

use super::error::Defect;

/// The longest code of any symbol, in bits.
pub(super) const MAX_CODE_BITS: usize = 15;
/// The most symbols a code has.
const MAX_SYMBOLS: usize = 288;

/// The codes of an alphabet.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it is made once a block, used at once and not moved"
)]
pub(super) enum Codes {
    /// Every bit string begins with a code.
    Complete(CompleteCode),
    /// There is no code, or `0` is the only one.
    Sparse(Option<usize>),
}

/// A complete code, its symbols sorted by code length and then by number.
#[derive(Debug)]
pub(super) struct CompleteCode {
    /// Number of codes of each length.
    counts: [usize; MAX_CODE_BITS + 1],
    symbols: [u16; MAX_SYMBOLS],
}

impl Codes {
    /// Assigns codes of these lengths in bits (0: the symbol does not occur).
    ///
    /// Fails where the lengths are impossible or leave bit strings without a symbol, but for the
    /// two cases of [`Codes::Sparse`].
    pub(super) fn new(lengths: &[u8]) -> Result<Self, Defect> {
        let mut counts = [0; MAX_CODE_BITS + 1];
        for &length in lengths {
            counts[usize::from(length)] += 1;
        }
        let used = lengths.len() - counts[0];
        counts[0] = 0;
        let mut free = 1_usize;
        for &count in &counts[1..] {
            free = (free << 1)
                .checked_sub(count)
                .ok_or(Defect::Oversubscribed)?;
        }
        if free > 0 {
            return if used == counts[1] {
                Ok(Self::Sparse(lengths.iter().position(|&length| length == 1)))
            } else {
                Err(Defect::Incomplete)
            };
        }
        let mut next = [0; MAX_CODE_BITS + 1];
        for bits in 1..=MAX_CODE_BITS {
            next[bits] = next[bits - 1] + counts[bits - 1];
        }
        let mut symbols = [0; MAX_SYMBOLS];
        for (symbol, &length) in lengths.iter().enumerate() {
            if length > 0 {
                let next = &mut next[usize::from(length)];
                symbols[*next] = symbol as u16;
                *next += 1;
            }
        }
        Ok(Self::Complete(CompleteCode { counts, symbols }))
    }
}

/// An entry of a look-up table of two levels.
pub(super) trait Entry: Copy {
    /// Returns the entry of `symbol`, whose code has `code_bits` bits.
    fn symbol(symbol: usize, code_bits: usize) -> Self;

    /// Returns an entry that stands for 1 << `index_bits` entries of the second level.
    fn subtable(start: usize, index_bits: usize) -> Self;
}

/// Where the codes that are too long for a first level begin.
#[derive(Debug)]
pub(super) struct LongCodes {
    first_code: usize,
    first_symbol: usize,
}

impl CompleteCode {
    /// Calls `each` with the symbol, the code (its first bit lowest) and the length of each code of
    /// at most `max_bits` bits, the shorter ones first.
    #[inline(always)]
    pub(super) fn short_codes(
        &self,
        max_bits: usize,
        mut each: impl FnMut(usize, usize, usize),
    ) -> LongCodes {
        let (mut code, mut start) = (0, 0);
        for bits in 1..=max_bits {
            let end = start + self.counts[bits];
            for &symbol in &self.symbols[start..end] {
                each(usize::from(symbol), code, bits);
                code = following(code, (1 << bits) - 1);
            }
            start = end;
        }
        LongCodes {
            first_code: code,
            first_symbol: start,
        }
    }

    /// Fills the first level, indexed by as many of the next bits as it has entries for, and the
    /// second level for the codes that are longer.
    pub(super) fn fill<E: Entry>(&self, first: &mut [E], second: &mut [E]) {
        // The table grows with the codes: what is there repeats at each doubling.
        let mut size = 1;
        let long = self.short_codes(first.len().ilog2() as usize, |symbol, code, bits| {
            while size < 1 << bits {
                first.copy_within(..size, size);
                size *= 2;
            }
            first[code] = E::symbol(symbol, bits);
        });
        while size < first.len() {
            first.copy_within(..size, size);
            size *= 2;
        }
        self.fill_second(&long, first, second);
    }

    /// Fills the second level, and the entries of the first one that lead there.
    pub(super) fn fill_second<E: Entry>(
        &self,
        long: &LongCodes,
        first: &mut [E],
        second: &mut [E],
    ) {
        let first_bits = first.len().ilog2() as usize;
        let mut code = long.first_code;
        let mut symbols = self.symbols[long.first_symbol..].iter();
        let mut root = None;
        let (mut start, mut end) = (0, 0);
        for bits in first_bits + 1..=MAX_CODE_BITS {
            for (left, &symbol) in (1..=self.counts[bits]).rev().zip(symbols.by_ref()) {
                let low = code & (first.len() - 1);
                if root != Some(low) {
                    root = Some(low);
                    start = end;
                    let index_bits = self.subtable_bits(first_bits, bits, left);
                    end += 1 << index_bits;
                    first[low] = E::subtable(start, index_bits);
                }
                let entry = E::symbol(usize::from(symbol), bits);
                let from = start + (code >> first_bits);
                for slot in second[from..end]
                    .iter_mut()
                    .step_by(1 << (bits - first_bits))
                {
                    *slot = entry;
                }
                code = following(code, (1 << bits) - 1);
            }
        }
    }

    /// Returns the index width of the subtable whose first code has `bits` bits and is followed by
    /// `left - 1` more of this length: it ends where its codes fill it.
    fn subtable_bits(&self, first_bits: usize, bits: usize, left: usize) -> usize {
        let mut index_bits = bits - first_bits;
        let mut filled = left;
        for &longer in &self.counts[bits + 1..] {
            if filled >= 1 << index_bits {
                break;
            }
            filled = (filled << 1) + longer;
            index_bits += 1;
        }
        index_bits
    }
}

/// Returns the code after `code`, both with their first bit lowest; `ones` is the last code.
#[inline(always)]
fn following(code: usize, ones: usize) -> usize {
    // Adding one to the mirrored code clears the ones at its top and sets the zero below them.
    let zeros = code ^ ones;
    if zeros == 0 {
        return 0;
    }
    let carry = 1 << zeros.ilog2();
    code & (carry - 1) | carry
}
