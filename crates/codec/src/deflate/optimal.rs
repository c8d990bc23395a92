//! Near-optimal parsing: the cheapest way through all matches, at prices that follow from the last way.

use super::block::{BlockWriter, Counts};
use super::logarithm::{ONE, ideal_bits};
use super::matching::match_length;
use super::split::Splitter;
use super::symbols::{
    DISTANCE_EXTRA, DISTANCE_SYMBOLS, END_OF_BLOCK, LENGTH_EXTRA, LENGTH_SLOT, MAX_MATCH,
    MIN_MATCH, Match, Token, distance_slot,
};
use super::tokens::Tokens;
use super::tree::{LOOK_AHEAD, Trees};

/// Bytes that are parsed at a time.
const REGION: usize = 512 * 1024;
/// Matches that a region may have; it ends early with more.
const MATCHES: usize = 2 << 20;
/// Tokens of the segments that blocks are made of while passes go on.
const SEGMENT: usize = 512;
/// Bits that a symbol is priced at most.
///
/// A match of three bytes or more then takes at most 12 + 5 + 12 + 13 bits, and the price of a whole
/// region is below 2^31.
const MOST_BITS: u32 = 12;

/// How hard to search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Places looked at for a position.
    pub(super) depth: u32,
    /// A match of so many bytes is taken, and its inside not searched.
    pub(super) nice: usize,
    /// Ways through the matches at most, each priced by the one before.
    pub(super) passes: u32,
    /// A pass that gains less than one part of so many is the last.
    pub(super) worthwhile: i64,
}

/// Matches, prices and the way through them; made once and reused.
#[derive(Debug)]
pub(super) struct OptimalParser {
    trees: Trees,
    effort: Effort,
    /// The matches of the region, those of a position one after another, the longest last.
    matches: Vec<Candidate>,
    /// For each position of the region, where its matches end in `matches`.
    ends: Vec<u32>,
    /// For each position, the least price from there to the end of its block.
    to_end: Vec<i32>,
    /// The first token of the way with that price.
    steps: Vec<Token>,
    prices: Prices,
}

#[derive(Clone, Copy, Debug)]
struct Candidate {
    length: u16,
    distance: u16,
}

/// Bits of each token, in fixed point.
#[derive(Clone, Debug)]
struct Prices {
    literal: [i32; 256],
    /// By match length, extra bits included.
    length: [i32; MAX_MATCH + 1],
    /// By distance symbol, extra bits included.
    distance: [i32; DISTANCE_SYMBOLS],
}

const BIT: i32 = ONE.cast_signed();

impl Prices {
    /// Prices for a block of which nothing is known but its bytes.
    fn guess(bytes: &[u8]) -> Self {
        let mut counts = [0; 256];
        for &byte in bytes {
            counts[byte as usize] += 1;
        }
        let mut prices = Self {
            literal: ideal(&counts),
            length: [0; MAX_MATCH + 1],
            distance: [0; DISTANCE_SYMBOLS],
        };
        for length in MIN_MATCH..=MAX_MATCH {
            let extra = LENGTH_EXTRA[LENGTH_SLOT[length - MIN_MATCH] as usize];
            prices.length[length] = BIT * (4 + i32::from(extra));
        }
        for (price, extra) in prices.distance.iter_mut().zip(DISTANCE_EXTRA) {
            *price = BIT * (5 + i32::from(extra));
        }
        prices
    }

    /// Sets the prices that an ideal code for `counts` has.
    fn set(&mut self, counts: &Counts) {
        let litlen = ideal(&counts.litlen);
        self.literal.copy_from_slice(&litlen[..256]);
        for length in MIN_MATCH..=MAX_MATCH {
            let slot = LENGTH_SLOT[length - MIN_MATCH] as usize;
            self.length[length] =
                litlen[END_OF_BLOCK + 1 + slot] + BIT * i32::from(LENGTH_EXTRA[slot]);
        }
        let distance = ideal(&counts.distance);
        for (slot, price) in self.distance.iter_mut().enumerate() {
            *price = distance[slot] + BIT * i32::from(DISTANCE_EXTRA[slot]);
        }
    }
}

/// Returns the prices of symbols that occur so often.
fn ideal<const N: usize>(counts: &[u32; N]) -> [i32; N] {
    ideal_bits(counts, MOST_BITS).map(u32::cast_signed)
}

impl OptimalParser {
    pub(super) fn new(effort: Effort) -> Self {
        Self {
            trees: Trees::new(),
            effort,
            matches: Vec::with_capacity(MATCHES + MAX_MATCH),
            ends: Vec::new(),
            to_end: Vec::new(),
            steps: Vec::new(),
            prices: Prices::guess(&[]),
        }
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.trees.reset();
    }

    /// Adds one position of every `step` in `range`.
    pub(super) fn insert_range(&mut self, data: &[u8], range: std::ops::Range<usize>, step: usize) {
        for position in range.step_by(step) {
            let nice = (data.len() - position).min(self.effort.nice);
            if nice >= LOOK_AHEAD {
                self.trees
                    .insert_and_find(data, position, nice, self.effort.depth, |_| {});
            }
        }
    }

