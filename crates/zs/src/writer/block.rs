use std::ops::Range;
use std::sync::Arc;

use blockyard_pipeline::Weigh;

use super::piece::{Piece, visit_records};
use crate::{Codec, Framing};

/// The records of one data block on their way into a file.
#[derive(Debug)]
pub struct Block(pub(super) Content);

#[derive(Debug)]
pub(super) enum Content {
    /// A piece of the inputs that holds whole records. With terminators, that of the last one is missing.
    Piece { piece: Piece, framing: Arc<Framing> },
    /// The records, each behind its length.
    Payload(Vec<u8>),
    /// A whole block of some file.
    Foreign {
        bytes: Vec<u8>,
        offset: u64,
        codec: Codec,
        mode: Mode,
    },
}

/// What becomes of a block of some file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// It is copied as it is.
    Copy,
    /// Its records are packed again.
    Repack,
}

impl Block {
    pub(super) fn from_piece(piece: Piece, framing: Arc<Framing>) -> Self {
        Self(Content::Piece { piece, framing })
    }

    /// Makes a block of a payload: sorted records, one at least, each behind its length.
    ///
    /// [`append_record`](crate::append_record) makes such payloads.
    pub fn from_payload(payload: Vec<u8>) -> Self {
        Self(Content::Payload(payload))
    }

    /// Takes a whole block of a file, which is copied as it is if the new file has the same codec; `offset` is
    /// its place there, for errors.
    ///
    /// It is unpacked all the same: its checksum, its records and their order are checked, and its payload is
    /// part of the hash of the new file. An extension block is copied without being unpacked, an index block
    /// is refused.
    pub fn copied(bytes: Vec<u8>, offset: u64, codec: Codec) -> Self {
        Self(Content::Foreign {
            bytes,
            offset,
            codec,
            mode: Mode::Copy,
        })
    }

    /// Takes a whole data block of a file with any codec, the records of which are packed again; `offset` is
    /// its place there, for errors.
    pub fn repacked(bytes: Vec<u8>, offset: u64, codec: Codec) -> Self {
        Self(Content::Foreign {
            bytes,
            offset,
            codec,
            mode: Mode::Repack,
        })
    }
}

impl Block {
    /// Returns the bytes of the records and what is between them; nothing of a packed block.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.0 {
            Content::Piece { piece, .. } => &piece.bytes,
            Content::Payload(bytes) => bytes,
            Content::Foreign { .. } => &[],
        }
    }

    /// Calls `visit` with the place of each record in the [`bytes`](Self::bytes).
    pub(crate) fn visit_records(&self, mut visit: impl FnMut(Range<usize>)) {
        let framing = match &self.0 {
            Content::Piece { framing, .. } => framing,
            _ => &Framing::Uleb128,
        };
        visit_records(self.bytes(), framing, |_, record| visit(record));
    }
}

impl Weigh for Block {
    fn weight(&self) -> usize {
        match &self.0 {
            Content::Piece { piece, .. } => piece.bytes.len(),
            Content::Payload(bytes) | Content::Foreign { bytes, .. } => bytes.len(),
        }
    }
}
