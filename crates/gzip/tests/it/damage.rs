//! Small files with every byte changed and every end cut off.

use blockyard_gzip::{CompressOptions, Error, Format, Header, Trailing};

use crate::samples::{random, text};
use crate::support::{level, pack, threads, unpack, unpack_all_ways};

/// A file of two members, the data of the first and of both, and where the second begins.
struct Sample {
    packed: Vec<u8>,
    first: Vec<u8>,
    both: Vec<u8>,
    second_start: usize,
}

/// Members with blocks that workers find, in more bytes than a slow input gives at a time.
fn sample() -> Sample {
    let first = [text(2500, 1), random(3000, 2), text(2500, 3)].concat();
    let second = text(1500, 4);
    let options = CompressOptions {
        independent: true,
        block_size: Some(threads(1000)),
        header: Header {
            name: Some(b"name".to_vec()),
            has_checksum: true,
            ..Header::default()
        },
        ..CompressOptions::default()
    };
    let mut packed = pack(&first, &options);
    let second_start = packed.len();
    packed.extend_from_slice(&pack(&second, &options));
    assert!(packed.len() > 4096);
    Sample {
        both: [first.as_slice(), &second].concat(),
        packed,
        first,
        second_start,
    }
}

#[test]
fn changed_bytes_are_noticed_on_every_way() {
    let Sample {
        mut packed,
        first,
        both,
        second_start,
    } = sample();
    for position in 0..packed.len() {
        let change = [0x01, 0x10, 0x80, 0xff][position % 4];
        packed[position] ^= change;
        let one = unpack(packed.as_slice(), 1, None);
        let two = unpack(packed.as_slice(), 2, None);
        assert_eq!(one.verdict(), two.verdict(), "position {position}");
        match one.outcome {
            // Padding, and flags that do not matter to the data.
            Ok(Trailing::None) => assert!(one.data == both && two.data == both),
            // What was the magic number of a member is not one any more.
            Ok(trailing) => {
                let offset = second_start as u64;
                assert_eq!(trailing, Trailing::Garbage { offset });
                assert!((second_start..second_start + 2).contains(&position));
                assert!(one.data == first && two.data == first);
            }
            Err(_) => {}
        }
        packed[position] ^= change;
    }
}

#[test]
fn changed_bytes_of_other_formats_are_noticed() {
    let data = [text(700, 1), random(300, 2)].concat();
    for number in [0, 1, 6] {
        let options = CompressOptions {
            format: Format::Zlib,
            level: level(number),
            ..CompressOptions::default()
        };
        let mut packed = pack(&data, &options);
        for position in 0..packed.len() {
            packed[position] ^= 0x10;
            let unpacked = unpack(packed.as_slice(), 1, Some(Format::Zlib));
            let is_padding = unpacked.data == data;
            assert!(
                unpacked.outcome.is_err() || is_padding,
                "position {position}"
            );
            packed[position] ^= 0x10;
        }
        let raw = pack(
            &data,
            &CompressOptions {
                format: Format::Raw,
                ..options
            },
        );
        for position in (0..raw.len()).step_by(7) {
            let mut damaged = raw.clone();
            damaged[position] ^= 0x10;
            // Nothing tells damaged data of this format; it only must not do harm.
            let unpacked = unpack_all_ways(&damaged, Some(Format::Raw));
            assert!(unpacked.data.len() < 1_000_000);
        }
    }
}

#[test]
fn cut_files_give_what_they_have() {
    let Sample {
        packed,
        first,
        both,
        second_start,
    } = sample();
    for length in 0..packed.len() {
        for number in [1, 2] {
            let unpacked = unpack(&packed[..length], number, None);
            assert!(both.starts_with(&unpacked.data), "cut at {length}");
            match unpacked.outcome {
                Ok(trailing) => {
                    assert_eq!((length, trailing), (second_start, Trailing::None));
                    assert!(unpacked.data == first);
                }
                Err(Error::Truncated { member, offset, .. }) => {
                    assert_eq!(offset, length as u64);
                    assert_eq!(member, 1 + u64::from(length > second_start));
                    // The blocks of this file hold at most 1000 bytes of data.
                    if (second_start - 8..second_start).contains(&length) {
                        assert!(unpacked.data == first, "cut at {length}");
                    }
                }
                Err(error) => panic!("cut at {length}: {error}"),
            }
        }
    }
}

#[test]
fn all_ways_agree_about_damage() {
    let Sample { packed, .. } = sample();
    for position in (0..packed.len()).step_by(101) {
        let mut damaged = packed.clone();
        damaged[position] ^= 0x08;
        unpack_all_ways(&damaged, None);
        unpack_all_ways(&packed[..position], None);
    }
}

#[track_caller]
fn check_trailer(change: impl FnOnce(&mut [u8]), expected: &str) {
    let Sample { mut packed, .. } = sample();
    let start = packed.len() - 8;
    change(&mut packed[start..]);
    let unpacked = unpack_all_ways(&packed, None);
    assert_eq!(unpacked.outcome.unwrap_err().to_string(), expected);
}

#[test]
fn trailers_are_compared() {
    let Sample { packed, both, .. } = sample();
    let start = packed.len() - 8;
    let found = u32::from_le_bytes(packed[start..start + 4].try_into().unwrap());
    let offset = start;
    check_trailer(
        |trailer| trailer[3] ^= 0xff,
        &format!(
            "member 2: checksum at offset {offset} is {:#010x}, found {found:#010x}",
            found ^ 0xff00_0000
        ),
    );
    check_trailer(
        |trailer| trailer[4..].copy_from_slice(&9_u32.to_le_bytes()),
        &format!(
            "member 2: length at offset {} is 9, found 1500 bytes",
            offset + 4
        ),
    );
    assert_eq!(unpack_all_ways(&packed, None).data, both);
}

#[test]
fn data_before_a_wrong_trailer_is_output_and_none_behind_it() {
    let Sample {
        mut packed,
        first,
        second_start,
        ..
    } = sample();
    packed[second_start - 8] ^= 1;
    for number in [1, 2] {
        let unpacked = unpack(packed.as_slice(), number, None);
        assert!(matches!(
            unpacked.outcome,
            Err(Error::Checksum { member: 1, .. })
        ));
        assert!(unpacked.data == first, "{number} threads");
    }
}
