//! Values as Python shows them, for messages that quote what was typed.

use std::ffi::OsStr;
use std::fmt::Write;

/// Returns `value` in quotes: single ones, unless it has some and no double ones.
pub(crate) fn quoted(value: &OsStr) -> String {
    let value = value.to_string_lossy();
    let quote = if value.contains('\'') && !value.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut text = String::from(quote);
    for character in value.chars() {
        // Writing to a string does not fail.
        let _ = match character {
            '\n' => write!(text, "\\n"),
            '\r' => write!(text, "\\r"),
            '\t' => write!(text, "\\t"),
            '\\' => write!(text, "\\\\"),
            _ if character == quote => write!(text, "\\{quote}"),
            _ if character.is_ascii_control() => write!(text, "\\x{:02x}", u32::from(character)),
            _ => write!(text, "{character}"),
        };
    }
    text.push(quote);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_chosen_as_in_python() {
        for (value, expected) in [
            ("asdf", "'asdf'"),
            ("", "''"),
            ("it's", "\"it's\""),
            ("'\"", "'\\'\"'"),
            ("a\\b\n\x01", "'a\\\\b\\n\\x01'"),
        ] {
            assert_eq!(quoted(OsStr::new(value)), expected);
        }
    }
}
