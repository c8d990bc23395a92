//! What is compressed comes back, whatever the options are.

use std::num::NonZero;

use blockyard_gzip::{
    CompressOptions, DecompressOptions, Format, Level, Trailing, compress_to_vec, decompress,
    decompress_to_vec,
};

use crate::samples::{random, text};

const THREADS: [usize; 3] = [1, 2, 7];

fn threads(number: usize) -> NonZero<usize> {
    NonZero::new(number).expect("a number of threads")
}

#[track_caller]
fn check(data: &[u8], options: &CompressOptions) {
    let packed = THREADS.map(|number| {
        let options = CompressOptions {
            threads: threads(number),
            ..options.clone()
        };
        compress_to_vec(data, &options).unwrap()
    });
    assert!(packed[0] == packed[1], "1 and 2 threads differ");
    assert!(packed[0] == packed[2], "1 and 7 threads differ");
    let [packed, ..] = packed;
    for number in THREADS {
        let mut unpacked = Vec::new();
        let summary = decompress(
            packed.as_slice(),
            &mut unpacked,
            &DecompressOptions {
                format: Some(options.format),
                threads: threads(number),
                ..DecompressOptions::default()
            },
        )
        .unwrap();
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
    let sources = [text(3_000_000, 1), random(1_700_000, 2), vec![7; 2_500_000]];
    for format in [Format::Gzip, Format::Zlib, Format::Raw] {
        for level in [0, 1, 6, 9] {
            let level = Level::new(level).unwrap();
            for length in [0, 1, 65_535, 65_536, 65_537, 200_000, 1_500_000] {
                for source in &sources {
                    let data = &source[..length];
                    check(
                        data,
                        &CompressOptions {
                            level,
                            format,
                            ..CompressOptions::default()
                        },
                    );
                }
            }
        }
    }
}

#[test]
fn independent_and_rsyncable_blocks() {
    let data = text(9_000_000, 3);
    for (independent, rsyncable) in [(true, false), (false, true), (true, true)] {
        for block_size in [None, NonZero::new(40_000)] {
            let level = Level::new(1).unwrap();
            let options = CompressOptions {
                independent,
                rsyncable,
                block_size,
                level,
                ..CompressOptions::default()
            };
            check(&data, &options);
        }
    }
}
