//! The ways through the library, and readers that give bytes in other portions.

use std::io::{self, Read, Write};
use std::num::NonZero;

use blockyard_gzip::{
    CompressOptions, DecompressOptions, Error, Format, Level, Members, Trailing, compress_to_vec,
    decompress, read, write,
};

/// Numbers of threads that take different ways: one inline, several with a worker more than the source
/// can feed.
pub(crate) const THREADS: [usize; 3] = [1, 2, 7];

pub(crate) fn threads(number: usize) -> NonZero<usize> {
    NonZero::new(number).unwrap()
}

pub(crate) fn level(number: u8) -> Level {
    Level::new(number).unwrap()
}

pub(crate) fn pack(data: &[u8], options: &CompressOptions) -> Vec<u8> {
    compress_to_vec(data, options).unwrap()
}

pub(crate) fn decompress_options(threads: usize, format: Option<Format>) -> DecompressOptions {
    DecompressOptions {
        format,
        threads: NonZero::new(threads).unwrap(),
        ..DecompressOptions::default()
    }
}

/// What came of decompressing, and all data that was output.
#[derive(Debug)]
pub(crate) struct Unpacked {
    pub(crate) data: Vec<u8>,
    pub(crate) outcome: Result<Trailing, Error>,
}

impl Unpacked {
    /// Returns the error as text, for comparing.
    pub(crate) fn verdict(&self) -> Result<Trailing, String> {
        match &self.outcome {
            Ok(trailing) => Ok(*trailing),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Decompresses through the pipeline.
pub(crate) fn unpack(input: impl Read + Send, threads: usize, format: Option<Format>) -> Unpacked {
    let mut data = Vec::new();
    let options = decompress_options(threads, format);
    let outcome = decompress(input, &mut data, &options).map(|summary| {
        assert_eq!(summary.bytes_out, data.len() as u64);
        summary.trailing
    });
    Unpacked { data, outcome }
}

/// Decompresses in every way that there is, and returns what came of it; all must agree.
#[track_caller]
pub(crate) fn unpack_all_ways(packed: &[u8], format: Option<Format>) -> Unpacked {
    let first = unpack(packed, 1, format);
    let mut others = vec![
        ("2 threads", unpack(packed, 2, format)),
        ("read::Decoder", unpack_reading(packed, format)),
        ("write::Decoder", unpack_writing(packed, format)),
    ];
    if packed.len() < 2000 {
        others.push((
            "single bytes, 1 thread",
            unpack(Trickle::new(packed, 1), 1, format),
        ));
        others.push((
            "single bytes, 2 threads",
            unpack(Trickle::new(packed, 1), 2, format),
        ));
    }
    for (name, other) in others {
        assert_eq!(first.verdict(), other.verdict(), "{name}");
        // What a failed call of the decoder had made is lost, and how much that is depends on the way.
        if first.outcome.is_ok() {
            assert!(first.data == other.data, "{name} gives other data");
        }
    }
    let mut members = Members::new(packed, format);
    let mut length = 0;
    let outcome = members.by_ref().try_for_each(|member| {
        length += member?.uncompressed_len;
        Ok(())
    });
    let verdict = outcome.map(|()| members.trailing().unwrap());
    assert_eq!(
        first.verdict(),
        verdict.map_err(|error: Error| error.to_string()),
        "members"
    );
    if first.outcome.is_ok() {
        assert_eq!(first.data.len() as u64, length);
    }
    first
}

fn unpack_reading(packed: &[u8], format: Option<Format>) -> Unpacked {
    let mut decoder = read::Decoder::new(packed, format);
    let mut data = Vec::new();
    let mut buffer = vec![0; 7777];
    let outcome = loop {
        match decoder.decode(&mut buffer) {
            Ok(0) => break Ok(decoder.trailing().unwrap()),
            Ok(length) => data.extend_from_slice(&buffer[..length]),
            Err(error) => break Err(error),
        }
    };
    Unpacked { data, outcome }
}

fn unpack_writing(packed: &[u8], format: Option<Format>) -> Unpacked {
    let mut data = Vec::new();
    let mut decoder = write::Decoder::new(&mut data, format);
    let outcome = packed
        .chunks(1313)
        .try_for_each(|mut chunk| {
            while !chunk.is_empty() {
                chunk = &chunk[decoder.decode(chunk)?..];
            }
            Ok(())
        })
        .and_then(|()| decoder.finish().map(|(_, trailing)| trailing));
    Unpacked { data, outcome }
}

/// A reader that gives at most so many bytes at a time.
pub(crate) struct Trickle<R> {
    inner: R,
    most: usize,
}

impl<R> Trickle<R> {
    pub(crate) fn new(inner: R, most: usize) -> Self {
        Self { inner, most }
    }
}

impl<R: Read> Read for Trickle<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.most);
        self.inner.read(&mut buffer[..length])
    }
}

/// Refuses all bytes behind the first `left`.
pub(crate) struct Failing<T> {
    pub(crate) inner: T,
    pub(crate) left: usize,
}

pub(crate) fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, "no more")
}

impl<R: Read> Read for Failing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(broken());
        }
        let length = buffer.len().min(self.left);
        let length = self.inner.read(&mut buffer[..length])?;
        self.left -= length;
        Ok(length)
    }
}

impl<W: Write> Write for Failing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(broken());
        }
        let length = self.inner.write(&bytes[..bytes.len().min(self.left)])?;
        self.left -= length;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
