//! Greedy and lazy parsing over hash chains.

use super::chain::{Chains, LOOK_AHEAD, Limits, Upcoming};
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

/// Turns `data` from `position` on into tokens until `tokens` is full; returns how far it came.
pub(super) fn parse(
    chains: &mut Chains,
    effort: &Effort,
    worth: &Worth,
    data: &[u8],
    position: usize,
    tokens: &mut Tokens,
) -> usize {
    let mut effort = *effort;
    if worth.has_cheap_literals() {
        effort.depth = effort.depth.div_ceil(2);
        effort.ahead_depth = effort.ahead_depth.div_ceil(2);
    }
    let effort = &effort;
    match effort.look_ahead {
        0 => Parse {
            chains,
            effort,
            worth,
            data,
        }
        .run::<0>(position, tokens),
        1 => Parse {
            chains,
            effort,
            worth,
            data,
        }
        .run::<1>(position, tokens),
        _ => Parse {
            chains,
            effort,
            worth,
            data,
        }
        .run::<2>(position, tokens),
    }
}

struct Parse<'a> {
    chains: &'a mut Chains,
    effort: &'a Effort,
    worth: &'a Worth,
    data: &'a [u8],
}

impl Parse<'_> {
    #[inline(never)]
    fn run<const LOOKS: usize>(&mut self, mut position: usize, tokens: &mut Tokens) -> usize {
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
                .insert_and_find(data, position, limits, &mut upcoming)
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
            self.chains.insert_match(data, inserted..position);
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
