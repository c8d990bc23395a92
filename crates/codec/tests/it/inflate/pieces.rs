//! Streams in pieces: of the input, of the output, and from block to block.

use blockyard_codec::inflate::{Decoder, Error, Status, Stop};

use super::stream::Stream;
use super::{noise, pack, sample};

const HISTORY: usize = 32_768;

/// Decodes `packed` offered in `pieces` of input and `windows` of output, over and over.
///
/// Each call must do what its status says: ask for input with next to nothing of it left, and for
/// output only when it is full.
fn decode_in_pieces(
    packed: &[u8],
    pieces: &[usize],
    windows: &[usize],
) -> Result<(Vec<u8>, usize), Error> {
    let (mut pieces, mut windows) = (pieces.iter().cycle(), windows.iter().cycle());
    let mut decoder = Decoder::new();
    let mut data = Vec::new();
    let mut output = Vec::new();
    let (mut consumed, mut offered, mut position) = (0, 0, 0);
    loop {
        let input = &packed[consumed..offered];
        let progress = decoder
            .decode(input, &mut output, position, Stop::AtStreamEnd)
            .map_err(|error| error.moved(consumed))?;
        data.extend_from_slice(&output[position..position + progress.produced]);
        consumed += progress.consumed;
        position += progress.produced;
        match progress.status {
            Status::StreamEnd => return Ok((data, consumed)),
            Status::BlockEnd => panic!("the end of a block was not asked for"),
            Status::NeedsInput if offered == packed.len() => {
                return Err(Error::UnexpectedEnd { offset: offered });
            }
            Status::NeedsInput => {
                assert!(offered - consumed < 8, "{} bytes left", offered - consumed);
                offered = packed
                    .len()
                    .min(offered + pieces.next().expect("it repeats"));
            }
            Status::NeedsOutput => {
                assert_eq!(position, output.len());
                // The window slides: no more than the history stays.
                output.drain(..position.saturating_sub(HISTORY));
                position = output.len();
                output.resize(position + windows.next().expect("it repeats"), 0xee);
            }
        }
    }
}

#[track_caller]
fn check(packed: &[u8], data: &[u8], pieces: &[usize], windows: &[usize]) {
    let (actual, consumed) = decode_in_pieces(packed, pieces, windows).expect("it is valid");
    assert!(actual == data, "pieces {pieces:?}, windows {windows:?}");
    assert_eq!(consumed, packed.len());
}

/// Returns a stream with blocks of all kinds, and its data.
fn all_kinds() -> (Vec<u8>, Vec<u8>) {
    let mut lengths = vec![0; 285];
    for (symbol, bits) in [(97, 1), (98, 2), (256, 3), (257, 4), (284, 4)] {
        lengths[symbol] = bits;
    }
    let stream = Stream::new()
        .stored(false, b"")
        .fixed(false)
        .literals(b"fixed and ")
        .copy(9, 5)
        .end()
        .dynamic(false, &lengths, &[1, 2, 0, 0, 0, 0, 3, 3])
        .literals(b"abab")
        .copy(230, 1)
        .copy(3, 9)
        .copy(257, 16)
        .literals(b"b")
        .end()
        .stored(false, b"stored")
        .fixed(true)
        .literals(b"end")
        .end();
    let data = decode_in_pieces(&stream.clone().bytes(), &[1000], &[1000])
        .expect("it is valid")
        .0;
    assert_eq!(data.len(), 19 + 4 + 230 + 3 + 257 + 1 + 6 + 3);
    assert!(data.starts_with(b"fixed and  and  andabab"));
    assert!(data.ends_with(b"bstoredend"));
    (stream.bytes(), data)
}

#[test]
fn each_cut_of_the_input_gives_the_same_data() {
    let (packed, data) = all_kinds();
    for cut in 0..packed.len() {
        check(&packed, &data, &[cut, packed.len()], &[data.len()]);
    }
    check(&packed, &data, &[1], &[data.len()]);
}

#[test]
fn each_cut_of_the_output_gives_the_same_data() {
    let (packed, data) = all_kinds();
    for cut in 0..data.len() {
        check(&packed, &data, &[packed.len()], &[cut, data.len()]);
    }
    check(&packed, &data, &[packed.len()], &[1]);
    check(&packed, &data, &[1], &[1]);
}

