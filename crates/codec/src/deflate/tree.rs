//! A match finder of binary trees: for every length the nearest place that matches so far.

use super::matching::{hash, load_u24, match_length, table};
use super::symbols::{MAX_MATCH, Match, WINDOW};
use crate::bytes::load_u32;

const LAST3_BITS: u32 = 15;
const ROOT_BITS: u32 = 16;
/// Bytes that must follow a position that is added.
pub(super) const LOOK_AHEAD: usize = 5;

/// For each hash of four bytes, the places that have it, sorted by what follows.
///
/// A place is stored as its position plus 1, so that 0 stands for none. Trees lose their oldest places
/// by being overwritten, window by window.
#[derive(Debug)]
pub(super) struct Trees {
    last3: Box<[u32; 1 << LAST3_BITS]>,
    roots: Box<[u32; 1 << ROOT_BITS]>,
    /// For each position modulo the window, the roots of the places that sort before and after it.
    children: Box<[[u32; 2]; WINDOW]>,
}

impl Trees {
    pub(super) fn new() -> Self {
        Self {
            last3: table(0),
            roots: table(0),
            children: table([0; 2]),
        }
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.last3.fill(0);
        self.roots.fill(0);
    }

    /// Adds a position and hands its matches to `found`, each longer and farther than the one before.
    ///
    /// At most `depth` places are looked at, and none once a match has `nice` bytes. `LOOK_AHEAD` and
    /// `nice` bytes must follow the position. From one position to a later one, `nice` must not grow: the
    /// trees are sorted by that many bytes, and what was compared is not compared again.
    #[inline(always)]
    pub(super) fn insert_and_find(
        &mut self,
        data: &[u8],
        position: usize,
        nice: usize,
        depth: u32,
        mut found: impl FnMut(Match),
    ) {
        debug_assert!(nice <= MAX_MATCH, "no match is longer");
        let value = load_u32(data, position);
        let place = position as u32 + 1;
        let last3 = &mut self.last3[hash(value << 8, LAST3_BITS)];
        let near = std::mem::replace(last3, place) as usize;
        let root = &mut self.roots[hash(value, ROOT_BITS)];
        let mut node = std::mem::replace(root, place) as usize;

        let mut longest = 2;
        let oldest = position.saturating_sub(WINDOW - 1);
        if near > oldest && load_u24(data, near - 1) == load_u24(data, position) {
            longest = 3;
            found(Match {
                length: 3,
                distance: position + 1 - near,
            });
        }
        // Where the next place that sorts before (0) or after (1) is to be noted: node and side.
        let mut open = [(position % WINDOW, 0), (position % WINDOW, 1)];
        let mut same = [0, 0];
        for _ in 0..depth {
            if node <= oldest {
                break;
            }
            let first = node - 1;
            let known = same[0].min(same[1]);
            let length = match_length(data, first, position, known, nice);
            if length > longest {
                longest = length;
                found(Match {
                    length,
                    distance: position - first,
                });
            }
            let children = self.children[first % WINDOW];
            if length >= nice {
                self.children[open[0].0][open[0].1] = children[0];
                self.children[open[1].0][open[1].1] = children[1];
                return;
            }
            let side = usize::from(data[first + length] > data[position + length]);
            self.children[open[side].0][open[side].1] = node as u32;
            open[side] = (first % WINDOW, 1 - side);
            same[side] = length;
            node = children[1 - side] as usize;
        }
        for (node, side) in open {
            self.children[node][side] = 0;
        }
    }
}
