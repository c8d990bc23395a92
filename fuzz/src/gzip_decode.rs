//! Arbitrary bytes through our gzip reader, on one thread and on two, beside a reader made of flate2.

use std::io::{self, Read};
use std::num::NonZero;

use blockyard_gzip::{DecompressOptions, DecompressSummary, Error, Format, decompress};

use crate::reference::{self, Verdict};

/// Decodes `bytes[2..]`: as it is, or as raw streams that get a header and a right trailer each.
///
/// The first byte says which, the second in how small pieces the file is read.
pub fn gzip_decode(bytes: &[u8]) {
    let Some((&[mode, step], body)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let wrapped = (mode & 1 == 1).then(|| wrap(body));
    let file = wrapped.as_deref().unwrap_or(body);
    let step = 1 + usize::from(step) * usize::from(step);
    let format = (mode & 2 == 0).then_some(Format::Gzip);

    let (one, found) = run(file, step, format, 1);
    let (two, found_by_two) = run(file, step, format, 2);
    match (&one, &two) {
        (Ok(one), Ok(two)) => {
            assert!(found == found_by_two, "other data on two threads");
            let facts = |summary: &DecompressSummary| {
                (
                    summary.bytes_in,
                    summary.bytes_out,
                    summary.members,
                    summary.trailing,
                )
            };
            assert_eq!(facts(one), facts(two), "another summary on two threads");
        }
        (Err(_), Err(_)) => assert_common_prefix(&found, &found_by_two),
        _ => panic!("one thread: {one:?}, two threads: {two:?}"),
    }
    if format == Some(Format::Gzip) {
        compare(&one, &found, file);
    }
}

/// Makes members of the raw streams that stand one behind the other in `body`, at most four, and
/// puts the rest behind them.
fn wrap(mut body: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    for _ in 0..4 {
        let Verdict::Accepted { data, consumed } = reference::inflate(body) else {
            break;
        };
        file.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
        file.extend_from_slice(&body[..consumed]);
        file.extend_from_slice(&libdeflater::crc32(&data).to_le_bytes());
        file.extend_from_slice(&(data.len() as u32).to_le_bytes());
        body = &body[consumed..];
    }
    file.extend_from_slice(body);
    file
}

fn run(
    file: &[u8],
    step: usize,
    format: Option<Format>,
    threads: usize,
) -> (Result<DecompressSummary, Error>, Vec<u8>) {
    let options = DecompressOptions {
        format,
        threads: NonZero::new(threads).expect("at least one"),
        ..DecompressOptions::default()
    };
    let mut data = Vec::new();
    let result = decompress(Pieces { rest: file, step }, &mut data, &options);
    (result, data)
}

#[track_caller]
fn compare(result: &Result<DecompressSummary, Error>, found: &[u8], file: &[u8]) {
    let judge = reference::gunzip(file);
    match (result, &judge.end) {
        (Ok(summary), Ok(trailing)) => {
            assert!(found == judge.data, "other data than flate2's");
            assert_eq!(summary.bytes_out, found.len() as u64);
            assert_eq!(summary.members, judge.members);
            assert_eq!(summary.trailing, *trailing);
        }
        (Err(_), Err(_)) => assert_common_prefix(found, &judge.data),
        // RFC 1952 wants these refused; flate2 lets them pass.
        (Err(Error::ReservedFlags { .. }), Ok(_)) => {}
        (Ok(summary), Err(error)) => panic!("flate2 says {error}, we say {summary:?}"),
        (Err(error), Ok(trailing)) => {
            panic!("flate2 accepts it, then {trailing:?}; we say {error}")
        }
    }
}

#[track_caller]
fn assert_common_prefix(one: &[u8], two: &[u8]) {
    let common = one.len().min(two.len());
    assert!(
        one[..common] == two[..common],
        "other data before the error"
    );
}

/// Hands out at most `step` bytes at a time.
struct Pieces<'a> {
    rest: &'a [u8],
    step: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.step);
        self.rest.read(&mut buffer[..length])
    }
}
