use std::num::NonZero;

use blockyard_zs::{Defect, Duplicates, Error, MergeOptions, ZsReader, merge};
use proptest::prelude::*;

use super::{
    COMPRESSIONS, Records, data_blocks, file, file_of, numbered, open, raw_blocks, records_of,
    write,
};
use crate::build::{Builder, Packing};

fn merge_options(duplicates: Duplicates, approx_block_size: usize) -> MergeOptions {
    MergeOptions {
        duplicates,
        approx_block_size: NonZero::new(approx_block_size).unwrap(),
    }
}

#[test]
fn files_one_behind_the_other_are_copied() {
    for compression in COMPRESSIONS {
        let files =
            [400..600, 0..200, 200..400].map(|range| file_of(compression, &numbered(range), 30));
        let readers = files.each_ref().map(|file| open(file));
        let merged = write(compression, |sink, options| {
            merge(&readers, &MergeOptions::default(), sink, options)
        })
        .unwrap();
        assert_eq!(records_of(&merged), numbered(0..600));
        let expected = [&files[1], &files[2], &files[0]];
        let expected: Vec<_> = expected.iter().flat_map(|file| raw_blocks(file)).collect();
        assert_eq!(raw_blocks(&merged), expected);
        // The metadata is what the caller asks for.
        assert!(
            open(&merged)
                .header()
                .metadata
                .object()
                .contains_key("made")
        );
    }
}

#[test]
fn overlapping_blocks_alone_are_packed_again() {
    let [none, ..] = COMPRESSIONS;
    let left = file(none, &[vec!["a", "b"], vec!["c", "g"], vec!["m"]]);
    let right = file(none, &[vec!["d", "e"], vec!["f", "k"], vec!["n", "z"]]);
    let readers = [open(&left), open(&right)];
    let merged = write(none, |sink, options| {
        merge(&readers, &MergeOptions::default(), sink, options)
    })
    .unwrap();
    let blocks = file(
        none,
        &[
            vec!["a", "b"],
            vec!["c"],
            // Between the records of another block, which does not matter.
            vec!["d", "e"],
            vec!["f", "g", "k"],
            vec!["m"],
            vec!["n", "z"],
        ],
    );
    assert_eq!(raw_blocks(&merged), raw_blocks(&blocks));
    assert_eq!(merged, blocks);
}

#[test]
fn codecs_are_brought_together() {
    for compression in COMPRESSIONS {
        let files = COMPRESSIONS.map(|compression| file_of(compression, &numbered(0..50), 7));
        let readers = files.each_ref().map(|file| open(file));
        let merged = write(compression, |sink, options| {
            merge(
                &readers,
                &merge_options(Duplicates::Keep, 200),
                sink,
                options,
            )
        })
        .unwrap();
        let mut expected = [numbered(0..50), numbered(0..50), numbered(0..50)].concat();
        expected.sort();
        assert_eq!(records_of(&merged), expected);
        let unique = write(compression, |sink, options| {
            merge(
                &readers,
                &merge_options(Duplicates::Drop, 200),
                sink,
                options,
            )
        })
        .unwrap();
        assert_eq!(records_of(&unique), numbered(0..50));
    }
}

#[test]
fn blocks_get_about_the_size_asked_for() {
    let [none, ..] = COMPRESSIONS;
    let even: Records = numbered(0..2000).into_iter().step_by(2).collect();
    let odd: Records = numbered(0..2000).into_iter().skip(1).step_by(2).collect();
    let files = [file_of(none, &even, 25), file_of(none, &odd, 250)];
    let readers = files.each_ref().map(|file| open(file));
    let merged = write(none, |sink, options| {
        merge(
            &readers,
            &merge_options(Duplicates::Keep, 1000),
            sink,
            options,
        )
    })
    .unwrap();
    assert_eq!(records_of(&merged), numbered(0..2000));
    let blocks = raw_blocks(&merged);
    let (_, full) = blocks.split_last().unwrap();
    for block in full {
        assert!((1000..1050).contains(&block.len()), "{}", block.len());
    }
}

#[test]
fn without_files_there_is_nothing_to_write() {
    let [none, ..] = COMPRESSIONS;
    let merged = write(none, |sink, options| {
        merge::<&[u8], _>(&[], &MergeOptions::default(), sink, options)
    });
    assert!(matches!(merged, Err(Error::Empty)));
}

