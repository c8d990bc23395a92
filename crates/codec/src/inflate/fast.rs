//! The symbols of a block while input and output are far from their ends.
//!
//! A round decodes a bundle (up to two literals, and often a match length) and the distance behind
//! it. In most data bundles with and without a match alternate, and a branch would be predicted
//! wrong too often: a round goes through the steps of a match in any case, with a distance that uses
//! up no bits and a copy that the next bytes overwrite, which is about 10 % faster. Only where nearly
//! all symbols are literals it branches.
#![expect(
    unsafe_code,
    reason = "one check of the room a round, not one an access, is 8 % faster, and BMI2 10 % more"
)]

use super::bits::{BitReader, low};
use super::bundle::{Bundle, Special};
use super::memory::{CHUNK, copy_chunk, load_word, store_pair};
use super::tables::Tables;

/// Bytes of input that a round may load: three words, each at most 7 bytes behind the one before.
const INPUT_ROOM: usize = 7 + 7 + 8;
/// Bytes of output that a round may write: literals, a match, and what chunks write behind it.
const OUTPUT_ROOM: usize = 6 + 258 + 3 * CHUNK;
/// Bytes of output that must be there before a round.
const HISTORY_ROOM: usize = CHUNK;
/// The longest distance of a match.
const MAX_DISTANCE: usize = 1 << 15;
/// Bytes of output that are decoded into at once; positions in them fit 31 bits.
const MAX_STRETCH: usize = 1 << 30;

/// Decodes symbols into `output[*position..]` as long as there is room for a round.
///
/// Stops before the end of the block, and before any symbol that is wrong.
pub(super) fn decode_bundles(
    reader: &mut BitReader<'_>,
    tables: &Tables,
    output: &mut [u8],
    position: &mut usize,
) {
    let start = position.saturating_sub(MAX_DISTANCE);
    let end = output.len().min(start + MAX_STRETCH);
    let relative = *position - start;
    if relative >= HISTORY_ROOM
        && relative + OUTPUT_ROOM <= end - start
        && reader.has_bytes(INPUT_ROOM)
    {
        let decode = if tables.bundles.has_mostly_literals() {
            decode_on_this_processor::<true>
        } else {
            decode_on_this_processor::<false>
        };
        *position = start + decode(reader, tables, &mut output[start..end], relative);
    }
}

/// Calls [`decode`] compiled for the processor at hand.
fn decode_on_this_processor<const EXPECT_LITERALS: bool>(
    reader: &mut BitReader<'_>,
    tables: &Tables,
    output: &mut [u8],
    position: usize,
) -> usize {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("bmi1") && std::arch::is_x86_feature_detected!("bmi2") {
        // SAFETY: the processor has the instructions.
        return unsafe { decode_with_bmi2::<EXPECT_LITERALS>(reader, tables, output, position) };
    }
    decode::<EXPECT_LITERALS>(reader, tables, output, position, low)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "bmi1,bmi2")]
fn decode_with_bmi2<const EXPECT_LITERALS: bool>(
    reader: &mut BitReader<'_>,
    tables: &Tables,
    output: &mut [u8],
    position: usize,
) -> usize {
    if EXPECT_LITERALS {
        // Distances are rare, and the loop is faster with a register less in use.
        return decode::<EXPECT_LITERALS>(reader, tables, output, position, low);
    }
    let low = |bits, count| std::arch::x86_64::_bzhi_u64(bits, count);
    decode::<EXPECT_LITERALS>(reader, tables, output, position, low)
}

