use std::ops::Range;

use blockyard_codec::deflate;
use blockyard_storage::ReadAt;

use crate::data_block::read_record;
use crate::{
    BlockDecoder, BlockEncoder, Compression, Error, Frame, Level, append_record, frame_length,
    uleb128,
};

/// Bytes of records that are packed at once.
pub(super) const CHUNK: usize = 64 << 10;

/// Records that are sorted, packed as the data blocks of files are.
#[derive(Clone, Debug)]
pub(super) struct Run {
    range: Range<u64>,
    /// Bytes of its largest payload.
    largest: usize,
}

impl Run {
    /// Returns the same run, so many bytes behind.
    pub(super) fn moved(&self, offset: u64) -> Self {
        Self {
            range: self.range.start + offset..self.range.end + offset,
            ..self.clone()
        }
    }

    /// Returns its bytes in the file.
    pub(super) fn length(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// Returns how much memory it takes to read it.
    pub(super) fn memory(&self) -> usize {
        self.largest + size_of::<RunReader>()
    }
}

/// Packs the records of runs, one after the other.
pub(super) struct RunWriter {
    encoder: BlockEncoder,
    payload: Vec<u8>,
    unique: bool,
    /// The record before, if only one of equal records is kept.
    last: Option<Vec<u8>>,
    length: u64,
    largest: usize,
}

impl RunWriter {
    pub(super) fn new(unique: bool) -> Self {
        Self {
            encoder: BlockEncoder::new(Compression::Deflate(deflate::Level::FASTEST)),
            payload: Vec::new(),
            unique,
            last: None,
            length: 0,
            largest: 0,
        }
    }

    /// Adds a record that is not smaller than the one before, and appends what is packed to `out`.
    pub(super) fn add(&mut self, record: &[u8], out: &mut Vec<u8>) {
        if self.unique {
            if self.last.as_deref() == Some(record) {
                return;
            }
            let last = self.last.get_or_insert_default();
            last.clear();
            last.extend_from_slice(record);
        }
        append_record(record, &mut self.payload);
        if self.payload.len() >= CHUNK {
            self.flush(out);
        }
    }

    /// Appends the rest to `out`, and returns the run as if it began at the beginning of a file. What is added
    /// then belongs to the next.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Run {
        if !self.payload.is_empty() {
            self.flush(out);
        }
        self.last = None;
        Run {
            range: 0..std::mem::take(&mut self.length),
            largest: std::mem::take(&mut self.largest),
        }
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        let before = out.len();
        self.encoder.append_block(Level::DATA, &self.payload, out);
        self.length += (out.len() - before) as u64;
        self.largest = self.largest.max(self.payload.len());
        self.payload.clear();
    }
}

/// What runs of one file are read with, one after the other.
pub(super) struct RunSource<F> {
    file: F,
    raw: Vec<u8>,
    decoder: BlockDecoder,
}

impl<F: ReadAt> RunSource<F> {
    pub(super) fn new(file: F) -> Self {
        Self {
            file,
            raw: Vec::new(),
            decoder: BlockDecoder::new(crate::Codec::Deflate, usize::MAX),
        }
    }

    /// Reads the block at the beginning of a range into `payload`, and returns its length in the file.
    fn read(&mut self, range: &Range<u64>, payload: &mut Vec<u8>) -> Result<u64, Error> {
        let available = range.end - range.start;
        let ahead = available.min(uleb128::MAX_LEN as u64) as usize;
        self.raw.resize(ahead, 0);
        self.read_exact(range.start, 0)?;
        let length = frame_length(&self.raw, range.start)?;
        // Should the file be damaged, that is found here or by the checksum.
        self.raw.resize(length.min(available) as usize, 0);
        self.read_exact(range.start, ahead.min(self.raw.len()))?;
        let frame = Frame::parse_exact(&self.raw, range.start)?;
        self.decoder.decode(frame.packed, range.start, payload)?;
        Ok(length)
    }

    fn read_exact(&mut self, offset: u64, known: usize) -> Result<(), Error> {
        let wanted = &mut self.raw[known..];
        let read = self.file.read_exact_at(wanted, offset + known as u64);
        read.map_err(Error::Spill)
    }
}

/// One run as it is read.
pub(super) struct RunReader {
    /// What was not read yet.
    rest: Range<u64>,
    payload: Vec<u8>,
    /// Where the record at hand is; empty behind the last.
    record: Range<usize>,
}

impl RunReader {
    pub(super) fn new(run: &Run) -> Self {
        Self {
            rest: run.range.clone(),
            payload: Vec::new(),
            record: 0..0,
        }
    }

    /// Returns the record at hand.
    pub(super) fn record(&self) -> &[u8] {
        &self.payload[self.record.clone()]
    }

    /// Goes to the next record; returns whether there is one.
    pub(super) fn advance<F: ReadAt>(&mut self, source: &mut RunSource<F>) -> Result<bool, Error> {
        if self.record.end == self.payload.len() {
            if self.rest.is_empty() {
                return Ok(false);
            }
            let length = source.read(&self.rest, &mut self.payload)?;
            self.rest.start += length;
            self.record = 0..0;
        }
        let record = read_record(&self.payload, self.record.end);
        self.record = record.map_err(|defect| Error::corrupt(self.rest.start, defect))?;
        Ok(true)
    }
}
