//! Names as they are shown in messages.

use std::ffi::OsStr;
use std::fmt;

/// A file's name for a message: on one line, and without control characters that a terminal
/// would obey.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a>(pub &'a OsStr);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.to_string_lossy().chars() {
            if character.is_control() {
                write!(formatter, "{}", character.escape_default())?;
            } else {
                write!(formatter, "{character}")?;
            }
        }
        Ok(())
    }
}
