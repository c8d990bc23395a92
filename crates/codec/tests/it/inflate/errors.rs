//! Streams that must be refused, and those at the edge that must not.

use blockyard_codec::inflate::{Code, Decoder, Defect, Error, Status, Stop, inflate};

use super::stream::Stream;
use super::{pack, sample};

/// Literal/length code lengths: `a` and the end of the block have one bit each.
fn a_and_end() -> Vec<u8> {
    let mut lengths = vec![0; 257];
    lengths[usize::from(b'a')] = 1;
    lengths[256] = 1;
    lengths
}

/// Literal/length code lengths: `a` has one bit, the end of the block and length 3 two.
fn a_end_and_three() -> Vec<u8> {
    let mut lengths = a_and_end();
    lengths[256] = 2;
    lengths.push(2);
    lengths
}

#[track_caller]
fn check(stream: Stream, expected: Result<&[u8], Error>) {
    let stream = stream.bytes();
    let actual = inflate(&stream, 1 << 20);
    match &actual {
        Ok((data, consumed)) => {
            assert_eq!(Ok(data.as_slice()), expected);
            assert_eq!(*consumed, stream.len());
        }
        Err(error) => assert_eq!(Err(*error), expected),
    }
}

#[test]
fn block_type_3_is_refused() {
    check(
        Stream::new().bits(0b111, 3),
        Err(Error::InvalidBlockType { offset: 0 }),
    );
    check(
        Stream::new().stored(false, b"abc").bits(0b110, 3),
        Err(Error::InvalidBlockType { offset: 8 }),
    );
}

#[test]
fn a_stored_length_without_its_complement_is_refused() {
    check(
        Stream::new().bits(1, 8).bits(3, 16).bits(0xfffd, 16),
        Err(Error::StoredLengthMismatch {
            offset: 1,
            expected: 0xfffc,
            found: 0xfffd,
        }),
    );
}

#[test]
fn more_codes_than_symbols_are_refused() {
    for (literal_lengths, distances) in [(30, 0), (31, 0), (0, 30), (0, 31)] {
        check(
            Stream::new().dynamic_counts(true, literal_lengths, distances),
            Err(Error::TooManyCodes {
                offset: 1,
                literal_lengths: literal_lengths as u16 + 257,
                distances: distances as u16 + 1,
            }),
        );
    }
}

#[test]
fn repeats_without_a_length_before_or_beyond_the_last_are_refused() {
    // Of the code length code, 16 and 18 have one bit each: 16 is 0, 18 is 1.
    let header = || {
        Stream::new()
            .dynamic_counts(true, 0, 0)
            .bits(1, 3)
            .bits(0, 3)
            .bits(1, 3)
            .bits(0, 48)
    };
    check(
        header().bits(0, 1).bits(0, 2),
        Err(Error::InvalidRepeat { offset: 10 }),
    );
    // There are 257 + 1 lengths: 138 + 121 are one too many.
    check(
        header().bits(1, 1).bits(127, 7).bits(1, 1).bits(110, 7),
        Err(Error::InvalidRepeat { offset: 11 }),
    );
}

