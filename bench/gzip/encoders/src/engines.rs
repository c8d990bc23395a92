//! The engines behind one interface: bytes to a raw DEFLATE stream, and back.

use blockyard_codec::deflate::{Boundary, Encoder, Level};
use blockyard_codec::inflate::{Decoder, Status, Stop};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

/// Bytes that our encoder gets at a time, as the gzip door hands them out.
const BLOCK: usize = 512 << 10;
/// Bytes before a block that serve as its dictionary.
const WINDOW: usize = 32 << 10;

/// Whose encoder or decoder runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// `blockyard-codec`: blocks of 512 KiB with a dictionary and a sync flush behind each.
    Blockyard,
    /// libdeflate: the whole data in one call, as it has no other way.
    Libdeflate,
    /// zlib-rs: one stream, handed over at once.
    ZlibRs,
}

impl Engine {
    /// All of them, in the order in which they take turns.
    pub const ALL: [Self; 3] = [Self::Blockyard, Self::Libdeflate, Self::ZlibRs];

    /// Returns the name in the results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blockyard => "blockyard",
            Self::Libdeflate => "libdeflate",
            Self::ZlibRs => "zlib-rs",
        }
    }

    /// Returns whether it knows a level of that number.
    pub fn has_level(self, level: u8) -> bool {
        level <= if self == Self::ZlibRs { 9 } else { 12 }
    }

    /// Packs `data` at `level`.
    pub fn pack(self, data: &[u8], level: u8) -> Vec<u8> {
        match self {
            Self::Blockyard => pack_blockyard(data, level),
            Self::Libdeflate => pack_libdeflate(data, level),
            Self::ZlibRs => pack_zlib_rs(data, level),
        }
    }

    /// Unpacks a stream of `length` bytes.
    pub fn unpack(self, stream: &[u8], length: usize) -> Vec<u8> {
        match self {
            Self::Blockyard => unpack_blockyard(stream, length),
            Self::Libdeflate => unpack_libdeflate(stream, length),
            Self::ZlibRs => unpack_zlib_rs(stream, length),
        }
    }
}

fn pack_blockyard(data: &[u8], level: u8) -> Vec<u8> {
    let mut encoder = Encoder::new(Level::new(level).expect("a known level"));
    let mut out = Vec::with_capacity(data.len() / 2);
    let mut start = 0;
    loop {
        let end = data.len().min(start + BLOCK);
        let dictionary = start.min(WINDOW);
        let boundary = if end == data.len() {
            Boundary::Finish
        } else {
            Boundary::Flush
        };
        encoder.encode(
            &data[start - dictionary..end],
            dictionary,
            boundary,
            &mut out,
        );
        if end == data.len() {
            return out;
        }
        start = end;
    }
}

fn pack_libdeflate(data: &[u8], level: u8) -> Vec<u8> {
    let level = libdeflater::CompressionLvl::new(i32::from(level)).expect("a known level");
    let mut encoder = libdeflater::Compressor::new(level);
    let mut out = vec![0; encoder.deflate_compress_bound(data.len())];
    let length = encoder
        .deflate_compress(data, &mut out)
        .expect("the bound holds");
    out.truncate(length);
    out
}

fn pack_zlib_rs(data: &[u8], level: u8) -> Vec<u8> {
    let mut encoder = Compress::new(Compression::new(u32::from(level)), false);
    // On data that cannot be packed its level 1 writes a seventh more.
    let mut out = Vec::with_capacity(data.len() + data.len() / 4 + 1024);
    encoder
        .compress_vec(data, &mut out, FlushCompress::Finish)
        .expect("room for all");
    assert_eq!(encoder.total_in(), data.len() as u64, "all is packed");
    out
}

fn unpack_blockyard(stream: &[u8], length: usize) -> Vec<u8> {
    let mut data = vec![0; length];
    let mut decoder = Decoder::new();
    let progress = decoder
        .decode(stream, &mut data, 0, Stop::AtStreamEnd)
        .expect("a valid stream");
    assert_eq!(
        (progress.produced, progress.status),
        (length, Status::StreamEnd)
    );
    data
}

fn unpack_libdeflate(stream: &[u8], length: usize) -> Vec<u8> {
    let mut data = vec![0; length];
    let mut decoder = libdeflater::Decompressor::new();
    assert_eq!(decoder.deflate_decompress(stream, &mut data), Ok(length));
    data
}

fn unpack_zlib_rs(stream: &[u8], length: usize) -> Vec<u8> {
    let mut data = vec![0; length];
    let mut decoder = Decompress::new(false);
    decoder
        .decompress(stream, &mut data, FlushDecompress::Finish)
        .expect("a valid stream");
    assert_eq!(decoder.total_out(), length as u64, "all is unpacked");
    data
}
