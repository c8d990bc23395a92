use blockyard_storage::ReadAt;

use crate::{BlockDecoder, BlockReference, DataBlock, Error, Frame, ZsReader};

/// Unpacks blocks of one file where the records are needed to decide what becomes of them.
pub(super) struct Loader {
    decoder: BlockDecoder,
}

impl Loader {
    pub(super) fn new<S>(reader: &ZsReader<S>) -> Self {
        let decoder = BlockDecoder::new(reader.header().codec, reader.options().block_limit);
        Self { decoder }
    }

    /// Unpacks a block, whose records are sorted and between those that the index has around it.
    pub(super) fn unpack(
        &mut self,
        reference: &BlockReference,
        raw: &[u8],
    ) -> Result<DataBlock, Error> {
        let offset = reference.range().start;
        let frame = Frame::parse_exact(raw, offset)?;
        let mut payload = Vec::new();
        self.decoder.decode(frame.packed, offset, &mut payload)?;
        let block = DataBlock::unpack(payload, offset)?;
        block.check_order(offset)?;
        reference.check_bounds(block.first(), block.last())?;
        Ok(block)
    }

    /// Reads and unpacks a block.
    pub(super) fn load<S: ReadAt>(
        &mut self,
        reader: &ZsReader<S>,
        reference: &BlockReference,
    ) -> Result<(Vec<u8>, DataBlock), Error> {
        let raw = reader.read_raw(reference)?;
        let block = self.unpack(reference, &raw)?;
        Ok((raw, block))
    }
}
