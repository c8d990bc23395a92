//! Files of several members, and what comes behind the last.

use blockyard_gzip::{CompressOptions, Error, Format, Header, Member, Members, Part, Trailing};

use crate::samples::text;
use crate::support::{level, pack, threads, unpack, unpack_all_ways};

fn member(data: &[u8]) -> Vec<u8> {
    pack(
        data,
        &CompressOptions {
            threads: threads(1),
            level: level(1),
            ..CompressOptions::default()
        },
    )
}

#[track_caller]
fn check(packed: &[u8], data: &[u8], trailing: Trailing) {
    let unpacked = unpack_all_ways(packed, None);
    assert_eq!(unpacked.outcome.unwrap(), trailing);
    assert!(unpacked.data == data);
}

#[test]
fn ten_thousand_tiny_members() {
    let mut packed = Vec::new();
    let mut data = Vec::new();
    for number in 0..10_000_u32 {
        let line = if number % 3 == 0 {
            String::new()
        } else {
            format!("{number}\n")
        };
        packed.extend_from_slice(&member(line.as_bytes()));
        data.extend_from_slice(line.as_bytes());
    }
    check(&packed, &data, Trailing::None);
    assert_eq!(Members::new(packed.as_slice(), None).count(), 10_000);
    let middle = packed.len() / 2;
    let bad = packed[middle..]
        .windows(3)
        .position(|bytes| bytes == [0x1f, 0x8b, 8])
        .unwrap();
    packed[middle + bad - 6] ^= 1;
    let error = unpack_all_ways(&packed, None).outcome.unwrap_err();
    assert!(
        matches!(error, Error::Checksum { .. } | Error::Length { .. }),
        "{error}"
    );
}

#[test]
fn members_are_listed() {
    let parts = [text(70_000, 1), Vec::new(), text(300, 2)];
    let headers = [Some(b"one".to_vec()), None, Some(b"three".to_vec())].map(|name| Header {
        name,
        ..Header::default()
    });
    let mut packed = Vec::new();
    let mut expected = Vec::new();
    for (data, header) in parts.iter().zip(&headers) {
        let options = CompressOptions {
            header: header.clone(),
            ..CompressOptions::default()
        };
        let bytes = pack(data, &options);
        expected.push(Member {
            offset: packed.len() as u64,
            header: header.clone(),
            compressed_len: bytes.len() as u64,
            uncompressed_len: data.len() as u64,
            checksum: crc32fast::hash(data),
        });
        packed.extend_from_slice(&bytes);
    }
    packed.extend_from_slice(&[0; 100]);
    let mut members = Members::new(packed.as_slice(), None);
    let listed: Vec<Member> = members.by_ref().map(Result::unwrap).collect();
    assert_eq!(listed, expected);
    assert_eq!(members.trailing(), Some(Trailing::Zeros));
}

#[test]
fn a_list_ends_behind_its_first_error() {
    let mut packed = member(b"one");
    packed.extend_from_slice(&member(b"two")[..12]);
    let mut members = Members::new(packed.as_slice(), None);
    assert_eq!(members.next().unwrap().unwrap().uncompressed_len, 3);
    assert!(matches!(
        members.next(),
        Some(Err(Error::Truncated { member: 2, .. }))
    ));
    assert!(members.next().is_none());
    assert_eq!(members.trailing(), None);
}

#[test]
fn what_follows_the_last_member_is_told() {
    for format in [Format::Gzip, Format::Zlib] {
        let packed = pack(
            b"data",
            &CompressOptions {
                format,
                ..CompressOptions::default()
            },
        );
        let followed = |tail: &[u8]| [&packed, tail].concat();
        let garbage = Trailing::Garbage {
            offset: packed.len() as u64,
        };
        check(&followed(b""), b"data", Trailing::None);
        check(&followed(b"\0"), b"data", Trailing::Zeros);
        check(&followed(&vec![0; 200_000]), b"data", Trailing::Zeros);
        check(&followed(b"x"), b"data", garbage);
        check(&followed(b"garbage"), b"data", garbage);
        check(&followed(b"\0\0\0\x01"), b"data", garbage);
        check(&followed(&vec![0xff; 3_000_000]), b"data", garbage);
    }
}

#[test]
fn a_member_behind_zeros_is_garbage_as_gzip_has_it() {
    let first = member(b"one");
    let packed = [first.as_slice(), &[0; 10], &member(b"two")].concat();
    check(
        &packed,
        b"one",
        Trailing::Garbage {
            offset: first.len() as u64,
        },
    );
}

#[track_caller]
fn check_second(tail: &[u8], is_right: impl FnOnce(&Error) -> bool) {
    let packed = [&member(b"one"), tail].concat();
    for number in [1, 2] {
        assert_eq!(unpack(packed.as_slice(), number, None).data, b"one");
    }
    let error = unpack_all_ways(&packed, None).outcome.unwrap_err();
    assert!(is_right(&error), "{error}");
}

#[test]
fn what_begins_as_a_member_must_be_one() {
    let truncated = |error: &Error| {
        matches!(
            error,
            Error::Truncated {
                member: 2,
                part: Part::Header,
                ..
            }
        )
    };
    check_second(b"\x1f", truncated);
    check_second(b"\x1f\x8b", truncated);
    check_second(b"\x1f\x8b\x08\0\0\0", truncated);
    check_second(b"\x1f\x8b\x07\0\0\0\0\0\0\0", |error| {
        matches!(
            error,
            Error::UnknownMethod {
                member: 2,
                found: 7,
                ..
            }
        )
    });
    check_second(b"\x1f\x8b\x08\xe0\0\0\0\0\0\0", |error| {
        matches!(
            error,
            Error::ReservedFlags {
                member: 2,
                found: 0xe0,
                ..
            }
        )
    });
    check_second(&member(b"")[..13], |error| {
        matches!(error, Error::Truncated { member: 2, .. })
    });
    check_second(b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x07", |error| {
        matches!(error, Error::Data { member: 2, .. })
    });
}

#[test]
fn a_member_does_not_reach_into_the_one_before() {
    let data = text(50_000, 5);
    let first = member(&data);
    // Fixed codes: a match of length 3 at distance 1, with nothing before it.
    let second = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x03, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    let packed = [first.as_slice(), &second].concat();
    let error = unpack_all_ways(&packed, None).outcome.unwrap_err();
    assert!(matches!(error, Error::Data { member: 2, .. }), "{error}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("reaches back 1 bytes"), "{source}");
}

#[test]
fn zlib_and_raw_streams_have_one_member() {
    for format in [Format::Zlib, Format::Raw] {
        let packed = pack(
            b"data",
            &CompressOptions {
                format,
                ..CompressOptions::default()
            },
        );
        let twice = packed.repeat(2);
        let unpacked = unpack_all_ways(&twice, Some(format));
        assert_eq!(unpacked.data, b"data");
        assert_eq!(
            unpacked.outcome.unwrap(),
            Trailing::Garbage {
                offset: packed.len() as u64
            }
        );
    }
}
