//! Where blocks end and where decoding can begin, as far as lengths decide it.

use super::CompressOptions;

const KIB: usize = 1024;
const MIB: u64 = 1 << 20;

/// The shortest and the longest block of the growing schedule.
const SHORTEST: usize = 64 * KIB;
const LONGEST: usize = 512 * KIB;

/// The block that is usual for blocks without a dictionary.
const INDEPENDENT: usize = 128 * KIB;

/// Bytes of input before the first place where decoding can begin anew, and from one to the next.
///
/// The first is near, so that a reader that sees the beginning of a file knows whether there are more.
const FIRST_RESTART: u64 = MIB;
pub(crate) const RESTART: u64 = 8 * MIB;

/// Lengths of blocks by what came before them.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    block_size: Option<usize>,
    is_independent: bool,
    /// Bytes of input in all blocks so far, and since the last restart.
    total: u64,
    since_restart: u64,
    has_restarted: bool,
}

impl Schedule {
    pub(super) fn new(options: &CompressOptions) -> Self {
        let independent = options.independent.then_some(INDEPENDENT);
        Self {
            block_size: options.block_size.map(usize::from).or(independent),
            is_independent: options.independent,
            total: 0,
            since_restart: 0,
            has_restarted: false,
        }
    }

    /// Returns the length of the next block.
    ///
    /// Without a fixed size, each is as long as all before it together, within bounds: small
    /// inputs keep all workers busy, and all blocks end at multiples of their length. With one, only
    /// the block before the first restart is shorter where it would come too late otherwise.
    pub(super) fn block_len(&self) -> usize {
        let Some(block_size) = self.block_size else {
            return usize::try_from(self.total)
                .map_or(LONGEST, |total| total.clamp(SHORTEST, LONGEST));
        };
        if self.has_restarted {
            return block_size;
        }
        let left = FIRST_RESTART - self.since_restart;
        usize::try_from(left).map_or(block_size, |left| block_size.min(left))
    }

    /// Counts a block, and tells whether decoding is to begin anew behind it.
    pub(super) fn advance(&mut self, length: usize) -> bool {
        self.total += length as u64;
        self.since_restart += length as u64;
        let wanted = if self.has_restarted {
            RESTART
        } else {
            FIRST_RESTART
        };
        let restarts = self.is_independent || self.since_restart >= wanted;
        if restarts {
            self.since_restart = 0;
            self.has_restarted = true;
        }
        restarts
    }
}
