//! The fastest parser: one candidate for each position, and few insertions.
//!
//! Two positions are looked at together. Which of them begins a match, if any, is hard to predict, so
//! that is one branch instead of two; and of two matches the longer one can be taken for nothing.

use super::matching::{distance_to, match_length, table};
use super::symbols::{MAX_MATCH, Token, WINDOW, distance_slot};
use super::tokens::Tokens;
use super::worth::Worth;
use crate::bytes::load_u64;

const BITS: u32 = 15;
/// The distance symbol (of 513 to 768 bytes) whose least length is hashed.
const HASHED_FOR: usize = 18;
/// Bytes at the end of the data that are not searched, so that every load stays inside.
const MARGIN: usize = 24;
/// After `1 << SKIP_SHIFT` bytes without a match two positions are left out, after twice as many four.
const SKIP_SHIFT: u32 = 7;
/// Positions that are left out at most between two searches.
const MOST_SKIPPED: usize = 8;
/// Distances that share the least length of a match.
const STRIDE: usize = 128;
/// Bytes of a match that are compared before it is known to be one.
const COMPARED: u32 = 8;
/// Stands for the least length at distances that no match can have.
const NEVER: u8 = u8::MAX;

/// The last position of each hash, modulo 65,536.
///
/// Four to eight bytes are hashed, as many as a match must have to be worth its bits: where literals are
/// cheap, most places with the same four bytes would only be in the way.
#[derive(Debug)]
pub(super) struct Recent {
    table: Box<[u16; 1 << BITS]>,
    /// What leaves the hashed bytes of a load of eight, shifted left.
    hash_shift: u32,
    /// The least length of a match, at most 8, for distances from 1 on in strides.
    least: [u8; (1 << 16) / STRIDE],
}

/// What stands at the last place with the same hash as a position.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// Bytes that are the same, at most 8.
    length: u32,
    distance: usize,
    /// Bytes that are the same beyond the least length; negative where a match does not pay.
    surplus: i32,
}

impl Recent {
    pub(super) fn new() -> Self {
        Self {
            table: table(0),
            hash_shift: 32,
            least: [NEVER; (1 << 16) / STRIDE],
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

    /// Takes over the least lengths of matches.
    fn learn(&mut self, worth: &Worth) {
        for (stride, least) in self.least[..WINDOW / STRIDE].iter_mut().enumerate() {
            let slot = distance_slot(stride * STRIDE + STRIDE / 2);
            *least = worth.least_at(slot).clamp(4, COMPARED as u8);
        }
    }

    /// Adds a position, which holds `value`, and returns the candidate for it.
    #[inline(always)]
    fn find(&mut self, data: &[u8], position: usize, value: u64) -> Candidate {
        let stored = self.insert(value, position);
        // A position in front may have been added when this stretch was tried; what is there is compared
        // all the same, so any distance will do.
        let distance = distance_to(position, stored).min(position);
        let same = (load_u64(data, position - distance) ^ value).trailing_zeros();
        let length = same >> 3;
        // A distance of 0 is not usable and wraps around to the last stride.
        let stride = usize::from((distance as u16).wrapping_sub(1)) / STRIDE;
        Candidate {
            length,
            distance,
            surplus: length as i32 - i32::from(self.least[stride]),
        }
    }

    /// Turns `data` from `position` on into tokens until `tokens` is full; returns how far it came.
    #[inline(never)]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "which of two matches is taken is chosen without a branch"
    )]
    pub(super) fn parse(
        &mut self,
        worth: &Worth,
        data: &[u8],
        mut position: usize,
        tokens: &mut Tokens,
    ) -> usize {
        self.learn(worth);
        let search_end = data.len().saturating_sub(MARGIN);
        let mut missed = position;
        while position < search_end && !tokens.is_full() {
            let values = [load_u64(data, position), load_u64(data, position + 1)];
            let literal = Token::literal(values[0] as u8);
            let here = self.find(data, position, values[0]);
            let behind = self.find(data, position + 1, values[1]);
            // The sign of both: a comparison of each would be two branches.
            if here.surplus & behind.surplus < 0 {
                tokens.push_pair([literal, Token::literal(values[1] as u8)]);
                position += 2;
                let skip = (position - missed) >> SKIP_SHIFT;
                if skip > 0 {
                    let stop = (position + 2 * skip.min(MOST_SKIPPED / 2)).min(search_end);
                    position = self.skip(data, position..stop.max(position), tokens);
                }
                continue;
            }
            let waits =
                (here.surplus < 0) | ((behind.surplus >= 0) & (behind.length > here.length + 1));
            let found = if waits { behind } else { here };
            let start = position + usize::from(waits);
            let mut length = found.length as usize;
            if found.length == COMPARED {
                let most = (data.len() - start).min(MAX_MATCH);
                length = match_length(data, start - found.distance, start, length, most);
            }
            tokens.push_behind(
                waits.then_some(literal),
                Token::matched(length, found.distance),
            );
            let next = start + length;
            if next < search_end {
                // As many for every match: a loop over its length would cost more than it finds.
                for place in [start + 1, start + 2, next - 1] {
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