/// Expects an error that names the second of two files, and the place in it.
#[track_caller]
fn check_damaged(damaged: &[u8], offset: u64, check: impl Fn(&Defect) -> bool) {
    for of_first in [0..50, 0..100, 50..100, 200..300] {
        let good = file_of(COMPRESSIONS[1], &numbered(of_first), 7);
        let readers = [open(&good), open(damaged)];
        for duplicates in [Duplicates::Keep, Duplicates::Drop] {
            let merged = write(COMPRESSIONS[1], |sink, options| {
                merge(&readers, &merge_options(duplicates, 300), sink, options)
            });
            match merged {
                Err(error @ Error::Input { input: 1, .. }) => {
                    assert_eq!(error.offset(), Some(offset));
                    let Error::Input { source, .. } = error else {
                        unreachable!();
                    };
                    let Error::Corrupt { defect, .. } = *source else {
                        panic!("{source}");
                    };
                    assert!(check(&defect), "{defect}");
                }
                other => panic!("{:?}", other.map(|file| file.len())),
            }
        }
    }
}

#[test]
fn damage_is_an_error_that_names_file_and_offset() {
    let mut damaged = file_of(COMPRESSIONS[1], &numbered(0..100), 7);
    let (offset, bytes) = data_blocks(&damaged).swap_remove(4);
    damaged[offset as usize + bytes.len() / 2] ^= 4;
    check_damaged(&damaged, offset, |defect| {
        matches!(defect, Defect::Checksum { .. })
    });
}

#[test]
fn an_index_that_does_not_fit_is_an_error() {
    let mut builder = Builder::new(Packing::Deflate);
    let first = builder.data(&["000010", "000033"]);
    let second = builder.data(&["000040"]);
    let root = builder.index(1, &[first, second.with_key("000020")]);
    let lying = builder.finish(&root);
    check_damaged(&lying, 106, |defect| {
        matches!(defect, Defect::KeyTooSmall { .. })
    });

    let mut builder = Builder::new(Packing::Deflate);
    let first = builder.data(&["000010", "000009", "000011"]);
    let offset = first.offset;
    let root = builder.index(1, &[first]);
    let unsorted = builder.finish(&root);
    check_damaged(&unsorted, offset, |defect| {
        matches!(defect, Defect::Unsorted { .. } | Defect::KeyTooLarge { .. })
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn like_sorting(
        inputs in prop::collection::vec(
            (prop::collection::vec(prop::collection::vec(b'a'..b'e', 0..4), 1..60), 1_usize..9),
            1..6,
        ),
        size in 1_usize..60,
        codec in 0_usize..2,
    ) {
        let compression = COMPRESSIONS[codec];
        let files: Vec<_> = inputs
            .iter()
            .map(|(records, block_len)| {
                let mut records = records.clone();
                records.sort();
                file_of(compression, &records, *block_len)
            })
            .collect();
        let readers: Vec<ZsReader<&[u8]>> = files.iter().map(|file| open(file)).collect();
        let mut expected: Records = inputs.into_iter().flat_map(|(records, _)| records).collect();
        expected.sort();
        let keep = merge_options(Duplicates::Keep, size);
        let merged = write(compression, |sink, options| merge(&readers, &keep, sink, options)).unwrap();
        prop_assert_eq!(records_of(&merged), expected.clone());
        check_copied(&files, &merged);
        expected.dedup();
        let drop = merge_options(Duplicates::Drop, size);
        let unique = write(compression, |sink, options| merge(&readers, &drop, sink, options)).unwrap();
        prop_assert_eq!(records_of(&unique), expected);
    }
}

/// Expects blocks between whose records none of another file belongs to be in the merged file.
#[track_caller]
fn check_copied(files: &[Vec<u8>], merged: &[u8]) {
    let found = raw_blocks(merged);
    for (number, file) in files.iter().enumerate() {
        for batch in open(file).blocks(&blockyard_zs::Query::all()) {
            let batch = batch.unwrap();
            let (first, last) = (batch.get(0), batch.get(batch.len() - 1));
            let is_alone = files.iter().enumerate().all(|(other, file)| {
                let within = |record: &Vec<u8>| first <= &record[..] && &record[..] <= last;
                other == number || !records_of(file).iter().any(within)
            });
            let raw = raw_blocks(file).into_iter().find(|block| {
                let payload = batch.payload();
                let frame = blockyard_zs::Frame::parse_exact(block, 0).unwrap();
                let codec = open(file).header().codec;
                let mut unpacked = Vec::new();
                let mut decoder = blockyard_zs::BlockDecoder::new(codec, 1 << 20);
                decoder.decode(frame.packed, 0, &mut unpacked).unwrap();
                unpacked == payload
            });
            if is_alone {
                assert!(found.contains(&raw.unwrap()), "{batch:?}");
            }
        }
    }
}