/// Decodes rounds from `position` on, for which there must be room, and returns where they end.
///
/// `low` keeps as many low bits as the low 8 bits of its second argument say. Neither that nor
/// `EXPECT_LITERALS` changes the result.
///
/// That it stays in bounds rests on the constants above and on what tables hold: a [`Bundle`] has at most
/// two literals and a match of at most 258 bytes, and a [`Distance`](super::distance::Distance) is
/// exceptional (2 GiB or more, so beyond any stretch), from 1 on, or 0 where there is no match to copy.
#[inline(always)]
fn decode<const EXPECT_LITERALS: bool>(
    reader: &mut BitReader<'_>,
    tables: &Tables,
    output: &mut [u8],
    mut position: usize,
    low: impl Fn(u64, u32) -> u64 + Copy,
) -> usize {
    let (input, mut ahead) = (reader.input(), reader.ahead());
    assert!(
        input.len() >= INPUT_ROOM
            && (OUTPUT_ROOM..=MAX_STRETCH).contains(&output.len())
            && position >= HISTORY_ROOM,
        "the loads and stores of a round rest on it"
    );
    let input_end = input.len() - INPUT_ROOM;
    let output_end = output.len() - OUTPUT_ROOM;
    // Each bundle is looked up before the refill behind the bits in front of it, so that it need not
    // wait for the refill.
    // SAFETY: here and in the loop: a round refills at most three times and writes at most three
    // bundles of literals and a match, for which there is room at its beginning.
    unsafe { ahead.refill(input) };
    let mut bundle = tables.bundles.first(ahead.bits);
    while ahead.position <= input_end && position <= output_end {
        if EXPECT_LITERALS && !bundle.has_match() {
            // SAFETY: see above.
            unsafe { write_literals(bundle, &mut ahead, output, &mut position) };
            bundle = tables.bundles.first(ahead.bits);
            if !bundle.has_match() {
                // SAFETY: see above.
                unsafe { write_literals(bundle, &mut ahead, output, &mut position) };
                bundle = tables.bundles.first(ahead.bits);
                if !bundle.has_match() {
                    // SAFETY: see above.
                    unsafe {
                        write_literals(bundle, &mut ahead, output, &mut position);
                        bundle = tables.bundles.first(ahead.bits);
                        ahead.refill(input);
                    }
                    continue;
                }
                // SAFETY: see above.
                unsafe { ahead.refill(input) };
            }
        }

        // No more than one bundle (12 bits) has been used up since the last refill. Of the 64 bits
        // there were, 12 for the next one, 28 for a distance and 12 to look up a bundle are left.
        let before = (ahead, position);
        let (length, entry, from);
        if bundle.is_special() {
            // SAFETY: see above.
            unsafe { ahead.refill(input) };
            if bundle.is_subtable() {
                bundle = tables.bundles.second(bundle, ahead.bits);
                if !bundle.has_match() {
                    // SAFETY: see above.
                    unsafe {
                        write_literals(bundle, &mut ahead, output, &mut position);
                        bundle = tables.bundles.first(ahead.bits);
                        ahead.refill(input);
                    }
                    continue;
                }
            }
            let before = ahead;
            let Some(read) = read_length(bundle, &mut ahead, low) else {
                break;
            };
            length = read;
            entry = tables.distances.get(ahead.bits);
            from = position.wrapping_sub(entry.distance(ahead.bits, low) as usize);
            if from > position {
                ahead = before;
                break;
            }
        } else {
            length = bundle.match_length();
            // SAFETY: see above.
            unsafe { write_literals(bundle, &mut ahead, output, &mut position) };
            let mut first = tables.distances.first(ahead.bits);
            if !EXPECT_LITERALS {
                // Without a match it is a distance of 0 bits.
                first = first.masked(bundle.match_mask());
            }
            let mut start = position.wrapping_sub(first.distance(ahead.bits, low) as usize);
            if !EXPECT_LITERALS {
                // Without a match, the copy is of what was written long ago: it waits for nothing.
                start &= bundle.match_mask() as i32 as usize;
            }
            // If the distance is too far or exceptional, `start` has wrapped around.
            if start <= position - CHUNK {
                ahead.skip(first.bits_modulo_64());
                bundle = tables.bundles.first(ahead.bits);
                // SAFETY: see above. The distance is neither too far nor too near.
                unsafe {
                    ahead.refill(input);
                    copy_far(output, start, position, length);
                }
                position += length;
                continue;
            }
            if first.is_exceptional() {
                entry = tables.distances.get(ahead.bits);
                from = position.wrapping_sub(entry.distance(ahead.bits, low) as usize);
            } else {
                (entry, from) = (first, start);
            }
            if from > position {
                (ahead, position) = before;
                break;
            }
        }
        ahead.skip(entry.bits_modulo_64());
        bundle = tables.bundles.first(ahead.bits);
        // SAFETY: see above. The distance is not too far.
        unsafe {
            ahead.refill(input);
            match position - from {
                CHUNK.. => copy_far(output, from, position, length),
                distance => copy_near(output, distance, position, length),
            }
        }
        position += length;
    }
    reader.set_ahead(ahead);
    position
}

