use super::stream::{Outcome, Stream};
use super::{Error, chunks};

/// A decoder of one stream after the other, whose memory of somewhat more than 1 MiB is taken once.
#[derive(Debug, Default)]
pub struct Decoder {
    stream: Stream,
}

impl Decoder {
    /// Makes a decoder; the first call of [`decode`](Self::decode) takes its memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes a whole stream into `data`, whose earlier contents are overwritten.
    ///
    /// `data` is made as long as the chunk headers say, and no longer. It grows only after its length was
    /// compared with `limit`.
    ///
    /// # Errors
    /// If the stream is damaged or cut off, has bytes behind its end, or decodes to more than `limit`
    /// bytes. What `data` holds then has no meaning.
    pub fn decode(&mut self, stream: &[u8], limit: usize, data: &mut Vec<u8>) -> Result<(), Error> {
        let size = chunks::data_size(stream)?;
        let length = usize::try_from(size)
            .ok()
            .filter(|&length| length <= limit)
            .ok_or(Error::LimitExceeded { size, limit })?;
        if data.capacity() < length {
            data.clear();
            data.reserve_exact(length);
        }
        data.resize(length, 0);
        self.stream
            .begin_decoding()
            .map_err(|_| Error::OutOfMemory)?;
        let (mut consumed, mut produced) = (0, 0);
        loop {
            let progress = self.stream.code(&stream[consumed..], &mut data[produced..]);
            consumed += progress.consumed;
            produced += progress.produced;
            match progress.outcome {
                Outcome::More => {}
                Outcome::End if consumed == stream.len() && produced == length => return Ok(()),
                Outcome::End | Outcome::Damaged => return Err(Error::Damaged { offset: consumed }),
                Outcome::OutOfMemory => return Err(Error::OutOfMemory),
            }
        }
    }
}
