//! The look-up table of literals and match lengths, several of them in one entry.

use super::code::{Codes, Entry};
use super::error::Defect;

/// Index width of the first level.
///
/// A wider index holds more bundles; with more than 12 bits the table crowds the history out of the
/// first-level cache.
const FIRST_BITS: u32 = 12;
/// A power of two not below what 288 codes of at most 15 bits can need: a subtable of 8 entries has
/// at least 4 codes.
const SECOND_ENTRIES: usize = 1024;
/// Longer matches are not part of a bundle.
const MAX_BUNDLED_LENGTH: u32 = 127;
/// The share of literals in 100 symbols from which it pays to expect them.
const MOSTLY_LITERALS: u32 = 75;

const END_OF_BLOCK: usize = 256;
/// Base and number of extra bits of the lengths, from symbol 257 on (RFC 1951, section 3.2.5).
const LENGTHS: [(u32, u32); 29] = lengths();

const fn lengths() -> [(u32, u32); 29] {
    let mut lengths = [(258, 0); 29];
    let mut base = 3;
    let mut index = 0;
    while index < 28 {
        let extra_bits = if index < 8 { 0 } else { index as u32 / 4 - 1 };
        lengths[index] = (base, extra_bits);
        base += 1 << extra_bits;
        index += 1;
    }
    lengths
}

/// What a look-up says about the next bits: up to two literals, or up to one literal and a match
/// length, or something special.
///
/// ```text
///   bits 0..6    bits to use up, extra bits of the length included
///   bits 6..8    number of literals: 0, 1 or 2
///   bits 8..24   the literals, first one lowest
///   bits 24..31  match length, 3 to 127; 0 without a match
///   bit  31      there is a match behind the literals
/// ```
///
/// A match of length 0 to 2 stands for the special cases, which use up no bits by themselves:
///
/// ```text
///   LENGTH       bits 8..12 width of the code, 12..15 number of extra bits, 15..24 base
///   SUBTABLE     bits 8..12 index width, 12..24 start
///   END          bits 8..12 width of the code
///   INVALID      bits 8..12 width of the code
/// ```
#[derive(Clone, Copy, Debug)]
pub(super) struct Bundle(u32);

/// The special cases of a bundle.
#[derive(Clone, Copy, Debug)]
pub(super) enum Special {
    /// A match length with `extra_bits` behind a code of `code_bits`.
    Length {
        code_bits: u32,
        extra_bits: u32,
        base: u32,
    },
    Subtable,
    End {
        code_bits: u32,
    },
    Invalid {
        code_bits: u32,
    },
}

/// A single symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    Literal(u8),
    Length(usize),
    End,
    Invalid,
}

impl Bundle {
    const LITERAL: u32 = 1 << 6;
    const MATCH: u32 = 1 << 31;
    const LENGTH: u32 = Self::MATCH;
    const SUBTABLE: u32 = Self::MATCH | 1 << 24;
    const INVALID: u32 = Self::MATCH | 2 << 24;
    const END: u32 = Self::INVALID | 1 << 23;
    const FIRST_MATCH: u32 = Self::MATCH | 3 << 24;

    const fn literal(literal: u32, bits: u32) -> Self {
        Self(literal << 8 | Self::LITERAL | bits)
    }

    const fn length(length: u32, bits: u32) -> Self {
        Self(Self::MATCH | length << 24 | bits)
    }

    /// Returns the bits to use up for all of the bundle; 0 when it is special.
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        self.0 & 0x3f
    }

    /// Returns the bits to use up modulo 64, which spares an instruction.
    #[inline(always)]
    pub(super) fn bits_modulo_64(self) -> u32 {
        self.0
    }

    /// Returns the number of literals.
    #[inline(always)]
    pub(super) fn literal_count(self) -> usize {
        (self.0 >> 6 & 3) as usize
    }

    /// Returns the literals, the first one lowest.
    #[inline(always)]
    pub(super) fn literals(self) -> u16 {
        (self.0 >> 8) as u16
    }

    /// Returns whether a match or a special case is behind the literals.
    #[inline(always)]
    pub(super) fn has_match(self) -> bool {
        (self.0 as i32) < 0
    }

    /// Returns all ones if there is a match, else zero.
    #[inline(always)]
    pub(super) fn match_mask(self) -> u32 {
        (self.0 as i32 >> 31) as u32
    }

    /// Returns the length of the match, 0 without one.
    #[inline(always)]
    pub(super) fn match_length(self) -> usize {
        (self.0 >> 24 & 0x7f) as usize
    }

    /// Returns whether it is one of the [`special`](Self::special) cases.
    #[inline(always)]
    pub(super) fn is_special(self) -> bool {
        // The bit of a match is the sign: the special cases are the smallest numbers.
        (self.0 as i32) < Self::FIRST_MATCH as i32
    }

    #[inline(always)]
    pub(super) fn is_subtable(self) -> bool {
        self.0 & 0xff << 24 == Self::SUBTABLE
    }

    /// Returns which special case it is.
    #[inline(always)]
    pub(super) fn special(self) -> Special {
        let code_bits = self.0 >> 8 & 0xf;
        match self.0 & 0xff << 24 {
            Self::LENGTH => Special::Length {
                code_bits,
                extra_bits: self.0 >> 12 & 7,
                base: self.0 >> 15 & 0x1ff,
            },
            Self::SUBTABLE => Special::Subtable,
            _ if self.0 & Self::END == Self::END => Special::End { code_bits },
            _ => Special::Invalid { code_bits },
        }
    }
}

