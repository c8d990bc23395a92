use blockyard_codec::deflate::{self, Boundary};
use blockyard_codec::inflate::{self, Status, Stop};
use blockyard_codec::lzma2;

use crate::{Defect, Error, Level, append_block};

/// Bytes of the codec's field in the header.
pub(crate) const CODEC_LEN: usize = 16;

/// How the payloads of a file are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Not at all.
    None,
    /// Raw DEFLATE (RFC 1951).
    Deflate,
    /// One raw LZMA2 stream with a dictionary of 1 MiB at most.
    Lzma2,
}

impl Codec {
    /// Returns the name that is in the header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Deflate => "deflate",
            Self::Lzma2 => "lzma2;dsize=2^20",
        }
    }

    /// Returns the header's field: the name, and NUL bytes behind it.
    pub fn to_field(self) -> [u8; CODEC_LEN] {
        let mut field = [0; CODEC_LEN];
        field[..self.name().len()].copy_from_slice(self.name().as_bytes());
        field
    }

    /// Reads the header's field.
    ///
    /// # Errors
    /// [`Error::UnknownCodec`], also for a name with anything but NUL bytes behind it.
    pub fn from_field(field: [u8; CODEC_LEN]) -> Result<Self, Error> {
        [Self::None, Self::Deflate, Self::Lzma2]
            .into_iter()
            .find(|codec| codec.to_field() == field)
            .ok_or_else(|| {
                let length = field.iter().rposition(|&byte| byte != 0);
                let name = &field[..length.map_or(0, |last| last + 1)];
                Error::UnknownCodec {
                    found: name.escape_ascii().to_string(),
                }
            })
    }
}

/// A codec with what a writer may choose about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// [`Codec::None`].
    None,
    /// [`Codec::Deflate`].
    Deflate(deflate::Level),
    /// [`Codec::Lzma2`].
    Lzma2(lzma2::Preset),
}

impl Compression {
    /// Returns the codec.
    pub const fn codec(self) -> Codec {
        match self {
            Self::None => Codec::None,
            Self::Deflate(_) => Codec::Deflate,
            Self::Lzma2(_) => Codec::Lzma2,
        }
    }
}

impl From<Codec> for Compression {
    /// Returns the codec with the setting that is its default in the original tool: level 6 for DEFLATE, preset
    /// 0e for LZMA2.
    fn from(codec: Codec) -> Self {
        match codec {
            Codec::None => Self::None,
            Codec::Deflate => Self::Deflate(deflate::Level::DEFAULT),
            Codec::Lzma2 => Self::Lzma2(lzma2::Preset::DEFAULT),
        }
    }
}

/// Packs payloads, one after the other: made once a worker.
#[derive(Debug)]
pub struct BlockEncoder {
    encoder: Encoder,
    packed: Vec<u8>,
}

#[derive(Debug)]
enum Encoder {
    None,
    Deflate(Box<deflate::Encoder>),
    Lzma2(lzma2::Encoder),
}

impl BlockEncoder {
    /// Makes an encoder.
    pub fn new(compression: Compression) -> Self {
        let encoder = match compression {
            Compression::None => Encoder::None,
            Compression::Deflate(level) => Encoder::Deflate(Box::new(deflate::Encoder::new(level))),
            Compression::Lzma2(preset) => Encoder::Lzma2(lzma2::Encoder::new(preset)),
        };
        Self {
            encoder,
            packed: Vec::new(),
        }
    }

    /// Packs `payload` and appends it to `out` as a block.
    ///
    /// The bytes depend on `level`, `payload` and the compression only.
    pub fn append_block(&mut self, level: Level, payload: &[u8], out: &mut Vec<u8>) {
        self.packed.clear();
        let packed = match &mut self.encoder {
            Encoder::None => payload,
            Encoder::Deflate(encoder) => {
                encoder.encode(payload, 0, Boundary::Finish, &mut self.packed);
                &self.packed
            }
            Encoder::Lzma2(encoder) => {
                encoder.encode(payload, &mut self.packed);
                &self.packed
            }
        };
        append_block(level, packed, out);
    }
}

