//! The fastest parser: two candidates for each four bytes, and few insertions.

use super::matching::{distance_to, hash, match_length, reach, table};
use super::symbols::{MAX_MATCH, Token};
use super::tokens::Tokens;
use super::worth::Worth;
use crate::bytes::{load_u32, load_u64};

const BITS: u32 = 14;
/// Bytes at the end of the data that are not searched, so that every load stays inside.
const MARGIN: usize = 16;
/// After `1 << SKIP_SHIFT` bytes without a match two positions are left out, after twice as many four.
const SKIP_SHIFT: u32 = 7;
/// Positions that are left out at most between two searches.
const MOST_SKIPPED: usize = 16;

/// The last two positions of each hash of four bytes, modulo 65,536, the later one in the low half.
#[derive(Debug)]
pub(super) struct Pairs {
    table: Box<[u32; 1 << BITS]>,
}

impl Pairs {
    pub(super) fn new() -> Self {
        Self { table: table(0) }
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.table.fill(0);
    }

    /// Adds a position and returns the two before it.
    #[inline(always)]
    fn insert(&mut self, value: u32, position: usize) -> [u16; 2] {
        let pair = &mut self.table[hash(value, BITS)];
        let before = *pair;
        *pair = before << 16 | position as u32 & 0xffff;
        [before as u16, (before >> 16) as u16]
    }

    /// Adds every second position in front of `end`, as far as four bytes follow.
    pub(super) fn prime(&mut self, data: &[u8], end: usize) {
        let end = end.min(data.len().saturating_sub(3));
        for position in (0..end).step_by(2) {
            self.insert(load_u32(data, position), position);
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
            let [near, far] = self
                .insert(value as u32, position)
                .map(|stored| candidate(data, position, value, stored));
            // Equal bits, at most 64; the farther one must be better.
            let (same, distance) = if far.0 > near.0 { far } else { near };
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
                    self.insert(load_u32(data, place), place);
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
            self.insert(load_u32(data, place), place);
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