#[test]
fn code_lengths_that_are_no_code_are_refused() {
    let invalid = |offset, code, defect| {
        Err(Error::InvalidCodeLengths {
            offset,
            code,
            defect,
        })
    };
    let code_lengths = |lengths: [u32; 19]| {
        lengths.iter().fold(
            Stream::new().dynamic_counts(true, 0, 0),
            |stream, &length| stream.bits(length, 3),
        )
    };
    let mut lengths = [0; 19];
    let end = 10;
    check(
        code_lengths(lengths),
        invalid(end, Code::CodeLength, Defect::Incomplete),
    );
    lengths[0] = 1;
    check(
        code_lengths(lengths),
        invalid(end, Code::CodeLength, Defect::Incomplete),
    );
    lengths[..3].fill(1);
    check(
        code_lengths(lengths),
        invalid(end, Code::CodeLength, Defect::Oversubscribed),
    );

    // 74 bits before the code lengths, four bits each.
    let end = |count: usize| (74 + 4 * count).div_ceil(8);
    let dynamic = |literal_lengths: &[u8], distances: &[u8]| {
        Stream::new().dynamic(true, literal_lengths, distances)
    };
    let mut lengths = a_and_end();
    lengths[usize::from(b'b')] = 1;
    check(
        dynamic(&lengths, &[0]),
        invalid(end(258), Code::LiteralLength, Defect::Oversubscribed),
    );
    let mut lengths = a_and_end();
    lengths[usize::from(b'a')] = 2;
    check(
        dynamic(&lengths, &[0]),
        invalid(end(258), Code::LiteralLength, Defect::Incomplete),
    );
    let mut lengths = a_and_end();
    lengths[usize::from(b'a')] = 0;
    lengths[256] = 2;
    check(
        dynamic(&lengths, &[0]),
        invalid(end(258), Code::LiteralLength, Defect::Incomplete),
    );
    let mut lengths = a_and_end();
    lengths.swap(256, 255);
    check(
        dynamic(&lengths, &[0]),
        invalid(end(258), Code::LiteralLength, Defect::WithoutEndOfBlock),
    );
    for (distances, defect) in [
        ([2, 0, 0], Defect::Incomplete),
        ([1, 2, 0], Defect::Incomplete),
        ([1, 1, 1], Defect::Oversubscribed),
        ([1, 1, 15], Defect::Oversubscribed),
    ] {
        check(
            dynamic(&a_and_end(), &distances),
            invalid(end(260), Code::Distance, defect),
        );
    }
}

#[test]
fn symbols_that_the_format_reserves_are_refused() {
    let invalid = |offset, code| Err(Error::InvalidSymbol { offset, code });
    for symbol in [286, 287] {
        check(
            Stream::new().fixed(true).literals(b"abc").symbol(symbol),
            invalid(4, Code::LiteralLength),
        );
    }
    for symbol in [30, 31] {
        check(
            Stream::new()
                .fixed(true)
                .literals(b"abc")
                .symbol(257)
                .distance_symbol(symbol),
            invalid(4, Code::Distance),
        );
    }
}

#[test]
fn a_single_code_of_one_bit_is_accepted_but_not_the_other_bit() {
    let stream = || Stream::new().dynamic(true, &a_end_and_three(), &[0, 1]);
    check(
        stream().literals(b"aa").copy(3, 2).end(),
        Ok(b"aaaaa".as_slice()),
    );
    check(
        stream().literals(b"aa").symbol(257).bits(1, 1),
        Err(Error::InvalidSymbol {
            offset: 140,
            code: Code::Distance,
        }),
    );

    let mut only_end = a_and_end();
    only_end[usize::from(b'a')] = 0;
    let stream = || Stream::new().dynamic(true, &only_end, &[0]);
    check(stream().end(), Ok(b"".as_slice()));
    check(
        stream().bits(1, 1),
        Err(Error::InvalidSymbol {
            offset: 139,
            code: Code::LiteralLength,
        }),
    );
}

#[test]
fn no_distance_codes_are_accepted_without_matches() {
    let stream = || Stream::new().dynamic(true, &a_end_and_three(), &[0]);
    check(stream().literals(b"aa").end(), Ok(b"aa".as_slice()));
    check(
        stream().literals(b"aa").symbol(257).bits(0, 8),
        Err(Error::InvalidSymbol {
            offset: 139,
            code: Code::Distance,
        }),
    );
}

