use blockyard_zs::{Query, ReadOptions, ZsReader};
use proptest::prelude::*;

use super::ask;
use crate::build::{Builder, PACKINGS, Packing, tree};

#[test]
fn records_are_found_in_trees_of_any_height() {
    let records: Vec<String> = (0..100)
        .map(|number| format!("{:03}", number * 2))
        .collect();
    for packing in PACKINGS {
        for (block_len, branching) in [(1000, 2), (10, 1000), (7, 3), (1, 2)] {
            let file = tree(packing, &records, block_len, branching);
            let reader = ZsReader::open(file).unwrap();
            let all = ask(&reader, &Query::all()).unwrap();
            assert_eq!(
                all,
                records.iter().map(String::as_bytes).collect::<Vec<_>>()
            );
            for number in 0..=200 {
                let key = format!("{number:03}");
                let found = ask(&reader, &Query::exact(key.clone())).unwrap();
                let expected = usize::from(number < 200 && number % 2 == 0);
                assert_eq!(found.len(), expected, "{key}");
            }
            assert_eq!(ask(&reader, &Query::prefix("01")).unwrap().len(), 5);
            assert_eq!(ask(&reader, &Query::prefix("2")).unwrap().len(), 0);
        }
    }
}

#[test]
fn the_root_says_its_level() {
    for (branching, expected) in [(100, 1), (10, 2), (2, 7)] {
        let records: Vec<String> = (0..100).map(|number| format!("{number:03}")).collect();
        let reader = ZsReader::open(tree(Packing::None, &records, 1, branching)).unwrap();
        assert_eq!(reader.root_level().unwrap().get(), expected);
    }
}

#[test]
fn separators_need_not_be_records() {
    let mut builder = Builder::new(Packing::Deflate);
    let blocks = [
        builder.data(&["abc", "abd"]).with_key(""),
        builder.data(&["bcd"]).with_key("b"),
        builder.data(&["bcd", "c"]).with_key("bcd"),
        builder.data(&["dog"]).with_key("cx"),
    ];
    let left = builder.index(1, &blocks[..2]).with_key("a");
    let right = builder.index(1, &blocks[2..]).with_key("bcd");
    let root = builder.index(2, &[left, right]);
    let reader = ZsReader::open(builder.finish(&root)).unwrap();
    assert_eq!(ask(&reader, &Query::all()).unwrap().len(), 6);
    assert_eq!(ask(&reader, &Query::exact("bcd")).unwrap().len(), 2);
    for record in ["abc", "abd", "c", "dog"] {
        assert_eq!(ask(&reader, &Query::exact(record)).unwrap().len(), 1);
    }
    for gap in ["a", "abcd", "b", "cx", "cy", "z"] {
        assert_eq!(ask(&reader, &Query::exact(gap)).unwrap().len(), 0);
    }
}

/// An index that stands before the data has offsets whose lengths depend on its own.
#[test]
fn the_index_may_stand_before_the_data() {
    let mut index_len = 0;
    let file = loop {
        let mut data = Builder::new(Packing::None);
        data.raw(&vec![0; index_len]);
        let blocks = [data.data(&["a", "b"]), data.data(&["c"]), data.data(&["d"])];
        let mut builder = Builder::new(Packing::None);
        let root = builder.index(1, &blocks);
        if root.length as usize == index_len {
            builder.raw(&data.blocks[index_len..]);
            break builder.finish(&root);
        }
        index_len = root.length as usize;
    };
    let reader = ZsReader::open(file).unwrap();
    assert_eq!(ask(&reader, &Query::all()).unwrap().len(), 4);
    assert_eq!(ask(&reader, &Query::exact("c")).unwrap().len(), 1);
}

#[test]
fn extensions_are_passed_over() {
    let mut builder = Builder::new(Packing::Lzma2);
    builder.header.extension = vec![b'x'; 10_000];
    let first = builder.data(&["a"]);
    // Not what the codec can unpack.
    builder.raw(&crate::build::block(64, b"\xff\xff"));
    let second = builder.data(&["b"]);
    builder.raw(&crate::build::block(255, b""));
    let root = builder.index(1, &[first, second]);
    let reader = ZsReader::open(builder.finish(&root)).unwrap();
    assert_eq!(reader.header().extension.len(), 10_000);
    assert_eq!(ask(&reader, &Query::all()).unwrap(), [b"a", b"b"]);
}

#[test]
fn a_reader_is_shared_by_threads() {
    let records: Vec<String> = (0..2000).map(|number| format!("{number:05}")).collect();
    let options = ReadOptions {
        index_cache: 2000,
        data_cache: 2000,
        ..ReadOptions::default()
    };
    let file = tree(Packing::Deflate, &records, 10, 5);
    let reader = ZsReader::open_with(file, options).unwrap();
    std::thread::scope(|scope| {
        for first in 0..4 {
            let (reader, records) = (&reader, &records);
            scope.spawn(move || {
                let mut under_way = reader.search(&Query::all());
                for record in records.iter().skip(first).step_by(3) {
                    assert_eq!(ask(reader, &Query::exact(record.clone())).unwrap().len(), 1);
                    assert!(under_way.next().unwrap().is_ok());
                }
            });
        }
    });
}

proptest! {
    #[test]
    fn every_query_finds_what_a_filter_finds(
        mut records in prop::collection::vec("[ab\u{ff}]{0,4}", 1..60),
        block_len in 1..8_usize,
        branching in 2..5_usize,
        packing in prop::sample::select(PACKINGS.to_vec()),
        queries in prop::collection::vec(
            (
                prop::option::of("[ab\u{ff}]{0,4}"),
                prop::option::of("[ab\u{ff}]{0,4}"),
                prop::option::of("[ab\u{ff}]{0,2}"),
            ),
            10,
        ),
        data_cache in prop::sample::select(vec![0, 500, 1 << 20]),
    ) {
        // U+00FF is two bytes; for this test each character is the byte of its number.
        let bytes = |text: &String| text.chars().map(|character| character as u8).collect::<Vec<_>>();
        let mut records: Vec<Vec<u8>> = records.drain(..).map(|text| bytes(&text)).collect();
        records.sort();
        let options = ReadOptions { data_cache, index_cache: data_cache, ..ReadOptions::default() };
        let file = tree(packing, &records, block_len, branching);
        let reader = ZsReader::open_with(file, options).unwrap();
        for (start, stop, prefix) in &queries {
            let query = Query {
                start: start.as_ref().map(bytes),
                stop: stop.as_ref().map(bytes),
                prefix: prefix.as_ref().map(bytes),
            };
            let wanted = |record: &&Vec<u8>| {
                query.start.as_ref().is_none_or(|start| *record >= start)
                    && query.stop.as_ref().is_none_or(|stop| *record < stop)
                    && query.prefix.as_ref().is_none_or(|prefix| record.starts_with(prefix))
            };
            let expected: Vec<Vec<u8>> = records.iter().filter(wanted).cloned().collect();
            prop_assert_eq!(ask(&reader, &query).unwrap(), expected);
        }
    }
}