#[test]
fn pieces_of_any_size_give_the_same_data() {
    let mut data = sample(30_000);
    data.extend_from_slice(&noise(100_000));
    data.resize(data.len() + 100_000, b'x');
    data.extend_from_slice(&sample(10_000));
    for level in [0, 1, 6, 12] {
        let packed = pack(&data, level);
        for (piece, window) in [
            (1, 70_000),
            (7, 333),
            (22, 328),
            (64, 400),
            (1000, 1),
            (5000, 40_000),
            (65_536, 65_536),
            (1 << 20, 1 << 20),
        ] {
            check(&packed, &data, &[piece], &[window]);
        }
        check(&packed, &data, &[1, 500, 3, 30_000], &[2, 70_000, 300, 350]);
    }
}

#[test]
fn stored_blocks_of_any_size_cross_the_pieces() {
    let data = noise(3 * 65_535);
    for sizes in [[0, 65_535, 1], [65_535, 65_535, 65_535], [1, 0, 65_534]] {
        let mut stream = Stream::new();
        let mut rest = data.as_slice();
        for size in sizes {
            stream = stream.stored(false, &rest[..size]);
            rest = &rest[size..];
        }
        let packed = stream.stored(true, b"").bytes();
        let data = &data[..sizes.iter().sum()];
        for (piece, window) in [(1, 9), (4, 65_535), (65_536, 65_535), (1 << 20, 4096)] {
            check(&packed, data, &[piece], &[window]);
        }
    }
}

#[test]
fn a_stream_can_be_resumed_at_each_block() {
    // Level 6 of libdeflate makes few blocks; the parts differ so much that there are several.
    let mut data = sample(20_000);
    data.extend_from_slice(&noise(50_000));
    data.extend_from_slice(&b"text that repeats ".repeat(5000));
    data.extend_from_slice(&sample(20_000));
    let (kinds, kinds_data) = all_kinds();
    for (packed, data) in [
        (pack(&data, 6), data),
        (pack(&[], 6), vec![]),
        (kinds, kinds_data),
    ] {
        let mut decoder = Decoder::new();
        let mut output = vec![0; data.len()];
        let (mut consumed, mut position) = (0, 0);
        let mut boundaries = Vec::new();
        loop {
            let progress = decoder
                .decode(&packed[consumed..], &mut output, position, Stop::AtBlockEnd)
                .unwrap();
            consumed += progress.consumed;
            position += progress.produced;
            if progress.status == Status::StreamEnd {
                break;
            }
            assert_eq!(progress.status, Status::BlockEnd);
            boundaries.push((consumed, decoder.pending_bits(), position));
        }
        assert!(output == data);
        for (consumed, (bit_count, bits), position) in boundaries {
            assert_eq!(
                bits,
                packed[consumed - 1]
                    .checked_shr(8 - u32::from(bit_count))
                    .unwrap_or(0)
            );
            // One decoder is in the middle of something else before.
            decoder.reset();
            let half = &packed[..packed.len() / 2];
            let mut scratch = vec![0; data.len()];
            decoder
                .decode(half, &mut scratch, 0, Stop::AtStreamEnd)
                .unwrap();
            decoder.resume(bit_count, bits);
            let start = position.saturating_sub(HISTORY);
            let mut rest = data[start..position].to_vec();
            rest.resize(data.len() - start, 0);
            let progress = decoder
                .decode(
                    &packed[consumed..],
                    &mut rest,
                    position - start,
                    Stop::AtStreamEnd,
                )
                .unwrap();
            assert_eq!(progress.status, Status::StreamEnd);
            assert_eq!(consumed + progress.consumed, packed.len());
            assert!(rest == data[start..]);
        }
    }
}

#[test]
fn each_flipped_bit_has_the_same_outcome_in_pieces() {
    let (packed, _) = all_kinds();
    let text = pack(&sample(60), 9);
    for stream in [packed, text] {
        for bit in 0..stream.len() * 8 {
            let mut damaged = stream.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let whole = decode_in_pieces(&damaged, &[damaged.len()], &[1 << 20]);
            let pieces = decode_in_pieces(&damaged, &[3], &[200]);
            assert!(whole == pieces, "bit {bit}: {whole:?}, {pieces:?}");
        }
    }
}

#[test]
#[should_panic(expected = "position is beyond the output")]
fn a_position_beyond_the_output_panics() {
    let _ = Decoder::new().decode(&[], &mut [], 1, Stop::AtStreamEnd);
}
