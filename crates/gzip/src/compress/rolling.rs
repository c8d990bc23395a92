//! Where blocks end when the data decides: a hash of the last 64 bytes.
//!
//! The hash `h = (h << 1) + table[byte]` ("gear") forgets a byte after 64 steps. A block ends where its
//! highest bits are zero; after an insertion, the places behind the next common one are the same.

const KIB: usize = 1024;

/// A block is not shorter, unless the input ends.
const SHORTEST: usize = 32 * KIB;

/// A block is not longer, even where no place is found.
pub(super) const LONGEST: usize = 512 * KIB;

/// One place in 2^16 ends a block.
const BLOCK_BITS: u32 = 16;

/// One end of a block in 2^5 begins decoding anew: every 3 MiB on average.
const RESTART_BITS: u32 = BLOCK_BITS + 5;

/// So does the first end of a block behind this many bytes, for readers that look at the beginning of
/// a file to know whether there are more.
const FIRST_RESTART: u64 = 512 * KIB as u64;

/// The hash over the block that is being read.
#[derive(Clone, Debug)]
pub(super) struct Rolling {
    hash: u64,
    /// Bytes of the block that were looked at.
    length: usize,
    /// Bytes of all blocks before.
    total: u64,
    has_restarted: bool,
}

/// The end of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Bytes of the block.
    pub(super) length: usize,
    /// Whether decoding is to begin anew behind it.
    pub(super) restarts: bool,
}

impl Rolling {
    pub(super) const fn new() -> Self {
        Self {
            hash: 0,
            length: 0,
            total: 0,
            has_restarted: false,
        }
    }

    /// Looks at what was added to `block` since the last call; returns where the block ends.
    pub(super) fn look(&mut self, block: &[u8]) -> Option<Place> {
        let mut place = self.scan(block)?;
        self.end_block(place.length);
        place.restarts |= !self.has_restarted && self.total >= FIRST_RESTART;
        self.has_restarted |= place.restarts;
        Some(place)
    }

    /// Begins a block behind one of `length` bytes.
    pub(super) fn end_block(&mut self, length: usize) {
        self.hash = 0;
        self.length = 0;
        self.total += length as u64;
    }

    fn scan(&mut self, block: &[u8]) -> Option<Place> {
        let end = block.len().min(LONGEST);
        for (position, &byte) in block.iter().enumerate().take(end).skip(self.length) {
            self.hash = (self.hash << 1).wrapping_add(TABLE[usize::from(byte)]);
            let length = position + 1;
            if self.hash >> (64 - BLOCK_BITS) == 0 && length >= SHORTEST {
                let restarts = self.hash >> (64 - RESTART_BITS) == 0;
                return Some(Place { length, restarts });
            }
        }
        self.length = end;
        (end == LONGEST).then_some(Place {
            length: LONGEST,
            restarts: false,
        })
    }
}

/// A number a byte value, from the generator `SplitMix64`.
static TABLE: [u64; 256] = {
    let mut table = [0; 256];
    let mut state: u64 = 0;
    let mut index = 0;
    while index < table.len() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        table[index] = mixed ^ (mixed >> 31);
        index += 1;
    }
    table
};
