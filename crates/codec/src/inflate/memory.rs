//! Unaligned loads and stores whose bounds the caller has checked.
#![expect(
    unsafe_code,
    reason = "the decoding loop checks its room once for several loads and stores"
)]

/// Bytes that [`copy_chunk`] copies.
pub(super) const CHUNK: usize = 16;

/// Returns the 8 bytes at `position`, the first one lowest.
///
/// # Safety
/// `position + 8` must not be larger than `input.len()`.
#[inline(always)]
pub(super) unsafe fn load_word(input: &[u8], position: usize) -> u64 {
    debug_assert!(position <= input.len() && input.len() - position >= 8);
    // SAFETY: the caller has checked that the 8 bytes are within the slice.
    u64::from_le_bytes(unsafe { input.as_ptr().add(position).cast::<[u8; 8]>().read() })
}

/// Stores two bytes at `position`, the lower one first.
///
/// # Safety
/// `position + 2` must not be larger than `output.len()`.
#[inline(always)]
pub(super) unsafe fn store_pair(output: &mut [u8], position: usize, pair: u16) {
    debug_assert!(position <= output.len() && output.len() - position >= 2);
    // SAFETY: the caller has checked that the 2 bytes are within the slice.
    unsafe {
        let place = output.as_mut_ptr().add(position).cast::<[u8; 2]>();
        place.write(pair.to_le_bytes());
    }
}

/// Copies [`CHUNK`] bytes to `to`, as they are at `from` before; the two may overlap.
///
/// # Safety
/// Neither `from + CHUNK` nor `to + CHUNK` must be larger than `output.len()`.
#[inline(always)]
pub(super) unsafe fn copy_chunk(output: &mut [u8], from: usize, to: usize) {
    debug_assert!(from.max(to) <= output.len() && output.len() - from.max(to) >= CHUNK);
    // SAFETY: the caller has checked that both ranges are within the slice.
    unsafe {
        let start = output.as_mut_ptr();
        std::ptr::copy(start.add(from), start.add(to), CHUNK);
    }
}
