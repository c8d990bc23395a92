//! What a match is worth: the bits that it saves, at the prices of the block before.

use super::block::{Codes, Counts};
use super::logarithm::{FRACTION, ONE, ideal_bits};
use super::symbols::{
    DISTANCE_EXTRA, DISTANCE_SYMBOLS, LENGTH_EXTRA, LENGTH_SLOT, MAX_MATCH, MIN_MATCH, Match,
    distance_slot,
};

/// No match of more bytes is refused.
const LONGEST_REFUSED: usize = 20;
/// Literals of fewer bits are cheap (those of logs and sequences have 4 to 5, of text 6, of programs 7).
const CHEAP_LITERAL: i32 = 5 * ONE.cast_signed();
/// Bytes that a guess looks at.
const SAMPLES: usize = 16 * 1024;
/// Literals that must have been seen before their prices are trusted.
const ENOUGH_LITERALS: u32 = 200;
/// Bits assumed for a length or distance that has had no code so far.
const UNSEEN_LENGTH: u32 = 12;
const UNSEEN_DISTANCE: u32 = 10;

/// Prices of matches and literals, in fixed point.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    /// The least length that saves bits, for each distance symbol.
    least: [u8; 32],
    /// By distance symbol, extra bits included.
    distance: [i32; 32],
    /// By match length, extra bits included.
    length: [i32; MAX_MATCH + 1],
    literal: i32,
    /// What a byte is taken to be worth in a comparison of matches: less than a literal's price, since
    /// what one match leaves another can cover.
    byte: i32,
}

impl Worth {
    /// Guesses from the bytes of a block before anything of it has been packed.
    pub(super) fn guess(bytes: &[u8]) -> Self {
        let mut counts = [0; 256];
        for &byte in bytes.iter().step_by(bytes.len() / SAMPLES + 1) {
            counts[byte as usize] += 1;
        }
        let mut worth = Self {
            least: [0; 32],
            distance: [0; 32],
            length: [0; MAX_MATCH + 1],
            literal: 0,
            byte: 0,
        };
        for (length, price) in worth.length.iter_mut().enumerate().skip(MIN_MATCH) {
            *price = (ONE * (3 + length.ilog2())).cast_signed();
        }
        for (price, extra) in worth.distance.iter_mut().zip(DISTANCE_EXTRA) {
            *price = (ONE * (4 + u32::from(extra))).cast_signed();
        }
        let bits: u64 = ideal_bits(&counts, 15)
            .iter()
            .zip(&counts)
            .map(|(&bits, &count)| u64::from(bits) * u64::from(count))
            .sum();
        let samples: u32 = counts.iter().sum();
        worth.set_literal((bits / u64::from(samples.max(1))) as i32);
        worth
    }

    /// Takes the prices that a block had.
    pub(super) fn learn(&mut self, codes: &Codes, counts: &Counts) {
        let (mut bits, mut literals) = (0, 0);
        for (&count, &length) in counts.litlen[..256].iter().zip(&codes.litlen.lengths) {
            bits += u64::from(count) * u64::from(length);
            literals += count;
        }
        if literals < ENOUGH_LITERALS {
            return;
        }
        let bits_or = |length: u8, unseen: u32| {
            if length == 0 {
                unseen
            } else {
                u32::from(length)
            }
        };
        for (length, price) in self.length.iter_mut().enumerate().skip(MIN_MATCH) {
            let slot = LENGTH_SLOT[length - MIN_MATCH] as usize;
            let code = bits_or(codes.litlen.lengths[257 + slot], UNSEEN_LENGTH);
            *price = (ONE * (code + u32::from(LENGTH_EXTRA[slot]))).cast_signed();
        }
        for (slot, price) in self.distance[..DISTANCE_SYMBOLS].iter_mut().enumerate() {
            let code = bits_or(codes.distance.lengths[slot], UNSEEN_DISTANCE);
            *price = (ONE * (code + u32::from(DISTANCE_EXTRA[slot]))).cast_signed();
        }
        self.set_literal(((bits << FRACTION) / u64::from(literals)) as i32);
    }

    fn set_literal(&mut self, literal: i32) {
        self.literal = literal.max(ONE.cast_signed() / 2);
        self.byte = self.literal * 5 / 8;
        for (slot, least) in self.least[..DISTANCE_SYMBOLS].iter_mut().enumerate() {
            let mut length = MIN_MATCH;
            // One bit more, since a match also hides what could have begun inside it.
            while length < LONGEST_REFUSED
                && self.length[length] + self.distance[slot] + ONE.cast_signed()
                    > self.literal * length as i32
            {
                length += 1;
            }
            *least = length as u8;
        }
    }

    /// Returns the least length that saves bits at a distance symbol.
    pub(super) fn least_at(&self, slot: usize) -> u8 {
        self.least[slot]
    }

    /// Returns whether literals take so few bits that long searches do not pay.
    pub(super) fn has_cheap_literals(&self) -> bool {
        self.literal < CHEAP_LITERAL
    }

    /// Returns whether a match takes fewer bits than literals would.
    #[inline(always)]
    pub(super) fn accepts(&self, length: usize, distance: usize) -> bool {
        length >= self.least[distance_slot(distance) & 31] as usize
    }

    /// Returns whether `next`, which begins `ahead` bytes behind `found`, is the better one to take.
    #[inline(always)]
    pub(super) fn prefers(&self, next: Match, found: Match, ahead: usize) -> bool {
        self.score(next) + (self.byte - self.literal) * ahead as i32 > self.score(found)
    }

    #[inline(always)]
    fn score(&self, found: Match) -> i32 {
        self.byte * found.length as i32
            - self.length[found.length]
            - self.distance[distance_slot(found.distance) & 31]
    }
}
