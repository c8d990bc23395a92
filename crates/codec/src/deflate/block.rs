//! One DEFLATE block: its symbol counts, its cost in each form, and its bits.

use super::bits::BitWriter;
use super::huffman::Code;
use super::symbols::{
    DISTANCE_EXTRA, DISTANCE_SYMBOLS, END_OF_BLOCK, LENGTH_EXTRA, LENGTH_SLOT, LITLEN_SYMBOLS,
    MAX_MATCH, MIN_MATCH, TOKEN_LITLENS, Token, litlen_of_length,
};

/// Longest code of literals, lengths and distances, in bits.
const LITLEN_LIMIT: usize = 15;
const DISTANCE_LIMIT: usize = 15;
/// Longest code of code lengths, in bits.
const PRECODE_LIMIT: usize = 7;
/// The order in which the header lists the lengths of the code length code.
const PRECODE_ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
/// Extra bits of the code length symbols.
const PRECODE_EXTRA: [u8; 19] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7];
/// Bits of the current byte that are in use when they are not known.
const MIDDLE_OF_BYTE: u32 = 4;
/// Bytes that one stored block can hold.
pub(super) const STORED_LIMIT: usize = 65_535;

/// How often each symbol stands in a run of tokens.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    pub(super) litlen: [u32; LITLEN_SYMBOLS],
    pub(super) distance: [u32; DISTANCE_SYMBOLS],
    /// Bytes of input that the tokens stand for.
    pub(super) bytes: usize,
}

impl Counts {
    pub(super) const fn empty() -> Self {
        Self {
            litlen: [0; LITLEN_SYMBOLS],
            distance: [0; DISTANCE_SYMBOLS],
            bytes: 0,
        }
    }

    /// Counts the symbols of `tokens`, without an end of block.
    pub(super) fn of(tokens: &[Token]) -> Self {
        // Neighbors are counted apart: to add to one counter twice in a row takes a turn through memory,
        // and every literal has the same distance symbol.
        let mut litlens = [[0_u32; TOKEN_LITLENS]; 2];
        let mut distances = [[0_u32; 32]; 4];
        let mut fours = tokens.chunks_exact(4);
        for four in &mut fours {
            for (idx, token) in four.iter().enumerate() {
                litlens[idx % 2][token.litlen()] += 1;
                distances[idx][token.distance_symbol()] += 1;
            }
        }
        for token in fours.remainder() {
            litlens[0][token.litlen()] += 1;
            distances[0][token.distance_symbol()] += 1;
        }
        let [mut litlen, litlen1] = litlens;
        for (count, more) in litlen
            .iter_mut()
            .zip(&litlen1)
            .take(litlen_of_length(MAX_MATCH) + 1)
        {
            *count += more;
        }
        let mut distance = [0; 32];
        for counts in &distances {
            for (count, more) in distance.iter_mut().zip(counts) {
                *count += more;
            }
        }
        let mut counts = Self::empty();
        counts.litlen[..256].copy_from_slice(&litlen[..256]);
        counts.bytes = litlen[..256].iter().map(|&count| count as usize).sum();
        for length in MIN_MATCH..=MAX_MATCH {
            let count = litlen[litlen_of_length(length)];
            counts.litlen[257 + LENGTH_SLOT[length - MIN_MATCH] as usize] += count;
            counts.bytes += count as usize * length;
        }
        counts
            .distance
            .copy_from_slice(&distance[..DISTANCE_SYMBOLS]);
        counts
    }

    /// Adds the end of block.
    fn with_end(mut self) -> Self {
        self.litlen[END_OF_BLOCK] = 1;
        self
    }

    /// Adds the counts of what follows.
    pub(super) fn add(&mut self, other: &Self) -> &mut Self {
        self.bytes += other.bytes;
        for (count, more) in self.litlen.iter_mut().zip(&other.litlen) {
            *count += more;
        }
        for (count, more) in self.distance.iter_mut().zip(&other.distance) {
            *count += more;
        }
        self
    }
}

