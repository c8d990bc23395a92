use std::ops::Range;

use crate::checksum::split_checksum;
use crate::codec::CODEC_LEN;
use crate::{Codec, Defect, Error, Metadata, crc64, uleb128};

/// The first bytes of a file that is complete.
pub const MAGIC: [u8; 8] = *b"\xabZSfiLe\x01";

/// The first bytes of a file whose writer has not finished.
pub const PARTIAL_MAGIC: [u8; 8] = *b"\xabZStoBe\x01";

/// Bytes from which [`Header::length`] knows how long the header is.
pub const HEADER_PREFIX_LEN: usize = 16;

/// Bytes between the length of the header and its metadata.
const FIXED_LEN: usize = 80;
/// Bytes of the checksum.
const CHECKSUM_LEN: usize = 8;

/// The header of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Where the root of the index begins.
    pub root_index_offset: u64,
    /// Length of the root of the index in bytes, with its length field and checksum.
    pub root_index_length: u64,
    /// Length of the whole file in bytes.
    pub total_file_length: u64,
    /// SHA-256 of the unpacked payloads of all data blocks in the order of the file.
    pub data_sha256: [u8; 32],
    /// How the payloads are packed.
    pub codec: Codec,
    /// What the maker of the file says about it.
    pub metadata: Metadata,
    /// Bytes behind the metadata that version 0.10 of the format gives no meaning.
    pub extension: Vec<u8>,
}

impl Header {
    /// Returns the length in bytes of the whole header of a file, which is where its first block begins.
    ///
    /// `prefix` is the beginning of the file, [`HEADER_PREFIX_LEN`] bytes where there are so many.
    ///
    /// # Errors
    /// [`Error::BadMagic`], [`Error::PartiallyWritten`], and [`Error::Corrupt`] for a length that is too small
    /// or larger than the file.
    pub fn length(prefix: &[u8], file_length: u64) -> Result<u64, Error> {
        let magic = &prefix[..prefix.len().min(MAGIC.len())];
        if magic == PARTIAL_MAGIC {
            return Err(Error::PartiallyWritten);
        }
        if magic.is_empty() || !MAGIC.starts_with(magic) {
            let found = magic.to_vec();
            return Err(Error::BadMagic { found });
        }
        let cut_off = |expected| {
            let defect = Defect::UnexpectedEnd {
                expected,
                found: file_length,
            };
            Error::corrupt(0, defect)
        };
        let least = (HEADER_PREFIX_LEN + FIXED_LEN + CHECKSUM_LEN) as u64;
        let length = prefix.get(8..).and_then(<[u8]>::first_chunk::<8>);
        let length = length.map(|field| u64::from_le_bytes(*field));
        let length = length.ok_or_else(|| cut_off(least))?;
        if length < FIXED_LEN as u64 {
            let defect = Defect::HeaderLength {
                expected: FIXED_LEN as u64,
                found: length,
            };
            return Err(Error::corrupt(8, defect));
        }
        let whole = length.saturating_add((HEADER_PREFIX_LEN + CHECKSUM_LEN) as u64);
        if whole > file_length {
            return Err(cut_off(whole));
        }
        Ok(whole)
    }