impl Entry for Bundle {
    fn symbol(symbol: usize, code_bits: usize) -> Self {
        let code_bits = code_bits as u32;
        match symbol {
            0..END_OF_BLOCK => Self::literal(symbol as u32, code_bits),
            END_OF_BLOCK => Self(Self::END | code_bits << 8),
            _ => match LENGTHS.get(symbol - END_OF_BLOCK - 1) {
                Some(&(base, 0)) if base <= MAX_BUNDLED_LENGTH => Self::length(base, code_bits),
                Some(&(base, extra_bits)) => {
                    Self(Self::LENGTH | base << 15 | extra_bits << 12 | code_bits << 8)
                }
                None => Self(Self::INVALID | code_bits << 8),
            },
        }
    }

    fn subtable(start: usize, index_bits: usize) -> Self {
        Self(Self::SUBTABLE | (start as u32) << 12 | (index_bits as u32) << 8)
    }
}

/// A symbol and its place in the first level.
#[derive(Clone, Copy, Debug, Default)]
struct Placed {
    symbol: u16,
    /// The code, its first bit lowest.
    code: u16,
    bits: u8,
}

/// The literals and match lengths of a block.
#[derive(Debug)]
pub(super) struct BundleTable {
    first: [Bundle; 1 << FIRST_BITS],
    second: [Bundle; SECOND_ENTRIES],
    /// Code lengths of the literals.
    literal_bits: [u8; END_OF_BLOCK],
    mostly_literals: bool,
}

impl BundleTable {
    /// Makes a table without any code.
    pub(super) fn empty() -> Self {
        Self {
            first: [Bundle(Bundle::INVALID); 1 << FIRST_BITS],
            second: [Bundle(Bundle::INVALID); SECOND_ENTRIES],
            literal_bits: [0; END_OF_BLOCK],
            mostly_literals: false,
        }
    }

    /// Fills the table from at least 257 and at most 288 code lengths.
    pub(super) fn build(&mut self, lengths: &[u8]) -> Result<(), Defect> {
        if lengths[END_OF_BLOCK] == 0 {
            return Err(Defect::WithoutEndOfBlock);
        }
        let code = match Codes::new(lengths)? {
            Codes::Complete(code) => code,
            Codes::Sparse(_) => {
                let entries = [
                    Bundle::symbol(END_OF_BLOCK, 1),
                    Bundle(Bundle::INVALID | 1 << 8),
                ];
                for pair in self.first.chunks_exact_mut(2) {
                    pair.copy_from_slice(&entries);
                }
                return Ok(());
            }
        };
        self.literal_bits.copy_from_slice(&lengths[..END_OF_BLOCK]);

        // In order of their code lengths, as the codes are.
        let mut literals = [Placed::default(); END_OF_BLOCK];
        let mut literal_count = 0;
        let mut lengths = [Placed::default(); LENGTHS.len()];
        let mut length_count = 0;
        let mut shortest = FIRST_BITS;
        let mut share = 0;
        code.fill(&mut self.first, &mut self.second, |symbol, code, bits| {
            let placed = Placed {
                symbol: symbol as u16,
                code: code as u16,
                bits: bits as u8,
            };
            let bits = bits as u32;
            if symbol < END_OF_BLOCK {
                literals[literal_count] = placed;
                literal_count += 1;
                share += 1 << (FIRST_BITS - bits);
            } else if symbol > END_OF_BLOCK && symbol - END_OF_BLOCK <= LENGTHS.len() {
                lengths[length_count] = placed;
                length_count += 1;
            } else {
                return;
            }
            shortest = shortest.min(bits);
        });
        for &length in &lengths[..length_count] {
            self.resolve_length(length);
        }
        self.bundle_literals(&literals[..literal_count], shortest);
        self.mostly_literals = share * 100 >= MOSTLY_LITERALS << FIRST_BITS;
        Ok(())
    }

