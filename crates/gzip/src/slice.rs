//! Slices as a whole.

use crate::read::Decoder;
use crate::{CompressOptions, Error, Format, compress};

/// Compresses `data`, on the threads of `options`.
///
/// # Errors
/// [`Error::HeaderField`], and [`Error::Pipeline`] when the run was cancelled.
pub fn compress_to_vec(data: &[u8], options: &CompressOptions) -> Result<Vec<u8>, Error> {
    let mut packed = Vec::new();
    compress(data, &mut packed, options)?;
    Ok(packed)
}

/// Decompresses all members of `packed`, as long as they hold no more than `limit` bytes of data;
/// without a `format`, they are gzip or zlib.
///
/// It works on the caller's thread. What is behind the last member is passed over.
///
/// # Errors
/// [`Error::LimitExceeded`], and those of [`decompress`](crate::decompress) that the input causes.
pub fn decompress_to_vec(
    packed: &[u8],
    format: Option<Format>,
    limit: usize,
) -> Result<Vec<u8>, Error> {
    /// Bytes that are decompressed at a time.
    const STEP: usize = 64 * 1024;

    let mut decoder = Decoder::new(packed, format);
    let mut data = Vec::new();
    loop {
        let start = data.len();
        data.resize(start + STEP, 0);
        let length = decoder.decode(&mut data[start..])?;
        data.truncate(start + length);
        if data.len() > limit {
            return Err(Error::LimitExceeded { limit });
        }
        if length == 0 {
            return Ok(data);
        }
    }
}
