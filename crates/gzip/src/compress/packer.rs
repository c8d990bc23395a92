//! The worker: a block becomes DEFLATE data and a check value.

use blockyard_codec::deflate::Encoder;
use blockyard_pipeline::{Buffer, Weigh};

use super::{CompressOptions, Job};
use crate::Format;
use crate::checksum::Checksum;

/// An empty stored block, from a byte boundary.
const EMPTY_BLOCK: [u8; 5] = [0x00, 0x00, 0x00, 0xff, 0xff];

/// Packs one block after the other.
#[derive(Debug)]
pub(crate) struct Packer {
    encoder: Encoder,
    format: Format,
}

/// A packed block.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) bytes: Buffer,
    /// That of the block as it was.
    pub(super) checksum: Checksum,
    /// Decoding can begin behind these bytes.
    pub(super) restarts: bool,
}

impl Weigh for Packed {
    fn weight(&self) -> usize {
        self.bytes.len()
    }
}

impl Packer {
    pub(crate) fn new(options: &CompressOptions) -> Self {
        Self {
            encoder: Encoder::new(options.level),
            format: options.format,
        }
    }

    /// Packs a block.
    ///
    /// Where decoding can begin behind it, an empty block follows the one that the encoder ends with:
    /// together they are the marker that readers look for.
    pub(crate) fn pack(&mut self, job: Job) -> Packed {
        let Job {
            data,
            dictionary_len,
            boundary,
            restarts,
            packed: mut bytes,
        } = job;
        self.encoder
            .encode(&data, dictionary_len, boundary, &mut bytes);
        if restarts {
            bytes.extend_from_slice(&EMPTY_BLOCK);
        }
        Packed {
            bytes,
            checksum: Checksum::of(self.format, &data[dictionary_len..]),
            restarts,
        }
    }
}
