use std::io::Cursor;
use std::ops::Range;

use blockyard_zs::{
    Codec, Compression, Defect, Error, HeaderState, LostRange, Metadata, RepairOptions,
    RepairReport, repair,
};

use super::{
    COMPRESSIONS, data_blocks, file, file_of, numbered, open, options, raw_blocks, records_of,
};
use crate::build::{Builder, Packing, block, tree};

fn repair_options(threads: usize) -> RepairOptions {
    RepairOptions {
        branching_factor: 2,
        search_limit: 1 << 12,
        block_limit: 1 << 20,
        pipeline: options(Compression::None, threads).pipeline,
        ..RepairOptions::default()
    }
}

/// Repairs a file with 1, 2 and 7 threads, which must make no difference.
#[track_caller]
fn repaired(damaged: &[u8]) -> Result<(Vec<u8>, RepairReport), Error> {
    let outcome = |threads| repair(damaged, &repair_options(threads), Cursor::new(Vec::new()));
    let one = outcome(1);
    for threads in [2, 7] {
        match (&one, outcome(threads)) {
            (Ok((expected, _)), Ok((found, _))) => assert_eq!(expected, &found),
            (Err(expected), Err(found)) => assert_eq!(expected.to_string(), found.to_string()),
            (one, more) => panic!("{one:?}, {more:?}"),
        }
    }
    one.map(|(sink, report)| (sink.into_inner(), report))
}

/// Expects all blocks that `touched` does not touch to be saved, and what is not saved to be reported.
///
/// Returns the report, or nothing if there was nothing to save.
#[track_caller]
fn check(
    original: &[u8],
    damaged: &[u8],
    touched: &Range<u64>,
    what: &str,
) -> Option<RepairReport> {
    let blocks = data_blocks(original);
    let is_touched = |(offset, bytes): &(u64, Vec<u8>)| {
        *offset < touched.end && touched.start < offset + bytes.len() as u64
    };
    let intact: Vec<_> = blocks.iter().filter(|block| !is_touched(block)).collect();
    let sink = Cursor::new(Vec::new());
    let (found, report) = match repair(damaged, &repair_options(1), sink) {
        Ok((sink, report)) => (sink.into_inner(), report),
        Err(Error::Empty) => {
            assert!(intact.is_empty(), "{what}");
            return None;
        }
        Err(error) => panic!("{what}: {error}"),
    };
    let records = records_of(&found);
    assert_eq!(report.written.records, records.len() as u64);
    let saved = raw_blocks(&found);
    let expected: Vec<_> = intact.iter().map(|(_, bytes)| bytes.clone()).collect();
    assert_eq!(saved, expected, "{what}");
    for (offset, bytes) in &blocks {
        let end = offset + bytes.len() as u64;
        let is_lost = |lost: &LostRange| lost.bytes.start <= *offset && *offset < lost.bytes.end;
        // Of a file that was cut off nobody can say what came behind.
        if !saved.contains(bytes) && *offset < damaged.len() as u64 {
            assert!(report.lost.iter().any(is_lost), "{what}: {offset} to {end}");
        }
    }
    if report.header == HeaderState::Intact {
        assert_eq!(report.is_complete, Some(intact.len() == blocks.len()));
    }
    for lost in &report.lost {
        let ends = lost.after.iter().chain(&lost.before);
        assert!(ends.clone().is_sorted());
        assert!(ends.clone().all(|record| records.contains(record)));
    }
    Some(report)
}

fn small(compression: Compression) -> Vec<u8> {
    file_of(compression, &numbered(0..15), 3)
}

#[test]
fn every_flip() {
    for compression in COMPRESSIONS {
        let original = small(compression);
        for place in 0..original.len() {
            for mask in [1, 0x90] {
                let mut damaged = original.clone();
                damaged[place] ^= mask;
                let touched = place as u64..place as u64 + 1;
                let what = format!("{compression:?}, byte {place}, mask {mask:#x}");
                check(&original, &damaged, &touched, &what);
            }
        }
    }
}

#[test]
fn every_cut() {
    for compression in COMPRESSIONS {
        let original = small(compression);
        for length in 0..original.len() {
            let touched = length as u64..original.len() as u64;
            let what = format!("{compression:?}, {length} bytes");
            check(&original, &original[..length], &touched, &what);
        }
    }
}

