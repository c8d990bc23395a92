//! Check values of pieces, which are joined to that of the whole.

use crate::Format;

/// The check value and the length of a run of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checksum {
    format: Format,
    value: u32,
    length: u64,
}

impl Checksum {
    /// Returns that of no bytes.
    pub(crate) const fn empty(format: Format) -> Self {
        let value = match format {
            Format::Zlib => 1,
            Format::Gzip | Format::Raw => 0,
        };
        Self {
            format,
            value,
            length: 0,
        }
    }

    /// Computes that of `data`: CRC-32 for gzip and raw, Adler-32 for zlib.
    pub(crate) fn of(format: Format, data: &[u8]) -> Self {
        let mut checksum = Self::empty(format);
        checksum.extend(data);
        checksum
    }

    /// Makes it that of its bytes followed by `data`.
    pub(crate) fn extend(&mut self, data: &[u8]) {
        self.value = match self.format {
            Format::Zlib => {
                let mut adler = simd_adler32::Adler32::from_checksum(self.value);
                adler.write(data);
                adler.finish()
            }
            Format::Gzip | Format::Raw => {
                let mut crc = crc32fast::Hasher::new_with_initial(self.value);
                crc.update(data);
                crc.finalize()
            }
        };
        self.length += data.len() as u64;
    }

    /// Makes it that of its bytes followed by those of `next`, in time that does not depend on their number.
    pub(crate) fn append(&mut self, next: &Self) {
        debug_assert_eq!(self.format, next.format, "check values of different kinds");
        self.value = match self.format {
            Format::Zlib => adler32_combine(self.value, next.value, next.length),
            Format::Gzip | Format::Raw => {
                let mut whole = crc32fast::Hasher::new_with_initial_len(self.value, self.length);
                whole.combine(&crc32fast::Hasher::new_with_initial_len(
                    next.value,
                    next.length,
                ));
                whole.finalize()
            }
        };
        self.length += next.length;
    }

    /// Returns the format whose check value it is.
    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    /// Returns the check value.
    pub(crate) const fn value(&self) -> u32 {
        self.value
    }

    /// Returns the number of bytes.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }
}

/// Joins two Adler-32 values (RFC 1950, section 8.2); `length` is that of the second part.
///
/// With `a` the sum of the bytes plus one and `b` the sum of all the `a`, modulo 65 521, the second
/// part began from `a = 1` where it should have begun from the first part's `a`.
fn adler32_combine(first: u32, second: u32, length: u64) -> u32 {
    const BASE: u64 = 65_521;
    let (a1, b1) = (u64::from(first & 0xffff), u64::from(first >> 16));
    let (a2, b2) = (u64::from(second & 0xffff), u64::from(second >> 16));
    let a = (a1 + a2 + BASE - 1) % BASE;
    let b = (b1 + b2 + (length % BASE) * (a1 + BASE - 1)) % BASE;
    (b << 16 | a) as u32
}
