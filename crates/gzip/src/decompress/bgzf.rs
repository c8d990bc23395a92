//! Members that say how long they are: the blocked gzip format of the SAM tools.
//!
//! An extra subfield with the id "BC" holds the length of the member less one (SAM specification,
//! section 4.1).

use crate::format::GZIP_MAGIC;

/// FLG with an extra field, and XLEN behind the ten bytes that every header has.
const HAS_EXTRA: u8 = 0x04;
const EXTRA_START: usize = 12;

const ID: [u8; 2] = *b"BC";

/// How long a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// So many bytes, at least one.
    Known(usize),
    /// The header goes on behind the bytes that are here.
    NeedsMore,
    /// It does not say.
    Unknown,
}

/// Reads the length that the header at the beginning of `bytes` says.
pub(super) fn member_len(bytes: &[u8]) -> Length {
    let Some((fixed, rest)) = bytes.split_first_chunk::<EXTRA_START>() else {
        return Length::NeedsMore;
    };
    let [first, second, method, flags, .., low, high] = *fixed;
    if [first, second] != GZIP_MAGIC || method != 8 || flags & HAS_EXTRA == 0 {
        return Length::Unknown;
    }
    let Some(mut extra) = rest.get(..usize::from(u16::from_le_bytes([low, high]))) else {
        return Length::NeedsMore;
    };
    while let [first, second, low, high, content @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let Some((content, others)) = content.split_at_checked(length) else {
            break;
        };
        if [*first, *second] == ID
            && let [low, high] = *content
        {
            return Length::Known(usize::from(u16::from_le_bytes([low, high])) + 1);
        }
        extra = others;
    }
    Length::Unknown
}
