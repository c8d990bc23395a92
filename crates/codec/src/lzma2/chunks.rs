//! The chunk headers of a stream, read without decoding what is between them.

use super::Error;

/// Returns how many bytes the chunks of a stream say that they hold.
///
/// The stream must end with its end marker, and have nothing behind it.
pub(super) fn data_size(stream: &[u8]) -> Result<u64, Error> {
    let mut size = 0;
    let mut offset = 0;
    loop {
        let chunk = &stream[offset..];
        let cut_off = |needed: usize| Error::CutOff {
            offset,
            expected: offset + needed,
            length: stream.len(),
        };
        let &control = chunk.first().ok_or_else(|| cut_off(1))?;
        let field = |place: usize| match chunk.get(place..place + 2) {
            Some(&[high, low]) => Ok(usize::from(u16::from_be_bytes([high, low])) + 1),
            _ => Err(cut_off(place + 2)),
        };
        let (data, chunk_len) = match control {
            0 => {
                let end = offset + 1;
                return match stream.len() - end {
                    0 => Ok(size),
                    length => Err(Error::TrailingGarbage {
                        offset: end,
                        length,
                    }),
                };
            }
            1 | 2 => {
                let data = field(1)?;
                (data, 3 + data)
            }
            0x80.. => {
                let data = field(1)? + (usize::from(control & 0x1f) << 16);
                // From 0xc0 on a byte of properties follows the sizes.
                let header = 5 + usize::from(control >= 0xc0);
                (data, header + field(3)?)
            }
            found => return Err(Error::UnknownControl { offset, found }),
        };
        if chunk.len() < chunk_len {
            return Err(cut_off(chunk_len));
        }
        size += data as u64;
        offset += chunk_len;
    }
}
