//! Bytes that cannot be packed, recognized before time is spent on them.

use super::block::STORED_LIMIT;

/// Bytes that are looked at together: one stored block.
pub(super) const STRETCH: usize = STORED_LIMIT;
/// One position of so many is added of a stretch that is stored.
pub(super) const LAZY_STEP: usize = 4;
pub(super) const OPTIMAL_STEP: usize = 16;

const SAMPLES: usize = 4096;
/// The sum of the squared counts of 4,096 samples: 69,600 is expected of random bytes, give or take 400.
const FLAT: u32 = 80_000;
/// A stretch is stored unless a quick search saves one part of so many.
const SAVED: u64 = 100;

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

/// Returns whether a quick search, whose tokens take `bits` (without extra bits), has saved next to nothing.
pub(super) fn is_hopeless(bits: u64, bytes: usize) -> bool {
    let stored = 8 * bytes as u64;
    bits >= stored - stored / SAVED
}
