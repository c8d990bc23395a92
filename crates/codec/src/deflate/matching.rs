//! What every match finder shares: hashes, lengths of matches, distances from stored positions.

use super::symbols::WINDOW;
use crate::bytes::{load_u32, load_u64};

/// Makes a table on the heap.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "the tables are larger than a stack likes"
)]
pub(super) fn table<T: Copy, const N: usize>(value: T) -> Box<[T; N]> {
    let table: Result<Box<[T; N]>, _> = vec![value; N].into_boxed_slice().try_into();
    table.unwrap_or_else(|_| unreachable!("the vector has just as many elements"))
}

/// Returns a hash of `bits` bits.
#[inline(always)]
pub(super) fn hash(value: u32, bits: u32) -> usize {
    (value.wrapping_mul(0x9e37_79b1) >> (32 - bits)) as usize
}

/// Returns how many bytes from `first` and `second` on are the same, at most `most`.
///
/// The first `known` are taken to be. `second + most` must not be beyond the data.
#[inline(always)]
pub(super) fn match_length(
    data: &[u8],
    first: usize,
    second: usize,
    known: usize,
    most: usize,
) -> usize {
    let mut length = known;
    while length + 8 <= most {
        let differs = load_u64(data, first + length) ^ load_u64(data, second + length);
        if differs != 0 {
            return length + (differs.trailing_zeros() >> 3) as usize;
        }
        length += 8;
    }
    while length < most && data[first + length] == data[second + length] {
        length += 1;
    }
    length
}

/// Returns the distance from `position` back to the position whose low 16 bits are `stored`.
///
/// Tables hold positions modulo 65,536 and are never aged: an entry that has left the window shows up
/// as some distance, and the bytes there decide whether it is a match all the same. A distance of 0
/// stands for 65,536, so it is never usable.
#[inline(always)]
pub(super) fn distance_to(position: usize, stored: u16) -> usize {
    (position as u16).wrapping_sub(stored) as usize
}

/// Returns the largest distance that a match at `position` may have.
#[inline(always)]
pub(super) fn reach(position: usize) -> usize {
    position.min(WINDOW)
}

/// Returns the three bytes from `position`, which must not be the last three.
#[inline(always)]
pub(super) fn load_u24(data: &[u8], position: usize) -> u32 {
    load_u32(data, position) & 0x00ff_ffff
}
