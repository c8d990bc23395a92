//! Every byte flipped and every cut: an error, or the records that were there.

use blockyard_codec::{deflate, lzma2};
use blockyard_zs::{
    BlockEncoder, Compression, Error, Framing, Level, Query, ReadOptions, ZsReader,
};

use super::{Records, threads};
use crate::build::{Builder, Packing, data_payload, index_payload};

/// Returns the records of a file with three blocks and two levels.
fn records() -> [[String; 3]; 3] {
    [0, 1, 2].map(|block| [0, 1, 2].map(|record| format!("record {block}{record}")))
}

fn file(packing: Packing) -> Vec<u8> {
    let compression = match packing {
        Packing::None => Compression::None,
        Packing::Deflate => Compression::Deflate(deflate::Level::BEST),
        Packing::Lzma2 => Compression::Lzma2(lzma2::Preset::DEFAULT),
    };
    let mut encoder = BlockEncoder::new(compression);
    let mut pack = |level, payload: &[u8]| {
        let mut bytes = Vec::new();
        encoder.append_block(Level::new(level), payload, &mut bytes);
        bytes
    };
    let mut builder = Builder::new(packing);
    let blocks = records().map(|records| {
        let reference = builder.raw(&pack(0, &data_payload(&records)));
        reference.with_key(&records[0])
    });
    let [first, second, third] = blocks;
    let low = builder.raw(&pack(1, &index_payload(&[first.clone(), second])));
    let high = builder.raw(&pack(1, &index_payload(std::slice::from_ref(&third))));
    let entries = [
        low.with_key(str::from_utf8(&first.key).unwrap()),
        high.with_key(str::from_utf8(&third.key).unwrap()),
    ];
    let root = builder.raw(&pack(2, &index_payload(&entries)));
    builder.finish(&root)
}

/// Expects an error or the right records from several queries.
#[track_caller]
fn check(file: &[u8], what: &str) {
    let options = ReadOptions {
        block_limit: 1 << 16,
        ..ReadOptions::default()
    };
    let Ok(reader) = ZsReader::open_with(file, options) else {
        return;
    };
    let all: Records = records()
        .into_iter()
        .flatten()
        .map(String::into_bytes)
        .collect();
    let queries = [
        Query::all(),
        Query::prefix("record 1"),
        Query::exact("record 22"),
    ];
    for query in &queries {
        let bounds = query.bounds();
        let expected: Records = all
            .iter()
            .filter(|record| bounds.contain(record))
            .cloned()
            .collect();
        if let Ok(found) = reader.search(query).collect::<Result<Records, _>>() {
            assert_eq!(found, expected, "{what}");
        }
        if let Ok(mut found) = reader.search_reverse(query).collect::<Result<Records, _>>() {
            found.reverse();
            assert_eq!(found, expected, "{what}");
        }
        let mut dumped = Vec::new();
        if reader
            .dump(query, &Framing::Uleb128, &threads(1), &mut dumped)
            .is_ok()
        {
            assert_eq!(dumped, data_payload(&expected), "{what}");
        }
    }
    let mut dumped = Vec::new();
    if reader
        .dump_unindexed(&Framing::Uleb128, &threads(1), &mut dumped)
        .is_ok()
    {
        assert_eq!(dumped, data_payload(&all), "{what}");
    }
    let mut scanned = Records::new();
    let outcome = reader.scan(&threads(1), |batch| {
        scanned.extend(batch?.iter().map(<[u8]>::to_vec));
        Ok::<_, Error>(())
    });
    if outcome.is_ok() {
        assert_eq!(scanned, all, "{what}");
    }
}

#[test]
fn every_flip_and_every_cut() {
    for packing in crate::build::PACKINGS {
        let file = file(packing);
        let reader = ZsReader::open(file.as_slice()).unwrap();
        assert_eq!(reader.search(&Query::all()).map(Result::unwrap).count(), 9);
        for length in 0..file.len() {
            assert!(ZsReader::open(&file[..length]).is_err());
        }
        for place in 0..file.len() {
            for mask in [1, 0x10, 0x80, 0xff] {
                let mut damaged = file.clone();
                damaged[place] ^= mask;
                check(
                    &damaged,
                    &format!("{packing:?}, byte {place}, mask {mask:#x}"),
                );
            }
        }
    }
}
