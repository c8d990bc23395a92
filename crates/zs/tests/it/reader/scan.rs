use blockyard_zs::{Error, Framing, Query, ZsReader};

use super::{Records, threads};
use crate::build::{Builder, PACKINGS, Packing, block, data_payload, tree};

#[test]
fn a_file_with_a_broken_root_is_saved() {
    let records: Vec<String> = (0..100).map(|number| format!("{number:03}")).collect();
    for packing in PACKINGS {
        let mut file = tree(packing, &records, 3, 5);
        let last = file.len() - 1;
        file[last] ^= 1;
        let reader = ZsReader::open(file).unwrap();
        assert!(reader.search(&Query::all()).next().unwrap().is_err());
        for number in [1, 3] {
            let mut dumped = Vec::new();
            let outcome = reader.dump_unindexed(&Framing::Uleb128, &threads(number), &mut dumped);
            // All records come before the broken block, which is an error all the same.
            assert_eq!(dumped, data_payload(&records));
            let error = outcome.unwrap_err().to_string();
            assert!(error.contains("checksum mismatch"), "{error}");
        }
    }
}

#[test]
fn a_scan_goes_on_behind_damage() {
    let mut builder = Builder::new(Packing::Deflate);
    let first = builder.data(&["a"]);
    let mut damaged = block(0, &Packing::Deflate.pack(b"\x01b"));
    damaged[5] ^= 1;
    builder.raw(&damaged);
    builder.raw(&block(64, b"an extension"));
    let last = builder.data(&["d", "c"]);
    let root = builder.index(1, &[first, last]);
    let reader = ZsReader::open(builder.finish(&root)).unwrap();
    for number in [1, 2] {
        let (mut records, mut errors) = (Records::new(), Vec::new());
        reader
            .scan(&threads(number), |batch| {
                match batch {
                    Ok(batch) => records.extend(batch.iter().map(<[u8]>::to_vec)),
                    Err(error) => errors.push(error.to_string()),
                }
                Ok::<_, Error>(())
            })
            .unwrap();
        assert_eq!(records, [b"a", b"d", b"c"]);
        assert_eq!(errors.len(), 1);
        assert!(errors[0].contains("checksum mismatch"));
    }
}

#[test]
fn damaged_extensions_are_seen() {
    let mut builder = Builder::new(Packing::None);
    let data = builder.data(&["a"]);
    let mut extension = block(64, b"an extension");
    extension[3] ^= 1;
    builder.raw(&extension);
    let root = builder.index(1, &[data]);
    let reader = ZsReader::open(builder.finish(&root)).unwrap();
    let error = reader
        .dump_unindexed(&Framing::U64le, &threads(2), Vec::new())
        .unwrap_err();
    assert!(error.to_string().contains("checksum mismatch"));
    assert_eq!(reader.search(&Query::all()).count(), 1);
}

#[test]
fn a_scan_ends_where_no_block_begins() {
    #[track_caller]
    fn check(tail: &[u8], expected: &str) {
        let mut builder = Builder::new(Packing::None);
        let data = builder.data(&["a"]);
        let root = builder.index(1, &[data]);
        builder.raw(tail);
        let reader = ZsReader::open(builder.finish(&root)).unwrap();
        let mut frames = reader.frames();
        assert!(frames.next().unwrap().is_ok() && frames.next().unwrap().is_ok());
        let error = frames.next().unwrap().unwrap_err().to_string();
        let start = root.offset + root.length;
        assert_eq!(error, format!("offset {start}: {expected}"));
        assert!(frames.next().is_none());
        let mut dumped = Vec::new();
        let outcome = reader.dump_unindexed(&Framing::Uleb128, &threads(2), &mut dumped);
        assert!(outcome.is_err());
        assert_eq!(dumped, b"\x01a");
    }

    check(b"\x00", "block of length 0 has no level");
    check(b"\x80", "hit end of buffer while decoding uleb128");
    check(&[0xff; 100], "uleb128 integer overflowed 63 bits");
    check(
        b"\x05abc",
        "unexpectedly encountered end of file: expected 14 bytes, found 4",
    );
    check(
        b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
        "unexpectedly encountered end of file: expected 9223372036854775824 bytes, found 9",
    );
}