#[test]
fn every_cut_of_an_unfinished_file() {
    for compression in COMPRESSIONS {
        let original = small(compression);
        let placeholder = open(&original).header().encode_placeholder();
        let unfinished = [&placeholder, &original[placeholder.len()..]].concat();
        for length in placeholder.len()..unfinished.len() {
            let touched = length as u64..unfinished.len() as u64;
            let what = format!("{compression:?}, {length} bytes");
            let cut = &unfinished[..length];
            if let Some(report) = check(&original, cut, &touched, &what) {
                assert_eq!(report.header, HeaderState::Unfinished);
                assert!(report.metadata_survived);
                assert_eq!(report.is_complete, None);
            }
        }
    }
}

#[test]
fn every_hole() {
    for compression in COMPRESSIONS {
        let original = small(compression);
        for length in [16, 200] {
            for start in (0..original.len()).step_by(3) {
                let end = (start + length).min(original.len());
                let mut damaged = original.clone();
                damaged[start..end].fill(0);
                let touched = start as u64..end as u64;
                let what = format!("{compression:?}, zeros from {start} to {end}");
                check(&original, &damaged, &touched, &what);
            }
        }
    }
}

#[test]
fn bytes_that_were_put_in_or_taken_out() {
    for compression in COMPRESSIONS {
        let original = small(compression);
        let blocks = data_blocks(&original);
        let (offset, bytes) = &blocks[2];
        let middle = *offset as usize + bytes.len() / 2;
        let (before, after) = original.split_at(middle);
        for damaged in [
            [before, b"\x05\x00something", after].concat(),
            [&before[..before.len() - 3], after].concat(),
        ] {
            let (found, report) = repaired(&damaged).unwrap();
            let mut expected = raw_blocks(&original);
            expected.remove(2);
            assert_eq!(raw_blocks(&found), expected);
            assert_eq!(report.is_complete, Some(false));
            let [lost, ..] = &report.lost[..] else {
                panic!("{report:?}");
            };
            assert_eq!(lost.bytes.start, *offset);
            assert_eq!(lost.after.as_ref(), numbered(5..6).first());
            assert_eq!(lost.before.as_ref(), numbered(9..10).first());
        }
    }
}

#[test]
fn lost_ranges_say_how_many_blocks_the_index_knows() {
    let original = tree(Packing::Deflate, &numbered(0..60), 3, 20);
    let blocks = data_blocks(&original);
    let mut damaged = original.clone();
    let (start, end) = (blocks[4].0, blocks[6].0 + 5);
    damaged[start as usize + 3..end as usize].fill(0xaa);
    let (found, report) = repaired(&damaged).unwrap();
    assert_eq!(raw_blocks(&found).len(), 17);
    assert_eq!(report.header, HeaderState::Intact);
    assert_eq!(report.written.data_blocks, 17);
    assert_eq!(report.written.records, 51);
    let [lost] = &report.lost[..] else {
        panic!("{report:?}");
    };
    let expected = LostRange {
        bytes: start..blocks[7].0,
        after: numbered(11..12).pop(),
        before: numbered(21..22).pop(),
        blocks: Some(3),
    };
    assert_eq!(*lost, expected);
    assert!(
        report
            .dropped
            .iter()
            .all(|dropped| dropped.error.offset() == Some(dropped.bytes.start))
    );
}

#[test]
fn a_damaged_index_loses_nothing() {
    let original = file_of(COMPRESSIONS[1], &numbered(0..60), 3);
    let mut damaged = original.clone();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    let (found, report) = repaired(&damaged).unwrap();
    assert_eq!(found, original);
    assert_eq!(report.is_complete, Some(true));
    assert_eq!(report.lost, []);
    assert_eq!(report.dropped.len(), 1);
}

#[test]
fn a_header_that_is_gone() {
    for compression in COMPRESSIONS {
        let original = small(compression);
        let length = open(&original).header().encoded_len();
        let mut damaged = original.clone();
        damaged[..length].fill(b'x');
        let (found, report) = repaired(&damaged).unwrap();
        assert_eq!(raw_blocks(&found), raw_blocks(&original));
        assert_eq!(report.header, HeaderState::Damaged);
        assert_eq!(report.codec, compression.codec());
        assert!(!report.metadata_survived);
        assert_eq!(open(&found).header().metadata, Metadata::default());
    }
}

#[test]
fn metadata_and_codec_survive_where_they_can() {
    let original = small(COMPRESSIONS[2]);
    let mut damaged = original.clone();
    // In the hash, which is under the checksum.
    damaged[50] ^= 1;
    let (found, report) = repaired(&damaged).unwrap();
    assert_eq!(found, original);
    assert_eq!(report.header, HeaderState::Damaged);
    assert!(report.metadata_survived);
    assert_eq!(report.lost, []);
    // The length of the header is not under the checksum, and can be told from the metadata.
    let mut damaged = original.clone();
    damaged[8] ^= 1;
    let (found, report) = repaired(&damaged).unwrap();
    assert_eq!(found, original);
    assert_eq!(report.header, HeaderState::Intact);
    assert_eq!(report.codec, Codec::Lzma2);
}

