//! A writer of streams that does as it is told, right or wrong.

/// Lengths of the fixed codes (RFC 1951, section 3.2.6).
pub(super) fn fixed_lengths() -> (Vec<u8>, Vec<u8>) {
    let mut lengths = vec![8; 288];
    lengths[144..256].fill(9);
    lengths[256..280].fill(7);
    (lengths, vec![5; 32])
}

/// A stream that is being written.
#[derive(Clone, Default)]
pub(super) struct Stream {
    bytes: Vec<u8>,
    bit_count: usize,
    literal_lengths: Vec<u8>,
    distances: Vec<u8>,
}

impl Stream {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Writes the low `count` bits of `value`, the lowest first.
    pub(super) fn bits(mut self, value: u32, count: usize) -> Self {
        for index in 0..count {
            if self.bit_count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = (u64::from(value) >> index & 1) as u8;
            *self.bytes.last_mut().expect("a byte was pushed") |= bit << (self.bit_count % 8);
            self.bit_count += 1;
        }
        self
    }

    pub(super) fn stored(self, is_last: bool, data: &[u8]) -> Self {
        let mut stream = self.bits(u32::from(is_last), 3);
        stream.bit_count = stream.bytes.len() * 8;
        let len = data.len() as u32;
        stream = stream.bits(len, 16).bits(!len, 16);
        stream.bytes.extend_from_slice(data);
        stream.bit_count = stream.bytes.len() * 8;
        stream
    }

    pub(super) fn fixed(self, is_last: bool) -> Self {
        let mut stream = self.bits(u32::from(is_last) | 1 << 1, 3);
        (stream.literal_lengths, stream.distances) = fixed_lengths();
        stream
    }

    /// Writes the header of a dynamic block with these code lengths, each written in four bits.
    pub(super) fn dynamic(self, is_last: bool, literal_lengths: &[u8], distances: &[u8]) -> Self {
        let counts = (literal_lengths.len() - 257, distances.len() - 1);
        let mut stream = self.dynamic_counts(is_last, counts.0, counts.1);
        // Of the code length code: 0 to 15 have four bits each, 16 to 18 none.
        stream = stream.bits(0, 9);
        for _ in 0..16 {
            stream = stream.bits(4, 3);
        }
        let code_lengths = [4; 16];
        for &length in literal_lengths.iter().chain(distances) {
            stream = stream.code(&code_lengths, usize::from(length));
        }
        stream.literal_lengths = literal_lengths.to_vec();
        stream.distances = distances.to_vec();
        stream
    }

    /// Writes the beginning of a dynamic block, up to the lengths of all 19 code length codes.
    pub(super) fn dynamic_counts(
        self,
        is_last: bool,
        literal_lengths: usize,
        distances: usize,
    ) -> Self {
        self.bits(u32::from(is_last) | 2 << 1, 3)
            .bits(literal_lengths as u32, 5)
            .bits(distances as u32, 5)
            .bits(15, 4)
    }

    /// Writes the canonical code of `symbol`.
    pub(super) fn code(self, lengths: &[u8], symbol: usize) -> Self {
        let length = lengths[symbol];
        assert!(length > 0, "symbol {symbol} has no code");
        let mut code = 0;
        for other in (0..lengths.len()).filter(|&other| lengths[other] > 0) {
            if (lengths[other], other) < (length, symbol) {
                code += 1 << (15 - lengths[other]);
            }
        }
        let mirrored = (code as u32).reverse_bits() >> 17;
        self.bits(mirrored, usize::from(length))
    }

    /// Writes a literal, a length or the end of the block.
    pub(super) fn symbol(self, symbol: usize) -> Self {
        let lengths = self.literal_lengths.clone();
        self.code(&lengths, symbol)
    }

    pub(super) fn literals(self, literals: &[u8]) -> Self {
        literals
            .iter()
            .fold(self, |stream, &literal| stream.symbol(usize::from(literal)))
    }

    pub(super) fn distance_symbol(self, symbol: usize) -> Self {
        let distances = self.distances.clone();
        self.code(&distances, symbol)
    }

    /// Writes a match.
    pub(super) fn copy(self, length: usize, distance: usize) -> Self {
        let (symbol, extra_bits, extra) = length_symbol(length);
        let stream = self.symbol(symbol).bits(extra as u32, extra_bits);
        let (symbol, extra_bits, extra) = distance_symbol(distance);
        stream
            .distance_symbol(symbol)
            .bits(extra as u32, extra_bits)
    }

    pub(super) fn end(self) -> Self {
        self.symbol(256)
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Returns the symbol, number of extra bits and extra bits of a length (RFC 1951, section 3.2.5).
pub(super) fn length_symbol(length: usize) -> (usize, usize, usize) {
    if length == 258 {
        return (285, 0, 0);
    }
    let (mut symbol, mut base) = (257, 3);
    loop {
        let extra_bits = if symbol < 265 { 0 } else { (symbol - 261) / 4 };
        if length < base + (1 << extra_bits) {
            return (symbol, extra_bits, length - base);
        }
        base += 1 << extra_bits;
        symbol += 1;
    }
}

/// Returns the symbol, number of extra bits and extra bits of a distance (RFC 1951, section 3.2.5).
pub(super) fn distance_symbol(distance: usize) -> (usize, usize, usize) {
    let (mut symbol, mut base) = (0, 1);
    loop {
        let extra_bits = if symbol < 4 { 0 } else { symbol / 2 - 1 };
        if distance < base + (1 << extra_bits) {
            return (symbol, extra_bits, distance - base);
        }
        base += 1 << extra_bits;
        symbol += 1;
    }
}
