//! Look-up tables of prefix codes.

use std::sync::LazyLock;

use super::error::Defect;

/// The longest code of literals, lengths and distances, in bits.
const MAX_CODE_BITS: usize = 15;
/// Index width of the first level of the literal/length table.
pub(super) const LITERAL_LENGTH_BITS: u32 = 11;
/// Index width of the first level of the distance table.
pub(super) const DISTANCE_BITS: u32 = 8;
/// Index width of the code length table, which is also the longest code there.
pub(super) const CODE_LENGTH_BITS: u32 = 7;
/// A power of two not below the 2342 entries that 288 symbols can need.
pub(super) const LITERAL_LENGTH_ENTRIES: usize = 4096;
/// A power of two not below the 402 entries that 32 symbols can need.
pub(super) const DISTANCE_ENTRIES: usize = 512;
/// Entries of the code length table, which has one level.
pub(super) const CODE_LENGTH_ENTRIES: usize = 1 << CODE_LENGTH_BITS;

/// What a look-up says about the next bits.
///
/// ```text
///   bits 0..8    bits to use up: the code and the extra bits behind it
///   bits 8..14   width of the code alone
///   bit  14      EXCEPTIONAL: neither of the two common cases
///   bit  15      LITERAL
///   bits 16..32  literal, or base of the length or distance
/// ```
///
/// An exceptional entry stands for the end of the block (`END`), for a subtable (`SUBTABLE`, with its
/// index width in bits 8..12 and its start in bits 16..32) or for nothing at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry(u32);

impl Entry {
    const LITERAL: u32 = 1 << 15;
    const EXCEPTIONAL: u32 = 1 << 14;
    const SUBTABLE: u32 = 1 << 13;
    const END: u32 = 1 << 12;

    /// Bits that stand for no symbol.
    const INVALID: Self = Self(Self::EXCEPTIONAL);

    /// Adds the width of the code to the entry of a symbol.
    #[inline(always)]
    fn with_code_bits(self, bits: u32) -> Self {
        if self.0 & (Self::EXCEPTIONAL | Self::LITERAL) == 0 {
            Self(self.0 + (bits << 8 | bits))
        } else {
            Self(self.0 + bits)
        }
    }

    fn subtable(start: usize, index_bits: u32) -> Self {
        Self((start as u32) << 16 | Self::EXCEPTIONAL | Self::SUBTABLE | index_bits << 8)
    }

    /// Returns whether it is a literal.
    #[inline(always)]
    pub(super) fn is_literal(self) -> bool {
        self.0 & Self::LITERAL != 0
    }

    /// Returns whether it is neither a literal nor a length or distance.
    #[inline(always)]
    pub(super) fn is_exceptional(self) -> bool {
        self.0 & Self::EXCEPTIONAL != 0
    }

    /// Returns whether it ends the block.
    #[inline(always)]
    pub(super) fn is_end(self) -> bool {
        self.0 & (Self::EXCEPTIONAL | Self::END) == Self::EXCEPTIONAL | Self::END
    }

    /// Returns whether it leads to a subtable.
    #[inline(always)]
    pub(super) fn is_subtable(self) -> bool {
        self.0 & (Self::EXCEPTIONAL | Self::SUBTABLE) == Self::EXCEPTIONAL | Self::SUBTABLE
    }

    /// Returns the bits to use up.
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        self.0 & 0xff
    }

    /// Returns the literal or the value without extra bits.
    #[inline(always)]
    pub(super) fn base(self) -> u32 {
        self.0 >> 16
    }

    /// Returns the base plus the extra bits, which follow the code in `bits`.
    #[inline(always)]
    pub(super) fn value(self, bits: u64) -> u32 {
        let all = bits & ((1 << self.bits()) - 1);
        self.base() + (all >> (self.0 >> 8 & 0x3f)) as u32
    }

    /// Returns where the entry of `bits` is, given that this one leads to a subtable.
    #[inline(always)]
    fn subtable_index(self, bits: u64, first_level_bits: u32) -> usize {
        let mask = (1 << (self.0 >> 8 & 0xf)) - 1;
        self.base() as usize + ((bits >> first_level_bits) as usize & mask)
    }
}

/// Entries of the literal/length symbols, without the width of their codes.
const LITERAL_LENGTH_SYMBOLS: [Entry; 288] = literal_length_symbols();
/// Entries of the distance symbols, without the width of their codes.
const DISTANCE_SYMBOLS: [Entry; 32] = distance_symbols();
/// Entries of the code length symbols, without the width of their codes.
const CODE_LENGTH_SYMBOLS: [Entry; 19] = code_length_symbols();

