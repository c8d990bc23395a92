//! The decoder against streams of libdeflate and streams made by hand.

use blockyard_codec::inflate::{Decoder, Error, Status, Stop, inflate};

fn sample() -> Vec<u8> {
    let mut data = Vec::new();
    let mut state = 1_u32;
    for index in 0..60_000_u32 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        data.extend_from_slice(format!("{} {}\n", index % 977, state >> 22).as_bytes());
    }
    data
}

fn pack(data: &[u8], level: i32) -> Vec<u8> {
    let level = libdeflater::CompressionLvl::new(level).expect("a level that libdeflate has");
    let mut packer = libdeflater::Compressor::new(level);
    let mut packed = vec![0; packer.deflate_compress_bound(data.len())];
    let length = packer
        .deflate_compress(data, &mut packed)
        .expect("the bound holds");
    packed.truncate(length);
    packed
}

#[test]
fn streams_of_libdeflate_decode_at_every_level() {
    for data in [Vec::new(), b"a".to_vec(), vec![7; 100_000], sample()] {
        for level in 0..=12 {
            let packed = pack(&data, level);
            let (unpacked, consumed) = inflate(&packed, data.len()).unwrap();
            assert!(unpacked == data, "level {level}");
            assert_eq!(consumed, packed.len());
        }
    }
}

#[test]
fn pieces_of_any_size_decode_to_the_same_data() {
    let data = sample();
    let packed = pack(&data, 6);
    for (piece, window) in [(8, 1), (9, 7), (100, 300), (5000, 40_000)] {
        let mut decoder = Decoder::new();
        let mut output = vec![0; data.len()];
        let (mut consumed, mut produced) = (0, 0);
        loop {
            let input = &packed[consumed..packed.len().min(consumed + piece)];
            let end = output.len().min(produced + window);
            let progress = decoder
                .decode(input, &mut output[..end], produced, Stop::AtStreamEnd)
                .unwrap();
            consumed += progress.consumed;
            produced += progress.produced;
            if progress.status == Status::StreamEnd {
                break;
            }
            assert!(progress.consumed + progress.produced > 0);
        }
        assert!(output == data);
        assert_eq!((consumed, produced), (packed.len(), data.len()));
    }
}

#[test]
fn a_reserved_block_type_is_an_error() {
    assert_eq!(inflate(&[7], 0), Err(Error::InvalidBlockType { offset: 0 }));
}
