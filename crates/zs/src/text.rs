//! Bytes as they are shown in messages.

use std::fmt;

/// Shows bytes as text with escapes, in quotes and shortened.
pub(crate) struct Quoted<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Longer records are cut.
        const SHOWN: usize = 64;

        let shown = &self.0[..self.0.len().min(SHOWN)];
        write!(formatter, "'{}'", shown.escape_ascii())?;
        if shown.len() < self.0.len() {
            write!(formatter, "... ({} bytes)", self.0.len())?;
        }
        Ok(())
    }
}

/// Shows bytes as hexadecimal digits.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}
