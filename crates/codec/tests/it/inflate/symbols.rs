//! Blocks written symbol by symbol, with codes that real encoders hardly ever make.

use blockyard_codec::inflate::inflate;
use proptest::prelude::*;

use super::stream::{Stream, distance_symbol, length_symbol};
use super::{next, noise};

/// What a block is made of.
#[derive(Clone, Copy, Debug)]
enum Token {
    Literal(u8),
    Match { length: usize, distance: usize },
}

/// Appends what the tokens stand for, byte by byte.
fn expand(tokens: &[Token], data: &mut Vec<u8>) {
    for &token in tokens {
        match token {
            Token::Literal(literal) => data.push(literal),
            Token::Match { length, distance } => {
                for _ in 0..length {
                    data.push(data[data.len() - distance]);
                }
            }
        }
    }
}

fn write(stream: Stream, tokens: &[Token]) -> Stream {
    tokens.iter().fold(stream, |stream, &token| match token {
        Token::Literal(literal) => stream.literals(&[literal]),
        Token::Match { length, distance } => stream.copy(length, distance),
    })
}

/// Returns lengths of a complete code for the `used` symbols: codes are split in two, at random, as
/// long as there are too few. `depth` makes few codes short and the others long.
fn random_code(count: usize, used: &[usize], depth: u32, mut state: u32) -> Vec<u8> {
    let mut leaves = vec![0_u8];
    while leaves.len() < used.len().max(2) {
        state = next(state);
        let mut index = (state >> 8) as usize % leaves.len();
        if state >> 24 < depth {
            index = leaves.len() - 1;
        }
        // Some leaf can be split, since 2^15 are more than any alphabet.
        while leaves[index] == 15 {
            index = (index + 1) % leaves.len();
        }
        leaves[index] += 1;
        leaves.push(leaves[index]);
    }
    let mut lengths = vec![0; count];
    for (&symbol, &length) in used.iter().zip(&leaves) {
        lengths[symbol] = length;
    }
    if used.len() < 2 {
        lengths[usize::from(used[0] == 0)] = 1;
    }
    lengths
}

/// Writes the tokens in a dynamic block whose codes cover them, and decodes it.
#[track_caller]
fn check(history: &[u8], tokens: &[Token], depth: u32, seed: u32) {
    let mut used = vec![256];
    let mut used_distances = vec![0];
    for &token in tokens {
        match token {
            Token::Literal(literal) => used.push(usize::from(literal)),
            Token::Match { length, distance } => {
                used.push(length_symbol(length).0);
                used_distances.push(distance_symbol(distance).0);
            }
        }
    }
    for used in [&mut used, &mut used_distances] {
        used.sort_unstable();
        used.dedup();
        // The short codes go to other symbols each time.
        let middle = seed as usize % used.len();
        used.rotate_left(middle);
    }
    let lengths = random_code(286, &used, depth, seed);
    let distances = random_code(30, &used_distances, depth, seed ^ 0x55aa);
    let stream = history
        .chunks(65_535)
        .fold(Stream::new(), |stream, part| stream.stored(false, part))
        .dynamic(true, &lengths, &distances);
    let packed = write(stream, tokens).end().bytes();
    let mut data = history.to_vec();
    expand(tokens, &mut data);
    let (actual, consumed) = inflate(&packed, data.len()).expect("it is valid");
    assert!(actual == data);
    assert_eq!(consumed, packed.len());
}

fn token() -> impl Strategy<Value = Token> {
    prop_oneof![
        3 => (0..20_u8).prop_map(Token::Literal),
        1 => any::<u8>().prop_map(Token::Literal),
        2 => (3..=20_usize, 1..=40_usize)
            .prop_map(|(length, distance)| Token::Match { length, distance }),
        2 => (3..=258_usize, 1..=32_768_usize)
            .prop_map(|(length, distance)| Token::Match { length, distance }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_codes_decode(
        tokens in prop::collection::vec(token(), 0..400),
        depth in 0..256_u32,
        seed in any::<u32>(),
    ) {
        check(&noise(32_768), &tokens, depth, seed);
    }
}

#[test]
fn each_length_and_distance_decodes() {
    let history = noise(32_768);
    let mut tokens = Vec::new();
    for length in 3..=258 {
        tokens.push(Token::Match {
            length,
            distance: 32_768 - length,
        });
        tokens.push(Token::Literal(length as u8));
    }
    for distance in (1..=600)
        .chain((601..=32_768).step_by(61))
        .chain([32_767, 32_768])
    {
        tokens.push(Token::Match {
            length: 3 + distance % 256,
            distance,
        });
    }
    for depth in [0, 100, 255] {
        check(&history, &tokens, depth, 1);
    }
}

#[test]
fn each_short_distance_repeats_for_each_length() {
    let mut tokens = Vec::new();
    for distance in 1..=70 {
        for length in (3..=70).chain(250..=258) {
            tokens.push(Token::Literal(distance as u8));
            tokens.push(Token::Match { length, distance });
        }
    }
    check(&noise(100), &tokens, 0, 3);
}

#[test]
fn the_longest_distance_works_far_from_the_start() {
    let matches = vec![
        Token::Match {
            length: 258,
            distance: 32_768
        };
        5000
    ];
    check(&noise(40_000), &matches, 0, 5);
}

#[test]
fn the_longest_code_length_header_decodes() {
    // All 286 + 30 lengths are written one by one, in codes of 7 bits where possible.
    // 226 codes of 8 bits and 60 of 9 bits, 28 of 5 bits and 2 of 4 bits.
    let mut lengths = vec![8_u8; 286];
    lengths[226..].fill(9);
    let mut distances = vec![5_u8; 30];
    distances[28..].fill(4);
    // All of these are written one by one, as the symbols with the longest codes.
    let mut code_lengths = [0_u8; 19];
    for (symbol, bits) in [(0, 1), (1, 2), (2, 3), (3, 4), (6, 5)] {
        code_lengths[symbol] = bits;
    }
    for symbol in [4, 5, 8, 9] {
        code_lengths[symbol] = 7;
    }
    let order = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ];
    let mut stream = Stream::new().dynamic_counts(true, 29, 29);
    for symbol in order {
        stream = stream.bits(u32::from(code_lengths[symbol]), 3);
    }
    for &length in lengths.iter().chain(&distances) {
        stream = stream.code(&code_lengths, usize::from(length));
    }
    let data: Vec<u8> = (0..=255).collect();
    for &literal in &data {
        stream = stream.code(&lengths, usize::from(literal));
    }
    let packed = stream.code(&lengths, 256).bytes();
    assert!(packed.len() > 316 * 7 / 8);
    assert_eq!(inflate(&packed, 256), Ok((data, packed.len())));
}
