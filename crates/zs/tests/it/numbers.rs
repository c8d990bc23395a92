//! Numbers and checksums.

use blockyard_zs::{Defect, crc64, uleb128};
use proptest::prelude::*;

use crate::build;

#[test]
fn numbers_have_one_form() {
    for (bytes, value) in [
        (&[0][..], 0),
        (&[0x7f], 0x7f),
        (&[0x80, 1], 0x80),
        (&[0xff, 0x20], 0x107f),
        (&[0x80, 0x80, 0x80, 0x80, 0x20], 1 << 33),
        (&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2], 1 << 43),
        (
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
            uleb128::MAX,
        ),
    ] {
        let mut written = Vec::new();
        uleb128::append(value, &mut written);
        assert_eq!(written, bytes);
        assert_eq!(uleb128::length(value), bytes.len());
        let followed = [bytes, b"\xff"].concat();
        assert_eq!(uleb128::read(&followed), Ok((value, bytes.len())));
        assert_eq!(
            uleb128::read(&bytes[..bytes.len() - 1]),
            Err(Defect::Uleb128CutOff)
        );
    }
}

#[test]
fn other_forms_are_refused() {
    #[track_caller]
    fn check(bytes: &[u8], expected: Defect) {
        assert_eq!(uleb128::read(bytes), Err(expected), "{bytes:x?}");
    }

    check(&[], Defect::Uleb128CutOff);
    check(&[0x80, 0], Defect::Uleb128NotNormal);
    check(&[0xff, 0x80, 0], Defect::Uleb128NotNormal);
    check(
        &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0],
        Defect::Uleb128NotNormal,
    );
    check(&[0x80; 8], Defect::Uleb128CutOff);
    check(&[0x80; 9], Defect::Uleb128Overflow);
    check(&[&[0x80; 9][..], &[1]].concat(), Defect::Uleb128Overflow);
    check(&vec![0xff; 100_000], Defect::Uleb128Overflow);
}

#[test]
fn checksums() {
    assert_eq!(crc64(b""), 0);
    assert_eq!(crc64(b"123456789"), 0x995d_c9bb_df19_39fa);
    assert_eq!(
        crc64(b"foo").to_le_bytes(),
        *b"\x58\x15\xa9\x7b\x2c\xe6\x2c\x98"
    );
    assert_eq!(
        crc64(&[0; 32]).to_le_bytes(),
        *b"\x0c\x33\xd5\x7c\x61\xf8\x5a\xc9"
    );
    let bytes: Vec<u8> = (0..10_000_u32)
        .map(|number| ((number * number) >> 3) as u8)
        .collect();
    assert_eq!(crc64(&bytes), build::crc(&bytes));
}

proptest! {
    #[test]
    fn any_number_comes_back(value in 0..=uleb128::MAX, shift in 0..63_u32) {
        let value = value >> shift;
        let mut bytes = Vec::new();
        uleb128::append(value, &mut bytes);
        prop_assert_eq!(&bytes, &build::uleb(value));
        prop_assert_eq!(uleb128::length(value), bytes.len());
        prop_assert_eq!(uleb128::read(&bytes), Ok((value, bytes.len())));
    }
}