    /// Puts lengths in the place of a length with extra bits that the index covers.
    fn resolve_length(&mut self, placed: Placed) {
        let (base, extra_bits) = LENGTHS[usize::from(placed.symbol) - END_OF_BLOCK - 1];
        let bits = u32::from(placed.bits) + extra_bits;
        let longest = base + (1 << extra_bits) - 1;
        if extra_bits == 0 || bits > FIRST_BITS || longest > MAX_BUNDLED_LENGTH {
            return;
        }
        for (extra, entry) in (0..1 << extra_bits).cycle().zip(self.entries(placed)) {
            *entry = Bundle::length(base + extra, bits);
        }
    }

    /// Adds what follows to the entries of the literals, where the index covers it. No code has
    /// fewer than `shortest` bits.
    fn bundle_literals(&mut self, literals: &[Placed], shortest: u32) {
        // What can follow a literal is in the entries of an index that is narrower by its code.
        let Some(least) = literals.first() else {
            return;
        };
        let mut single = [Bundle(0); 1 << (FIRST_BITS - 1)];
        let single = &mut single[..1 << (FIRST_BITS - u32::from(least.bits))];
        single.copy_from_slice(&self.first[..single.len()]);
        for &literal in literals {
            let room = FIRST_BITS - u32::from(literal.bits);
            if room < shortest {
                break;
            }
            let head = Bundle::literal(u32::from(literal.symbol), u32::from(literal.bits));
            for (entry, &next) in self.entries(literal).zip(&single[..1 << room]) {
                // A special bundle uses up 0 bits, which does not count as fitting.
                let fits = next.bits().wrapping_sub(1) < room;
                let both = (next.0 & 0xff00) << 8 | next.0 & !0x00ff_ff00;
                *entry = if fits { Bundle(both + head.0) } else { head };
            }
        }
    }

    /// Returns the entries of the first level that begin with the code of a symbol.
    fn entries(&mut self, placed: Placed) -> impl Iterator<Item = &mut Bundle> {
        let entries = self.first[usize::from(placed.code)..].iter_mut();
        entries.step_by(1 << placed.bits)
    }

    /// Returns whether most symbols are literals, as far as the lengths of the codes tell.
    pub(super) fn has_mostly_literals(&self) -> bool {
        self.mostly_literals
    }

    /// Returns the one symbol at the beginning of `bits`, and how many bits it uses up.
    pub(super) fn symbol(&self, bits: u64) -> (Symbol, u32) {
        let mut bundle = self.first(bits);
        if bundle.is_subtable() {
            bundle = self.second(bundle, bits);
        }
        if bundle.is_special() {
            return match bundle.special() {
                Special::Length {
                    code_bits,
                    extra_bits,
                    base,
                } => {
                    let extra = (bits >> code_bits) as u32 & ((1 << extra_bits) - 1);
                    let length = (base + extra) as usize;
                    (Symbol::Length(length), code_bits + extra_bits)
                }
                Special::End { code_bits } => (Symbol::End, code_bits),
                Special::Subtable => (Symbol::Invalid, 0),
                Special::Invalid { code_bits } => (Symbol::Invalid, code_bits),
            };
        }
        if bundle.literal_count() == 0 {
            return (Symbol::Length(bundle.match_length()), bundle.bits());
        }
        let literal = bundle.literals() as u8;
        let code_bits = self.literal_bits[usize::from(literal)];
        (Symbol::Literal(literal), u32::from(code_bits))
    }

    /// Returns the bundle of the first level.
    #[inline(always)]
    pub(super) fn first(&self, bits: u64) -> Bundle {
        self.first[bits as usize & ((1 << FIRST_BITS) - 1)]
    }

    /// Returns the bundle that the subtable `bundle`, found for the same `bits`, leads to.
    #[inline(always)]
    pub(super) fn second(&self, bundle: Bundle, bits: u64) -> Bundle {
        let index = (bits >> FIRST_BITS) as u32 & ((1 << (bundle.0 >> 8 & 0xf)) - 1);
        let start = bundle.0 >> 12 & 0xfff;
        self.second[(start + index) as usize & (SECOND_ENTRIES - 1)]
    }
}
