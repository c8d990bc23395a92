//! Bits of the input, lowest first.

use super::fast::Ahead;

/// Returns the low `count & 0xff` (at most 63) bits of `bits`.
#[inline(always)]
pub(super) fn low(bits: u64, count: u32) -> u64 {
    bits & ((1 << (count & 0x3f)) - 1)
}

/// A reader of bits that looks ahead into a 64-bit buffer.
///
/// Invariant: the bits of `buffer` below `count` are the next bits of the stream. The bits above are
/// zero or the true bits that follow, so that a refill may set them again.
#[derive(Debug)]
pub(super) struct BitReader<'a> {
    input: &'a [u8],
    position: usize,
    buffer: u64,
    count: u32,
}

impl<'a> BitReader<'a> {
    /// Begins at `input`, after the `count` (0 to 7) bits in `bits`.
    pub(super) fn new(input: &'a [u8], count: u8, bits: u8) -> Self {
        Self {
            input,
            position: 0,
            buffer: u64::from(bits),
            count: u32::from(count),
        }
    }

    /// Fills the buffer to at least 56 bits, or to all bits that the input still has.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if let Some(word) = self
            .input
            .get(self.position..)
            .and_then(|rest| rest.first_chunk())
        {
            self.buffer |= u64::from_le_bytes(*word) << self.count;
            self.position += ((63 - self.count) >> 3) as usize;
            self.count |= 0b11_1000;
        } else {
            self.refill_at_end();
        }
    }

    #[cold]
    fn refill_at_end(&mut self) {
        while self.count < 56
            && let Some(&byte) = self.input.get(self.position)
        {
            self.buffer |= u64::from(byte) << self.count;
            self.position += 1;
            self.count += 8;
        }
    }

    /// Refills the buffer and returns whether it has `count` (at most 56) bits.
    #[inline(always)]
    pub(super) fn has(&mut self, count: u32) -> bool {
        if self.count < count {
            self.refill();
        }
        self.count >= count
    }

    /// Returns the buffer: [`count`](Self::count) bits of it are there, the others undefined.
    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.buffer
    }

    /// Returns how many bits the buffer has.
    #[inline(always)]
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Uses up `count` bits, which must be there.
    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) {
        debug_assert!(count <= self.count);
        self.buffer >>= count;
        self.count -= count;
    }

    /// Uses up and returns `count` (at most 16) bits, which must be there.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let bits = self.buffer as u32 & ((1 << count) - 1);
        self.skip(count);
        bits
    }

    /// Returns all of the input.
    pub(super) fn input(&self) -> &'a [u8] {
        self.input
    }

    /// Returns whether at least `count` bytes are not in the buffer yet.
    pub(super) fn has_bytes(&self, count: usize) -> bool {
        self.input.len() - self.position >= count
    }

    /// Returns the state for the fast loop.
    pub(super) fn ahead(&self) -> Ahead {
        Ahead {
            position: self.position,
            bits: self.buffer,
            count: self.count,
        }
    }

    /// Takes over the state of the fast loop.
    pub(super) fn set_ahead(&mut self, ahead: Ahead) {
        self.position = ahead.position;
        self.count = ahead.count & 63;
        self.buffer = low(ahead.bits, self.count);
    }

    /// Uses up the bits to the end of the byte.
    pub(super) fn skip_to_byte(&mut self) {
        self.skip(self.count & 7);
    }

    /// Returns how many bytes of the input are used up, the last one at least in part.
    pub(super) fn offset(&self) -> usize {
        self.position - (self.count >> 3) as usize
    }

    /// Returns the unused input; the reader must be at a byte boundary.
    pub(super) fn rest(&self) -> &'a [u8] {
        debug_assert!(self.count.is_multiple_of(8));
        &self.input[self.offset()..]
    }

    /// Uses up `count` bytes of the [`rest`](Self::rest).
    pub(super) fn skip_bytes(&mut self, count: usize) {
        self.position = self.offset() + count;
        self.buffer = 0;
        self.count = 0;
    }

    /// Ends the reading: returns the number of bytes used at least in part, and of the last of them
    /// the number of bits that are left and these bits.
    pub(super) fn finish(self) -> (usize, u8, u8) {
        let count = self.count & 7;
        let bits = self.buffer as u8 & ((1 << count) - 1);
        (self.offset(), count as u8, bits)
    }
}