    /// Turns the next bytes of `data` into tokens and returns where they end.
    pub(super) fn parse(
        &mut self,
        data: &[u8],
        position: usize,
        tokens: &mut Tokens,
        splitter: &mut Splitter,
        blocks: &mut BlockWriter,
    ) -> usize {
        let end = self.find_matches(data, position, data.len().min(position + REGION));
        self.to_end.resize(end - position + 1, 0);
        self.steps.resize(end - position, Token::default());
        self.prices = Prices::guess(&data[position..end]);
        tokens.clear(end - position);
        self.walk(data, position, position..end, tokens);
        let mut before = i64::MAX;
        for _ in 1..self.effort.passes {
            splitter.split(tokens.as_slice(), SEGMENT, |counts| blocks.cost(counts));
            tokens.clear(end - position);
            let mut start = position;
            let mut total = 0;
            for (_, counts) in splitter.blocks() {
                self.prices.set(counts);
                let range = start..start + counts.bytes;
                start = range.end;
                total += i64::from(self.walk(data, position, range, tokens));
            }
            if before.saturating_sub(total) < total / self.effort.worthwhile {
                break;
            }
            before = total;
        }
        end
    }

    /// Collects the matches from `start` on, as far as `end` at most; returns how far.
    ///
    /// No match goes beyond `end`.
    fn find_matches(&mut self, data: &[u8], start: usize, end: usize) -> usize {
        self.matches.clear();
        self.ends.clear();
        let mut skip = 0;
        for position in start..end {
            // The order of a tree holds for as many bytes as were compared: only the end of the data may
            // make them fewer, for no position behind it is searched. What is recorded ends with the region.
            let nice = (data.len() - position).min(self.effort.nice);
            let most = (end - position).min(MAX_MATCH);
            if nice >= LOOK_AHEAD {
                let mut longest = Match::default();
                let matches = &mut self.matches;
                let wanted = skip == 0 && most >= MIN_MATCH;
                self.trees
                    .insert_and_find(data, position, nice, self.effort.depth, |found| {
                        if wanted {
                            longest = found;
                            matches.push(Candidate {
                                length: found.length.min(most) as u16,
                                distance: found.distance as u16,
                            });
                        }
                    });
                if longest.length >= nice {
                    let first = position - longest.distance;
                    let known = longest.length.min(most);
                    let length = match_length(data, first, position, known, most);
                    if let Some(last) = matches.last_mut() {
                        last.length = length as u16;
                    }
                    skip = length;
                }
            }
            skip = skip.saturating_sub(1);
            self.ends.push(self.matches.len() as u32);
            if self.matches.len() >= MATCHES {
                return position + 1;
            }
        }
        end
    }

    /// Finds the cheapest way through `range`, appends its tokens and returns its price.
    fn walk(
        &mut self,
        data: &[u8],
        region_start: usize,
        range: std::ops::Range<usize>,
        tokens: &mut Tokens,
    ) -> i32 {
        let prices = &self.prices;
        let within = range.start - region_start..range.end - region_start;
        let to_end = &mut self.to_end[within.start..=within.end];
        let steps = &mut self.steps[within.clone()];
        let bytes = &data[range];
        to_end[bytes.len()] = 0;
        for place in (0..bytes.len()).rev() {
            let literal = bytes[place];
            let mut best = to_end[place + 1] + prices.literal[literal as usize];
            let mut step = Token::literal(literal);
            let matches = matches_at(&self.matches, &self.ends, within.start + place);
            let mut length = MIN_MATCH;
            for found in matches {
                let longest = (found.length as usize).min(bytes.len() - place);
                if length > longest {
                    break;
                }
                let distance = prices.distance[distance_slot(found.distance as usize)];
                let lengths = &prices.length[length..=longest];
                let targets = &to_end[place + length..=place + longest];
                let sums = lengths
                    .iter()
                    .zip(targets)
                    .map(|(&price, &target)| price + target);
                let least = sums.clone().min().unwrap_or(i32::MAX - distance);
                if distance + least <= best {
                    best = distance + least;
                    let more = sums.clone().rposition(|sum| sum == least).unwrap_or(0);
                    step = Token::matched(length + more, found.distance as usize);
                }
                length = longest + 1;
            }
            to_end[place] = best;
            steps[place] = step;
        }
        let mut place = 0;
        while place < bytes.len() {
            tokens.push(steps[place]);
            place += steps[place].length();
        }
        to_end[0]
    }
}

/// Returns the matches at a place of the region.
#[inline(always)]
fn matches_at<'a>(matches: &'a [Candidate], ends: &[u32], place: usize) -> &'a [Candidate] {
    let from = if place == 0 { 0 } else { ends[place - 1] };
    &matches[from as usize..ends[place] as usize]
}