/// The two codes of a block.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    pub(super) litlen: Code,
    pub(super) distance: Code,
}

impl Codes {
    pub(super) const fn empty() -> Self {
        Self {
            litlen: Code::empty(),
            distance: Code::empty(),
        }
    }

    /// Makes the best codes for `counts`.
    pub(super) fn build(&mut self, counts: &Counts) {
        self.litlen.build(&counts.litlen, LITLEN_LIMIT);
        self.distance.build(&counts.distance, DISTANCE_LIMIT);
    }

    /// Returns the codes of fixed blocks (RFC 1951, section 3.2.6).
    fn fixed() -> Self {
        let mut codes = Self::empty();
        codes.litlen.lengths[..144].fill(8);
        codes.litlen.lengths[144..256].fill(9);
        codes.litlen.lengths[256..280].fill(7);
        codes.litlen.lengths[280..288].fill(8);
        codes.litlen.assign_words(288);
        codes.distance.lengths[..DISTANCE_SYMBOLS].fill(5);
        codes.distance.assign_words(DISTANCE_SYMBOLS);
        codes
    }

    /// Returns the bits that symbols of these counts take, extra bits included.
    pub(super) fn cost(&self, counts: &Counts) -> u64 {
        let mut bits = 0;
        for (symbol, (&count, &length)) in counts
            .litlen
            .iter()
            .zip(&self.litlen.lengths[..LITLEN_SYMBOLS])
            .enumerate()
        {
            let extra = if symbol > END_OF_BLOCK {
                LENGTH_EXTRA[symbol - 257]
            } else {
                0
            };
            bits += u64::from(count) * u64::from(length + extra);
        }
        for (symbol, (&count, &length)) in counts
            .distance
            .iter()
            .zip(&self.distance.lengths)
            .enumerate()
        {
            bits += u64::from(count) * u64::from(length + DISTANCE_EXTRA[symbol]);
        }
        bits
    }
}

/// Writes blocks; holds the tables that every block needs anew.
#[derive(Debug)]
pub(super) struct BlockWriter {
    dynamic: Codes,
    fixed: Codes,
    /// For the first field of a token: code word and extra bits from bit 5 on, their number below.
    litlen_bits: Box<[u32; TOKEN_LITLENS]>,
    /// For the distance symbol of a token: code word from bit 16 on, bits with and without extra.
    distance_bits: [u32; 32],
}

impl BlockWriter {
    pub(super) fn new() -> Self {
        Self {
            dynamic: Codes::empty(),
            fixed: Codes::fixed(),
            litlen_bits: Box::new([0; TOKEN_LITLENS]),
            distance_bits: [0; 32],
        }
    }

    /// Returns the bits of a block with these counts in the best of the three kinds.
    pub(super) fn cost(&mut self, counts: &Counts) -> u64 {
        let counts = counts.clone().with_end();
        self.dynamic.build(&counts);
        let dynamic = Header::new(&self.dynamic).cost() + self.dynamic.cost(&counts);
        let stored = stored_cost(counts.bytes, MIDDLE_OF_BYTE);
        3 + dynamic.min(self.fixed.cost(&counts)).min(stored)
    }

    /// Returns the codes that were made for the block written last.
    pub(super) fn codes(&self) -> &Codes {
        &self.dynamic
    }

    /// Writes `tokens`, which stand for `bytes`, as the smallest of the three kinds of block.
    ///
    /// `counts` are those of `tokens`.
    pub(super) fn write(
        &mut self,
        tokens: &[Token],
        bytes: &[u8],
        counts: &Counts,
        last: bool,
        writer: &mut BitWriter<'_>,
    ) {
        let counts = &counts.clone().with_end();
        self.dynamic.build(counts);
        let header = Header::new(&self.dynamic);
        let dynamic = header.cost() + self.dynamic.cost(counts);
        let fixed = self.fixed.cost(counts);
        let stored = stored_cost(bytes.len(), writer.bit_offset());
        if stored <= dynamic.min(fixed) {
            write_stored(bytes, last, writer);
            return;
        }
        writer.reserve(3 + dynamic.min(fixed));
        let codes = if fixed <= dynamic {
            writer.put(0b010 | u64::from(last), 3);
            &self.fixed
        } else {
            writer.put(0b100 | u64::from(last), 3);
            header.write(writer);
            &self.dynamic
        };
        fill_token_tables(codes, &mut self.litlen_bits, &mut self.distance_bits);
        write_tokens(tokens, &self.litlen_bits, &self.distance_bits, writer);
        let end = self.litlen_bits[END_OF_BLOCK];
        writer.put(u64::from(end >> 5), end & 31);
    }
}

