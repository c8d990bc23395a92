//! Bytes that cannot be packed, recognized before time is spent on them.

use super::block::STORED_LIMIT;
use super::symbols::Token;

/// Bytes that are looked at together: one stored block.
pub(super) const STRETCH: usize = STORED_LIMIT;
/// One position of so many is added of a stretch that is stored.
pub(super) const LAZY_STEP: usize = 4;
pub(super) const OPTIMAL_STEP: usize = 16;

const SAMPLES: usize = 4096;
/// The sum of the squared counts of 4,096 samples: 69,600 is expected of random bytes, give or take 400.
const FLAT: u32 = 73_000;
/// Matches may cover one part of so many of a stretch that is stored.
const COVERED: usize = 64;

/// Returns whether all byte values are about equally frequent.
///
/// It costs about 2 microseconds.
pub(super) fn looks_random(bytes: &[u8]) -> bool {
    if bytes.len() < 2 * SAMPLES {
        return false;
    }
    let mut counts = [0_u32; 256];
    for &byte in bytes.iter().step_by(bytes.len() / SAMPLES).take(SAMPLES) {
        counts[byte as usize] += 1;
    }
    counts.iter().map(|count| count * count).sum::<u32>() < FLAT
}

/// Returns whether a quick search has found next to nothing.
pub(super) fn is_hopeless(tokens: &[Token]) -> bool {
    let (mut all, mut covered) = (0, 0);
    for token in tokens {
        let length = token.length();
        all += length;
        covered += if length > 1 { length } else { 0 };
    }
    covered * COVERED <= all
}
