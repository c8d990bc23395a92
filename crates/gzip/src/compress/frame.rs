//! What stands around the packed blocks, and the sums over them.

use blockyard_pipeline::Statistics;

use super::packer::Packed;
use super::{CompressOptions, CompressSummary};
use crate::checksum::Checksum;
use crate::index::{IndexBuilder, Window};
use crate::machine::MemberEnd;
use crate::{Error, Format, Header, Level};

/// Follows the blocks of a member in order.
#[derive(Debug)]
pub(crate) struct Framer {
    format: Format,
    level: Level,
    header: Header,
    checksum: Checksum,
    /// Bytes of output so far.
    bytes_out: u64,
    index: Option<IndexBuilder>,
}

impl Framer {
    pub(crate) fn new(options: &CompressOptions) -> Self {
        Self {
            format: options.format,
            level: options.level,
            header: options.header.clone(),
            checksum: Checksum::empty(options.format),
            bytes_out: 0,
            index: options.index.then(IndexBuilder::new),
        }
    }

    /// Returns the bytes before the first block.
    ///
    /// # Errors
    /// [`Error::HeaderField`].
    pub(crate) fn header(&mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        match self.format {
            Format::Gzip => self.header.write(self.level, &mut bytes)?,
            Format::Zlib => bytes.extend_from_slice(&zlib_header(self.level)),
            Format::Raw => {}
        }
        if let Some(index) = &mut self.index {
            index.add_member(0, 0, 1);
        }
        self.bytes_out = bytes.len() as u64;
        Ok(bytes)
    }

    /// Counts a block that is output now.
    pub(crate) fn add(&mut self, packed: &Packed) {
        self.checksum.append(&packed.checksum);
        self.bytes_out += packed.bytes.len() as u64;
        if packed.restarts
            && let Some(index) = &mut self.index
        {
            index.add_block(
                self.bytes_out * 8,
                self.checksum.length(),
                1,
                Window::default(),
            );
        }
    }

    /// Returns the bytes behind the last block.
    pub(crate) fn trailer(&mut self) -> Vec<u8> {
        let end = MemberEnd::new(self.format, self.bytes_out, &self.checksum);
        if let Some(index) = &mut self.index {
            index.end_member(end, self.checksum.length());
        }
        self.bytes_out = end.end();
        end.bytes().to_vec()
    }

    /// Says what was done. The index goes with the first call.
    pub(crate) fn summary(&mut self, statistics: Statistics) -> CompressSummary {
        CompressSummary {
            bytes_in: self.checksum.length(),
            bytes_out: self.bytes_out,
            checksum: self.checksum.value(),
            statistics,
            index: self.index.take().and_then(IndexBuilder::finish),
        }
    }
}

/// Returns CMF and FLG of a stream with a 32 KiB window and no dictionary (RFC 1950, section 2.2).
fn zlib_header(level: Level) -> [u8; 2] {
    let effort = match level.get() {
        0 | 1 => 0,
        2..=5 => 1,
        6 => 2,
        _ => 3,
    };
    let header = 0x78 << 8 | effort << 6;
    u16::to_be_bytes(header + 31 - header % 31)
}
