//! Arbitrary bytes as an index file, changed indexes, and indexes of arbitrary files.

use std::num::NonZero;
use std::sync::OnceLock;

use blockyard_gzip::{
    CompressOptions, DecompressOptions, Index, compress_to_vec, decompress_to_vec,
};

use crate::reference::LIMIT;

/// Reads `bytes[5..]` as an index, changes a good index by it, or makes an index of it.
///
/// The first byte says which; then follow offset and length of the range, two bytes each.
pub fn index(bytes: &[u8]) {
    let Some((&[mode, a, b, c, d], body)) = bytes.split_first_chunk::<5>() else {
        return;
    };
    let offset = u64::from(u16::from_be_bytes([a, b]));
    let length = u64::from(u16::from_be_bytes([c, d]));
    match mode & 3 {
        0 => read(body, offset, length),
        1 => read(&with_checksum(body.to_vec()), offset, length),
        2 => read(&changed(body), offset, length),
        _ => make(body, offset, length, 1 + u64::from(mode >> 2) * 64),
    }
}

/// Uses an index that may say anything on a file that is in order.
fn read(bytes: &[u8], offset: u64, length: u64) {
    let Ok(index) = Index::read_from(bytes) else {
        return;
    };
    let mut again = Vec::new();
    index
        .write_to(&mut again)
        .expect("a vector takes everything");
    assert!(
        bytes.starts_with(&again),
        "another index is written than was read"
    );
    let mut data = Vec::new();
    if let Ok(count) = index.read_range(sample(), offset, length, &mut data) {
        assert_eq!(count, data.len() as u64);
        assert!(count <= length, "{count} bytes are more than {length}");
    }
}

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend_from_slice(&libdeflater::crc32(&bytes).to_le_bytes());
    bytes
}

/// Changes the index of the sample: each three bytes are a place and what it is xored with.
fn changed(changes: &[u8]) -> Vec<u8> {
    static INDEX: OnceLock<Vec<u8>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let options = DecompressOptions {
            index_spacing: Some(9000),
            ..one_thread()
        };
        let index = Index::build(sample(), &options).expect("the sample is in order");
        let mut bytes = Vec::new();
        index
            .write_to(&mut bytes)
            .expect("a vector takes everything");
        bytes.truncate(bytes.len() - 4);
        bytes
    });
    let mut bytes = index.clone();
    for change in changes.chunks_exact(3) {
        let place = usize::from(u16::from_be_bytes([change[0], change[1]])) % bytes.len();
        bytes[place] ^= change[2];
    }
    with_checksum(bytes)
}

fn one_thread() -> DecompressOptions {
    DecompressOptions {
        threads: NonZero::<usize>::MIN,
        ..DecompressOptions::default()
    }
}

/// A gzip file of 54 KB of data in blocks of 8 KiB.
fn sample() -> &'static [u8] {
    static SAMPLE: OnceLock<Vec<u8>> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let lines = (0..3000_u32).map(|number| format!("line {number}, {}\n", number * number));
        let text: String = lines.collect();
        let options = CompressOptions {
            block_size: NonZero::new(8192),
            threads: NonZero::<usize>::MIN,
            ..CompressOptions::default()
        };
        compress_to_vec(text.as_bytes(), &options).expect("it is packed in memory")
    })
}

/// Makes an index of a file and compares what a range holds with the file's data.
fn make(file: &[u8], offset: u64, length: u64, spacing: u64) {
    let options = DecompressOptions {
        index_spacing: Some(spacing),
        ..one_thread()
    };
    let Ok(whole) = decompress_to_vec(file, None, LIMIT) else {
        return;
    };
    let index = Index::build(file, &options).expect("the file is in order");
    assert_eq!(index.uncompressed_len(), whole.len() as u64);
    let mut bytes = Vec::new();
    index
        .write_to(&mut bytes)
        .expect("a vector takes everything");
    assert_eq!(
        Index::read_from(bytes.as_slice()).expect("we read what we write"),
        index
    );

    let mut data = Vec::new();
    index
        .read_range(file, offset, length, &mut data)
        .expect("the file is in order");
    let start = whole.len().min(offset as usize);
    let end = whole.len().min(start + length as usize);
    assert!(data == whole[start..end], "other data in the range");
}