/// Unpacks payloads, one after the other: made once a worker.
#[derive(Debug)]
pub struct BlockDecoder {
    decoder: Decoder,
    limit: usize,
}

#[derive(Debug)]
enum Decoder {
    None,
    Deflate(inflate::Decoder),
    Lzma2(lzma2::Decoder),
}

impl BlockDecoder {
    /// Makes a decoder of payloads that have no more than `limit` bytes.
    pub fn new(codec: Codec, limit: usize) -> Self {
        let decoder = match codec {
            Codec::None => Decoder::None,
            Codec::Deflate => Decoder::Deflate(inflate::Decoder::new()),
            Codec::Lzma2 => Decoder::Lzma2(lzma2::Decoder::new()),
        };
        Self { decoder, limit }
    }

    /// Unpacks the payload of the block at `offset` into `payload`, whose earlier contents are overwritten.
    ///
    /// # Errors
    /// [`Error::Corrupt`], and [`Error::LimitExceeded`], to which end no more memory than that was taken.
    pub fn decode(
        &mut self,
        packed: &[u8],
        offset: u64,
        payload: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let limit = self.limit;
        let exceeded = Error::LimitExceeded { offset, limit };
        match &mut self.decoder {
            Decoder::None if packed.len() > limit => Err(exceeded),
            Decoder::None => {
                payload.clear();
                payload.extend_from_slice(packed);
                Ok(())
            }
            Decoder::Deflate(decoder) => match inflate_whole(decoder, packed, limit, payload) {
                Ok(consumed) if consumed == packed.len() => Ok(()),
                Ok(consumed) => {
                    let length = packed.len() - consumed;
                    Err(Error::corrupt(offset, Defect::DeflateTrailing { length }))
                }
                Err(inflate::Error::LimitExceeded { .. }) => Err(exceeded),
                Err(error) => Err(Error::corrupt(offset, Defect::Deflate(error))),
            },
            Decoder::Lzma2(decoder) => match decoder.decode(packed, limit, payload) {
                Ok(()) => Ok(()),
                Err(lzma2::Error::LimitExceeded { .. }) => Err(exceeded),
                Err(error) => Err(Error::corrupt(offset, Defect::Lzma2(error))),
            },
        }
    }

    /// Unpacks like [`decode`](Self::decode), but without a copy of what is not packed.
    ///
    /// # Errors
    /// Those of [`decode`](Self::decode).
    pub fn decode_borrowed<'a>(
        &mut self,
        packed: &'a [u8],
        offset: u64,
        buffer: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], Error> {
        if let Decoder::None = self.decoder
            && packed.len() <= self.limit
        {
            return Ok(packed);
        }
        self.decode(packed, offset, buffer)?;
        Ok(buffer)
    }
}

/// Decodes one stream into `data`, and returns how many bytes of `packed` it has.
///
/// Space that `data` has is used first: when a vector is handed in again, it fits mostly.
fn inflate_whole(
    decoder: &mut inflate::Decoder,
    packed: &[u8],
    limit: usize,
    data: &mut Vec<u8>,
) -> Result<usize, inflate::Error> {
    /// The smallest buffer that is made, in bytes.
    const FIRST_CAPACITY: usize = 4096;

    decoder.reset();
    let first = packed.len().saturating_mul(4).max(FIRST_CAPACITY);
    data.resize(data.capacity().max(first).min(limit), 0);
    let (mut consumed, mut produced) = (0, 0);
    loop {
        let progress = decoder
            .decode(&packed[consumed..], data, produced, Stop::AtStreamEnd)
            .map_err(|error| error.moved(consumed))?;
        consumed += progress.consumed;
        produced += progress.produced;
        match progress.status {
            Status::StreamEnd => break,
            Status::NeedsOutput if produced == limit => {
                return Err(inflate::Error::LimitExceeded { limit });
            }
            Status::NeedsOutput => data.resize(data.len().saturating_mul(2).min(limit), 0),
            Status::BlockEnd => {}
            Status::NeedsInput => {
                return Err(inflate::Error::UnexpectedEnd {
                    offset: packed.len(),
                });
            }
        }
    }
    data.truncate(produced);
    Ok(consumed)
}
