use std::ops::Range;

/// What a `Content-Range` header says (RFC 9110, section 14.4).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ContentRange {
    /// The bytes that follow; `None` when the range that was asked for cannot be had.
    pub(crate) range: Option<Range<u64>>,
    /// The length of the whole, where it is known.
    pub(crate) total: Option<u64>,
}

impl ContentRange {
    /// Parses `bytes 0-9/100`, `bytes 0-9/*` and `bytes */100`; a range is not empty and within the total.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let (unit, value) = value.trim().split_once(' ')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (range, total) = value.trim().split_once('/')?;
        let total = match total {
            "*" => None,
            total => Some(number(total)?),
        };
        let range = match range {
            "*" => None,
            range => {
                let (first, last) = range.split_once('-')?;
                let (first, last) = (number(first)?, number(last)?);
                Some(first..last.checked_add(1)?)
            }
        };
        let valid = match &range {
            Some(range) => range.start < range.end && total.is_none_or(|total| range.end <= total),
            None => total.is_some(),
        };
        valid.then_some(Self { range, total })
    }
}

fn number(digits: &str) -> Option<u64> {
    let decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
    decimal.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    //! More spellings than a test server needs to try.

    use super::*;

    #[track_caller]
    fn check(value: &str, expected: Option<(Option<Range<u64>>, Option<u64>)>) {
        let expected = expected.map(|(range, total)| ContentRange { range, total });
        assert_eq!(ContentRange::parse(value), expected, "{value}");
    }

    #[test]
    fn what_is_not_a_range_within_its_total_is_nothing() {
        check("bytes 0-9/100", Some((Some(0..10), Some(100))));
        check("Bytes 99-99/100", Some((Some(99..100), Some(100))));
        check("bytes 5-9/*", Some((Some(5..10), None)));
        check("bytes */0", Some((None, Some(0))));
        for value in [
            "",
            "bytes",
            "bytes 0-9",
            "0-9/100",
            "items 0-9/100",
            "bytes */*",
            "bytes 9-8/100",
            "bytes 0-100/100",
            "bytes -5/100",
            "bytes +0-9/100",
            "bytes 0x0-9/100",
            "bytes 0-18446744073709551615/*",
            "bytes 0-9/18446744073709551616",
        ] {
            check(value, None);
        }
    }
}
