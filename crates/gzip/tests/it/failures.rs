//! Readers and writers that fail, and runs that are cancelled.

use std::io::{self, Read, Write};

use blockyard_gzip::{
    CompressOptions, DecompressOptions, Error, Trailing, compress, decompress, read, write,
};
use blockyard_pipeline::Cancel;

use crate::samples::text;
use crate::support::{Failing, THREADS, level, pack, threads, unpack};

#[track_caller]
fn check_is_broken(error: &io::Error) {
    assert_eq!(error.to_string(), "no more");
}

#[test]
fn a_reader_that_fails() {
    let data = text(3_000_000, 1);
    let options = CompressOptions {
        level: level(1),
        ..CompressOptions::default()
    };
    let packed = pack(&data, &options);
    for number in THREADS {
        for left in [0, 1, 5000, 600_000] {
            let options = CompressOptions {
                threads: threads(number),
                ..options.clone()
            };
            let input = Failing {
                inner: data.as_slice(),
                left,
            };
            match compress(input, io::sink(), &options).unwrap_err() {
                Error::Read(error) => check_is_broken(&error),
                error => panic!("{error}"),
            }
            let input = Failing {
                inner: packed.as_slice(),
                left,
            };
            let unpacked = unpack(input, number, None);
            match unpacked.outcome.unwrap_err() {
                Error::Read(error) => check_is_broken(&error),
                error => panic!("{error}"),
            }
            assert!(data.starts_with(&unpacked.data));
        }
    }
}

#[test]
fn what_was_read_before_a_failure_is_output() {
    let data = text(3_000_000, 1);
    let packed = pack(
        &data,
        &CompressOptions {
            level: level(0),
            ..CompressOptions::default()
        },
    );
    for number in [1, 2] {
        let unpacked = unpack(
            Failing {
                inner: packed.as_slice(),
                left: 700_000,
            },
            number,
            None,
        );
        assert!(unpacked.data.len() > 690_000, "{}", unpacked.data.len());
        let unpacked = unpack(&packed[..2_000_000], number, None);
        assert!(matches!(
            unpacked.outcome,
            Err(Error::Truncated {
                member: 1,
                offset: 2_000_000,
                ..
            })
        ));
        assert!(unpacked.data.len() > 1_990_000, "{}", unpacked.data.len());
    }
}

#[test]
fn a_writer_that_fails() {
    let data = text(3_000_000, 2);
    let options = CompressOptions {
        level: level(1),
        ..CompressOptions::default()
    };
    let packed = pack(&data, &options);
    for number in THREADS {
        for left in [0, 5, 100_000] {
            let options = CompressOptions {
                threads: threads(number),
                ..options.clone()
            };
            let output = Failing {
                inner: io::sink(),
                left,
            };
            match compress(data.as_slice(), output, &options).unwrap_err() {
                Error::Write(error) => check_is_broken(&error),
                error => panic!("{error}"),
            }
            let options = DecompressOptions {
                threads: threads(number),
                ..DecompressOptions::default()
            };
            let output = Failing {
                inner: io::sink(),
                left,
            };
            match decompress(packed.as_slice(), output, &options).unwrap_err() {
                Error::Write(error) => check_is_broken(&error),
                error => panic!("{error}"),
            }
        }
    }
}

/// Is interrupted before each read that succeeds.
struct Interrupted<R> {
    inner: R,
    is_next: bool,
}

impl<R: Read> Read for Interrupted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_next = !self.is_next;
        if self.is_next {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.inner.read(buffer)
    }
}

#[test]
fn interruptions_are_no_failures() {
    let data = text(3_000_000, 3);
    for number in [1, 2] {
        let options = CompressOptions {
            threads: threads(number),
            level: level(1),
            ..CompressOptions::default()
        };
        let mut packed = Vec::new();
        compress(
            Interrupted {
                inner: data.as_slice(),
                is_next: false,
            },
            &mut packed,
            &options,
        )
        .unwrap();
        let unpacked = unpack(
            Interrupted {
                inner: packed.as_slice(),
                is_next: false,
            },
            number,
            None,
        );
        assert_eq!(unpacked.verdict(), Ok(Trailing::None));
        assert!(unpacked.data == data);
    }
}

/// Cancels once something is read or written.
struct Cancelling(Cancel);

impl Read for Cancelling {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.cancel();
        buffer.fill(b'x');
        Ok(buffer.len())
    }
}

impl Write for Cancelling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.cancel();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[track_caller]
fn check_is_cancelled<T: std::fmt::Debug>(outcome: Result<T, Error>) {
    let error = outcome.unwrap_err();
    assert!(
        matches!(error, Error::Pipeline(blockyard_pipeline::Error::Cancelled)),
        "{error}"
    );
}

#[test]
fn a_run_can_be_cancelled() {
    let data = text(6_000_000, 4);
    let packed = pack(
        &data,
        &CompressOptions {
            level: level(1),
            ..CompressOptions::default()
        },
    );
    for number in THREADS {
        let cancel = Cancel::new();
        let options = CompressOptions {
            threads: threads(number),
            cancel: cancel.clone(),
            ..CompressOptions::default()
        };
        check_is_cancelled(compress(Cancelling(cancel), io::sink(), &options));

        let cancel = Cancel::new();
        let options = DecompressOptions {
            threads: threads(number),
            cancel: cancel.clone(),
            ..DecompressOptions::default()
        };
        check_is_cancelled(decompress(packed.as_slice(), Cancelling(cancel), &options));
    }
}

#[test]
fn an_adapter_passes_the_failure_on() {
    let data = text(300_000, 5);
    let packed = pack(&data, &CompressOptions::default());
    let mut decoder = read::Decoder::new(
        Failing {
            inner: packed.as_slice(),
            left: 1000,
        },
        None,
    );
    check_is_broken(&decoder.read_to_end(&mut Vec::new()).unwrap_err());
    check_is_broken(&decoder.read(&mut [0; 10]).unwrap_err());

    let output = Failing {
        inner: io::sink(),
        left: 1000,
    };
    check_is_broken(
        &write::Decoder::new(output, None)
            .write_all(&packed)
            .unwrap_err(),
    );

    let input = Failing {
        inner: data.as_slice(),
        left: 1000,
    };
    let mut encoder = read::Encoder::new(input, &CompressOptions::default()).unwrap();
    check_is_broken(&encoder.read_to_end(&mut Vec::new()).unwrap_err());

    let output = Failing {
        inner: io::sink(),
        left: 1000,
    };
    let mut encoder = write::Encoder::new(output, &CompressOptions::default()).unwrap();
    check_is_broken(&encoder.write_all(&data).unwrap_err());
}

#[test]
fn errors_have_the_kind_that_callers_expect() {
    let packed = pack(b"data", &CompressOptions::default());
    let kind = |packed: &[u8]| {
        let mut decoder = read::Decoder::new(packed, None);
        decoder.read_to_end(&mut Vec::new()).unwrap_err().kind()
    };
    assert_eq!(kind(&packed[..15]), io::ErrorKind::UnexpectedEof);
    assert_eq!(kind(b"plain text"), io::ErrorKind::InvalidData);
}
