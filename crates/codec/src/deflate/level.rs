//! What each level does.

use super::chain::Chains;
use super::fast::Recent;
use super::lazy;
use super::optimal::{self, OptimalParser};

/// How hard the encoder works: 0 stores, 1 is the fastest that packs, 12 the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// The level that stores.
    pub const STORE: Self = Self(0);
    /// The fastest level that packs.
    pub const FASTEST: Self = Self(1);
    /// The highest level.
    pub const BEST: Self = Self(12);
    /// The level that gzip and pigz use when none is named.
    pub const DEFAULT: Self = Self(6);

    /// Returns the level of that number, `None` above 12.
    pub const fn new(number: u8) -> Option<Self> {
        if number <= 12 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// Returns the number, 0 to 12.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How a level turns bytes into tokens.
#[derive(Debug)]
pub(super) enum Parser {
    /// Not at all.
    Store,
    /// By [`Recent`] alone.
    Fast,
    /// Greedy or lazy.
    Lazy(Chains, lazy::Effort),
    /// Near-optimal.
    Optimal(Box<OptimalParser>),
}

impl Parser {
    /// Makes the parser of a level. The numbers were chosen by measuring; `docs/gzip.md` has the table.
    pub(super) fn new(level: Level) -> Self {
        let lazy = |depth, nice, enough, ahead_depth, look_ahead| {
            let effort = lazy::Effort {
                depth,
                nice,
                enough,
                ahead_depth,
                look_ahead,
            };
            Self::Lazy(Chains::new(), effort)
        };
        let optimal = |depth, nice, passes, worthwhile| {
            Self::Optimal(Box::new(OptimalParser::new(optimal::Effort {
                depth,
                nice,
                passes,
                worthwhile,
            })))
        };
        match level.0 {
            0 => Self::Store,
            1 => Self::Fast,
            2 => lazy(4, 64, 0, 0, 0),
            3 => lazy(8, 64, 0, 0, 0),
            4 => lazy(5, 96, 32, 3, 1),
            5 => lazy(7, 130, 48, 4, 1),
            6 => lazy(9, 258, 160, 6, 1),
            7 => lazy(12, 258, 258, 6, 2),
            8 => lazy(16, 258, 258, 8, 2),
            9 => lazy(18, 258, 258, 9, 2),
            10 => optimal(40, 96, 3, 1024),
            11 => optimal(200, 258, 20, 1024),
            _ => optimal(400, 258, 40, 16 * 1024),
        }
    }
}

/// The table of [`Recent`], which every level above 0 has: where bytes look random, whatever the level,
/// the fastest parser decides whether it is worth to go on.
pub(super) fn recent(level: Level) -> Option<Recent> {
    (level > Level::STORE).then(Recent::new)
}
