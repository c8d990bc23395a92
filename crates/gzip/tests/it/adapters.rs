//! The adapters for one thread give what the parallel functions give.

use std::io::{self, Read, Write};

use blockyard_gzip::{
    CompressOptions, Error, Format, Header, Trailing, decompress_to_vec, read, write,
};

use crate::samples::text;
use crate::support::{Trickle, level, pack, threads};

#[track_caller]
fn check_encoders(data: &[u8], options: &CompressOptions) {
    let expected = pack(data, options);
    let mut packed = Vec::new();
    let mut encoder = read::Encoder::new(Trickle::new(data, 30_011), options).unwrap();
    encoder.read_to_end(&mut packed).unwrap();
    assert!(packed == expected, "read::Encoder");
    let summary = encoder.summary().unwrap();
    assert_eq!(
        (summary.bytes_in, summary.bytes_out),
        (data.len() as u64, packed.len() as u64)
    );

    let mut encoder = write::Encoder::new(Vec::new(), options).unwrap();
    for chunk in data.chunks(10_007) {
        encoder.write_all(chunk).unwrap();
    }
    let (packed, summary) = encoder.finish().unwrap();
    assert!(packed == expected, "write::Encoder");
    assert_eq!(summary.checksum, encoder_checksum(data, options.format));
    assert_eq!(
        (summary.bytes_in, summary.bytes_out),
        (data.len() as u64, packed.len() as u64)
    );
}

fn encoder_checksum(data: &[u8], format: Format) -> u32 {
    match format {
        Format::Zlib => simd_adler32::adler32(&data),
        Format::Gzip | Format::Raw => crc32fast::hash(data),
    }
}

#[test]
fn encoders_give_the_bytes_of_compress() {
    let data = text(2_000_000, 1);
    for format in [Format::Gzip, Format::Zlib, Format::Raw] {
        let options = CompressOptions {
            format,
            level: level(1),
            ..CompressOptions::default()
        };
        for length in [0, 1, 65_536, 65_537, 1 << 20, 2_000_000] {
            check_encoders(&data[..length], &options);
        }
    }
    for (independent, rsyncable) in [(true, false), (false, true), (true, true)] {
        let options = CompressOptions {
            independent,
            rsyncable,
            level: level(1),
            block_size: Some(threads(50_000)),
            ..CompressOptions::default()
        };
        check_encoders(&data, &options);
    }
}

#[test]
fn a_flush_brings_out_all_that_was_written() {
    for rsyncable in [false, true] {
        let options = CompressOptions {
            rsyncable,
            ..CompressOptions::default()
        };
        let data = text(700_000, 2);
        let mut encoder = write::Encoder::new(Vec::new(), &options).unwrap();
        let mut written = 0;
        for length in [1, 10_000, 0, 300_000, 70_000] {
            encoder.write_all(&data[written..written + length]).unwrap();
            encoder.flush().unwrap();
            written += length;
            let mut unpacked = vec![0; written];
            read::Decoder::new(encoder.get_ref().as_slice(), None)
                .read_exact(&mut unpacked)
                .unwrap();
            assert!(unpacked == data[..written]);
        }
        encoder.write_all(&data[written..]).unwrap();
        let (packed, _) = encoder.finish().unwrap();
        assert!(decompress_to_vec(&packed, None, data.len()).unwrap() == data);
    }
}

/// Refuses every other write for now, and takes few bytes.
#[derive(Default)]
struct Busy {
    bytes: Vec<u8>,
    is_busy: bool,
}

