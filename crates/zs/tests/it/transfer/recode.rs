use std::num::NonZero;

use blockyard_zs::{Defect, Error, Query, reblock, recode};

use super::{COMPRESSIONS, data_blocks, file_of, numbered, open, raw_blocks, records_of, write};
use crate::build::{Packing, tree};

#[test]
fn from_each_codec_to_each() {
    let made = COMPRESSIONS.map(|compression| file_of(compression, &numbered(0..300), 9));
    for (file, from) in made.iter().zip(COMPRESSIONS) {
        for (expected, to) in made.iter().zip(COMPRESSIONS) {
            let reader = open(file);
            let recoded = write(to, |sink, options| recode(&reader, sink, options));
            assert_eq!(&recoded.unwrap(), expected, "{from:?} to {to:?}");
        }
    }
}

#[test]
fn other_blocks_with_the_same_records() {
    for from in COMPRESSIONS {
        let file = file_of(from, &numbered(0..500), 9);
        let reader = open(&file);
        for size in [1, 100, 5000, 1 << 20] {
            let size = NonZero::new(size).unwrap();
            let other = write(COMPRESSIONS[0], |sink, options| {
                reblock(&reader, size, sink, options)
            });
            let other = other.unwrap();
            assert_eq!(records_of(&other), numbered(0..500));
            assert_eq!(
                open(&other).header().data_sha256,
                reader.header().data_sha256
            );
            let total: usize = reader
                .search(&Query::all())
                .map(|record| record.unwrap().len() + 1)
                .sum();
            let blocks = raw_blocks(&other).len();
            assert!(blocks <= total.div_ceil(size.get()));
            assert!(blocks * (size.get() + 20) >= total);
        }
    }
}

#[test]
fn damage_is_an_error_with_its_offset() {
    let mut file = file_of(COMPRESSIONS[1], &numbered(0..100), 9);
    let (offset, bytes) = data_blocks(&file).swap_remove(5);
    file[offset as usize + bytes.len() - 1] ^= 1;
    let reader = open(&file);
    let recoded = write(COMPRESSIONS[0], |sink, options| {
        recode(&reader, sink, options)
    });
    assert_eq!(recoded.unwrap_err().offset(), Some(offset));
    let size = NonZero::new(100).unwrap();
    let other = write(COMPRESSIONS[0], |sink, options| {
        reblock(&reader, size, sink, options)
    });
    assert_eq!(other.unwrap_err().offset(), Some(offset));
}

#[test]
fn a_damaged_index_is_an_error_with_its_offset() {
    let original = file_of(COMPRESSIONS[1], &numbered(0..100), 9);
    let is_index = |bytes: &[u8]| bytes[1] == 1;
    let places: Vec<u64> = open(&original)
        .frames()
        .map(Result::unwrap)
        .filter(|block| is_index(&block.bytes))
        .map(|block| block.offset)
        .collect();
    assert!(places.len() > 4);
    for offset in places {
        let mut damaged = original.clone();
        damaged[offset as usize + 4] ^= 1;
        let reader = open(&damaged);
        let recoded = write(COMPRESSIONS[0], |sink, options| {
            recode(&reader, sink, options)
        });
        assert_eq!(recoded.unwrap_err().offset(), Some(offset));
    }
}

#[test]
fn records_that_the_header_was_not_made_for() {
    // The hash that the builder writes is none of these records.
    let file = tree(Packing::Deflate, &numbered(0..20), 3, 2);
    let reader = open(&file);
    let is_hash = |error: &Error| {
        matches!(
            error,
            Error::Corrupt {
                defect: Defect::DataHash { .. },
                ..
            }
        )
    };
    let recoded = write(COMPRESSIONS[0], |sink, options| {
        recode(&reader, sink, options)
    });
    assert!(is_hash(&recoded.unwrap_err()));
    let size = NonZero::new(100).unwrap();
    let other = write(COMPRESSIONS[0], |sink, options| {
        reblock(&reader, size, sink, options)
    });
    assert!(is_hash(&other.unwrap_err()));
}
