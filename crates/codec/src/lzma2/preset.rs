//! What each preset does.

use std::fmt;
use std::str::FromStr;

/// How hard the encoder works: a level from 0 to 9, plain or extreme.
///
/// Levels 0 and 1 are liblzma's own, with dictionaries of 256 KiB and 1 MiB: the bytes are those of any
/// other program that calls liblzma with them. Above, the dictionary is cut to 1 MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Preset {
    level: u8,
    extreme: bool,
}

impl Preset {
    /// The preset `0e`, which packs short blocks of text about as well as any other.
    pub const DEFAULT: Self = Self {
        level: 0,
        extreme: true,
    };

    /// Returns the plain preset of that level, `None` above 9.
    pub const fn new(level: u8) -> Option<Self> {
        if level <= 9 {
            Some(Self {
                level,
                extreme: false,
            })
        } else {
            None
        }
    }

    /// Returns the extreme preset of the same level: slower, and mostly smaller.
    #[must_use]
    pub const fn extreme(self) -> Self {
        Self {
            level: self.level,
            extreme: true,
        }
    }

    /// Returns the level, 0 to 9.
    pub const fn level(self) -> u8 {
        self.level
    }

    /// Returns whether the preset is an extreme one.
    pub const fn is_extreme(self) -> bool {
        self.extreme
    }
}

impl Default for Preset {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for Preset {
    /// Writes the digit, and an `e` behind it for an extreme preset.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.level)?;
        formatter.write_str(if self.extreme { "e" } else { "" })
    }
}

/// A text that names no preset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a digit from 0 to 9, for an extreme preset with an e behind it")]
pub struct ParsePresetError;

impl FromStr for Preset {
    type Err = ParsePresetError;

    /// Reads what [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, ParsePresetError> {
        match text.as_bytes() {
            [digit @ b'0'..=b'9'] => Self::new(digit - b'0'),
            [digit @ b'0'..=b'9', b'e'] => Self::new(digit - b'0').map(Self::extreme),
            _ => None,
        }
        .ok_or(ParsePresetError)
    }
}
