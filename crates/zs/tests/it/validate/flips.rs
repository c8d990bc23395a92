//! No damage goes unnoticed.

use std::io::Cursor;

use blockyard_codec::{deflate, lzma2};
use blockyard_zs::{Compression, Cutter, Error, Framing, WriterOptions, ZsReader, make};

use super::{options, quick};

fn files() -> impl Iterator<Item = Vec<u8>> {
    [
        Compression::None,
        Compression::Deflate(deflate::Level::DEFAULT),
        Compression::Lzma2(lzma2::Preset::DEFAULT),
    ]
    .into_iter()
    .map(|compression| {
        let text = "apple\napricot\nbanana\nbanana\ncherry\ndate\nelder\nfig\ngrape\n";
        let cutter = Cutter {
            approx_block_size: 16.try_into().unwrap(),
            ..Cutter::new(Framing::Terminator(b"\n".to_vec()))
        };
        let options = WriterOptions {
            compression,
            branching_factor: 2,
            ..WriterOptions::default()
        };
        let inputs = [Ok(text.as_bytes())];
        let (file, _) = make(inputs, &cutter, Cursor::new(Vec::new()), options).unwrap();
        file.into_inner()
    })
}

fn is_valid(file: &[u8]) -> bool {
    let outcome =
        || -> Result<bool, Error> { Ok(ZsReader::open(file)?.validate(&options(1))?.is_valid()) };
    outcome().unwrap_or(false)
}

#[test]
fn every_flipped_byte_is_found() {
    for file in files() {
        assert!(is_valid(&file));
        for idx in 0..file.len() {
            for flip in [1, 0x80, 0xff] {
                let mut damaged = file.clone();
                damaged[idx] ^= flip;
                assert!(!is_valid(&damaged), "byte {idx} by {flip:#x}");
            }
        }
    }
}

#[test]
fn every_cut_is_found() {
    for file in files() {
        for length in 0..file.len() {
            assert!(!is_valid(&file[..length]), "cut at {length}");
        }
        let longer = [&file[..], b"\0"].concat();
        assert!(!is_valid(&longer));
    }
}

#[test]
fn whatever_quick_finds_is_wrong() {
    for file in files() {
        let reader = ZsReader::open(&file[..]).unwrap();
        assert!(reader.validate(&quick()).unwrap().is_valid());
        for idx in 0..file.len() {
            let mut damaged = file.clone();
            damaged[idx] ^= 0xff;
            // Only the payloads and the checksums of data blocks are not looked at.
            if let Ok(reader) = ZsReader::open(&damaged[..])
                && reader.validate(&quick()).unwrap().is_valid()
            {
                assert!(
                    reader.validate(&options(1)).unwrap().damaged_blocks == 1,
                    "byte {idx}"
                );
            }
        }
    }
}