/// Makes the entries of RFC 1951, section 3.2.5: literals, end of block, lengths 3 to 258.
const fn literal_length_symbols() -> [Entry; 288] {
    let mut entries = [Entry::INVALID; 288];
    let mut literal = 0;
    while literal < 256 {
        entries[literal] = Entry((literal as u32) << 16 | Entry::LITERAL);
        literal += 1;
    }
    entries[256] = Entry(Entry::EXCEPTIONAL | Entry::END);
    let mut base = 3;
    let mut code = 0;
    while code < 28 {
        let extra = if code < 8 { 0 } else { code / 4 - 1 };
        entries[257 + code as usize] = Entry(base << 16 | extra);
        base += 1 << extra;
        code += 1;
    }
    // The last length has a code of its own, although code 284 with all extra bits set reaches it.
    entries[285] = Entry(258 << 16);
    entries
}

/// Makes the entries of RFC 1951, section 3.2.5: distances 1 to 32768.
const fn distance_symbols() -> [Entry; 32] {
    let mut entries = [Entry::INVALID; 32];
    let mut base = 1;
    let mut code = 0;
    while code < 30 {
        let extra = if code < 4 { 0 } else { code / 2 - 1 };
        entries[code as usize] = Entry(base << 16 | extra);
        base += 1 << extra;
        code += 1;
    }
    entries
}

/// Makes the entries of RFC 1951, section 3.2.7, the symbol in the place of a literal.
const fn code_length_symbols() -> [Entry; 19] {
    let mut entries = [Entry::INVALID; 19];
    let mut symbol = 0;
    while symbol < 19 {
        entries[symbol] = Entry((symbol as u32) << 16 | Entry::LITERAL);
        symbol += 1;
    }
    entries
}

/// The table of a code: a first level for `BITS` bits, then subtables for longer codes.
///
/// `ENTRIES` is a power of two, so that a masked index needs no check.
#[derive(Clone, Debug)]
pub(super) struct Table<const ENTRIES: usize, const BITS: u32>([Entry; ENTRIES]);

pub(super) type CodeLengthTable = Table<CODE_LENGTH_ENTRIES, CODE_LENGTH_BITS>;
pub(super) type LiteralLengthTable = Table<LITERAL_LENGTH_ENTRIES, LITERAL_LENGTH_BITS>;
pub(super) type DistanceTable = Table<DISTANCE_ENTRIES, DISTANCE_BITS>;

impl<const ENTRIES: usize, const BITS: u32> Table<ENTRIES, BITS> {
    /// Makes a table without any code.
    pub(super) const fn empty() -> Self {
        Self([Entry::INVALID; ENTRIES])
    }

    /// Returns the entry of the first level, which may lead to a subtable.
    #[inline(always)]
    pub(super) fn first_level(&self, bits: u64) -> Entry {
        self.0[bits as usize & ((1 << BITS) - 1) & (ENTRIES - 1)]
    }

    /// Returns the entry that `entry`, found for the same `bits`, leads to.
    #[inline(always)]
    pub(super) fn second_level(&self, entry: Entry, bits: u64) -> Entry {
        self.0[entry.subtable_index(bits, BITS) & (ENTRIES - 1)]
    }

    /// Returns the entry of the symbol at the beginning of `bits`.
    #[inline(always)]
    pub(super) fn get(&self, bits: u64) -> Entry {
        let entry = self.first_level(bits);
        if entry.is_subtable() {
            self.second_level(entry, bits)
        } else {
            entry
        }
    }

    /// Fills the table with the canonical code (RFC 1951, section 3.2.2) of these code lengths.
    ///
    /// Nothing but a single code of one bit may leave bit strings without a symbol.
    fn build(&mut self, lengths: &[u8], symbols: &[Entry]) -> Result<(), Defect> {
        let mut counts = [0_usize; MAX_CODE_BITS + 1];
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
            return self.build_incomplete(lengths, symbols, used == counts[1] && used <= 1);
        }

        // Symbols sorted by code length, then by number.
        let mut starts = [0_usize; MAX_CODE_BITS + 1];
        for bits in 1..=MAX_CODE_BITS {
            starts[bits] = starts[bits - 1] + counts[bits - 1];
        }
        let mut sorted = [0_u16; 288];
        for (symbol, &length) in lengths.iter().enumerate() {
            if length > 0 {
                let start = &mut starts[usize::from(length)];
                sorted[*start] = symbol as u16;
                *start += 1;
            }
        }

