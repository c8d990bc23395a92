//! The fastest parser: one candidate for each position, and few insertions.

use super::matching::{distance_to, match_length, reach, table};
use super::symbols::{MAX_MATCH, Token};
use super::tokens::Tokens;
use super::worth::Worth;
use crate::bytes::load_u64;

const BITS: u32 = 15;
/// The distance symbol (of 513 to 768 bytes) whose least length is hashed.
const HASHED_FOR: usize = 18;
/// Bytes at the end of the data that are not searched, so that every load stays inside.
const MARGIN: usize = 16;
/// After `1 << SKIP_SHIFT` bytes without a match two positions are left out, after twice as many four.
const SKIP_SHIFT: u32 = 7;
/// Positions that are left out at most between two searches.
const MOST_SKIPPED: usize = 16;

/// The last position of each hash, modulo 65,536.
///
/// Four to eight bytes are hashed, as many as a match must have to be worth its bits: where literals are
/// cheap, most places with the same four bytes would only be in the way.
#[derive(Debug)]
pub(super) struct Recent {
    table: Box<[u16; 1 << BITS]>,
    /// What leaves the hashed bytes of a load of eight, shifted left.
    hash_shift: u32,
}

impl Recent {
    pub(super) fn new() -> Self {
        Self {
            table: table(0),
            hash_shift: 32,
        }
    }

    /// Forgets everything; from here on as many bytes are hashed as `worth` asks for.
    pub(super) fn reset(&mut self, worth: &Worth) {
        self.table.fill(0);
        let hashed = u32::from(worth.least_at(HASHED_FOR)).clamp(4, 8);
        self.hash_shift = 64 - 8 * hashed;
    }

    /// Adds a position and returns the one before it.
    #[inline(always)]
    fn insert(&mut self, value: u64, position: usize) -> u16 {
        let hash = (value << self.hash_shift).wrapping_mul(0x9e37_79b1_85eb_ca87) >> (64 - BITS);
        std::mem::replace(&mut self.table[hash as usize], position as u16)
    }

    /// Adds every second position in front of `end`, as far as eight bytes follow.
    pub(super) fn prime(&mut self, data: &[u8], end: usize) {
        let end = end.min(data.len().saturating_sub(7));
        for position in (0..end).step_by(2) {
            self.insert(load_u64(data, position), position);
        }
    }

    /// Turns `data` from `position` on into tokens until `tokens` is full; returns how far it came.
    #[inline(never)]
    pub(super) fn parse(
        &mut self,
        worth: &Worth,
        data: &[u8],
        mut position: usize,
        tokens: &mut Tokens,
    ) -> usize {
        let search_end = data.len().saturating_sub(MARGIN);
        let mut missed = position;
        while position < search_end && !tokens.is_full() {
            let value = load_u64(data, position);
            let stored = self.insert(value, position);
            let (same, distance) = candidate(data, position, value, stored);
            let mut length = (same >> 3) as usize;
            if length < 8 && !(length >= 4 && worth.accepts(length, distance)) {
                tokens.push(Token::literal(value as u8));
                position += 1;
                let skip = (position - missed) >> SKIP_SHIFT;
                if skip > 0 {
                    let stop = (position + 2 * skip.min(MOST_SKIPPED / 2)).min(search_end);
                    position = self.skip(data, position..stop.max(position), tokens);
                }
                continue;
            }
            if length == 8 {
                let most = (data.len() - position).min(MAX_MATCH);
                length = match_length(data, position - distance, position, 8, most);
            }
            tokens.push(Token::matched(length, distance));
            let next = position + length;
            if next < search_end {
                // As many for every match: a loop over its length would cost more than it finds.
                for place in [position + 1, position + 2, position + 3, next - 1] {
                    self.insert(load_u64(data, place), place);
                }
            }
            position = next;
            missed = next;
        }
        if position >= search_end {
            tokens.literals(&data[position..]);
            return data.len();
        }
        position
    }

    /// Takes a range as literals without a search and returns its end.
    ///
    /// Positions that 4 divides are added. The steps from one search to the next are odd, so of any four
    /// searches in a copy of the range one meets such a position.
    #[inline(always)]
    fn skip(&mut self, data: &[u8], range: std::ops::Range<usize>, tokens: &mut Tokens) -> usize {
        tokens.literals(&data[range.clone()]);
        for place in (range.start.next_multiple_of(4)..range.end).step_by(4) {
            self.insert(load_u64(data, place), place);
        }
        range.end
    }
}

/// Returns how many of the 64 bits of `value` stand at a stored position too, and its distance.
#[inline(always)]
fn candidate(data: &[u8], position: usize, value: u64, stored: u16) -> (u32, usize) {
    let distance = distance_to(position, stored);
    let differs = load_u64(data, position.saturating_sub(distance)) ^ value;
    let in_reach = distance.wrapping_sub(1) < reach(position);
    (
        if in_reach {
            differs.trailing_zeros()
        } else {
            0
        },
        distance,
    )
}