    /// Reads the whole header that is at the beginning of `bytes`.
    ///
    /// Whether the file is as long as the header says is [`check_file_length`](Self::check_file_length).
    ///
    /// # Errors
    /// [`Error::BadMagic`], [`Error::PartiallyWritten`], [`Error::UnknownCodec`], and [`Error::Corrupt`] for
    /// everything else that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let whole = Self::length(bytes, bytes.len() as u64)? as usize;
        let (body, expected) = split_checksum(&bytes[HEADER_PREFIX_LEN..whole]);
        let found = crc64(body);
        if expected != found {
            let defect = Defect::HeaderChecksum { expected, found };
            return Err(Error::corrupt(0, defect));
        }
        let mut fields = Fields(body);
        let [root_index_offset, root_index_length, total_file_length] =
            std::array::from_fn(|_| fields.number());
        let data_sha256 = fields.bytes();
        let codec = Codec::from_field(fields.bytes::<CODEC_LEN>())?;
        let metadata_len = fields.number();
        let rest = fields.0;
        let start = (whole - CHECKSUM_LEN - rest.len()) as u64;
        let (metadata, extension) = usize::try_from(metadata_len)
            .ok()
            .and_then(|length| rest.split_at_checked(length))
            .ok_or_else(|| {
                let defect = Defect::UnexpectedEnd {
                    expected: metadata_len,
                    found: rest.len() as u64,
                };
                Error::corrupt(start, defect)
            })?;
        Ok(Self {
            root_index_offset,
            root_index_length,
            total_file_length,
            data_sha256,
            codec,
            metadata: parse_metadata(metadata).map_err(|defect| Error::corrupt(start, defect))?,
            extension: extension.to_vec(),
        })
    }

    /// Compares the length of the file with what the header says.
    ///
    /// # Errors
    /// [`Defect::FileLength`].
    pub fn check_file_length(&self, found: u64) -> Result<(), Error> {
        let expected = self.total_file_length;
        if expected == found {
            return Ok(());
        }
        Err(Error::corrupt(0, Defect::FileLength { expected, found }))
    }

    /// Returns where in the file the blocks are.
    pub fn blocks(&self) -> Range<u64> {
        self.encoded_len() as u64..self.total_file_length
    }

    /// Returns the length of the header in the file.
    pub fn encoded_len(&self) -> usize {
        HEADER_PREFIX_LEN
            + FIXED_LEN
            + self.metadata.text().len()
            + self.extension.len()
            + CHECKSUM_LEN
    }

    /// Returns the header of a file that is complete.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.encode_body(MAGIC);
        let checksum = crc64(&bytes[HEADER_PREFIX_LEN..]);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Returns what stands in place of the header while the blocks are written: as long as the header, with
    /// the codec and the metadata of this one, but with [`PARTIAL_MAGIC`], and wrong in all the rest.
    pub fn encode_placeholder(&self) -> Vec<u8> {
        let placeholder = Self {
            root_index_offset: uleb128::MAX,
            root_index_length: 0,
            total_file_length: 0,
            data_sha256: [0; 32],
            ..self.clone()
        };
        let mut bytes = placeholder.encode_body(PARTIAL_MAGIC);
        bytes.extend_from_slice(&[0; CHECKSUM_LEN]);
        bytes
    }

    /// Returns all but the checksum.
    fn encode_body(&self, magic: [u8; 8]) -> Vec<u8> {
        let metadata = self.metadata.text().as_bytes();
        let length = self.encoded_len() - HEADER_PREFIX_LEN - CHECKSUM_LEN;
        let mut bytes = Vec::with_capacity(self.encoded_len());
        bytes.extend_from_slice(&magic);
        bytes.extend_from_slice(&(length as u64).to_le_bytes());
        for number in [
            self.root_index_offset,
            self.root_index_length,
            self.total_file_length,
        ] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.data_sha256);
        bytes.extend_from_slice(&self.codec.to_field());
        bytes.extend_from_slice(&(metadata.len() as u64).to_le_bytes());
        bytes.extend_from_slice(metadata);
        bytes.extend_from_slice(&self.extension);
        bytes
    }
}

fn parse_metadata(bytes: &[u8]) -> Result<Metadata, Defect> {
    let text = str::from_utf8(bytes).map_err(|error| Defect::Metadata {
        reason: error.to_string(),
    })?;
    Metadata::parse_lenient(text)
}

/// The fields of fixed length, of which there are enough.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let (field, rest) = self
            .0
            .split_first_chunk::<N>()
            .expect("the header has room for its fields");
        self.0 = rest;
        *field
    }

    fn number(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }
}