/// The bits that are looked at next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    /// Where the input goes on behind the counted bits.
    pub(super) position: usize,
    pub(super) bits: u64,
    /// Number of counted bits modulo 64: only the low 6 bits mean anything.
    pub(super) count: u32,
}

impl Ahead {
    /// Adds bits: then 56 to 63 count, and those above are true as well.
    ///
    /// # Safety
    /// At least 8 bytes must be left of `input` at the position.
    #[inline(always)]
    unsafe fn refill(&mut self, input: &[u8]) {
        // SAFETY: the same contract.
        let word = unsafe { load_word(input, self.position) };
        self.bits |= word.wrapping_shl(self.count);
        self.position = self.position + 7 - (self.count >> 3 & 7) as usize;
        self.count |= 0b11_1000;
    }

    /// Uses up `count` bits, modulo 64.
    #[inline(always)]
    fn skip(&mut self, count: u32) {
        self.bits = self.bits.wrapping_shr(count);
        self.count = self.count.wrapping_sub(count);
    }
}

/// Writes the literals of a bundle that is not special, and uses up its bits.
///
/// # Safety
/// At least 2 bytes of output must be left.
#[inline(always)]
unsafe fn write_literals(
    bundle: Bundle,
    ahead: &mut Ahead,
    output: &mut [u8],
    position: &mut usize,
) {
    debug_assert!(bundle.literal_count() <= 2);
    // SAFETY: the same contract.
    unsafe { store_pair(output, *position, bundle.literals()) };
    *position += bundle.literal_count();
    ahead.skip(bundle.bits_modulo_64());
}

/// Returns the length of a match without literals before it, and uses up its bits. `None` is the end
/// of the block or wrong, and uses up nothing.
#[inline(always)]
fn read_length(bundle: Bundle, ahead: &mut Ahead, low: impl Fn(u64, u32) -> u64) -> Option<usize> {
    if !bundle.is_special() {
        ahead.skip(bundle.bits());
        return Some(bundle.match_length());
    }
    let Special::Length {
        code_bits,
        extra_bits,
        base,
    } = bundle.special()
    else {
        return None;
    };
    ahead.skip(code_bits);
    let extra = low(ahead.bits, extra_bits) as u32;
    ahead.skip(extra_bits);
    Some((base + extra) as usize)
}

/// Copies a match over a distance of at least a chunk. Less than 3 chunks are written behind it.
///
/// # Safety
/// There must be room for what is written.
#[inline(always)]
unsafe fn copy_far(output: &mut [u8], mut from: usize, mut to: usize, length: usize) {
    let end = to + length;
    // SAFETY: the same contract.
    unsafe {
        copy_chunk(output, from, to);
        copy_chunk(output, from + CHUNK, to + CHUNK);
        copy_chunk(output, from + 2 * CHUNK, to + 2 * CHUNK);
        if length <= 3 * CHUNK {
            return;
        }
        (from, to) = (from + 3 * CHUNK, to + 3 * CHUNK);
        loop {
            copy_chunk(output, from, to);
            copy_chunk(output, from + CHUNK, to + CHUNK);
            (from, to) = (from + 2 * CHUNK, to + 2 * CHUNK);
            if to >= end {
                return;
            }
        }
    }
}

/// Copies a match over a distance of less than a chunk. Less than 3 chunks are written behind it.
///
/// # Safety
/// There must be room for what is written, and the distance must not be 0.
#[inline(always)]
unsafe fn copy_near(output: &mut [u8], mut distance: usize, mut to: usize, length: usize) {
    debug_assert!(distance > 0);
    let (from, end) = (to - distance, to + length);
    if distance == 1 {
        let byte = output[from];
        output[to..end].fill(byte);
        return;
    }
    // SAFETY: the same contract. The first loop ends less than 2 chunks behind its start.
    unsafe {
        // What has been copied repeats the period: later copies may reach twice as far.
        while distance < CHUNK {
            copy_chunk(output, from, to);
            to += distance;
            distance *= 2;
        }
        while to < end {
            copy_chunk(output, to - distance, to);
            to += CHUNK;
        }
    }
}
