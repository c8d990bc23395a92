//! The gzip stop: levels 1, 6 and 9 and back, then a range from the middle.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, anyhow, ensure};
use blockyard_gzip::Level;
use blockyard_gzip::{CompressOptions, DecompressOptions, Index};
use blockyard_storage::{AtomicFile, ReadAt, Replace};

use super::{Ground, Packed, ReadBack, Row, Stop, quote};
use crate::gzip::names;
use crate::units::show_bytes;

/// The door's part in the tour.
pub(crate) const STOP: Stop = Stop { door: "gzip", run };

const LEVELS: [u8; 3] = [1, 6, 9];
/// The level whose file gets an index.
const INDEXED: u8 = 9;
/// Bytes read from the middle of the file.
const RANGE: u64 = 1 << 20;

fn run(ground: &Ground) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for level in LEVELS {
        rows.push(round_trip(ground, level)?);
    }
    rows.push(random_access(ground)?);
    Ok(rows)
}

/// Compresses the data, decompresses the result and compares.
fn round_trip(ground: &Ground, level: u8) -> anyhow::Result<Row> {
    let path = packed_path(ground, level);
    let options = CompressOptions {
        level: Level::new(level).ok_or_else(|| anyhow!("level {level} does not exist"))?,
        index: level == INDEXED,
        ..CompressOptions::default()
    };
    let begun = Instant::now();
    let mut file = AtomicFile::create(&path)?;
    let summary = blockyard_gzip::compress(open(&ground.tar)?, &mut file, &options)?;
    file.commit(Replace::Yes)?;
    let time = begun.elapsed();
    let packed = Packed {
        bytes_in: summary.bytes_in,
        bytes_out: summary.bytes_out,
        time,
    };
    if let Some(index) = summary.index {
        let mut file = BufWriter::new(AtomicFile::create(names::index(&path))?);
        index.write_to(&mut file)?;
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .commit(Replace::Yes)?;
    }

    let begun = Instant::now();
    let mut comparison = Comparison {
        expected: open(&ground.tar)?,
        buffer: Vec::new(),
        position: 0,
    };
    blockyard_gzip::decompress(open(&path)?, &mut comparison, &DecompressOptions::default())
        .with_context(|| format!("failed to read back {}", path.display()))?;
    ensure!(
        comparison.position == ground.bytes,
        "{} holds {} bytes instead of {}",
        path.display(),
        comparison.position,
        ground.bytes
    );
    let read_back = ReadBack {
        what: "all of it".to_owned(),
        bytes: ground.bytes,
        time: begun.elapsed(),
    };

    let (binary, tar, packed_name) = (&ground.binary, quote(&ground.tar), quote(&path));
    let index = if options.index { " --index" } else { "" };
    let commands = vec![
        format!("{binary} gzip -{level} -kf{index} -S .{level}.gz {tar}"),
        format!("{binary} gzip -dc {packed_name} | cmp - {tar} && gzip -t {packed_name}"),
    ];
    Ok(Row {
        stop: format!("gzip -{level}"),
        packed: Some(packed),
        read_back,
        commands,
    })
}

/// Reads a range out of the middle by the index and compares.
fn random_access(ground: &Ground) -> anyhow::Result<Row> {
    let path = packed_path(ground, INDEXED);
    let length = RANGE.min(ground.bytes);
    let offset = (ground.bytes - length) / 2;
    let mut expected = vec![0; length as usize];
    File::open(&ground.tar)?.read_exact_at(&mut expected, offset)?;

    let begun = Instant::now();
    let index = Index::read_from(BufReader::new(open(&names::index(&path))?))?;
    let mut found = Vec::new();
    index.read_range(&open(&path)?, offset, length, &mut found)?;
    let time = begun.elapsed();
    ensure!(
        found == expected,
        "{} differs in bytes {offset} + {length}",
        path.display()
    );

    let what = format!("{} at {offset}", show_bytes(length));
    let (binary, tar, packed) = (&ground.binary, quote(&ground.tar), quote(&path));
    let commands = vec![format!(
        "{binary} gzip --range {offset}:{length} {packed} | cmp -n {length} -i 0:{offset} - {tar}"
    )];
    let read_back = ReadBack {
        what,
        bytes: length,
        time,
    };
    Ok(Row {
        stop: "gzip --range".to_owned(),
        packed: None,
        read_back,
        commands,
    })
}

fn packed_path(ground: &Ground, level: u8) -> PathBuf {
    ground.folder.join(format!("tour.tar.{level}.gz"))
}

fn open(path: &Path) -> anyhow::Result<File> {
    File::open(path).with_context(|| format!("failed to open {}", path.display()))
}

/// Takes what is read back, and fails at the first difference from the original.
struct Comparison {
    expected: File,
    buffer: Vec<u8>,
    position: u64,
}

impl Write for Comparison {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.resize(bytes.len(), 0);
        self.expected.read_exact(&mut self.buffer)?;
        if self.buffer != bytes {
            let position = self.position;
            return Err(io::Error::other(format!(
                "data differs behind byte {position}"
            )));
        }
        self.position += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
