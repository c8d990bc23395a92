//! Data to compress, the same in every run.

/// A generator of numbers (xorshift64*).
#[derive(Clone, Debug)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}

/// Returns bytes that cannot be compressed.
pub(crate) fn random(length: usize, seed: u64) -> Vec<u8> {
    let mut numbers = Numbers::new(seed);
    (0..length).map(|_| (numbers.next() >> 56) as u8).collect()
}

/// Returns lines of words, which compress about as well as text does.
pub(crate) fn text(length: usize, seed: u64) -> Vec<u8> {
    let mut numbers = Numbers::new(seed);
    let words: Vec<Vec<u8>> = (0..2000)
        .map(|_| {
            let letters = 2 + numbers.below(9);
            (0..letters)
                .map(|_| b"etaoinshrdlucmfw"[numbers.below(16)])
                .collect()
        })
        .collect();
    let mut text = Vec::with_capacity(length + 16);
    while text.len() < length {
        let rank = numbers.below(words.len()).min(numbers.below(words.len()));
        text.extend_from_slice(&words[rank]);
        text.push(if numbers.below(12) == 0 { b'\n' } else { b' ' });
    }
    text.truncate(length);
    text
}
