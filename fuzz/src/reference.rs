//! The judges: zlib (in its Rust form) for what is accepted, libdeflate for what we write.

use std::io::Read;

use blockyard_gzip::Trailing;
use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

/// The most bytes that a target lets one input grow to.
pub(crate) const LIMIT: usize = 1 << 20;

/// What a judge says about a raw DEFLATE stream.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It ends after `consumed` bytes and holds `data`.
    Accepted { data: Vec<u8>, consumed: usize },
    /// It is broken or cut off behind `data`.
    Rejected { data: Vec<u8> },
    /// It holds more than the limit.
    TooLong,
}

/// Decodes a raw stream the way zlib does.
pub(crate) fn inflate(stream: &[u8]) -> Verdict {
    let mut decoder = Decompress::new(false);
    let mut data = vec![0; LIMIT + 1];
    loop {
        let (before_in, before_out) = (decoder.total_in(), decoder.total_out());
        let status = decoder.decompress(
            &stream[before_in as usize..],
            &mut data[before_out as usize..],
            FlushDecompress::None,
        );
        let produced = decoder.total_out() as usize;
        let stuck = decoder.total_in() == before_in && decoder.total_out() == before_out;
        match status {
            _ if produced > LIMIT => return Verdict::TooLong,
            Ok(Status::StreamEnd) => {
                data.truncate(produced);
                let consumed = decoder.total_in() as usize;
                return Verdict::Accepted { data, consumed };
            }
            Ok(_) if !stuck => {}
            _ => {
                data.truncate(produced);
                return Verdict::Rejected { data };
            }
        }
    }
}

/// Decodes a raw stream of known length with libdeflate.
pub(crate) fn inflate_exactly(stream: &[u8], length: usize) -> Vec<u8> {
    let mut data = vec![0; length];
    let produced = libdeflater::Decompressor::new()
        .deflate_decompress(stream, &mut data)
        .expect("libdeflate reads what we write");
    assert_eq!(
        produced, length,
        "libdeflate reads as many bytes as were packed"
    );
    data
}

/// What a judge says about a gzip file.
#[derive(Debug)]
pub(crate) struct File {
    /// The data of all members, or what came before the damage.
    pub(crate) data: Vec<u8>,
    /// How many members are whole.
    pub(crate) members: u64,
    /// What is behind them, or that the next one is damaged.
    pub(crate) end: Result<Trailing, String>,
}

/// Decodes a gzip file member by member; only the first must be one.
pub(crate) fn gunzip(bytes: &[u8]) -> File {
    let mut file = File {
        data: Vec::new(),
        members: 0,
        end: Ok(Trailing::None),
    };
    let mut rest = bytes;
    while file.members == 0 || rest.starts_with(&[0x1f, 0x8b]) {
        let mut decoder = GzDecoder::new(rest);
        if let Err(error) = decoder.read_to_end(&mut file.data) {
            file.end = Err(error.to_string());
            return file;
        }
        rest = decoder.into_inner();
        file.members += 1;
    }
    file.end = Ok(match rest {
        [] => Trailing::None,
        _ if rest.iter().all(|&byte| byte == 0) => Trailing::Zeros,
        _ => Trailing::Garbage {
            offset: (bytes.len() - rest.len()) as u64,
        },
    });
    file
}
