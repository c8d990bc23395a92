//! The encoder: what it writes is what went in, the same bytes each time, and never much larger.

use blockyard_codec::deflate::{Boundary, Encoder, Level};
use blockyard_codec::inflate::inflate;
use proptest::prelude::*;

/// Bytes without a pattern, the same for the same seed.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Lines with words of a small vocabulary, numbers, and here and there a copy of what came before.
fn prose(seed: u64, length: usize) -> Vec<u8> {
    let words = [
        "block", "yard", "stream", "of", "the", "window", "match", "a", "literal", "tree",
    ];
    let choices = noise(seed, length);
    let mut text = Vec::with_capacity(length + 64);
    for (idx, &choice) in choices.iter().enumerate() {
        match choice {
            0..=3 => text.extend_from_slice(format!("{idx}:{:x}\n", idx * 7919).as_bytes()),
            4..=6 if text.len() > 400 => {
                let from = text.len() - 100 - choice as usize * 40;
                text.extend_from_within(from..from + 90);
            }
            _ => {
                text.extend_from_slice(words[choice as usize % words.len()].as_bytes());
                text.push(b' ');
            }
        }
        if text.len() >= length {
            break;
        }
    }
    text.truncate(length);
    text
}

/// One input of each kind that a part of the encoder is made for.
fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    let dna = noise(7, 150_000)
        .iter()
        .map(|byte| b"ACGT"[*byte as usize & 3])
        .collect();
    let mut mixed = prose(5, 90_000);
    mixed.extend(noise(6, 150_000));
    mixed.extend_from_within(60_000..120_000);
    mixed.extend(std::iter::repeat_n(b'=', 70_000));
    mixed.extend(prose(8, 50_000));
    let mut copied = noise(9, 20_000);
    for _ in 0..6 {
        copied.extend_from_within(copied.len() - 20_000..);
    }
    vec![
        ("nothing", Vec::new()),
        ("one byte", vec![0]),
        ("two bytes", vec![255, 255]),
        ("a run", vec![b'x'; 200_000]),
        ("a short run", vec![b'x'; 261]),
        ("noise", noise(1, 200_000)),
        ("short noise", noise(2, 300)),
        ("prose", prose(3, 300_000)),
        ("short prose", prose(4, 700)),
        ("every byte", (0..=255).cycle().take(70_000).collect()),
        ("letters of DNA", dna),
        ("mixed", mixed),
        ("copied noise", copied),
    ]
}

fn levels() -> impl Iterator<Item = Level> {
    (0..=12).filter_map(Level::new)
}

/// Encodes `data` in blocks of `block` bytes, each with what stands before it as dictionary.
fn encode(encoder: &mut Encoder, data: &[u8], block: usize) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut start = 0;
    loop {
        let end = data.len().min(start + block);
        let boundary = if end == data.len() {
            Boundary::Finish
        } else {
            Boundary::Flush
        };
        encoder.encode(&data[..end], start, boundary, &mut stream);
        if end == data.len() {
            return stream;
        }
        start = end;
    }
}

#[track_caller]
fn check_decodes(name: &str, level: Level, stream: &[u8], expected: &[u8]) {
    let (decoded, consumed) = inflate(stream, expected.len() + 1)
        .unwrap_or_else(|err| panic!("{name} at level {}: {err}", level.get()));
    assert!(
        decoded == expected,
        "{name} at level {}: other bytes came back",
        level.get()
    );
    assert_eq!(
        consumed,
        stream.len(),
        "{name} at level {}: bytes are left over",
        level.get()
    );
    let mut judged = vec![0; expected.len()];
    let length = libdeflater::Decompressor::new()
        .deflate_decompress(stream, &mut judged)
        .unwrap_or_else(|err| panic!("{name} at level {}: the judge says {err}", level.get()));
    assert!(
        judged[..length] == *expected,
        "{name} at level {}: the judge differs",
        level.get()
    );
}

#[test]
fn every_level_decodes_to_what_went_in() {
    for level in levels() {
        let mut encoder = Encoder::new(level);
        for (name, data) in inputs() {
            for block in [usize::MAX / 2, 100_000, 4_099] {
                let stream = encode(&mut encoder, &data, block);
                check_decodes(name, level, &stream, &data);
            }
        }
    }
}

#[test]
fn every_short_length_decodes() {
    let data = prose(21, 620);
    let run = vec![7; 620];
    for level in levels() {
        let mut encoder = Encoder::new(level);
        for length in 0..620 {
            for data in [&data[..length], &run[..length]] {
                let stream = encode(&mut encoder, data, usize::MAX / 2);
                check_decodes("a prefix", level, &stream, data);
            }
        }
    }
}

#[test]
fn an_encoder_forgets_the_block_before() {
    let (first, second) = (prose(31, 120_000), prose(32, 120_000));
    for level in levels() {
        let fresh = encode(&mut Encoder::new(level), &second, 50_000);
        let mut used = Encoder::new(level);
        encode(&mut used, &first, 70_000);
        assert!(
            encode(&mut used, &second, 50_000) == fresh,
            "level {}",
            level.get()
        );
    }
}

