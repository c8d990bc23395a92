//! Bytes as they are typed, with the escapes of Python's bytes literals.

/// Returns the bytes that `text` stands for.
///
/// `\\`, `\'`, `\"`, `\a`, `\b`, `\f`, `\n`, `\r`, `\t`, `\v`, one to three octal digits, `\x` with two
/// hexadecimal digits, and a backslash before a line break, which stands for nothing. Any other character
/// behind a backslash stays as it is, with the backslash.
///
/// The error is a message: `\x` without its digits, or a backslash at the end.
pub(crate) fn unescape(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let Some((&kind, behind)) = rest.split_first() else {
            return Err("there is nothing behind the backslash at the end".to_owned());
        };
        rest = behind;
        match kind {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => bytes.push(kind),
            b'a' => bytes.push(0x07),
            b'b' => bytes.push(0x08),
            b'f' => bytes.push(0x0c),
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'v' => bytes.push(0x0b),
            b'0'..=b'7' => {
                let more = rest.iter().take(2);
                let more = more.take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                let digits = std::iter::once(&kind).chain(&rest[..more]);
                // As in Python, of three digits above 377 the lowest 8 bits count.
                let value = digits.fold(0u16, |value, digit| value * 8 + u16::from(digit - b'0'));
                bytes.push(value as u8);
                rest = &rest[more..];
            }
            b'x' => {
                let digits = rest.split_at_checked(2);
                let value = digits.and_then(|(digits, behind)| {
                    rest = behind;
                    Some(hexadecimal(digits[0])? << 4 | hexadecimal(digits[1])?)
                });
                bytes.push(value.ok_or("\\x needs two hexadecimal digits behind it")?);
            }
            _ => bytes.extend([b'\\', kind]),
        }
    }
    Ok(bytes)
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[track_caller]
    fn check(text: &str, expected: &[u8]) {
        assert_eq!(unescape(text.as_bytes()).as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn escapes_are_those_of_python() {
        check("plain \u{e9}", b"plain \xc3\xa9");
        check(r#"\\\'\"\a\b\f\n\r\t\v"#, b"\\'\"\x07\x08\x0c\n\r\t\x0b");
        check(r"\0\00\000\0000", b"\0\0\0\x000");
        check(r"\1\18\101\1011", b"\x01\x018AA1");
        check(r"\377\400\777", b"\xff\x00\xff");
        check(r"\x00\xfF\x411", b"\x00\xffA1");
        check("a\\\nb", b"ab");
        check(r"\q\N\u1234\8", br"\q\N\u1234\8");
        check("", b"");
    }

    #[test]
    fn bytes_that_are_not_utf_8_pass() {
        assert_eq!(unescape(b"\xff\\xfe"), Ok(vec![0xff, 0xfe]));
    }

    #[test]
    fn escapes_that_are_cut_off_are_errors() {
        for text in [r"\", r"a\", r"\x", r"\x1", r"\xg1", r"\x1g", r"\\\"] {
            assert!(unescape(text.as_bytes()).is_err(), "{text}");
        }
    }
}
