//! A whole stream in one call.

use super::{Decoder, Error, Status, Stop};

/// The smallest buffer that is made, in bytes.
const FIRST_CAPACITY: usize = 4096;

/// Decodes the stream at the beginning of `input`, and returns its data and its length in bytes.
///
/// At most `limit` bytes are decoded; memory grows with the data, not with the limit.
///
/// # Errors
/// If the stream breaks RFC 1951, is cut off, or decodes to more than `limit` bytes.
pub fn inflate(input: &[u8], limit: usize) -> Result<(Vec<u8>, usize), Error> {
    let mut decoder = Decoder::new();
    let mut output = Vec::new();
    let (mut consumed, mut produced) = (0, 0);
    loop {
        let capacity = output.len().saturating_mul(2);
        let capacity = capacity
            .max(input.len().saturating_mul(4))
            .max(FIRST_CAPACITY);
        output.resize(capacity.min(limit), 0);
        let progress = decoder
            .decode(&input[consumed..], &mut output, produced, Stop::AtStreamEnd)
            .map_err(|error| error.moved(consumed))?;
        consumed += progress.consumed;
        produced += progress.produced;
        match progress.status {
            Status::StreamEnd => break,
            Status::NeedsOutput if produced == limit => {
                return Err(Error::LimitExceeded { limit });
            }
            Status::NeedsOutput | Status::BlockEnd => {}
            Status::NeedsInput => {
                return Err(Error::UnexpectedEnd {
                    offset: input.len(),
                });
            }
        }
    }
    output.truncate(produced);
    Ok((output, consumed))
}