        // `code` is the next code with its bits in stream order, first bit lowest. The first level
        // grows with the codes: what is there repeats at each doubling.
        let mut code = 0_usize;
        let mut next = 0;
        for bits in 1..=BITS as usize {
            let size = 1 << bits;
            self.0.copy_within(..size / 2, size / 2);
            for &symbol in &sorted[next..next + counts[bits]] {
                self.0[code] = symbols[usize::from(symbol)].with_code_bits(bits as u32);
                code = following_code(code, size - 1);
            }
            next += counts[bits];
        }
        let mut end = 1 << BITS;
        let mut start = end;
        let mut prefix = None;
        for bits in BITS as usize + 1..=MAX_CODE_BITS {
            for left in (1..=counts[bits]).rev() {
                let root = code & ((1 << BITS) - 1);
                if prefix != Some(root) {
                    prefix = Some(root);
                    start = end;
                    let width = subtable_bits(bits - BITS as usize, left, &counts[bits + 1..]);
                    end += 1 << width;
                    self.0[root] = Entry::subtable(start, width as u32);
                }
                let entry = symbols[usize::from(sorted[next])].with_code_bits(bits as u32);
                next += 1;
                let first = start + (code >> BITS);
                for index in (first..end).step_by(1 << (bits - BITS as usize)) {
                    self.0[index] = entry;
                }
                code = following_code(code, (1 << bits) - 1);
            }
        }
        Ok(())
    }

    /// Fills the table with a code of no symbol or of a single symbol of one bit, where permitted.
    fn build_incomplete(
        &mut self,
        lengths: &[u8],
        symbols: &[Entry],
        is_permitted: bool,
    ) -> Result<(), Defect> {
        if !is_permitted {
            return Err(Defect::Incomplete);
        }
        let first = &mut self.0[..1 << BITS];
        first.fill(Entry::INVALID.with_code_bits(1));
        if let Some(symbol) = lengths.iter().position(|&length| length == 1) {
            for entry in first.iter_mut().step_by(2) {
                *entry = symbols[symbol].with_code_bits(1);
            }
        }
        Ok(())
    }
}

/// Returns the code after `code` in canonical order; both have their first bit lowest.
#[inline(always)]
fn following_code(code: usize, all_ones: usize) -> usize {
    // Adding one to the mirrored code clears the ones at the top and sets the zero below them.
    let zeros = code ^ all_ones;
    if zeros == 0 {
        return 0;
    }
    let carry = 1 << zeros.ilog2();
    code & (carry - 1) | carry
}

/// Returns the index width of the subtable that begins with `left` codes of `bits` bits behind the
/// first level; `longer` has the counts of the longer codes.
fn subtable_bits(bits: usize, left: usize, longer: &[usize]) -> usize {
    let mut filled = left;
    let mut width = bits;
    for &count in longer {
        if filled >= 1 << width {
            break;
        }
        filled = (filled << 1) + count;
        width += 1;
    }
    width
}

impl CodeLengthTable {
    /// Builds the table of the code that the lengths of the other codes are written in.
    pub(super) fn rebuild(&mut self, lengths: &[u8; 19]) -> Result<(), Defect> {
        // Not even a single code may be incomplete here.
        if lengths.iter().filter(|&&length| length > 0).count() < 2 {
            return Err(Defect::Incomplete);
        }
        self.build(lengths, &CODE_LENGTH_SYMBOLS)
    }
}

/// The tables that the symbols of a block are decoded with.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    pub(super) literal_length: LiteralLengthTable,
    pub(super) distance: DistanceTable,
}

impl Tables {
    /// Makes tables without any code.
    pub(super) fn empty() -> Box<Self> {
        Box::new(Self {
            literal_length: Table::empty(),
            distance: Table::empty(),
        })
    }

    /// Returns the tables of the fixed codes (RFC 1951, section 3.2.6).
    pub(super) fn fixed() -> &'static Self {
        static FIXED: LazyLock<Box<Tables>> = LazyLock::new(|| {
            let mut lengths = [8_u8; 288];
            lengths[144..256].fill(9);
            lengths[256..280].fill(7);
            let mut tables = Tables::empty();
            let literal_length = tables.build_literal_length(&lengths);
            let distance = tables.build_distance(&[5; 32]);
            debug_assert!(literal_length.is_ok() && distance.is_ok());
            tables
        });
        &FIXED
    }

    /// Builds the literal/length table from at most 288 code lengths.
    pub(super) fn build_literal_length(&mut self, lengths: &[u8]) -> Result<(), Defect> {
        if lengths.get(256).is_none_or(|&length| length == 0) {
            return Err(Defect::WithoutEndOfBlock);
        }
        self.literal_length.build(lengths, &LITERAL_LENGTH_SYMBOLS)
    }

    /// Builds the distance table from at most 32 code lengths.
    pub(super) fn build_distance(&mut self, lengths: &[u8]) -> Result<(), Defect> {
        self.distance.build(lengths, &DISTANCE_SYMBOLS)
    }
}