#[test]
fn blocks_out_of_order_are_left_out() {
    let mut builder = Builder::new(Packing::None);
    let first = builder.data(&["a", "m"]);
    let second = builder.data(&["c", "z"]);
    let third = builder.data(&["m", "n"]);
    let fourth = builder.data(&["x", "o"]);
    let fifth = builder.data(&["z"]);
    let place = second.offset;
    let root = builder.index(1, &[first, second, third, fourth, fifth]);
    let (found, report) = repaired(&builder.finish(&root)).unwrap();
    assert_eq!(records_of(&found), [b"a", b"m", b"m", b"n", b"z"]);
    let [unsorted, within] = &report.dropped[..] else {
        panic!("{report:?}");
    };
    let is_unsorted = |error: &Error, across: bool| match error {
        Error::Corrupt {
            defect: Defect::UnsortedBlocks { .. },
            ..
        } => across,
        Error::Corrupt {
            defect: Defect::Unsorted { .. },
            ..
        } => !across,
        _ => false,
    };
    assert!(is_unsorted(&unsorted.error, true));
    assert!(is_unsorted(&within.error, false));
    assert_eq!(unsorted.bytes.start, place);
    assert_eq!(report.lost.len(), 2);
}

/// A record that is a whole file, in a block that is damaged.
#[test]
fn a_file_within_a_record_is_not_taken_for_a_part() {
    let inner = file(COMPRESSIONS[0], &[vec!["b", "c"], vec!["d"]]);
    let blocks = [vec![b"a".to_vec()], vec![inner.clone()], vec![vec![0xff]]];
    let original = file(COMPRESSIONS[0], &blocks);
    let (offset, _) = data_blocks(&original)[1];
    let mut damaged = original.clone();
    damaged[offset as usize + 6] ^= 1;
    let (found, report) = repaired(&damaged).unwrap();
    assert_eq!(records_of(&found), [b"a".to_vec(), vec![0xff]]);
    assert_eq!(report.lost.len(), 1);
    assert_eq!(report.lost[0].bytes.start, offset);
    assert_eq!(report.lost[0].blocks, Some(1));
}

#[test]
fn blocks_above_the_limit_of_the_search() {
    let long = |byte: u8| vec![byte; 10_000];
    let blocks = [
        vec![long(b'a')],
        vec![long(b'b')],
        vec![b"c".to_vec()],
        vec![long(b'd')],
    ];
    let original = file(COMPRESSIONS[0], &blocks);
    let (found, report) = repaired(&original).unwrap();
    assert_eq!(found, original);
    assert_eq!(report.dropped.len(), 0);
    // Behind a damaged block only shorter ones are found, and from there on all.
    let mut damaged = original.clone();
    damaged[data_blocks(&original)[0].0 as usize + 100] ^= 1;
    let (found, report) = repaired(&damaged).unwrap();
    assert_eq!(records_of(&found), [b"c".to_vec(), long(b'd')]);
    assert_eq!(report.lost[0].blocks, Some(2));
}

#[test]
fn bytes_put_in_before_the_index() {
    let original = small(COMPRESSIONS[1]);
    let (offset, _) = data_blocks(&original)[1];
    let (before, after) = original.split_at(offset as usize);
    let (found, report) = repaired(&[before, &[0; 999], after].concat()).unwrap();
    assert_eq!(found, original);
    assert_eq!(report.is_complete, Some(true));
    assert_eq!(report.lost, []);
}

#[test]
fn bytes_behind_the_end_are_not_part_of_the_file() {
    let original = small(COMPRESSIONS[1]);
    let more = block(0, &Packing::Deflate.pack(b"\x02zz"));
    let (found, report) = repaired(&[&original[..], &more].concat()).unwrap();
    assert_eq!(found, original);
    assert_eq!(report.is_complete, Some(true));
}

#[test]
fn nothing_to_save() {
    let no_data = tree(Packing::None, &["a"], 1, 2);
    for bytes in [
        &b""[..],
        b"\xabZSfiLe\x01",
        &[0xff; 300],
        &[0; 300],
        &no_data[..115],
    ] {
        assert!(matches!(repaired(bytes), Err(Error::Empty)), "{bytes:?}");
    }
}