#[test]
fn bytes_before_the_window_change_nothing() {
    let data = prose(41, 100_000);
    for level in levels() {
        let mut encoder = Encoder::new(level);
        let (mut whole, mut cut) = (Vec::new(), Vec::new());
        encoder.encode(&data, 80_000, Boundary::Finish, &mut whole);
        encoder.encode(&data[80_000 - 32_768..], 32_768, Boundary::Finish, &mut cut);
        assert!(whole == cut, "level {}", level.get());
    }
}

#[test]
fn a_dictionary_makes_the_block_smaller() {
    let data = prose(51, 40_000);
    for level in levels().skip(1) {
        let mut encoder = Encoder::new(level);
        let (mut with, mut without) = (Vec::new(), Vec::new());
        encoder.encode(&data, 30_000, Boundary::Finish, &mut with);
        encoder.encode(&data[30_000..], 0, Boundary::Finish, &mut without);
        assert!(with.len() < without.len(), "level {}", level.get());
    }
}

#[test]
fn a_flushed_block_ends_with_an_empty_stored_block() {
    for level in levels() {
        let mut encoder = Encoder::new(level);
        for (name, data) in inputs() {
            let mut stream = Vec::new();
            encoder.encode(&data, 0, Boundary::Flush, &mut stream);
            assert!(
                stream.ends_with(&[0, 0, 0xff, 0xff]),
                "{name} at level {}",
                level.get()
            );
        }
    }
}

#[test]
fn nothing_grows_by_more_than_is_promised() {
    for level in levels() {
        let mut encoder = Encoder::new(level);
        for (name, data) in inputs() {
            let most = data.len() + data.len().div_ceil(65_535) * 5 + 16;
            let length = encode(&mut encoder, &data, usize::MAX / 2).len();
            assert!(
                length <= most,
                "{name} at level {}: {length} > {most}",
                level.get()
            );
        }
    }
}

#[test]
fn higher_levels_pack_prose_better() {
    let data = prose(61, 400_000);
    let sizes: Vec<usize> = levels()
        .map(|level| encode(&mut Encoder::new(level), &data, 1 << 20).len())
        .collect();
    for pair in [(0, 1), (1, 2), (2, 4), (4, 6), (6, 9), (9, 10), (10, 12)] {
        assert!(
            sizes[pair.1] < sizes[pair.0],
            "levels {pair:?} of {sizes:?}"
        );
    }
}

#[test]
fn copies_of_noise_are_found_at_every_level() {
    let copy = noise(71, 20_000);
    let data = [&copy[..], &copy, &copy, &copy].concat();
    for level in levels().skip(1) {
        let length = encode(&mut Encoder::new(level), &data, usize::MAX / 2).len();
        assert!(length < 22_000, "level {}: {length}", level.get());
    }
}

/// Beginnings that are alike for 8, 10 or 20 bytes stand around position 524,288, up to which the upper
/// levels parse at a time: the order of their trees must hold across it.
#[test]
fn near_copies_around_a_region_decode() {
    const REGION: usize = 512 * 1024;
    let digits = |seed, length| -> Vec<u8> {
        noise(seed, length)
            .iter()
            .map(|byte| b'0' + byte % 10)
            .collect()
    };
    let tail: Vec<u8> = [b"5", &digits(81, 9)[..]].concat();
    let end: Vec<u8> = [b"!", &digits(82, 60)[..]].concat();
    let filler: Vec<u8> = noise(83, 900_000)
        .iter()
        .map(|byte| b"abcdefghijklmno "[*byte as usize & 15])
        .collect();
    let start = b"QZXJVKQW";
    let noisy = |middle: &[u8], seed| [&start[..], middle, &digits(seed, 40)[..]].concat();
    for before in 1..20 {
        let mut data = filler[..REGION - before - 4_000].to_vec();
        data.extend([&start[..], b"mm", &tail, &end].concat());
        data.extend_from_slice(&filler[..500]);
        data.extend(noisy(b"zz", 84));
        data.extend_from_slice(&filler[700_000..700_000 + REGION - before - data.len()]);
        data.extend([&start[..], b"ab", &tail, b"~", &digits(85, 40)[..]].concat());
        data.extend_from_slice(&filler[5_000..5_300]);
        data.extend(noisy(b"ab\x01", 86));
        data.extend_from_slice(&filler[6_000..6_300]);
        data.extend([&start[..], b"ab", &tail, &end].concat());
        data.extend_from_slice(&filler[800_000..810_000]);
        for level in [10, 11].into_iter().filter_map(Level::new) {
            let stream = encode(&mut Encoder::new(level), &data, usize::MAX / 2);
            check_decodes("near copies", level, &stream, &data);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn anything_decodes(
        pieces in prop::collection::vec((any::<u64>(), 0_usize..5_000, 0_u8..5), 0..8),
        level in 0_u8..=12,
        block in 1_usize..9_000,
    ) {
        let mut data = Vec::new();
        for (seed, length, kind) in pieces {
            match kind {
                0 => data.extend(noise(seed, length)),
                1 => data.extend(std::iter::repeat_n(seed as u8, length)),
                2 => data.extend(prose(seed, length)),
                3 => data.extend_from_within(data.len().saturating_sub(length)..),
                _ => data.extend(noise(seed, length).iter().map(|byte| byte & 3)),
            }
        }
        let Some(level) = Level::new(level) else { unreachable!("levels end at 12") };
        let stream = encode(&mut Encoder::new(level), &data, block);
        check_decodes("pieces", level, &stream, &data);
    }
}
