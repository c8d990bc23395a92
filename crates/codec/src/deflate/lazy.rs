//! Greedy and lazy parsing over hash chains.

use super::chain::{Chains, Inside, LOOK_AHEAD, Limits, Upcoming};
use super::symbols::{MAX_MATCH, Match, Token};
use super::tokens::Tokens;
use super::worth::Worth;

/// How hard to search, and when to stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Candidates looked at for a position.
    pub(super) depth: u32,
    /// A match of so many bytes ends the search for a better one at the same place.
    pub(super) nice: usize,
    /// A match of so many bytes is taken without looking at the positions behind it.
    pub(super) enough: usize,
    /// Candidates looked at for each position behind a match.
    pub(super) ahead_depth: u32,
    /// Positions to look ahead: 0 is greedy, 1 is lazy, 2 is lazy with a second look.
    pub(super) look_ahead: usize,
}

/// Bytes at the end of the data that are not searched, so that every load stays inside.
const MARGIN: usize = LOOK_AHEAD + 4;

/// What is added of matches.
const INSIDE: Inside = Inside { dense: 32, step: 2 };
/// The same where literals are cheap: there matches are long, and to add them takes more time than to
/// search.
const INSIDE_OF_CHEAP: Inside = Inside { dense: 16, step: 4 };
/// Where literals are cheap, one part of so many of the candidates is looked at.
const CHEAP_SHARE: u32 = 3;
/// A distance symbol (of 33 to 48 bytes): where three bytes at such a distance do not pay, none are looked
/// for.
const NEAR: usize = 10;

/// Turns `data` from `position` on into tokens until `tokens` is full; returns how far it came.
pub(super) fn parse(
    chains: &mut Chains,
    effort: &Effort,
    worth: &Worth,
    data: &[u8],
    position: usize,
    tokens: &mut Tokens,
) -> usize {
    let mut parse = Parse {
        chains,
        effort: *effort,
        inside: INSIDE,
        worth,
        data,
    };
    if worth.has_cheap_literals() {
        parse.effort.depth = effort.depth.div_ceil(CHEAP_SHARE);
        parse.effort.ahead_depth = effort.ahead_depth.div_ceil(CHEAP_SHARE);
        parse.inside = INSIDE_OF_CHEAP;
    }
    match (effort.look_ahead, worth.least_at(NEAR) <= 3) {
        (0, true) => parse.run::<0, true>(position, tokens),
        (0, false) => parse.run::<0, false>(position, tokens),
        (1, true) => parse.run::<1, true>(position, tokens),
        (1, false) => parse.run::<1, false>(position, tokens),
        (_, true) => parse.run::<2, true>(position, tokens),
        (_, false) => parse.run::<2, false>(position, tokens),
    }
}

struct Parse<'a> {
    chains: &'a mut Chains,
    effort: Effort,
    inside: Inside,
    worth: &'a Worth,
    data: &'a [u8],
}

impl Parse<'_> {
    #[inline(never)]
    fn run<const LOOKS: usize, const THREES: bool>(
        &mut self,
        mut position: usize,
        tokens: &mut Tokens,
    ) -> usize {
        let data = self.data;
        let search_end = data.len().saturating_sub(MARGIN);
        if position >= search_end {
            tokens.literals(&data[position..]);
            return data.len();
        }
        let mut upcoming = self.chains.upcoming(data, position);
        while position < search_end && !tokens.is_full() {
            let limits = self.limits(position, self.effort.depth);
            let found = self
                .chains
                .insert_and_find::<THREES>(data, position, limits, &mut upcoming)
                .filter(|found| self.worth.accepts(found.length, found.distance));
            let Some(mut found) = found else {
                tokens.push(Token::literal(data[position]));
                position += 1;
                continue;
            };
            let mut inserted = position + 1;
            'better: while LOOKS > 0
                && found.length < self.effort.enough
                && position + LOOKS < search_end
                && !tokens.is_full()
            {
                for ahead in 1..=LOOKS {
                    inserted = position + ahead + 1;
                    if let Some(better) = self.look(position, ahead, found, &mut upcoming) {
                        tokens.literals(&data[position..position + ahead]);
                        position += ahead;
                        found = better;
                        continue 'better;
                    }
                }
                break;
            }
            tokens.push(Token::matched(found.length, found.distance));
            position += found.length;
            self.chains
                .insert_match::<THREES>(data, inserted..position, self.inside);
            if position < search_end {
                upcoming = self.chains.upcoming(data, position);
            }
        }
        if position >= search_end {
            tokens.literals(&data[position..]);
            return data.len();
        }
        position
    }

    /// Adds the position `ahead` bytes behind `position` and returns the match there if it is better than
    /// `found`.
    #[inline(always)]
    fn look(
        &mut self,
        position: usize,
        ahead: usize,
        found: Match,
        upcoming: &mut Upcoming,
    ) -> Option<Match> {
        let place = position + ahead;
        self.chains.advance(self.data, place, upcoming);
        let limits = self.limits(place, self.effort.ahead_depth);
        let shortest = found.length.max(4) - 1;
        if shortest >= limits.most {
            return None;
        }
        let next = self
            .chains
            .find_longer(self.data, place, shortest, limits)?;
        self.worth.prefers(next, found, ahead).then_some(next)
    }

    #[inline(always)]
    fn limits(&self, position: usize, depth: u32) -> Limits {
        let most = (self.data.len() - position).min(MAX_MATCH);
        Limits {
            most,
            nice: self.effort.nice,
            depth,
        }
    }
}
