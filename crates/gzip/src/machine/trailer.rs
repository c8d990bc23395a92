//! What stands behind the data of a member.

use crate::Format;
use crate::checksum::Checksum;

/// The trailer of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MemberEnd {
    pub(crate) format: Format,
    /// Where the trailer begins.
    pub(crate) offset: u64,
    /// Its bytes, as many as the format has; zeros behind them.
    pub(crate) padded: [u8; 8],
}

impl MemberEnd {
    /// Makes the trailer at `offset` of a member with data of that check value.
    pub(crate) fn new(format: Format, offset: u64, data: &Checksum) -> Self {
        let mut padded = [0; 8];
        let (checksum, length) = padded.split_at_mut(4);
        match format {
            Format::Gzip => {
                checksum.copy_from_slice(&data.value().to_le_bytes());
                length.copy_from_slice(&(data.length() as u32).to_le_bytes());
            }
            Format::Zlib => checksum.copy_from_slice(&data.value().to_be_bytes()),
            Format::Raw => {}
        }
        Self {
            format,
            offset,
            padded,
        }
    }

    /// Returns the bytes of the trailer.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.padded[..self.format.trailer_len()]
    }

    /// Returns the check value, where the format has one.
    pub(crate) fn checksum(&self) -> Option<u32> {
        let [b0, b1, b2, b3, ..] = self.padded;
        match self.format {
            Format::Gzip => Some(u32::from_le_bytes([b0, b1, b2, b3])),
            Format::Zlib => Some(u32::from_be_bytes([b0, b1, b2, b3])),
            Format::Raw => None,
        }
    }

    /// Returns the length modulo 2^32, where the format has it.
    pub(crate) fn length(&self) -> Option<u32> {
        let [.., b4, b5, b6, b7] = self.padded;
        (self.format == Format::Gzip).then(|| u32::from_le_bytes([b4, b5, b6, b7]))
    }

    /// Returns where the member ends.
    pub(crate) fn end(&self) -> u64 {
        self.offset + self.format.trailer_len() as u64
    }
}
