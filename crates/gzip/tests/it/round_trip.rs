//! What is compressed comes back, whatever the options are.

use blockyard_gzip::{CompressOptions, Format, Trailing, decompress, decompress_to_vec};
use proptest::prelude::*;

use crate::samples::{random, text};
use crate::support::{THREADS, Trickle, decompress_options, level, pack, threads, unpack};

#[track_caller]
fn check(data: &[u8], options: &CompressOptions) {
    let packed = THREADS.map(|number| {
        let options = CompressOptions {
            threads: threads(number),
            ..options.clone()
        };
        pack(data, &options)
    });
    assert!(packed[0] == packed[1], "1 and 2 threads differ");
    assert!(packed[0] == packed[2], "1 and 7 threads differ");
    let [packed, ..] = packed;
    for number in THREADS {
        let mut unpacked = Vec::new();
        let decompress_options = decompress_options(number, Some(options.format));
        let summary = decompress(packed.as_slice(), &mut unpacked, &decompress_options).unwrap();
        assert!(unpacked == data, "the data differs on {number} threads");
        assert_eq!(summary.bytes_in, packed.len() as u64);
        assert_eq!(summary.bytes_out, data.len() as u64);
        assert_eq!((summary.members, summary.trailing), (1, Trailing::None));
    }
    let unpacked = decompress_to_vec(&packed, Some(options.format), data.len()).unwrap();
    assert!(unpacked == data, "the data differs");
}

#[test]
fn formats_levels_and_sizes() {
    let sources = [text(1_500_000, 1), random(1_500_000, 2), vec![7; 1_500_000]];
    for format in [Format::Gzip, Format::Zlib, Format::Raw] {
        for number in [0, 1, 6] {
            for length in [0, 1, 65_535, 65_536, 65_537, 200_000, 1_048_576, 1_500_000] {
                for source in &sources {
                    let level = level(number);
                    let options = CompressOptions {
                        format,
                        level,
                        ..CompressOptions::default()
                    };
                    check(&source[..length], &options);
                }
            }
        }
    }
}

#[test]
fn every_level() {
    let data = [text(200_000, 1), random(30_000, 2), vec![7; 100_000]].concat();
    for number in 0..=12 {
        let level = level(number);
        check(
            &data,
            &CompressOptions {
                level,
                ..CompressOptions::default()
            },
        );
    }
}

#[test]
fn independent_and_rsyncable_blocks() {
    let data = text(9_000_000, 3);
    for (independent, rsyncable) in [(true, false), (false, true), (true, true)] {
        for block_size in [None, Some(threads(40_000))] {
            let options = CompressOptions {
                independent,
                rsyncable,
                block_size,
                level: level(1),
                ..CompressOptions::default()
            };
            check(&data, &options);
        }
    }
}

#[test]
fn the_output_does_not_depend_on_how_the_bytes_arrive() {
    let data = text(1_300_000, 4);
    for rsyncable in [false, true] {
        let options = CompressOptions {
            rsyncable,
            level: level(1),
            ..CompressOptions::default()
        };
        let expected = pack(&data, &options);
        for most in [1, 1000, 65_537] {
            let mut packed = Vec::new();
            let input = Trickle::new(data.as_slice(), most);
            blockyard_gzip::compress(input, &mut packed, &options).unwrap();
            assert!(packed == expected, "{most} bytes at a time");
        }
    }
}

/// Data of runs, repetitions and noise.
fn data() -> impl Strategy<Value = Vec<u8>> {
    let part =
        (any::<u64>(), 0..3_u8, 0..60_000_usize).prop_map(|(seed, kind, length)| match kind {
            0 => vec![seed as u8; length],
            1 => random(length, seed),
            _ => text(length, seed),
        });
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn options() -> impl Strategy<Value = CompressOptions> {
    let formats = prop::sample::select(vec![Format::Gzip, Format::Zlib, Format::Raw]);
    let block_sizes = prop::option::of(1..200_000_usize);
    let flags = (any::<bool>(), any::<bool>());
    (formats, 0..=9_u8, block_sizes, flags).prop_map(
        |(format, number, block_size, (independent, rsyncable))| CompressOptions {
            format,
            level: level(number),
            // A few bytes a block would be many blocks.
            block_size: block_size.map(|size| threads(size + 200)),
            independent,
            rsyncable,
            ..CompressOptions::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_data_and_options(data in data(), options in options()) {
        check(&data, &options);
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..3000), kind in 0..4) {
        let format = [None, Some(Format::Gzip), Some(Format::Zlib), Some(Format::Raw)][kind as usize];
        let member = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &bytes].concat();
        for input in [&bytes, &member] {
            let [one, two] = [1, 2].map(|number| unpack(input.as_slice(), number, format));
            prop_assert_eq!(one.verdict(), two.verdict());
        }
    }
}
