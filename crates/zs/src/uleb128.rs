//! Numbers of 7 bits a byte, the lowest first: at most 63 bits, always in the shortest form.

use crate::Defect;

/// The largest number: 2^63 - 1.
pub const MAX: u64 = i64::MAX as u64;

/// The length of the largest number in bytes.
pub const MAX_LEN: usize = 9;

/// Reads the number at the beginning of `bytes`, and returns it with its length in bytes.
///
/// # Errors
/// [`Defect::Uleb128CutOff`], [`Defect::Uleb128Overflow`] and [`Defect::Uleb128NotNormal`].
pub fn read(bytes: &[u8]) -> Result<(u64, usize), Defect> {
    if let Some(&byte) = bytes.first()
        && byte < 0x80
    {
        return Ok((u64::from(byte), 1));
    }
    let mut value = 0;
    for (idx, &byte) in bytes.iter().take(MAX_LEN).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * idx);
        if byte < 0x80 {
            return if byte == 0 {
                Err(Defect::Uleb128NotNormal)
            } else {
                Ok((value, idx + 1))
            };
        }
    }
    Err(if bytes.len() < MAX_LEN {
        Defect::Uleb128CutOff
    } else {
        Defect::Uleb128Overflow
    })
}

/// Appends `value` to `out`.
///
/// # Panics
/// If `value` is larger than [`MAX`].
pub fn append(mut value: u64, out: &mut Vec<u8>) {
    assert!(value <= MAX, "{value} has more than 63 bits");
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Returns how many bytes [`append`] takes for `value`.
pub fn length(value: u64) -> usize {
    let bits = u64::BITS - (value | 1).leading_zeros();
    bits.div_ceil(7) as usize
}
