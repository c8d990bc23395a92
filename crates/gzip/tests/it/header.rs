//! Header fields, there and back, and damaged.

use blockyard_gzip::{CompressOptions, Error, Header, Members};

use crate::support::{level, pack, unpack_all_ways};

fn with_header(header: Header) -> Vec<u8> {
    pack(
        b"data",
        &CompressOptions {
            header,
            ..CompressOptions::default()
        },
    )
}

fn full_header() -> Header {
    Header {
        name: Some(b"hamlet.txt".to_vec()),
        comment: Some(b"a tragedy".to_vec()),
        modified: 0x6543_2101,
        extra: Some(b"AB\x04\0wxyzCD\0\0".to_vec()),
        operating_system: 11,
        is_text: true,
        has_checksum: true,
    }
}

#[track_caller]
fn check(header: &Header) {
    let packed = with_header(header.clone());
    assert_eq!(unpack_all_ways(&packed, None).data, b"data");
    let members: Vec<_> = Members::new(packed.as_slice(), None)
        .map(Result::unwrap)
        .collect();
    assert_eq!(members.len(), 1);
    assert_eq!(&members[0].header, header);
}

#[test]
fn fields_come_back() {
    check(&Header::default());
    check(&full_header());
    check(&Header {
        name: Some(Vec::new()),
        comment: Some(Vec::new()),
        ..Header::default()
    });
    check(&Header {
        extra: Some(Vec::new()),
        has_checksum: true,
        ..Header::default()
    });
    check(&Header {
        extra: Some(vec![7; 65_535]),
        ..Header::default()
    });
    check(&Header {
        name: Some(vec![b'n'; 65_536]),
        ..Header::default()
    });
}

#[test]
fn the_bytes_are_those_of_the_rfc() {
    let packed = with_header(full_header());
    let expected =
        b"\x1f\x8b\x08\x1f\x01\x21\x43\x65\x00\x0b\x0c\0AB\x04\0wxyzCD\0\0hamlet.txt\0a tragedy\0";
    assert_eq!(packed[..expected.len()], expected[..]);
    for (number, extra_flags) in [(1, 4), (2, 0), (6, 0), (9, 2), (12, 2)] {
        let packed = pack(
            b"",
            &CompressOptions {
                level: level(number),
                ..CompressOptions::default()
            },
        );
        assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, extra_flags, 3]);
    }
}

#[track_caller]
fn check_refused(header: Header, expected: &str) {
    let options = CompressOptions {
        header,
        ..CompressOptions::default()
    };
    let mut output = Vec::new();
    let error = blockyard_gzip::compress(&b""[..], &mut output, &options).unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert!(output.is_empty());
}

#[test]
fn fields_that_cannot_be_written_are_refused() {
    let name = Some(b"a\0b".to_vec());
    check_refused(
        Header {
            name: name.clone(),
            ..Header::default()
        },
        "header field name contains a zero byte",
    );
    check_refused(
        Header {
            comment: name,
            ..Header::default()
        },
        "header field comment contains a zero byte",
    );
    check_refused(
        Header {
            extra: Some(vec![0; 65_536]),
            ..Header::default()
        },
        "header field extra is longer than 65535 bytes",
    );
}

#[test]
fn a_name_without_end_is_kept_in_part() {
    let packed = with_header(Header {
        name: Some(vec![b'n'; 10_000_000]),
        ..Header::default()
    });
    let member = Members::new(packed.as_slice(), None)
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(member.header.name, Some(vec![b'n'; 65_536]));
    assert_eq!(unpack_all_ways(&packed, None).data, b"data");
}

#[test]
fn a_damaged_header_is_found_by_its_checksum() {
    let packed = with_header(full_header());
    let length = 10 + 2 + 12 + 11 + 10 + 2;
    for position in 4..length {
        let mut damaged = packed.clone();
        damaged[position] ^= 0x40;
        let error = unpack_all_ways(&damaged, None).outcome.unwrap_err();
        let is_found = matches!(
            error,
            Error::HeaderChecksum { member: 1, .. } | Error::Truncated { .. }
        );
        assert!(is_found, "position {position}: {error}");
    }
    let mut damaged = packed;
    damaged[5] ^= 1;
    let error = unpack_all_ways(&damaged, None)
        .outcome
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("member 1: header checksum at offset 45 is 0x"),
        "{error}"
    );
}

#[test]
fn methods_and_flags_that_do_not_exist_are_refused() {
    let mut packed = with_header(Header::default());
    packed[2] = 7;
    let error = unpack_all_ways(&packed, None)
        .outcome
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "member 1: unknown method 7 at offset 2, expected 8 (deflate)"
    );
    for bit in [0x20, 0x40, 0x80] {
        packed[2] = 8;
        packed[3] = bit;
        let error = unpack_all_ways(&packed, None)
            .outcome
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            format!("member 1: reserved flags {bit:#04x} at offset 3, expected none")
        );
    }
}