/// Returns the bits of `bytes` bytes in stored blocks, without the first three.
fn stored_cost(bytes: usize, bit_offset: u32) -> u64 {
    let blocks = bytes.div_ceil(STORED_LIMIT).max(1) as u64;
    let padding = u64::from((bit_offset + 3).wrapping_neg() & 7);
    padding + 32 + (blocks - 1) * 40 + 8 * bytes as u64
}

/// Writes `bytes` as stored blocks, at least one.
pub(super) fn write_stored(bytes: &[u8], last: bool, writer: &mut BitWriter<'_>) {
    let mut rest = bytes;
    loop {
        let (piece, after) = rest.split_at(rest.len().min(STORED_LIMIT));
        writer.reserve(64);
        writer.put(u64::from(last && after.is_empty()), 3);
        writer.align();
        let length = piece.len() as u16;
        writer.put(u64::from(length) | u64::from(!length) << 16, 32);
        writer.bytes(piece);
        rest = after;
        if rest.is_empty() {
            return;
        }
    }
}

fn fill_token_tables(
    codes: &Codes,
    litlen_bits: &mut [u32; TOKEN_LITLENS],
    distance_bits: &mut [u32; 32],
) {
    let entry = |symbol: usize| {
        u32::from(codes.litlen.words[symbol]) << 5 | u32::from(codes.litlen.lengths[symbol])
    };
    for (symbol, bits) in litlen_bits[..=END_OF_BLOCK].iter_mut().enumerate() {
        *bits = entry(symbol);
    }
    let lengths = &mut litlen_bits[litlen_of_length(MIN_MATCH)..=litlen_of_length(MAX_MATCH)];
    let mut base = 0;
    for (slot, &extra) in LENGTH_EXTRA.iter().enumerate() {
        let code = entry(257 + slot);
        // Length 258 has a symbol of its own, so the one before it covers one length less.
        let covered = if slot == 27 { 31 } else { 1 << extra };
        for (more, bits) in lengths[base..base + covered].iter_mut().enumerate() {
            *bits = (code + u32::from(extra)) | (more as u32) << (5 + (code & 31));
        }
        base += covered;
    }
    for (symbol, bits) in distance_bits[..DISTANCE_SYMBOLS].iter_mut().enumerate() {
        let length = u32::from(codes.distance.lengths[symbol]);
        let total = length + u32::from(DISTANCE_EXTRA[symbol]);
        *bits = u32::from(codes.distance.words[symbol]) << 16 | total << 8 | length;
    }
}

/// Writes tokens; none takes more than 48 bits (15 + 5 for a length, 15 + 13 for a distance).
fn write_tokens(
    tokens: &[Token],
    litlen_bits: &[u32; TOKEN_LITLENS],
    distance_bits: &[u32; 32],
    writer: &mut BitWriter<'_>,
) {
    let bits = |token: &Token| {
        let litlen = litlen_bits[token.litlen()];
        let distance = distance_bits[token.distance_symbol()];
        let tail = u64::from(distance >> 16) | token.distance_extra() << (distance & 31);
        let head_count = litlen & 31;
        (
            u64::from(litlen >> 5) | tail << head_count,
            head_count + (distance >> 8 & 31),
        )
    };
    let mut pairs = tokens.chunks_exact(2);
    writer.put_pairs((&mut pairs).map(|pair| (bits(&pair[0]), bits(&pair[1]))));
    for token in pairs.remainder() {
        let (value, count) = bits(token);
        writer.put(value, count);
    }
}

