//! A match finder of hash chains: every earlier place with the same four bytes, nearest first.
//!
//! A match that is to be longer than one already found must hold the four bytes that end one byte
//! behind it. The search follows the chain of those instead of the chain of its first four: they are
//! rarer, and each place on it is a longer match unless its beginning differs.

use super::matching::{distance_to, hash, load_u24, match_length, reach, table};
use super::symbols::{Match, WINDOW};
use crate::bytes::load_u32;

const LAST3_BITS: u32 = 14;
const HEAD_BITS: u32 = 16;
/// Bytes that must follow a position that is searched.
pub(super) const LOOK_AHEAD: usize = 8;

/// Chains of positions by four bytes, and the last position by three.
///
/// Positions are stored modulo 65,536; see [`distance_to`].
#[derive(Debug)]
pub(super) struct Chains {
    last3: Box<[u16; 1 << LAST3_BITS]>,
    head: Box<[u16; 1 << HEAD_BITS]>,
    /// For each position modulo the window, the one before with the same hash.
    next: Box<[u16; WINDOW]>,
}

/// How far a search goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The longest match that may be found: what is left of the data, at most 258.
    pub(super) most: usize,
    /// A match of so many bytes ends the search.
    pub(super) nice: usize,
    /// Candidates to look at.
    pub(super) depth: u32,
}

/// Which positions inside a match are added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inside {
    /// Matches of at most so many bytes are added whole, longer ones by half of it at both ends.
    pub(super) dense: usize,
    /// In the middle of a longer one, one position of so many is added.
    pub(super) step: usize,
}

/// The chain of the position that will be added next, looked up early so that the load is under way
/// while the position before it is searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Upcoming {
    hash: u16,
    candidate: u16,
}

impl Chains {
    pub(super) fn new() -> Self {
        Self {
            last3: table(0),
            head: table(0),
            next: table(0),
        }
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.last3.fill(0);
        self.head.fill(0);
        self.next.fill(0);
    }

    #[inline(always)]
    fn insert(&mut self, data: &[u8], position: usize) {
        let head = &mut self.head[hash(load_u32(data, position), HEAD_BITS)];
        self.next[position % WINDOW] = *head;
        *head = position as u16;
    }

    #[inline(always)]
    fn insert_last3(&mut self, data: &[u8], position: usize) {
        self.last3[hash(load_u32(data, position) << 8, LAST3_BITS)] = position as u16;
    }

    /// Adds one position of every `step` in `range`, as far as four bytes follow.
    pub(super) fn insert_range(&mut self, data: &[u8], range: std::ops::Range<usize>, step: usize) {
        let end = range.end.min(data.len().saturating_sub(3));
        for position in (range.start..end).step_by(step) {
            self.insert(data, position);
            self.insert_last3(data, position);
        }
    }

    /// Adds the positions inside a match, of a long one only a part.
    #[inline(always)]
    pub(super) fn insert_match<const THREES: bool>(
        &mut self,
        data: &[u8],
        range: std::ops::Range<usize>,
        inside: Inside,
    ) {
        let end = range.end.min(data.len().saturating_sub(3));
        let mut position = range.start;
        if range.len() <= inside.dense {
            while position < end {
                self.insert(data, position);
                if THREES {
                    self.insert_last3(data, position);
                }
                position += 1;
            }
            return;
        }
        let dense = (position + inside.dense / 2).min(end);
        while position < dense {
            self.insert(data, position);
            position += 1;
        }
        while position + inside.dense / 2 < end {
            self.insert(data, position);
            position += inside.step;
        }
        while position < end {
            self.insert(data, position);
            position += 1;
        }
    }

    /// Looks up the chain of a position that is about to be added.
    #[inline(always)]
    pub(super) fn upcoming(&self, data: &[u8], position: usize) -> Upcoming {
        let hash = hash(load_u32(data, position), HEAD_BITS);
        Upcoming {
            hash: hash as u16,
            candidate: self.head[hash],
        }
    }

