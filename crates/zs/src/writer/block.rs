use std::ops::Range;
use std::sync::Arc;

use blockyard_pipeline::Weigh;

use super::packer::Data;
use super::piece::{Piece, visit_records};
use crate::{BlockReference, Codec, Defect, Error, Framing};

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
        source: BlockSource,
    },
}

/// What is known of the place that a block comes from.
#[derive(Debug, Default)]
pub(super) struct BlockSource {
    /// What the index there has about it.
    reference: Option<BlockReference>,
    /// The number of the file, where there are several.
    input: Option<usize>,
}

impl BlockSource {
    /// Checks that a block at `offset` that the index leads to is sorted, and what the index has about it.
    pub(super) fn check(&self, data: &Data, offset: u64) -> Result<(), Error> {
        let Some(reference) = &self.reference else {
            return Ok(());
        };
        let record = |place: &Range<usize>| &data.payload[place.clone()];
        if let Some(unsorted) = &data.survey.unsorted {
            let defect = Defect::Unsorted {
                before: record(&unsorted.before).to_vec(),
                after: record(&unsorted.after).to_vec(),
                number: unsorted.number,
            };
            return Err(Error::corrupt(offset, defect));
        }
        reference.check_bounds(record(&data.survey.first), record(&data.survey.last))
    }

    /// Adds to an error which file it is of.
    pub(super) fn name(&self, error: Error) -> Error {
        match self.input {
            Some(input) => error.of_input(input),
            None => error,
        }
    }
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
            source: BlockSource::default(),
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
            source: BlockSource::default(),
        })
    }

    /// Takes a whole data block that a reference leads to, which is copied as it is if the new file has the same
    /// codec. That its records are as the index says is checked too.
    pub(crate) fn copied_from(bytes: Vec<u8>, reference: BlockReference, codec: Codec) -> Self {
        Self::copied(bytes, reference.range().start, codec).with_reference(reference)
    }

    /// Takes a whole data block that a reference leads to, the records of which are packed again. That they are
    /// as the index says is checked too.
    pub(crate) fn repacked_from(bytes: Vec<u8>, reference: BlockReference, codec: Codec) -> Self {
        Self::repacked(bytes, reference.range().start, codec).with_reference(reference)
    }

    fn with_reference(mut self, of_block: BlockReference) -> Self {
        if let Content::Foreign { source, .. } = &mut self.0 {
            source.reference = Some(of_block);
        }
        self
    }

    /// Says of which of several files the block is.
    pub(crate) fn of_input(mut self, number: usize) -> Self {
        if let Content::Foreign { source, .. } = &mut self.0 {
            source.input = Some(number);
        }
        self
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
