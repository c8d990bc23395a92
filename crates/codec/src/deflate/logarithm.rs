//! Binary logarithms in fixed point, from integers alone so that they are the same on every machine.

/// Fractional bits.
pub(super) const FRACTION: u32 = 8;
/// 1 in fixed point.
pub(super) const ONE: u32 = 1 << FRACTION;

/// Returns the binary logarithm of `n`, which must not be 0.
pub(super) fn log2(n: u32) -> u32 {
    let whole = n.ilog2();
    // The mantissa with 31 fractional bits, squared once for each bit of the result's fraction.
    let mut mantissa = u64::from(n) << (31 - whole);
    let mut fraction = 0;
    for _ in 0..FRACTION {
        mantissa = (mantissa * mantissa) >> 31;
        let bit = mantissa >> 32;
        fraction = fraction << 1 | bit as u32;
        mantissa >>= bit;
    }
    whole << FRACTION | fraction
}

/// Returns the bits (fixed point) that each symbol takes in an ideal code for these counts.
///
/// A symbol that does not occur is priced as if it stood there half a time: if it is used after all, it
/// has to get a code. None takes more than `most` bits, or fewer than a quarter.
pub(super) fn ideal_bits<const N: usize>(counts: &[u32; N], most: u32) -> [u32; N] {
    let total: u32 = counts.iter().sum();
    let log_total = log2((2 * total).max(1));
    counts.map(|count| (log_total - log2((2 * count).max(1))).clamp(ONE / 4, most << FRACTION))
}

#[cfg(test)]
mod tests {
    use super::{FRACTION, log2};

    #[test]
    fn logarithms_are_close_and_monotone() {
        let mut before = 0;
        for n in (1..5_000).chain([65_535, 1 << 20, u32::MAX]) {
            let expected = f64::from(n).log2() * f64::from(1 << FRACTION);
            let found = log2(n);
            assert!(
                (expected - f64::from(found)).abs() < 2.0,
                "log2({n}) = {found}"
            );
            assert!(found >= before, "log2({n}) is below log2({n} - 1)");
            before = found;
        }
    }
}
