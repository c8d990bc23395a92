//! What was written is read.

use std::io::Cursor;

use blockyard_codec::{deflate, lzma2};
use blockyard_pipeline::Options;
use blockyard_zs::{Block, Compression, Error, Framing, Query, ZsReader, ZsWriter, make};
use proptest::prelude::*;

use super::{cutter, lines, make_of, options, threads};

fn compressions() -> [Compression; 4] {
    [
        Compression::None,
        Compression::Deflate(deflate::Level::DEFAULT),
        Compression::Lzma2(lzma2::Preset::DEFAULT),
        Compression::Lzma2(lzma2::Preset::new(1).unwrap()),
    ]
}

fn dump(file: &[u8], framing: &Framing) -> Vec<u8> {
    let reader = ZsReader::open(file).unwrap();
    let mut text = Vec::new();
    reader
        .dump(&Query::all(), framing, &Options::default(), &mut text)
        .unwrap();
    text
}

fn sorted_text(lines: usize) -> Vec<u8> {
    let mut text = Vec::new();
    for number in 0..lines {
        text.extend_from_slice(
            format!("some words {:07}\t{}\n", number / 3, number % 3).as_bytes(),
        );
    }
    text
}

#[test]
fn many_blocks_for_any_number_of_threads() {
    let text = sorted_text(20_000);
    for compression in compressions() {
        let mut expected = None;
        for number in [1, 2, 7] {
            let mut options = options(compression);
            options.branching_factor = 4;
            options.pipeline = threads(number);
            let cutter = cutter(lines(), 10_000);
            let (file, summary) = make_of(&[&text], &cutter, options).unwrap();
            assert_eq!(summary.records, 20_000);
            assert_eq!(summary.header.total_file_length, file.len() as u64);
            assert!(*expected.get_or_insert_with(|| file.clone()) == file);
        }
        assert!(dump(&expected.unwrap(), &lines()) == text);
    }
}

#[test]
fn the_way_of_the_input_leaves_no_trace() {
    let text = sorted_text(5000);
    let whole = {
        let cutter = cutter(lines(), 1000);
        make_of(&[&text], &cutter, options(Compression::None))
            .unwrap()
            .0
    };
    let (left, right) = text.split_at(38 * 21);
    assert!(left.ends_with(b"\n"));
    let inputs: [&[u8]; 4] = [left, b"", right, b""];
    let cutter_ = cutter(lines(), 1000);
    let (file, _) = make_of(&inputs, &cutter_, options(Compression::None)).unwrap();
    assert!(file == whole);
    let mut writer = ZsWriter::new(Cursor::new(Vec::new()), options(Compression::None)).unwrap();
    for block in cutter_.blocks(&text[..]) {
        writer.add(block.unwrap()).unwrap();
    }
    let (file, _) = writer.finish().unwrap();
    assert!(file.into_inner() == whole);
}

#[test]
fn blocks_of_another_file() {
    let text = sorted_text(3000);
    let whole = |compression| {
        let cutter = cutter(lines(), 5000);
        make_of(&[&text], &cutter, options(compression)).unwrap().0
    };
    for from in compressions() {
        let source = whole(from);
        let reader = ZsReader::open(&source[..]).unwrap();
        let codec = reader.header().codec;
        for to in compressions() {
            for is_copied in [false, true] {
                let mut writer = ZsWriter::new(Cursor::new(Vec::new()), options(to)).unwrap();
                let blocks = reader.references(&Query::all()).map(|reference| {
                    let reference = reference?;
                    let bytes = reader.read_raw(&reference)?;
                    let offset = reference.range().start;
                    Ok::<_, Error>(if is_copied {
                        Block::copied(bytes, offset, codec)
                    } else {
                        Block::repacked(bytes, offset, codec)
                    })
                });
                writer.write_blocks(blocks).unwrap();
                let (file, _) = writer.finish().unwrap();
                // Blocks that are copied keep their bytes, also between presets.
                if from == to || !is_copied || from.codec() != to.codec() {
                    assert!(file.into_inner() == whole(to), "{from:?} to {to:?}");
                } else {
                    assert!(dump(file.get_ref(), &lines()) == text);
                }
            }
        }
    }
}

#[test]
fn payloads_larger_than_the_limit_are_not_written() {
    let mut options = options(Compression::None);
    options.block_limit = 100;
    let mut writer = ZsWriter::new(Cursor::new(Vec::new()), options).unwrap();
    let error = writer.add_block([[b'a'; 100]]).unwrap_err();
    assert!(
        matches!(error, Error::LimitExceeded { limit: 100, .. }),
        "{error}"
    );
}

#[test]
fn large_keys_make_smaller_index_blocks() {
    let mut options = options(Compression::None);
    options.block_limit = 1000;
    let mut writer = ZsWriter::new(Cursor::new(Vec::new()), options).unwrap();
    for byte in b'a'..=b'z' {
        writer.add_block([[byte; 300]]).unwrap();
    }
    let (file, summary) = writer.finish().unwrap();
    assert!(summary.root_level.get() >= 3, "{}", summary.root_level);
    let read_options = blockyard_zs::ReadOptions {
        block_limit: 1000,
        ..blockyard_zs::ReadOptions::default()
    };
    let reader = ZsReader::open_with(file.into_inner(), read_options).unwrap();
    assert_eq!(reader.search(&Query::all()).count(), 26);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_records_come_back(
        records: Vec<Vec<u8>>,
        size in 1_usize..50,
        branching_factor in 2_usize..5,
        codec in 0_usize..4,
    ) {
        let mut records = records;
        records.sort();
        records.push(vec![0xff; 3]);
        records.sort();
        for framing in [Framing::Uleb128, Framing::U64le, Framing::Terminator(b"\xfe\xfd".to_vec())] {
            let mut input = Vec::new();
            for record in &records {
                match &framing {
                    Framing::Uleb128 => blockyard_zs::append_record(record, &mut input),
                    Framing::U64le => {
                        input.extend((record.len() as u64).to_le_bytes());
                        input.extend(record);
                    }
                    Framing::Terminator(terminator) => {
                        prop_assume!(!record.windows(2).any(|bytes| bytes == terminator));
                        prop_assume!(record.last() != Some(&0xfe));
                        input.extend(record);
                        input.extend(terminator);
                    }
                }
            }
            let mut options = options(compressions()[codec]);
            options.branching_factor = branching_factor;
            let cutter = cutter(framing.clone(), size);
            let sink = Cursor::new(Vec::new());
            let (file, summary) = make([Ok(&input[..])], &cutter, sink, options).unwrap();
            prop_assert_eq!(summary.records, records.len() as u64);
            let file = file.into_inner();
            prop_assert_eq!(dump(&file, &framing), input);
            let reader = ZsReader::open(&file[..]).unwrap();
            let found: Result<Vec<_>, _> = reader.search(&Query::all()).collect();
            prop_assert_eq!(&found.unwrap(), &records);
        }
    }
}
