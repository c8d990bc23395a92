//! The header: what it holds, and what is wrong with others.

use blockyard_zs::{Codec, Defect, Error, Header, MAGIC, Metadata, PARTIAL_MAGIC};

use crate::build::{HeaderFields, crc};

fn fields() -> HeaderFields {
    HeaderFields {
        root_offset: 0x1122,
        root_length: 0x33,
        total_length: 0x4455,
        extension: b"something new".to_vec(),
        ..HeaderFields::new(
            "deflate",
            r#"{"b": 1, "a": 12345678901234567890123, "b": 1.50}"#,
        )
    }
}

#[test]
fn a_header_is_read_and_written() {
    let bytes = fields().bytes();
    let header = Header::parse(&bytes).unwrap();
    assert_eq!(
        Header::length(&bytes[..16], 0x4455).unwrap(),
        bytes.len() as u64
    );
    assert_eq!(header.root_index_offset, 0x1122);
    assert_eq!(header.root_index_length, 0x33);
    assert_eq!(header.blocks(), bytes.len() as u64..0x4455);
    assert_eq!(header.data_sha256, [7; 32]);
    assert_eq!(header.codec, Codec::Deflate);
    assert_eq!(header.extension, b"something new");
    assert_eq!(header.metadata.text().as_bytes(), fields().metadata);
    let object = serde_json::to_string(header.metadata.object()).unwrap();
    assert_eq!(object, r#"{"b":1.50,"a":12345678901234567890123}"#);
    assert_eq!(header.encode(), bytes);
    assert_eq!(header.encoded_len(), bytes.len());
}

#[test]
fn a_placeholder_is_as_long_and_refused() {
    let header = Header::parse(&fields().bytes()).unwrap();
    let bytes = header.encode_placeholder();
    assert_eq!(bytes.len(), header.encoded_len());
    assert_eq!(bytes[..8], PARTIAL_MAGIC);
    assert_eq!(bytes[16..24], i64::MAX.to_le_bytes());
    assert_eq!(bytes[24..72], [0; 48]);
    assert_eq!(
        bytes[72..bytes.len() - 8],
        fields().bytes()[72..bytes.len() - 8]
    );
    assert_eq!(bytes[bytes.len() - 8..], [0; 8]);
    assert!(matches!(
        Header::parse(&bytes),
        Err(Error::PartiallyWritten)
    ));
}

#[test]
fn a_file_has_the_length_that_its_header_says() {
    let header = Header::parse(&fields().bytes()).unwrap();
    header.check_file_length(0x4455).unwrap();
    let error = header.check_file_length(0x4454).unwrap_err().to_string();
    assert_eq!(
        error,
        "offset 0: file is 17492 bytes, but header says it should be 17493"
    );
}

#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    let error = Header::parse(bytes).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[track_caller]
fn check_change(change: impl FnOnce(&mut HeaderFields), expected: &str) {
    let mut fields = fields();
    change(&mut fields);
    check(&fields.bytes(), expected);
}

#[test]
fn what_is_wrong_is_said() {
    check(b"", "bad magic number (are you sure this is a ZS file?)");
    check(b"PK\x03\x04............", "found PK\\x03\\x04....");
    check_change(
        |fields| fields.magic = PARTIAL_MAGIC,
        "only partially written",
    );
    check(
        &MAGIC,
        "unexpectedly encountered end of file: expected 104 bytes, found 8",
    );
    let bytes = fields().bytes();
    for length in 8..bytes.len() {
        check(&bytes[..length], "unexpectedly encountered end of file");
    }
    for place in 16..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x20;
        check(&damaged, "header checksum mismatch");
    }
    let mut damaged = bytes.clone();
    damaged[8..16].copy_from_slice(&(1_u64 << 63).to_le_bytes());
    check(&damaged, "expected 9223372036854775832 bytes");
    damaged[8..16].copy_from_slice(&u64::MAX.to_le_bytes());
    check(&damaged, "unexpectedly encountered end of file");
    damaged[8..16].copy_from_slice(&79_u64.to_le_bytes());
    check(
        &damaged,
        "offset 8: header is 79 bytes long, expected at least 80",
    );
}

#[test]
fn codecs_have_exact_names() {
    for (field, expected) in [
        ("none", Codec::None),
        ("deflate", Codec::Deflate),
        ("lzma2;dsize=2^20", Codec::Lzma2),
    ] {
        let mut fields = fields();
        fields.codec = field.into();
        assert_eq!(Header::parse(&fields.bytes()).unwrap().codec, expected);
    }
    for (field, expected) in [
        (
            &b"bz2"[..],
            "unrecognized compression codec 'bz2', which only versions before 0.10",
        ),
        (
            b"lzma2;dsize=2^21",
            "unrecognized compression codec 'lzma2;dsize=2^21'",
        ),
        (
            b"deflate\0x",
            "unrecognized compression codec 'deflate\\x00x'",
        ),
        (b"n\xf6ne", "unrecognized compression codec 'n\\xf6ne'"),
        (b"", "unrecognized compression codec ''"),
        (b"None", "unrecognized compression codec 'None'"),
    ] {
        check_change(|fields| fields.codec = field.to_vec(), expected);
    }
}

#[test]
fn metadata_is_a_json_object() {
    for (metadata, expected) in [
        ("", "bad metadata"),
        ("[1, 2]", "bad metadata: expected an object"),
        ("null", "bad metadata: expected an object"),
        ("{'a': 1}", "bad metadata"),
        ("\u{feff}{}", "bad metadata"),
        ("{} {}", "bad metadata"),
        ("{\"a\": nan}", "bad metadata"),
    ] {
        check_change(|fields| fields.metadata = metadata.into(), expected);
    }
    check_change(
        |fields| fields.metadata = b"{\"a\": \"\xff\"}".to_vec(),
        "offset 96: bad metadata: invalid utf-8",
    );
    let nested = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    check_change(|fields| fields.metadata = nested.into(), "recursion limit");
    // A length of the metadata that reaches beyond the header.
    let mut bytes = fields().bytes();
    bytes[88..96].copy_from_slice(&u64::MAX.to_le_bytes());
    let end = bytes.len() - 8;
    let checksum = crc(&bytes[16..end]);
    bytes[end..].copy_from_slice(&checksum.to_le_bytes());
    check(
        &bytes,
        "offset 96: unexpectedly encountered end of file: expected 18446744073709551615",
    );
}

#[test]
fn words_for_numbers_are_taken_but_not_strict() {
    let text = r#"{"a": [NaN, -Infinity, Infinity], "NaN \" Infinity": "-Infinity \\", "b": NaN}"#;
    assert!(matches!(
        Metadata::parse(text),
        Err(Defect::Metadata { .. })
    ));
    let metadata = Metadata::parse_lenient(text).unwrap();
    assert!(!metadata.is_strict());
    assert_eq!(metadata.text(), text);
    assert_eq!(
        serde_json::to_string(metadata.object()).unwrap(),
        r#"{"a":[null,null,null],"NaN \" Infinity":"-Infinity \\","b":null}"#
    );
    assert!(Metadata::parse_lenient("{}").unwrap().is_strict());
}
