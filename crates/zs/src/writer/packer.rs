use std::ops::Deref;

use blockyard_pipeline::{Buffer, BufferPool, Weigh};

use super::WriterOptions;
use super::block::{Block, Content, Mode};
use super::piece::{Piece, Places};
use crate::survey::Survey;
use crate::{BlockDecoder, BlockEncoder, Codec, Defect, Error, Frame, Framing, Level};

/// What a worker makes blocks with.
#[derive(Debug)]
pub(super) struct Packer {
    codec: Codec,
    encoder: BlockEncoder,
    decoder: Option<(Codec, BlockDecoder)>,
    limit: usize,
    pool: BufferPool,
}

/// A block that is ready to be written.
#[derive(Debug)]
pub(super) struct Packed {
    /// The whole block.
    pub(super) bytes: Bytes,
    /// `None` for an extension block.
    pub(super) data: Option<Data>,
}

/// The records of a packed block.
#[derive(Debug)]
pub(super) struct Data {
    pub(super) payload: Bytes,
    pub(super) survey: Survey,
    pub(super) places: Option<Places>,
}

/// A buffer that goes back to its pool, or a vector from elsewhere.
#[derive(Debug)]
pub(super) enum Bytes {
    Pooled(Buffer),
    Owned(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Pooled(buffer) => buffer,
            Self::Owned(bytes) => bytes,
        }
    }
}

impl Weigh for Packed {
    fn weight(&self) -> usize {
        self.bytes.len()
    }
}

impl Packer {
    pub(super) fn new(options: &WriterOptions, pool: BufferPool) -> Self {
        Self {
            codec: options.compression.codec(),
            encoder: BlockEncoder::new(options.compression),
            decoder: None,
            limit: options.block_limit,
            pool,
        }
    }

    /// Packs the payload of an index block.
    pub(super) fn pack_index(&mut self, level: Level, payload: &[u8]) -> Buffer {
        let mut bytes = self.pool.get();
        self.encoder.append_block(level, payload, &mut bytes);
        bytes
    }

    /// Packs a block; that its records are not sorted is no error yet.
    pub(super) fn pack(&mut self, block: Block) -> Result<Packed, Error> {
        match block.0 {
            Content::Payload(payload) => self.pack_payload(Bytes::Owned(payload), 0),
            Content::Piece { piece, framing } => self.pack_piece(piece, &framing),
            Content::Foreign {
                bytes,
                offset,
                codec,
                mode,
                source,
            } => {
                let packed = self.pack_foreign(bytes, offset, codec, mode);
                let packed = packed.and_then(|packed| {
                    if let Some(data) = &packed.data {
                        source.check(data, offset)?;
                    }
                    Ok(packed)
                });
                packed.map_err(|error| source.name(error))
            }
        }
    }

    fn pack_piece(&mut self, piece: Piece, framing: &Framing) -> Result<Packed, Error> {
        if *framing != Framing::Uleb128 {
            let mut payload = self.pool.get();
            piece.append_payload(framing, &mut payload);
            let survey = survey(&payload, 0)?;
            let places = piece.places(framing, &survey);
            return Ok(self.pack_data(Bytes::Pooled(payload), survey, Some(places)));
        }
        let survey = survey(&piece.bytes, 0)?;
        let places = piece.places(framing, &survey);
        Ok(self.pack_data(Bytes::Pooled(piece.bytes), survey, Some(places)))
    }

    fn pack_payload(&mut self, payload: Bytes, offset: u64) -> Result<Packed, Error> {
        let survey = survey(&payload, offset)?;
        Ok(self.pack_data(payload, survey, None))
    }

    fn pack_data(&mut self, payload: Bytes, survey: Survey, places: Option<Places>) -> Packed {
        let mut bytes = self.pool.get();
        // There is no need to pack what will not be written.
        if survey.unsorted.is_none() && payload.len() <= self.limit {
            self.encoder.append_block(Level::DATA, &payload, &mut bytes);
        }
        Packed {
            bytes: Bytes::Pooled(bytes),
            data: Some(Data {
                payload,
                survey,
                places,
            }),
        }
    }

    fn pack_foreign(
        &mut self,
        bytes: Vec<u8>,
        offset: u64,
        codec: Codec,
        mode: Mode,
    ) -> Result<Packed, Error> {
        let frame = Frame::parse_exact(&bytes, offset)?;
        let level = frame.level;
        if level.is_extension() {
            let bytes = Bytes::Owned(bytes);
            return Ok(Packed { bytes, data: None });
        }
        if !level.is_data() {
            let defect = Defect::NotData { found: level };
            return Err(Error::corrupt(offset, defect));
        }
        let mut payload = self.pool.get();
        let decoder = self.decoder(codec);
        decoder.decode(frame.packed, offset, &mut payload)?;
        let payload = Bytes::Pooled(payload);
        if mode == Mode::Repack || codec != self.codec {
            return self.pack_payload(payload, offset);
        }
        Ok(Packed {
            bytes: Bytes::Owned(bytes),
            data: Some(Data {
                survey: survey(&payload, offset)?,
                payload,
                places: None,
            }),
        })
    }

    /// Returns a decoder, which is mostly that of the block before.
    fn decoder(&mut self, codec: Codec) -> &mut BlockDecoder {
        if self
            .decoder
            .as_ref()
            .is_none_or(|(known, _)| *known != codec)
        {
            self.decoder = None;
        }
        let limit = self.limit;
        let make = || (codec, BlockDecoder::new(codec, limit));
        &mut self.decoder.get_or_insert_with(make).1
    }
}

fn survey(payload: &[u8], offset: u64) -> Result<Survey, Error> {
    Survey::new(payload).map_err(|defect| Error::corrupt(offset, defect))
}
