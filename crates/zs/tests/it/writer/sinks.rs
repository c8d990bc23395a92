//! A file is complete when everything was written, and not before.

use std::cell::Cell;
use std::io::{self, Cursor, Seek, SeekFrom, Write};

use blockyard_zs::{Compression, Error, Header, MAGIC, PARTIAL_MAGIC, ZsReader, ZsWriter};

use super::{cutter, lines, options};

/// A sink that fails from a write on, or writes only a part of it.
struct Failing<'a> {
    file: Cursor<Vec<u8>>,
    writes: &'a Cell<usize>,
}

impl Write for Failing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.writes.get().checked_sub(1) else {
            return Err(io::Error::other("disk full"));
        };
        self.writes.set(left);
        // A short write is what a full disk answers first.
        let part = if left == 0 {
            bytes.len().div_ceil(2)
        } else {
            bytes.len()
        };
        self.file.write(&bytes[..part])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Failing<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

fn write(mut sink: &mut Failing<'_>) -> Result<(), Error> {
    let mut options = options(Compression::None);
    options.branching_factor = 2;
    let mut writer = ZsWriter::new(&mut sink, options)?;
    writer.write_blocks(cutter(lines(), 2).blocks(&b"a\nb\nc\nd\ne\n"[..]))?;
    writer.finish()?;
    Ok(())
}

#[test]
fn a_sink_that_fails_has_no_complete_file() {
    let mut failures = 0;
    loop {
        let writes = Cell::new(failures);
        let mut sink = Failing {
            file: Cursor::new(Vec::new()),
            writes: &writes,
        };
        let outcome = write(&mut sink);
        let file = sink.file.into_inner();
        match outcome {
            Ok(()) => {
                assert!(ZsReader::open(file).is_ok());
                break;
            }
            Err(error) => {
                assert!(matches!(error, Error::Write(_)), "{error}");
                assert!(!file.starts_with(&MAGIC), "{failures} writes");
                assert!(ZsReader::open(file).is_err(), "{failures} writes");
            }
        }
        failures += 1;
    }
    assert!(failures > 10, "{failures} writes");
}

#[test]
fn the_mark_of_a_complete_file_comes_last() {
    let seen = Cell::new(0);
    let mut writer = ZsWriter::new(Cursor::new(Vec::new()), options(Compression::None)).unwrap();
    writer.add_block(["a", "b"]).unwrap();
    let (sink, summary) = writer
        .finish_with(|sink| {
            let mut file = sink.get_ref().clone();
            let magic = if seen.get() == 0 {
                PARTIAL_MAGIC
            } else {
                MAGIC
            };
            assert_eq!(file[..8], magic);
            file[..8].copy_from_slice(&MAGIC);
            Header::parse(&file).unwrap();
            seen.set(seen.get() + 1);
            Ok(())
        })
        .unwrap();
    assert_eq!(seen.get(), 2);
    assert_eq!(Header::parse(sink.get_ref()).unwrap(), summary.header);
}

#[test]
fn a_failed_sync_is_an_error() {
    for failing in [1, 2] {
        let calls = Cell::new(0);
        let mut writer =
            ZsWriter::new(Cursor::new(Vec::new()), options(Compression::None)).unwrap();
        writer.add_block(["a", "b"]).unwrap();
        let error = writer
            .finish_with(|_| {
                calls.set(calls.get() + 1);
                if calls.get() == failing {
                    return Err(io::Error::other("lost"));
                }
                Ok(())
            })
            .unwrap_err();
        assert!(matches!(error, Error::Write(_)), "{error}");
        assert_eq!(calls.get(), failing);
    }
}
