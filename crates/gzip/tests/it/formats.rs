//! Which format the input is taken for, and what is refused.

use blockyard_gzip::{
    CompressOptions, DecompressOptions, Error, Format, Part, Trailing, Unknown, decompress,
};

use crate::support::{Trickle, level, pack, threads, unpack_all_ways};

const FORMATS: [Format; 3] = [Format::Gzip, Format::Zlib, Format::Raw];

fn packed(format: Format) -> Vec<u8> {
    pack(
        b"to be or not to be",
        &CompressOptions {
            format,
            ..CompressOptions::default()
        },
    )
}

#[test]
fn each_format_is_read_as_itself_and_detected() {
    for format in FORMATS {
        for wanted in [
            None,
            Some(Format::Gzip),
            Some(Format::Zlib),
            Some(Format::Raw),
        ] {
            let unpacked = unpack_all_ways(&packed(format), wanted);
            let is_right = wanted == Some(format) || wanted.is_none() && format != Format::Raw;
            if is_right {
                assert_eq!(unpacked.outcome.unwrap(), Trailing::None);
                assert_eq!(unpacked.data, b"to be or not to be");
            } else {
                assert!(unpacked.outcome.is_err(), "{format} read as {wanted:?}");
            }
        }
    }
}

#[track_caller]
fn check_error(input: &[u8], format: Option<Format>, expected: &str) {
    let error = unpack_all_ways(input, format).outcome.unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn what_is_in_no_format_is_shown() {
    check_error(
        b"hello",
        None,
        "not in gzip or zlib format: expected a header, found 68 65",
    );
    check_error(b"x", None, "member 1: input ends at offset 1 in the header");
    check_error(
        b"xy",
        None,
        "not in gzip or zlib format: expected a header, found 78 79",
    );
    check_error(
        b"PK\x03\x04",
        Some(Format::Gzip),
        "not in gzip format: expected 1f 8b, found 50 4b",
    );
    check_error(
        b"\x1f\x9d\x90",
        None,
        "not in gzip or zlib format: expected a header, found 1f 9d",
    );
    check_error(
        b"\0",
        None,
        "not in gzip or zlib format: expected a header, found 00",
    );
}

#[test]
fn an_empty_input_is_truncated() {
    for format in [None, Some(Format::Gzip), Some(Format::Zlib)] {
        check_error(
            b"",
            format,
            "member 1: input ends at offset 0 in the header",
        );
    }
    check_error(
        b"",
        Some(Format::Raw),
        "member 1: input ends at offset 0 in the compressed data",
    );
}

#[test]
fn a_preset_dictionary_is_refused() {
    let error = unpack_all_ways(&[0x78, 0xbb, 1, 2, 3, 4, 3, 0], None)
        .outcome
        .unwrap_err();
    assert!(
        matches!(error, Error::PresetDictionary { offset: 0 }),
        "{error}"
    );
}

#[test]
fn the_zlib_header_tells_the_effort() {
    for (number, flags) in [
        (0, 0x01),
        (1, 0x01),
        (2, 0x5e),
        (5, 0x5e),
        (6, 0x9c),
        (7, 0xda),
        (12, 0xda),
    ] {
        let options = CompressOptions {
            format: Format::Zlib,
            level: level(number),
            ..CompressOptions::default()
        };
        assert_eq!(pack(b"", &options)[..2], [0x78, flags], "level {number}");
    }
}

#[track_caller]
fn check_copy(input: &[u8], expected: &[u8], portions: &[usize]) {
    for number in [1, 2] {
        for &most in portions {
            let mut data = Vec::new();
            let options = DecompressOptions {
                unknown: Unknown::Copy,
                threads: threads(number),
                ..DecompressOptions::default()
            };
            let summary = decompress(Trickle::new(input, most), &mut data, &options).unwrap();
            assert_eq!(data, expected, "{number} threads, {most} bytes at a time");
            assert_eq!(summary.bytes_in, input.len() as u64);
            assert_eq!(summary.trailing, Trailing::None);
        }
    }
}

#[test]
fn what_is_in_no_format_is_copied_on_demand() {
    let member = packed(Format::Gzip);
    let followed = |tail: &[u8]| [&member, tail].concat();
    for plain in [
        &b""[..],
        b"plain",
        b"\x1f",
        b"\x1f\x1f",
        b"x",
        b"xx",
        b"\0\0\0",
    ] {
        let portions = [1, 2, 1000];
        check_copy(plain, plain, &portions);
        let expected = [b"to be or not to be", plain].concat();
        check_copy(&followed(plain), &expected, &portions);
    }
    let long = vec![b'x'; 3_000_000];
    check_copy(&long, &long, &[10_000, usize::MAX]);
}

#[test]
fn copying_does_not_hide_damage() {
    let mut member = packed(Format::Gzip);
    member.pop();
    let options = DecompressOptions {
        unknown: Unknown::Copy,
        ..DecompressOptions::default()
    };
    let error = decompress(member.as_slice(), Vec::new(), &options).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Truncated {
                part: Part::Trailer,
                ..
            }
        ),
        "{error}"
    );
}