    /// Adds the position that `upcoming` is for and moves `upcoming` on by one; returns the place before
    /// it on its chain.
    #[inline(always)]
    pub(super) fn advance(&mut self, data: &[u8], position: usize, upcoming: &mut Upcoming) -> u16 {
        let candidate = upcoming.candidate;
        self.next[position % WINDOW] = candidate;
        self.head[upcoming.hash as usize] = position as u16;
        *upcoming = self.upcoming(data, position + 1);
        candidate
    }

    /// Adds a position and returns the longest match there: of at least three bytes with `THREES`, of at
    /// least four without.
    #[inline(always)]
    pub(super) fn insert_and_find<const THREES: bool>(
        &mut self,
        data: &[u8],
        position: usize,
        limits: Limits,
        upcoming: &mut Upcoming,
    ) -> Option<Match> {
        let value = load_u32(data, position);
        let candidate = self.advance(data, position, upcoming);
        if !THREES {
            return self.walk(data, position, 3, limits, 0, candidate);
        }
        let last3 = &mut self.last3[hash(value << 8, LAST3_BITS)];
        let near = distance_to(position, std::mem::replace(last3, position as u16));
        let found = self.walk(data, position, 3, limits, 0, candidate);
        if found.is_some() {
            return found;
        }
        let is_match = near.wrapping_sub(1) < reach(position)
            && load_u24(data, position - near) == value & 0x00ff_ffff;
        is_match.then_some(Match {
            length: 3,
            distance: near,
        })
    }

    /// Returns the longest match of more than `shortest` bytes, at least 3 and fewer than `limits.most`,
    /// at a position that has been added last.
    #[inline(always)]
    pub(super) fn find_longer(
        &self,
        data: &[u8],
        position: usize,
        shortest: usize,
        limits: Limits,
    ) -> Option<Match> {
        let offset = shortest - 3;
        let candidate = if offset == 0 {
            // The chain begins with the position itself.
            self.next[position % WINDOW]
        } else {
            self.first(load_u32(data, position + offset))
        };
        self.walk(data, position, shortest, limits, offset, candidate)
    }

    /// Returns the latest place that has the hash of four bytes.
    #[inline(always)]
    fn first(&self, value: u32) -> u16 {
        self.head[hash(value, HEAD_BITS)]
    }

    /// Returns the longest match of more than `shortest` bytes among the places from `candidate` on that
    /// have the same four bytes `offset` bytes behind the beginning.
    #[inline(always)]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "one branch that is rarely wrong, not three"
    )]
    fn walk(
        &self,
        data: &[u8],
        position: usize,
        shortest: usize,
        limits: Limits,
        mut offset: usize,
        mut candidate: u16,
    ) -> Option<Match> {
        let value = load_u32(data, position);
        let reach = reach(position);
        let mut best = Match {
            length: shortest,
            distance: 0,
        };
        let mut tail = load_u32(data, position + offset);
        // Distances on a chain grow; where they do not, the chain has been overwritten.
        let mut floor = 0;
        for _ in 0..limits.depth {
            let distance = distance_to(position + offset, candidate);
            if distance <= floor || distance > reach {
                break;
            }
            let following = self.next[candidate as usize % WINDOW];
            let first = position - distance;
            if (load_u32(data, first + offset) == tail)
                & (load_u32(data, first) == value)
                & (distance > best.distance)
            {
                let length = match_length(data, first, position, 4, limits.most);
                if length > best.length {
                    best = Match { length, distance };
                    if length >= limits.nice || length >= limits.most {
                        break;
                    }
                    offset = length - 3;
                    tail = load_u32(data, position + offset);
                    candidate = self.first(tail);
                    floor = 0;
                    continue;
                }
            }
            floor = distance;
            candidate = following;
        }
        (best.distance > 0).then_some(best)
    }
}