/// The header of a dynamic block: both codes' lengths, run-length coded (RFC 1951, section 3.2.7).
struct Header {
    litlen_count: usize,
    distance_count: usize,
    /// Symbols of the code length alphabet in the low 5 bits, their extra bits above.
    items: [u16; LITLEN_SYMBOLS + DISTANCE_SYMBOLS],
    item_count: usize,
    precode: Code,
    precode_count: usize,
    counts: [u32; 19],
}

impl Header {
    fn new(codes: &Codes) -> Self {
        let used = |lengths: &[u8], least: usize| {
            lengths
                .iter()
                .rposition(|&length| length != 0)
                .map_or(least, |last| least.max(last + 1))
        };
        let litlen_count = used(&codes.litlen.lengths[..LITLEN_SYMBOLS], 257);
        let distance_count = used(&codes.distance.lengths[..DISTANCE_SYMBOLS], 1);
        let mut lengths = [0; LITLEN_SYMBOLS + DISTANCE_SYMBOLS];
        let total = litlen_count + distance_count;
        lengths[..litlen_count].copy_from_slice(&codes.litlen.lengths[..litlen_count]);
        lengths[litlen_count..total].copy_from_slice(&codes.distance.lengths[..distance_count]);
        let mut header = Self {
            litlen_count,
            distance_count,
            items: [0; LITLEN_SYMBOLS + DISTANCE_SYMBOLS],
            item_count: 0,
            precode: Code::empty(),
            precode_count: 0,
            counts: [0; 19],
        };
        header.run_lengths(&lengths[..total]);
        header.precode.build(&header.counts, PRECODE_LIMIT);
        header.precode_count = PRECODE_ORDER
            .iter()
            .rposition(|&symbol| header.precode.lengths[symbol] != 0)
            .map_or(4, |last| 4.max(last + 1));
        header
    }

    fn run_lengths(&mut self, lengths: &[u8]) {
        let mut rest = lengths;
        while let Some(&length) = rest.first() {
            let mut run = rest.iter().take_while(|&&other| other == length).count();
            rest = &rest[run..];
            if length == 0 {
                while run >= 11 {
                    let piece = run.min(138);
                    self.push(18, piece - 11);
                    run -= piece;
                }
                if run >= 3 {
                    self.push(17, run - 3);
                    run = 0;
                }
            } else if run >= 4 {
                self.push(length, 0);
                run -= 1;
                while run >= 3 {
                    let piece = run.min(6);
                    self.push(16, piece - 3);
                    run -= piece;
                }
            }
            for _ in 0..run {
                self.push(length, 0);
            }
        }
    }

    fn push(&mut self, symbol: u8, extra: usize) {
        self.items[self.item_count] = u16::from(symbol) | (extra as u16) << 5;
        self.item_count += 1;
        self.counts[symbol as usize] += 1;
    }

    /// Returns the bits of the header, without the three that begin every block.
    fn cost(&self) -> u64 {
        let items: u64 = (0..19)
            .map(|symbol| {
                let bits = self.precode.lengths[symbol] + PRECODE_EXTRA[symbol];
                u64::from(self.counts[symbol]) * u64::from(bits)
            })
            .sum();
        14 + 3 * self.precode_count as u64 + items
    }

    fn write(&self, writer: &mut BitWriter<'_>) {
        writer.put(
            (self.litlen_count - 257) as u64
                | ((self.distance_count - 1) as u64) << 5
                | ((self.precode_count - 4) as u64) << 10,
            14,
        );
        for &symbol in &PRECODE_ORDER[..self.precode_count] {
            writer.put(u64::from(self.precode.lengths[symbol]), 3);
        }
        for &item in &self.items[..self.item_count] {
            let symbol = (item & 31) as usize;
            let length = u32::from(self.precode.lengths[symbol]);
            writer.put(
                u64::from(self.precode.words[symbol]) | u64::from(item >> 5) << length,
                length + u32::from(PRECODE_EXTRA[symbol]),
            );
        }
    }
}
