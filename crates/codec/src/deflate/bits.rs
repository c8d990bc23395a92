//! The bit stream: least significant bit first (RFC 1951, section 3.1.1).

/// Appends bits to a byte vector whose room is reserved a block at a time.
#[derive(Debug)]
pub(super) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    /// Bytes of `out` that are written; what is behind them is room.
    position: usize,
    bits: u64,
    bit_count: u32,
}

impl<'a> BitWriter<'a> {
    /// Begins at a byte boundary at the end of `out`.
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        let position = out.len();
        Self {
            out,
            position,
            bits: 0,
            bit_count: 0,
        }
    }

    /// Makes room for `bits` more bits, whatever the writes that add up to them.
    pub(super) fn reserve(&mut self, bits: u64) {
        self.out.resize(self.position + (bits / 8) as usize + 16, 0);
    }

    /// Returns how many bits of the current byte are in use, 0 to 7.
    pub(super) fn bit_offset(&self) -> u32 {
        self.bit_count & 7
    }

    /// Adds the low `count` bits of `value`, at most 56, and stores what makes whole bytes.
    #[inline(always)]
    pub(super) fn put(&mut self, value: u64, count: u32) {
        self.add(value, count);
        self.flush();
    }

    /// Adds bits without storing: at most 56 between two calls of `flush`.
    #[inline(always)]
    pub(super) fn add(&mut self, value: u64, count: u32) {
        self.bits |= value << self.bit_count;
        self.bit_count += count;
    }

    /// Stores the whole bytes of what was added.
    #[inline(always)]
    pub(super) fn flush(&mut self) {
        self.out[self.position..self.position + 8].copy_from_slice(&self.bits.to_le_bytes());
        self.position += (self.bit_count >> 3) as usize;
        self.bits >>= self.bit_count & !7;
        self.bit_count &= 7;
    }

    /// Adds pairs of values, each with its number of bits, at most 56, in room that was reserved.
    ///
    /// Two values that fit together are added as one, which halves the steps that wait for each other.
    #[inline(always)]
    pub(super) fn put_pairs(&mut self, pairs: impl Iterator<Item = ((u64, u32), (u64, u32))>) {
        let room = &mut self.out[self.position..];
        let (mut position, mut bits, mut bit_count) = (0, self.bits, self.bit_count);
        let mut put = |value: u64, count: u32| {
            bits |= value << bit_count;
            bit_count += count;
            room[position..position + 8].copy_from_slice(&bits.to_le_bytes());
            position += (bit_count >> 3) as usize;
            bits >>= bit_count & !7;
            bit_count &= 7;
        };
        for ((first, first_count), (second, second_count)) in pairs {
            if first_count + second_count <= 56 {
                put(first | second << first_count, first_count + second_count);
            } else {
                put(first, first_count);
                put(second, second_count);
            }
        }
        self.position += position;
        (self.bits, self.bit_count) = (bits, bit_count);
    }

    /// Pads with zero bits to the next byte boundary.
    pub(super) fn align(&mut self) {
        if self.bit_count > 0 {
            self.bit_count = 8;
            self.flush();
        }
    }

    /// Appends whole bytes; the writer must stand at a byte boundary.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        debug_assert_eq!(self.bit_count, 0, "bytes are written at a byte boundary");
        self.out.truncate(self.position);
        self.out.extend_from_slice(bytes);
        self.position = self.out.len();
        self.reserve(0);
    }

    /// Ends the stream at the next byte boundary.
    pub(super) fn finish(mut self) {
        self.align();
        self.out.truncate(self.position);
    }
}
