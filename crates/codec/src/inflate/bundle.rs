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

    /// Returns the bundle of a literal and of another one behind it, which is not special.
    #[inline(always)]
    fn followed_by(self, tail: Self) -> Self {
        let literal = (tail.0 & 0xff00) << 8;
        Self(self.0 + literal + (tail.0 & !0x00ff_ff00))
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

/// A symbol (with its extra bits, where an index of the first level covers them) and its code, the
/// first bit lowest.
#[derive(Clone, Copy, Debug)]
struct Single {
    code: u16,
    bits: u8,
    kind: Kind,
    bundle: Bundle,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Literal,
    /// A length that can be part of a bundle.
    Length,
    /// The end of the block, or a length that cannot.
    Special,
}

/// The symbols of the first level, sorted by their bits and then by their kinds.
struct Singles {
    sorted: [Single; Self::MAX],
    unsorted: [Single; Self::MAX],
    count: usize,
    /// Where each kind begins for each number of bits, one kind after the other.
    starts: [usize; Self::KINDS * (FIRST_BITS as usize + 2)],
}

impl Singles {
    /// Each literal and each length that can be part of a bundle, and the end of the block and the
    /// other lengths.
    const MAX: usize = END_OF_BLOCK + MAX_BUNDLED_LENGTH as usize + 32;
    const KINDS: usize = 3;

    fn new() -> Self {
        let none = Single {
            code: 0,
            bits: 0,
            kind: Kind::Special,
            bundle: Bundle(0),
        };
        Self {
            sorted: [none; Self::MAX],
            unsorted: [none; Self::MAX],
            count: 0,
            starts: [0; Self::KINDS * (FIRST_BITS as usize + 2)],
        }
    }

    /// Adds a symbol, or each of the lengths that it stands for.
    fn add(&mut self, symbol: usize, code: usize, code_bits: u32) {
        if symbol < END_OF_BLOCK {
            let bundle = Bundle::literal(symbol as u32, code_bits);
            self.push(Kind::Literal, code, code_bits, bundle);
            return;
        }
        if let Some(&(base, extra_bits)) = LENGTHS.get(symbol.wrapping_sub(END_OF_BLOCK + 1)) {
            let bits = code_bits + extra_bits;
            let longest = base + (1 << extra_bits) - 1;
            if bits <= FIRST_BITS && longest <= MAX_BUNDLED_LENGTH {
                for extra in 0..1 << extra_bits {
                    let bundle = Bundle::length(base + extra, bits);
                    let code = code | (extra as usize) << code_bits;
                    self.push(Kind::Length, code, bits, bundle);
                }
                return;
            }
        }
        let bundle = Bundle::symbol(symbol, code_bits as usize);
        self.push(Kind::Special, code, code_bits, bundle);
    }

    fn push(&mut self, kind: Kind, code: usize, bits: u32, bundle: Bundle) {
        self.unsorted[self.count] = Single {
            code: code as u16,
            bits: bits as u8,
            kind,
            bundle,
        };
        self.count += 1;
        self.starts[Self::group(bits, kind) + 1] += 1;
    }

    /// Returns the number of a group of symbols.
    fn group(bits: u32, kind: Kind) -> usize {
        bits as usize * Self::KINDS + kind as usize
    }

    fn sort(&mut self) {
        let mut next = 0;
        for start in &mut self.starts {
            next += *start;
            *start = next;
        }
        let mut places = self.starts;
        for &single in &self.unsorted[..self.count] {
            let place = &mut places[Self::group(u32::from(single.bits), single.kind)];
            self.sorted[*place] = single;
            *place += 1;
        }
    }

    /// Returns the symbols of so many bits.
    fn all(&self, bits: u32) -> &[Single] {
        self.groups(bits, Kind::Literal, Kind::Special)
    }

    /// Returns the literals of so many bits.
    fn literals(&self, bits: u32) -> &[Single] {
        self.groups(bits, Kind::Literal, Kind::Literal)
    }

    /// Returns the literals and lengths of so many bits.
    fn ordinary(&self, bits: u32) -> &[Single] {
        self.groups(bits, Kind::Literal, Kind::Length)
    }

    fn groups(&self, bits: u32, first: Kind, last: Kind) -> &[Single] {
        let start = self.starts[Self::group(bits, first)];
        let end = self.starts[Self::group(bits, last) + 1];
        &self.sorted[start..end]
    }

    /// Returns the share of the literals among the symbols, as the lengths of the codes tell it, in
    /// units of 1 / 4096.
    fn literal_share(&self) -> u32 {
        (1..=FIRST_BITS)
            .map(|bits| (self.literals(bits).len() as u32) << (FIRST_BITS - bits))
            .sum()
    }
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

        let mut singles = Singles::new();
        let long = code.short_codes(FIRST_BITS as usize, |symbol, code, bits| {
            singles.add(symbol, code, bits as u32);
        });
        singles.sort();
        self.fill_first(&singles);
        code.fill_second(&long, &mut self.first, &mut self.second);
        self.mostly_literals = singles.literal_share() * 100 >= MOSTLY_LITERALS << FIRST_BITS;
        Ok(())
    }

    /// Fills the first level with single symbols, and with pairs of them where an index covers both.
    fn fill_first(&mut self, singles: &Singles) {
        // The table grows with the bits: what is there repeats at each doubling. A pair takes the
        // place of the literal that it begins with.
        for bits in 1..=FIRST_BITS {
            let size = 1 << bits;
            self.first.copy_within(..size / 2, size / 2);
            let table = &mut self.first[..size];
            for single in singles.all(bits) {
                table[usize::from(single.code)] = single.bundle;
            }
            for head_bits in 1..bits {
                for head in singles.literals(head_bits) {
                    for tail in singles.ordinary(bits - head_bits) {
                        let code = head.code | tail.code << head_bits;
                        table[usize::from(code)] = head.bundle.followed_by(tail.bundle);
                    }
                }
            }
        }
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
