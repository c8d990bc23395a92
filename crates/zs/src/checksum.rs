use crc64fast::Digest;

/// The polynomial with its bits reversed, without the highest power.
const POLYNOMIAL: u64 = 0xc96c_5795_d787_0f42;

/// What [`append_zeros`] multiplies by: x to the power of 8 * 2^k for each k.
const POWERS: [u64; 64] = powers();

/// Returns the CRC-64/XZ of `bytes`.
pub fn crc64(bytes: &[u8]) -> u64 {
    let mut digest = Digest::new();
    digest.write(bytes);
    digest.sum64()
}

/// Cuts the checksum off the end of `bytes`, which have one.
pub(crate) fn split_checksum(bytes: &[u8]) -> (&[u8], u64) {
    let (body, checksum) = bytes
        .split_last_chunk()
        .expect("whoever found the length of the bytes made room for a checksum");
    (body, u64::from_le_bytes(*checksum))
}

/// Returns the checksum of the last `length` bytes of some of which all have the checksum `whole`, and those
/// before the last ones `before`.
///
/// Its cost does not depend on how many bytes there are: about 12 multiplications of polynomials.
pub(crate) fn crc64_of_rest(whole: u64, before: u64, length: u64) -> u64 {
    whole ^ append_zeros(before, length)
}

/// Returns what becomes of a checksum, apart from its inversions, by `length` bytes of zeros.
fn append_zeros(mut checksum: u64, length: u64) -> u64 {
    for (k, &power) in POWERS.iter().enumerate() {
        if length >> k == 0 {
            break;
        }
        if length >> k & 1 == 1 {
            checksum = multiply(power, checksum);
        }
    }
    checksum
}

/// Multiplies two polynomials whose highest bit is the power 0, modulo that of the checksum.
const fn multiply(a: u64, mut b: u64) -> u64 {
    let mut product = 0;
    let mut bit = 1 << 63;
    while bit != 0 {
        if a & bit != 0 {
            product ^= b;
        }
        b = (b >> 1) ^ (POLYNOMIAL * (b & 1));
        bit >>= 1;
    }
    product
}

const fn powers() -> [u64; 64] {
    let mut powers = [1 << 55; 64];
    let mut k = 1;
    while k < powers.len() {
        powers[k] = multiply(powers[k - 1], powers[k - 1]);
        k += 1;
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::{crc64, crc64_of_rest};

    #[test]
    fn rest_of_any_length() {
        let bytes: Vec<u8> = (0..5000_u32).map(|i| ((i * i) >> 3) as u8).collect();
        for (start, end) in [
            (0, 0),
            (0, 9),
            (3, 3),
            (7, 8),
            (100, 613),
            (1, 4097),
            (0, 5000),
        ] {
            let (whole, before) = (crc64(&bytes[..end]), crc64(&bytes[..start]));
            let rest = crc64_of_rest(whole, before, (end - start) as u64);
            assert_eq!(rest, crc64(&bytes[start..end]), "{start} to {end}");
        }
    }
}
