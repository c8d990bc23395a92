//! From files to files: the right records, blocks that stay as they are, and errors instead of losses.

mod merge;
mod recode;
mod repair;
mod search;
mod set_metadata;
mod split;
mod subset;

use std::io::Cursor;

use blockyard_codec::{deflate, lzma2};
use blockyard_pipeline::Options;
use blockyard_zs::{
    Compression, Error, Frame, Metadata, Query, ReadOptions, Summary, ValidateOptions,
    WriterOptions, ZsReader, ZsWriter,
};
use sha2::{Digest, Sha256};

use crate::build::data_payload;

type Records = Vec<Vec<u8>>;

const COMPRESSIONS: [Compression; 3] = [
    Compression::None,
    Compression::Deflate(deflate::Level::DEFAULT),
    Compression::Lzma2(lzma2::Preset::DEFAULT),
];

/// Returns options for a file with two entries an index block, so that small files have levels.
fn options(compression: Compression, threads: usize) -> WriterOptions {
    WriterOptions {
        compression,
        branching_factor: 2,
        metadata: Metadata::parse(r#"{"made": "by a test"}"#).unwrap(),
        pipeline: Options {
            threads: threads.try_into().unwrap(),
            ..Options::default()
        },
        ..WriterOptions::default()
    }
}

/// Makes a file of blocks of records.
fn file<T: AsRef<[u8]>>(compression: Compression, blocks: &[Vec<T>]) -> Vec<u8> {
    let mut writer = ZsWriter::new(Cursor::new(Vec::new()), options(compression, 1)).unwrap();
    for block in blocks {
        writer.add_block(block).unwrap();
    }
    writer.finish().unwrap().0.into_inner()
}

/// Makes a file whose blocks have so many of the records.
fn file_of<T: AsRef<[u8]> + Clone>(
    compression: Compression,
    records: &[T],
    block_len: usize,
) -> Vec<u8> {
    let blocks: Vec<_> = records.chunks(block_len).map(<[T]>::to_vec).collect();
    file(compression, &blocks)
}

fn open(file: &[u8]) -> ZsReader<&[u8]> {
    let options = ReadOptions {
        block_limit: 1 << 20,
        ..ReadOptions::default()
    };
    ZsReader::open_with(file, options).unwrap()
}

/// Returns the records of a file in which all agrees: index, order and hash.
#[track_caller]
fn records_of(file: &[u8]) -> Records {
    let reader = open(file);
    let records: Records = reader
        .search(&Query::all())
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(records.is_sorted());
    let mut scanned = Records::new();
    let sink = |batch: Result<blockyard_zs::Batch, Error>| {
        scanned.extend(batch?.iter().map(<[u8]>::to_vec));
        Ok::<_, Error>(())
    };
    reader.scan(&Options::default(), sink).unwrap();
    assert_eq!(scanned, records);
    let hash: [u8; 32] = Sha256::digest(data_payload(&records)).into();
    assert_eq!(reader.header().data_sha256, hash);
    let report = reader.validate(&ValidateOptions::default()).unwrap();
    assert!(report.is_valid(), "{:?}", report.failures);
    for record in &records {
        let found = reader.search(&Query::exact(record.clone())).count();
        let expected = records.iter().filter(|other| *other == record).count();
        assert_eq!(found, expected);
    }
    records
}

/// Returns the bytes of the data blocks of a file, in order, with their places.
fn data_blocks(file: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let frames = open(file).frames().map(Result::unwrap).collect::<Vec<_>>();
    let is_data = |bytes: &[u8]| Frame::parse_exact(bytes, 0).unwrap().level.is_data();
    frames
        .into_iter()
        .filter(|block| is_data(&block.bytes))
        .map(|block| (block.offset, block.bytes))
        .collect()
}

/// Returns the bytes of the data blocks of a file, in order.
fn raw_blocks(file: &[u8]) -> Vec<Vec<u8>> {
    let blocks = data_blocks(file).into_iter();
    blocks.map(|(_, bytes)| bytes).collect()
}

/// Returns what was written by 1, 2 and 7 threads, which must be the same.
#[track_caller]
fn write(
    compression: Compression,
    action: impl Fn(Cursor<Vec<u8>>, WriterOptions) -> Result<(Cursor<Vec<u8>>, Summary), Error>,
) -> Result<Vec<u8>, Error> {
    let sink = || Cursor::new(Vec::new());
    let outcome = |threads| action(sink(), options(compression, threads));
    let one = outcome(1);
    for threads in [2, 7] {
        match (&one, outcome(threads)) {
            (Ok((expected, summary)), Ok((found, of_more))) => {
                assert_eq!(expected.get_ref(), found.get_ref(), "{threads} threads");
                assert_eq!(*summary, of_more);
            }
            (Err(expected), Err(found)) => assert_eq!(expected.to_string(), found.to_string()),
            (one, more) => panic!("1 thread: {one:?}, {threads} threads: {more:?}"),
        }
    }
    let (sink, summary) = one?;
    let bytes = sink.into_inner();
    assert_eq!(summary.header, *open(&bytes).header());
    Ok(bytes)
}

/// Returns records that are not too easy to pack: numbers from `range` and what follows from them.
fn numbered(range: std::ops::Range<u32>) -> Records {
    range
        .map(|number| format!("{number:06} {:x}", number.wrapping_mul(2_654_435_761)).into_bytes())
        .collect()
}
