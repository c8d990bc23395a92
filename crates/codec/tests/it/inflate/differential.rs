//! The same verdict and the same bytes as libdeflate, but for what zlib refuses.

use blockyard_codec::inflate::{Code, Defect, Error, inflate};
use libdeflater::{DecompressionError, Decompressor};
use proptest::prelude::*;

use super::{noise, pack, sample};

/// More than any input here decodes to.
const LIMIT: usize = 1 << 20;

#[test]
fn streams_of_each_level_decode() {
    let mut mixed = sample(20_000);
    mixed.extend_from_slice(&noise(70_000));
    mixed.extend_from_slice(&sample(1000).repeat(20));
    for data in [
        Vec::new(),
        b"a".to_vec(),
        b"ab".repeat(1000),
        vec![7; 1 << 20],
        noise(200_000),
        sample(60_000),
        mixed,
    ] {
        for level in 0..=12 {
            let packed = pack(&data, level);
            let (unpacked, consumed) = inflate(&packed, data.len()).unwrap();
            assert!(unpacked == data, "level {level}");
            assert_eq!(consumed, packed.len());
        }
    }
}

/// Checks the verdict of both on bytes that may be a stream.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let mut expected = vec![0; LIMIT];
    let verdict = Decompressor::new().deflate_decompress(bytes, &mut expected);
    match (inflate(bytes, LIMIT), verdict) {
        (Ok((data, _)), Ok(len)) => prop_assert!(data == expected[..len]),
        (Err(error), Ok(_)) => {
            // libdeflate takes either bit for a single code, any code for an empty one, 288 and 32
            // codes, reserved symbols, and a block that cannot end.
            let is_known = matches!(
                error,
                Error::TooManyCodes { .. }
                    | Error::InvalidSymbol { .. }
                    | Error::InvalidCodeLengths {
                        code: Code::CodeLength,
                        defect: Defect::Incomplete,
                        ..
                    }
                    | Error::InvalidCodeLengths {
                        defect: Defect::WithoutEndOfBlock,
                        ..
                    }
                    | Error::UnexpectedEnd { .. }
            );
            prop_assert!(is_known, "{error} but libdeflate accepts it");
        }
        (Err(error), Err(DecompressionError::InsufficientSpace)) => {
            prop_assert_eq!(error, Error::LimitExceeded { limit: LIMIT });
        }
        (Err(_), Err(DecompressionError::BadData)) => {}
        (Ok(_), Err(error)) => prop_assert!(false, "libdeflate refuses it: {error:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_get_the_same_verdict(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes)?;
    }

    #[test]
    fn random_blocks_get_the_same_verdict(
        kind in 0..3_u8,
        bytes in prop::collection::vec(any::<u8>(), 1..300),
    ) {
        let mut bytes = bytes;
        bytes[0] = bytes[0] & !6 | kind << 1;
        check(&bytes)?;
    }

    #[test]
    fn damaged_streams_get_the_same_verdict(
        lines in 1..400_u32,
        level in 1..=12,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut packed = pack(&sample(lines), level);
        for (place, value) in damage {
            let place = place.index(packed.len());
            packed[place] ^= value;
        }
        check(&packed)?;
    }
}
