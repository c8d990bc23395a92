use std::io::{self, Seek, SeekFrom, Write};

use super::index::Place;
use super::packer::Packer;
use crate::{Error, Level, MAGIC};

/// The bytes of a file in the making.
#[derive(Debug)]
pub(super) struct Output<W> {
    pub(super) sink: W,
    pub(super) packer: Packer,
    /// Bytes that were written.
    pub(super) offset: u64,
    pub(super) index_blocks: u64,
}

impl<W: Write + Seek> Output<W> {
    /// Begins with what stands in place of the header.
    pub(super) fn new(mut sink: W, packer: Packer, placeholder: &[u8]) -> Result<Self, Error> {
        sink.seek(SeekFrom::Start(0)).map_err(Error::Write)?;
        sink.write_all(placeholder).map_err(Error::Write)?;
        Ok(Self {
            sink,
            packer,
            offset: placeholder.len() as u64,
            index_blocks: 0,
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Place, Error> {
        self.sink.write_all(bytes).map_err(Error::Write)?;
        let place = Place {
            offset: self.offset,
            length: bytes.len() as u64,
        };
        self.offset += place.length;
        Ok(place)
    }

    pub(super) fn write_index(&mut self, level: Level, payload: &[u8]) -> Result<Place, Error> {
        let bytes = self.packer.pack_index(level, payload);
        self.index_blocks += 1;
        self.write(&bytes)
    }

    /// Writes the header, and when all is safe, its first bytes.
    pub(super) fn finish(
        &mut self,
        header: &[u8],
        mut sync: impl FnMut(&mut W) -> io::Result<()>,
    ) -> Result<(), Error> {
        let sink = &mut self.sink;
        let mut write = |offset: usize, bytes: &[u8]| {
            sink.seek(SeekFrom::Start(offset as u64))?;
            sink.write_all(bytes)?;
            sink.flush()?;
            sync(sink)
        };
        let (magic, rest) = header.split_at(MAGIC.len());
        write(MAGIC.len(), rest).map_err(Error::Write)?;
        write(0, magic).map_err(Error::Write)
    }
}