impl Write for Busy {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_busy = !self.is_busy;
        if self.is_busy {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let length = bytes.len().min(5000);
        self.bytes.extend_from_slice(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Repeats what could not be done for now.
fn insist<T, E: Into<io::Error>>(mut action: impl FnMut() -> Result<T, E>) -> T {
    loop {
        match action().map_err(Into::into) {
            Ok(value) => return value,
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
        }
    }
}

#[test]
fn an_output_that_is_busy_gets_everything() {
    let data = text(300_000, 4);
    let options = CompressOptions::default();
    let expected = pack(&data, &options);
    let mut encoder = write::Encoder::new(Busy::default(), &options).unwrap();
    let mut rest = data.as_slice();
    while !rest.is_empty() {
        rest = &rest[insist(|| encoder.write(rest))..];
    }
    insist(|| encoder.try_finish().map(|_| ()));
    assert!(encoder.get_ref().bytes == expected);
    assert_eq!(
        encoder.try_finish().unwrap().bytes_out,
        expected.len() as u64
    );
    assert_eq!(
        encoder.write(b"more").unwrap_err().to_string(),
        "the stream is finished"
    );

    let mut decoder = write::Decoder::new(Busy::default(), None);
    let mut rest = expected.as_slice();
    while !rest.is_empty() {
        rest = &rest[insist(|| decoder.write(rest))..];
    }
    insist(|| decoder.flush());
    assert!(decoder.get_ref().bytes == data);
    assert_eq!(insist(|| decoder.try_finish()), Trailing::None);
}

#[test]
fn an_encoder_that_is_dropped_leaves_a_truncated_stream() {
    let mut packed = Vec::new();
    let mut encoder = write::Encoder::new(&mut packed, &CompressOptions::default()).unwrap();
    encoder.write_all(b"data").unwrap();
    encoder.flush().unwrap();
    drop(encoder);
    let error = decompress_to_vec(&packed, None, 100).unwrap_err();
    assert!(matches!(error, Error::Truncated { .. }), "{error}");
}

#[test]
fn decoders_know_the_header_before_the_data() {
    let header = Header {
        name: Some(b"name".to_vec()),
        ..Header::default()
    };
    let options = CompressOptions {
        header: header.clone(),
        ..CompressOptions::default()
    };
    let packed = [pack(b"data", &options), vec![0; 9]].concat();
    let mut decoder = read::Decoder::new(packed.as_slice(), None);
    assert_eq!(decoder.header(), None);
    assert_eq!(decoder.read(&mut [0; 1]).unwrap(), 1);
    assert_eq!(decoder.header(), Some(&header));
    assert_eq!(decoder.trailing(), None);
    assert_eq!(decoder.read_to_end(&mut Vec::new()).unwrap(), 3);
    assert_eq!(decoder.trailing(), Some(Trailing::Zeros));

    let mut decoder = write::Decoder::new(Vec::new(), None);
    decoder.write_all(&packed[..15]).unwrap();
    assert_eq!(decoder.header(), Some(&header));
    decoder.write_all(&packed[15..]).unwrap();
    let (data, trailing) = decoder.finish().unwrap();
    assert_eq!((data.as_slice(), trailing), (&b"data"[..], Trailing::Zeros));
}

#[test]
fn the_limit_of_a_slice_is_kept() {
    let data = text(200_000, 3);
    let packed = pack(&data, &CompressOptions::default());
    assert!(decompress_to_vec(&packed, None, 200_000).unwrap() == data);
    for limit in [0, 1, 65_536, 199_999] {
        let error = decompress_to_vec(&packed, None, limit).unwrap_err();
        assert!(
            matches!(error, Error::LimitExceeded { limit: found } if found == limit),
            "{error}"
        );
    }
    let empty = pack(b"", &CompressOptions::default());
    assert_eq!(decompress_to_vec(&empty, None, 0).unwrap(), b"");
}

#[test]
fn a_decoder_that_has_failed_does_not_go_on() {
    let mut packed = pack(b"data", &CompressOptions::default());
    let end = packed.len();
    packed[end - 8] ^= 1;
    packed.extend_from_slice(&pack(b"more", &CompressOptions::default()));
    let mut decoder = write::Decoder::new(Vec::new(), None);
    decoder.write_all(&packed).unwrap_err();
    decoder.write_all(&packed[end..]).unwrap_err();
    assert_eq!(decoder.get_ref(), b"data");
    let error = decoder.finish().unwrap_err();
    assert!(matches!(error, Error::Failed), "{error}");
}
