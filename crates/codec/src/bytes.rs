//! Unaligned little-endian loads.

/// Returns the four bytes from `position` as a little-endian number.
#[inline(always)]
pub(crate) fn load_u32(data: &[u8], position: usize) -> u32 {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&data[position..position + 4]);
    u32::from_le_bytes(bytes)
}

/// Returns the eight bytes from `position` as a little-endian number.
#[inline(always)]
pub(crate) fn load_u64(data: &[u8], position: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&data[position..position + 8]);
    u64::from_le_bytes(bytes)
}
