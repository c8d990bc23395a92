//! The tables that the symbols of a block are decoded with.

use std::sync::LazyLock;

use super::bundle::BundleTable;
use super::distance::DistanceTable;

/// The tables of a block.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) bundles: BundleTable,
    pub(super) distances: DistanceTable,
}

impl Tables {
    /// Makes tables without any code.
    pub(super) fn empty() -> Box<Self> {
        Box::new(Self {
            bundles: BundleTable::empty(),
            distances: DistanceTable::empty(),
        })
    }

    /// Returns the tables of the fixed codes (RFC 1951, section 3.2.6).
    pub(super) fn fixed() -> &'static Self {
        static FIXED: LazyLock<Box<Tables>> = LazyLock::new(|| {
            let mut lengths = [8_u8; 288];
            lengths[144..256].fill(9);
            lengths[256..280].fill(7);
            let mut tables = Tables::empty();
            let bundles = tables.bundles.build(&lengths);
            let distances = tables.distances.build(&[5; 32]);
            debug_assert!(bundles.is_ok() && distances.is_ok());
            tables
        });
        &FIXED
    }
}
