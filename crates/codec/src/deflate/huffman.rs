//! Length-limited Huffman codes in the canonical form of RFC 1951, section 3.2.2.

/// Symbols of the largest alphabet.
pub(super) const MAX_SYMBOLS: usize = 288;
/// The longest code of the format, in bits.
const MAX_BITS: usize = 15;

/// A canonical code: each symbol's code word, bit-reversed as the stream wants it, and its length.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) words: [u16; MAX_SYMBOLS],
    pub(super) lengths: [u8; MAX_SYMBOLS],
}

impl Code {
    /// Makes a code without words.
    pub(super) const fn empty() -> Self {
        Self {
            words: [0; MAX_SYMBOLS],
            lengths: [0; MAX_SYMBOLS],
        }
    }

    /// Makes the code with the fewest bits for `counts` whose words have at most `limit` bits.
    ///
    /// Symbols that do not occur get no word. At least two symbols get one, since some decoders
    /// refuse a code that is not complete.
    pub(super) fn build(&mut self, counts: &[u32], limit: usize) {
        let mut sorted = [0_u64; MAX_SYMBOLS];
        let mut used = 0;
        for (symbol, &count) in counts.iter().enumerate() {
            sorted[used] = u64::from(count) << 16 | symbol as u64;
            used += usize::from(count != 0);
        }
        self.lengths[..counts.len()].fill(0);
        if used < 2 {
            let first = if used == 1 {
                (sorted[0] & 0xffff) as usize
            } else {
                0
            };
            self.lengths[first] = 1;
            self.lengths[usize::from(first == 0)] = 1;
        } else {
            let sorted = &mut sorted[..used];
            sorted.sort_unstable();
            let mut of_length = lengths_of_tree(sorted, limit);
            let mut length = limit;
            for entry in sorted.iter() {
                while of_length[length] == 0 {
                    length -= 1;
                }
                of_length[length] -= 1;
                self.lengths[(*entry & 0xffff) as usize] = length as u8;
            }
        }
        self.assign_words(counts.len());
    }

    /// Gives the words that follow from the lengths of the first `symbols` symbols.
    pub(super) fn assign_words(&mut self, symbols: usize) {
        let mut of_length = [0_u16; MAX_BITS + 1];
        for &length in &self.lengths[..symbols] {
            of_length[length as usize & MAX_BITS] += 1;
        }
        of_length[0] = 0;
        let mut next = [0_u16; MAX_BITS + 1];
        for bits in 1..=MAX_BITS {
            next[bits] = (next[bits - 1] + of_length[bits - 1]) << 1;
        }
        for (word, &length) in self.words.iter_mut().zip(&self.lengths[..symbols]) {
            let next = &mut next[length as usize & MAX_BITS];
            if length > 0 {
                *word = next.reverse_bits() >> (16 - u32::from(length));
                *next += 1;
            }
        }
    }
}

/// Returns how many words of each length the best code has.
///
/// `sorted` holds counts (shifted left by 16) in ascending order. The tree is built in place (Moffat
/// and Katajainen, "In-place calculation of minimum-redundancy codes", 1995); words beyond the limit
/// are then shortened, each at the cost of the longest word that is shorter than the limit.
fn lengths_of_tree(sorted: &[u64], limit: usize) -> [u32; MAX_BITS + 1] {
    let n = sorted.len();
    let mut node = [0_u32; MAX_SYMBOLS];
    for (slot, entry) in node.iter_mut().zip(sorted) {
        *slot = (entry >> 16) as u32;
    }
    let node = &mut node[..n];
    // Weights of the inner nodes; each leaf or inner node that is taken becomes its parent's index.
    let (mut leaf, mut root) = (0, 0);
    for next in 0..n - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            if leaf >= n || (root < next && node[root] < node[leaf]) {
                weight += node[root];
                node[root] = next as u32;
                root += 1;
            } else {
                weight += node[leaf];
                leaf += 1;
            }
        }
        node[next] = weight;
    }
    // Depths of the inner nodes, from the root down; the leaves fill what each level has left.
    let mut of_length = [0_u32; MAX_BITS + 1];
    node[n - 2] = 0;
    for inner in (0..n - 2).rev() {
        node[inner] = node[node[inner] as usize] + 1;
    }
    let mut available = 1_u32;
    let mut depth = 0_usize;
    let mut inner = n - 1;
    let mut leaves = n as u32;
    while leaves > 0 {
        let mut inside = 0;
        while inner > 0 && node[inner - 1] as usize == depth {
            inside += 1;
            inner -= 1;
        }
        let here = available - inside;
        of_length[depth.min(limit)] += here;
        leaves -= here;
        available = 2 * inside;
        depth += 1;
    }
    shorten(&mut of_length, limit);
    of_length
}

/// Mends a set of lengths whose longest words were cut to `limit`, until the Kraft sum is 1.
fn shorten(of_length: &mut [u32; MAX_BITS + 1], limit: usize) {
    let kraft = |of_length: &[u32; MAX_BITS + 1]| -> u32 {
        (1..=limit)
            .map(|bits| of_length[bits] << (limit - bits))
            .sum()
    };
    let mut excess = kraft(of_length) - (1 << limit);
    while excess > 0 {
        let mut bits = limit - 1;
        while of_length[bits] == 0 {
            bits -= 1;
        }
        // A word of `bits` becomes two of `bits + 1`, one of which a word of the limit moves to.
        of_length[bits] -= 1;
        of_length[bits + 1] += 2;
        of_length[limit] -= 1;
        excess -= 1;
    }
}
