//! Where one block should end and the next begin, by estimated cost.

use super::block::Counts;
use super::logarithm::{FRACTION, log2};
use super::symbols::Token;

/// Counts below this have their `n * log2(n)` in a table.
const TABLE: usize = 2048;
/// Estimated bits of a block besides its symbols: type, counts, code length code, end of block.
const BLOCK_BITS: u64 = 70;
/// Estimated bits of a symbol's entry in the header, in quarters of a bit.
const SYMBOL_QUARTERS: u64 = 13;

/// Cuts a run of tokens into blocks.
///
/// The run is cut into short segments of equal size; neighbors are then merged, the pair that gains
/// most first, while one header less is worth more than the fit that is lost.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    segments: Vec<Segment>,
    /// Indices of the segments that have not been merged into the one before.
    live: Vec<usize>,
}

/// A run of tokens that will not be cut any more.
#[derive(Clone, Debug)]
struct Segment {
    counts: Counts,
    /// Bits, in the unit of the estimate.
    cost: u64,
    tokens: usize,
    /// What merging with the next segment would save, negative for a loss.
    gain: i64,
}

impl Splitter {
    /// Finds the blocks of `tokens`, made of segments of `segment_tokens`.
    ///
    /// `cost` estimates the bits of a block with given counts, header included.
    pub(super) fn split(
        &mut self,
        tokens: &[Token],
        segment_tokens: usize,
        mut cost: impl FnMut(&Counts) -> u64,
    ) {
        let Self { segments, live } = self;
        segments.clear();
        for piece in tokens.chunks(segment_tokens) {
            let counts = Counts::of(piece);
            let cost = cost(&counts);
            segments.push(Segment {
                counts,
                cost,
                tokens: piece.len(),
                gain: 0,
            });
        }
        let mut gain = |left: &Segment, right: &Segment| {
            let merged = cost(left.counts.clone().add(&right.counts));
            (left.cost + right.cost).cast_signed() - merged.cast_signed()
        };
        for idx in 1..segments.len() {
            segments[idx - 1].gain = gain(&segments[idx - 1], &segments[idx]);
        }
        live.clear();
        live.extend(0..segments.len());
        while let Some(best) = best_pair(segments, live) {
            let right = live.remove(best + 1);
            let (before, after) = segments.split_at_mut(right);
            let (left, right) = (&mut before[live[best]], &mut after[0]);
            left.cost = (left.cost + right.cost).saturating_add_signed(-left.gain);
            left.tokens += std::mem::take(&mut right.tokens);
            left.counts.add(&right.counts);
            for pair in best.saturating_sub(1)..=best {
                if let [left, right, ..] = live[pair..] {
                    segments[left].gain = gain(&segments[left], &segments[right]);
                }
            }
        }
    }

    /// Returns the blocks that `split` found, in order: how many tokens each has, and their counts.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (usize, &Counts)> {
        self.live
            .iter()
            .map(|&idx| (self.segments[idx].tokens, &self.segments[idx].counts))
    }
}

/// Returns the place in `live` of the pair whose merging saves most, `None` if none saves anything.
fn best_pair(segments: &[Segment], live: &[usize]) -> Option<usize> {
    let pairs = live.len().saturating_sub(1);
    (0..pairs)
        .max_by_key(|&pair| segments[live[pair]].gain)
        .filter(|&pair| segments[live[pair]].gain >= 0)
}

/// The estimate that is quick: the entropy of the symbols, and a price a symbol for the header.
#[derive(Debug)]
pub(super) struct Entropy {
    /// `n * log2(n)` in fixed point.
    table: Box<[u32; TABLE]>,
}

impl Entropy {
    pub(super) fn new() -> Self {
        let mut table = Box::new([0; TABLE]);
        for (n, entry) in table.iter_mut().enumerate().skip(1) {
            *entry = n as u32 * log2(n as u32);
        }
        Self { table }
    }

    /// Returns the estimated bits, in fixed point, of a block with these counts.
    pub(super) fn cost(&self, counts: &Counts) -> u64 {
        let (litlen_bits, litlen_used) = self.symbols(&counts.litlen);
        let (distance_bits, distance_used) = self.symbols(&counts.distance);
        let header = BLOCK_BITS * 4 + SYMBOL_QUARTERS * (litlen_used + distance_used);
        litlen_bits + distance_bits + (header << (FRACTION - 2))
    }

    /// Returns the bits of symbols with an ideal code, and how many different ones there are.
    fn symbols(&self, counts: &[u32]) -> (u64, u64) {
        let (mut total, mut used, mut sum) = (0, 0, 0);
        for &count in counts {
            total += count;
            used += u64::from(count != 0);
            sum += self.n_log_n(count);
        }
        (self.n_log_n(total) - sum, used)
    }

    #[inline(always)]
    fn n_log_n(&self, n: u32) -> u64 {
        match self.table.get(n as usize) {
            Some(&entry) => u64::from(entry),
            None => u64::from(n) * u64::from(log2(n)),
        }
    }
}