#[test]
fn a_distance_beyond_the_first_byte_is_refused() {
    let too_far = |offset, distance, available| {
        Err(Error::DistanceTooFar {
            offset,
            distance,
            available,
        })
    };
    check(Stream::new().fixed(true).copy(3, 1).end(), too_far(1, 1, 0));
    check(
        Stream::new().fixed(true).literals(b"abc").copy(3, 4).end(),
        too_far(4, 4, 3),
    );
    check(
        Stream::new().fixed(true).literals(b"abc").copy(4, 3).end(),
        Ok(b"abcabca".as_slice()),
    );
    // Far from the ends of input and output, and with the longest distance.
    let stored = vec![b'x'; 32_767];
    check(
        Stream::new()
            .stored(false, &stored)
            .fixed(true)
            .copy(258, 32_768)
            .literals(&[b'y'; 100])
            .end(),
        too_far(32_773, 32_768, 32_767),
    );
}

#[test]
fn the_history_of_the_caller_counts() {
    let stream = Stream::new().fixed(true).copy(3, 5).end().bytes();
    let mut output = *b"abcde...";
    let progress = Decoder::new()
        .decode(&stream, &mut output, 5, Stop::AtStreamEnd)
        .unwrap();
    assert_eq!((progress.produced, progress.status), (3, Status::StreamEnd));
    assert_eq!(&output, b"abcdeabc");
    let error = Decoder::new()
        .decode(&stream, &mut output, 4, Stop::AtStreamEnd)
        .unwrap_err();
    assert_eq!(
        error,
        Error::DistanceTooFar {
            offset: 1,
            distance: 5,
            available: 4
        }
    );
}

#[test]
fn every_prefix_of_a_stream_is_cut_off() {
    for level in [0, 1, 6, 12] {
        let packed = pack(&sample(40), level);
        for len in 0..packed.len() {
            assert_eq!(
                inflate(&packed[..len], 1 << 20),
                Err(Error::UnexpectedEnd { offset: len }),
                "level {level}"
            );
        }
    }
}

#[test]
fn the_limit_is_the_largest_length_that_is_accepted() {
    let data = sample(1000);
    for level in [0, 1, 6, 12] {
        let packed = pack(&data, level);
        for limit in [0, 1, data.len() / 2, data.len() - 1] {
            assert_eq!(
                inflate(&packed, limit),
                Err(Error::LimitExceeded { limit }),
                "level {level}"
            );
        }
        assert_eq!(
            inflate(&packed, data.len()),
            Ok((data.clone(), packed.len()))
        );
    }
    let bomb = pack(&vec![0; 1 << 24], 12);
    assert_eq!(
        inflate(&bomb, 1 << 20),
        Err(Error::LimitExceeded { limit: 1 << 20 })
    );
}

#[test]
fn what_follows_a_stream_is_left() {
    let mut packed = pack(&sample(100), 6);
    let len = packed.len();
    packed.extend_from_slice(b"and more");
    let mut decoder = Decoder::new();
    let mut output = vec![0; 1 << 16];
    let progress = decoder
        .decode(&packed, &mut output, 0, Stop::AtStreamEnd)
        .unwrap();
    assert_eq!(
        (progress.consumed, progress.status),
        (len, Status::StreamEnd)
    );
    assert_eq!(decoder.pending_bits(), (0, 0));
    let again = decoder
        .decode(
            &packed[len..],
            &mut output,
            progress.produced,
            Stop::AtStreamEnd,
        )
        .unwrap();
    assert_eq!(
        (again.consumed, again.produced, again.status),
        (0, 0, Status::StreamEnd)
    );
}

#[test]
fn errors_say_where_and_what() {
    let error = Error::DistanceTooFar {
        offset: 5,
        distance: 9,
        available: 8,
    };
    assert_eq!(
        error.to_string(),
        "match at input offset 5 reaches back 9 bytes, only 8 are there"
    );
    assert_eq!(error.moved(10).offset(), Some(15));
    assert_eq!(Error::LimitExceeded { limit: 3 }.offset(), None);
    let error = Error::InvalidCodeLengths {
        offset: 7,
        code: Code::Distance,
        defect: Defect::Oversubscribed,
    };
    assert_eq!(
        error.to_string(),
        "distance code of the dynamic block header before input offset 7 is oversubscribed"
    );
}
