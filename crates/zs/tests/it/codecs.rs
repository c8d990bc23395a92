//! Payloads packed and unpacked.

use blockyard_codec::{deflate, lzma2};
use blockyard_zs::{BlockDecoder, BlockEncoder, Codec, Compression, Error, Frame, Level};
use proptest::prelude::*;

use crate::build::{PACKINGS, Packing, block};

fn codec(packing: Packing) -> Codec {
    match packing {
        Packing::None => Codec::None,
        Packing::Deflate => Codec::Deflate,
        Packing::Lzma2 => Codec::Lzma2,
    }
}

fn compressions() -> [Compression; 4] {
    [
        Compression::None,
        Compression::Deflate(deflate::Level::DEFAULT),
        Compression::Lzma2(lzma2::Preset::DEFAULT),
        Compression::Lzma2(lzma2::Preset::new(1).expect("there is a level 1")),
    ]
}

fn unpack(codec: Codec, packed: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut payload = Vec::new();
    BlockDecoder::new(codec, limit).decode(packed, 9, &mut payload)?;
    Ok(payload)
}

#[test]
fn payloads_come_back() {
    let long: Vec<u8> = (0..400_000_u32)
        .map(|number| (number / 7 % 251) as u8)
        .collect();
    for compression in compressions() {
        let mut encoder = BlockEncoder::new(compression);
        let mut decoder = BlockDecoder::new(compression.codec(), long.len());
        let mut payload = Vec::new();
        let mut buffer = Vec::new();
        for expected in [&b"a"[..], &long, b"", b"bbbbbbbbbbb", &long[..1000]] {
            let mut bytes = b"kept".to_vec();
            encoder.append_block(Level::DATA, expected, &mut bytes);
            let frame = Frame::parse_exact(&bytes[4..], 0).unwrap();
            decoder.decode(frame.packed, 0, &mut payload).unwrap();
            assert!(payload == expected, "{compression:?}");
            let borrowed = decoder
                .decode_borrowed(frame.packed, 0, &mut buffer)
                .unwrap();
            assert!(borrowed == expected, "{compression:?}");
        }
    }
}

#[test]
fn blocks_of_others_are_read() {
    for packing in PACKINGS {
        let packed = packing.pack(b"payload");
        assert_eq!(unpack(codec(packing), &packed, 7).unwrap(), b"payload");
        let mut bytes = Vec::new();
        blockyard_zs::append_block(Level::DATA, &packed, &mut bytes);
        assert_eq!(bytes, block(0, &packed));
    }
}

#[test]
fn what_is_too_large_is_not_unpacked() {
    let zeros = vec![0; 5_000_000];
    for compression in compressions() {
        let mut bytes = Vec::new();
        BlockEncoder::new(compression).append_block(Level::DATA, &zeros, &mut bytes);
        let packed = Frame::parse(&bytes, 0).unwrap().packed;
        let mut payload = Vec::new();
        let mut decoder = BlockDecoder::new(compression.codec(), 1_000_000);
        for _ in 0..2 {
            let error = decoder.decode(packed, 9, &mut payload).unwrap_err();
            assert!(
                matches!(
                    error,
                    Error::LimitExceeded {
                        offset: 9,
                        limit: 1_000_000
                    }
                ),
                "{error}"
            );
        }
        assert!(decoder.decode_borrowed(packed, 9, &mut payload).is_err());
        assert!(payload.capacity() <= 2_000_000, "{}", payload.capacity());
        let exact = unpack(compression.codec(), packed, zeros.len()).unwrap();
        assert!(exact == zeros);
    }
}

#[track_caller]
fn check(codec: Codec, packed: &[u8], expected: &str) {
    let error = unpack(codec, packed, 1 << 16).unwrap_err().to_string();
    assert_eq!(error, format!("offset 9: {expected}"));
}

#[test]
fn damaged_payloads() {
    let whole = Packing::Deflate.pack(b"payload");
    check(
        Codec::Deflate,
        &[&whole[..], b"xyz"].concat(),
        "trailing garbage after deflate stream: 3 bytes",
    );
    check(
        Codec::Deflate,
        &whole[..8],
        "payload is damaged: stream is cut off at input offset 8",
    );
    check(
        Codec::Deflate,
        &[7],
        "payload is damaged: invalid block type 3 at input offset 0",
    );
    let whole = Packing::Lzma2.pack(b"payload");
    check(
        Codec::Lzma2,
        &[&whole[..], &whole[..]].concat(),
        "payload is damaged: trailing garbage after LZMA2 stream: 11 bytes at offset 11",
    );
    check(
        Codec::Lzma2,
        &whole[..10],
        "payload is damaged: LZMA2 stream is cut off in the middle: it is 10 bytes long, \
         the chunk at offset 10 ends at 11",
    );
}

proptest! {
    #[test]
    fn any_bytes_are_no_reason_to_panic(packed: Vec<u8>) {
        for packing in PACKINGS {
            if let Ok(payload) = unpack(codec(packing), &packed, 1000) {
                prop_assert!(payload.len() <= 1000);
            }
        }
    }
}
