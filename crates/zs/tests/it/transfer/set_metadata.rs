use blockyard_zs::{
    Defect, Error, Header, Metadata, WriterOptions, replace_metadata, set_metadata,
};
use sha2::{Digest, Sha256};

use super::{COMPRESSIONS, file_of, numbered, open, raw_blocks, records_of, write};
use crate::build::{Builder, Packing, block, data_payload};

fn metadata(text: &str) -> Metadata {
    Metadata::parse(text).unwrap()
}

#[test]
fn all_but_the_metadata_stays() {
    for compression in COMPRESSIONS {
        let file = file_of(compression, &numbered(0..100), 9);
        let reader = open(&file);
        for text in [r#"{"name": "another, and a longer one"}"#, "{}"] {
            let changed = write(COMPRESSIONS[0], |sink, options| {
                set_metadata(&reader, metadata(text), sink, options)
            });
            let changed = changed.unwrap();
            assert_eq!(records_of(&changed), numbered(0..100));
            assert_eq!(raw_blocks(&changed), raw_blocks(&file));
            let (old, new) = (reader.header(), open(&changed).header().clone());
            assert_eq!(new.metadata.text(), text);
            assert_eq!(new.codec, old.codec);
            assert_eq!(new.data_sha256, old.data_sha256);
        }
    }
}

/// Returns a file with extensions of all kinds, and blocks in an order that is legal and rare.
fn extended() -> Vec<u8> {
    let mut builder = Builder::new(Packing::None);
    builder.header.extension = b"more".to_vec();
    builder.raw(&block(64, b"\xff\xff no payload"));
    let first = builder.data(&["a", "b"]);
    let second = builder.data(&["c"]);
    builder.raw(&block(200, b""));
    let root = builder.index(1, &[first, second]);
    builder.finish_with(&root, |header| {
        header.sha256 = Sha256::digest(data_payload(&["a", "b", "c"])).into();
    })
}

#[test]
fn extensions_stay() {
    let file = extended();
    let reader = open(&file);
    let changed = write(COMPRESSIONS[0], |sink, options| {
        set_metadata(&reader, metadata(r#"{"a": 1}"#), sink, options)
    });
    let changed = changed.unwrap();
    let reader = open(&changed);
    assert_eq!(reader.header().extension, b"more");
    let levels: Vec<u8> = reader
        .frames()
        .map(|block| block.unwrap().bytes[1])
        .filter(|level| !(1..64).contains(level))
        .collect();
    assert_eq!(levels, [64, 0, 0, 200]);
    assert!(
        reader
            .frames()
            .any(|found| found.unwrap().bytes == block(64, b"\xff\xff no payload"))
    );
}

#[test]
fn blocks_that_the_header_was_not_made_for() {
    let mut builder = Builder::new(Packing::None);
    let first = builder.data(&["a", "b"]);
    let root = builder.index(1, &[first]);
    let file = builder.finish(&root);
    let reader = open(&file);
    let changed = write(COMPRESSIONS[0], |sink, options| {
        set_metadata(&reader, metadata("{}"), sink, options)
    });
    let is_hash = matches!(
        changed,
        Err(Error::Corrupt {
            defect: Defect::DataHash { .. },
            ..
        })
    );
    assert!(is_hash);
}

/// Puts a header with other metadata in place of the old one, and expects the rest to fit; `None` if it does not.
#[track_caller]
fn replaced(file: &[u8], text: &str) -> Option<Header> {
    let header = open(file).header().clone();
    let new = replace_metadata(&header, metadata(text))?;
    let bytes = new.encode();
    assert_eq!(bytes.len(), header.encoded_len());
    let changed = [&bytes[..], &file[bytes.len()..]].concat();
    assert_eq!(*open(&changed).header(), new);
    assert_eq!(new.metadata.text(), text);
    assert_eq!(records_of(&changed), records_of(file));
    Some(new)
}

#[test]
fn in_place_where_there_is_room() {
    // The metadata has 21 bytes.
    let file = file_of(COMPRESSIONS[0], &numbered(0..20), 9);
    assert!(replaced(&file, r#"{"made": "by  test."}"#).is_some());
    let shorter = replaced(&file, "{}").unwrap();
    assert_eq!(shorter.extension, [0; 19]);
    let again = replace_metadata(&shorter, metadata(r#"{"made": "by a test"}"#)).unwrap();
    assert_eq!(again.encode(), open(&file).header().encode());
    assert!(replaced(&file, r#"{"made": "by a longer test"}"#).is_none());
    // What another program put there is not ours to overwrite, nor to move.
    let extended = extended();
    assert!(replaced(&extended, "{ }").is_none());
    assert_eq!(replaced(&extended, "{}").unwrap().extension, b"more");
}

#[test]
fn options_like_those_of_a_file() {
    let mut builder = Builder::new(Packing::Lzma2);
    builder.header.metadata = br#"{"a": NaN, "b": [1.5, "NaN"]}"#.to_vec();
    let first = builder.data(&["a", "b"]);
    let root = builder.index(1, &[first]);
    let file = builder.finish(&root);
    let options = WriterOptions::like(open(&file).header());
    assert_eq!(options.compression.codec().name(), "lzma2;dsize=2^20");
    assert_eq!(options.metadata.text(), r#"{"a": null, "b": [1.5, "NaN"]}"#);
}
