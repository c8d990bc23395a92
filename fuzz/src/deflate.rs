//! Arbitrary data through our encoder, read back by our decoder and by libdeflate.

use crate::reference;
use blockyard_codec::deflate::{Boundary, Encoder, Level};
use blockyard_codec::inflate;

/// The most bytes that are packed: more than a window, so that matches fall out of it.
const LONGEST: usize = 80 << 10;

/// Packs `bytes[5..]` in two blocks, the second with the first as dictionary.
///
/// The first five bytes give level, place of the cut (two bytes), how the stream ends, and how
/// often the data is repeated.
pub fn deflate(bytes: &[u8]) {
    let Some((&[level, high, low, end, repeat], body)) = bytes.split_first_chunk::<5>() else {
        return;
    };
    let level = Level::new(level % 13).expect("13 levels");
    let mut data = body.repeat(1 + usize::from(repeat));
    data.truncate(LONGEST);
    let cut = data.len() * usize::from(u16::from_be_bytes([high, low])) / usize::from(u16::MAX);

    let mut encoder = Encoder::new(level);
    let mut stream = Vec::new();
    encoder.encode(&data[..cut], 0, Boundary::Flush, &mut stream);
    let first = stream.len();
    if end & 1 == 0 {
        encoder.encode(&data, cut, Boundary::Finish, &mut stream);
    } else {
        encoder.encode(&data, cut, Boundary::Flush, &mut stream);
        encoder.encode(&[], 0, Boundary::Finish, &mut stream);
    }

    let (read, consumed) = inflate::inflate(&stream, data.len()).expect("we read what we write");
    assert!(read == data, "other data comes back");
    assert_eq!(consumed, stream.len(), "bytes are left over");
    assert!(
        reference::inflate_exactly(&stream, data.len()) == data,
        "libdeflate reads other data"
    );

    let mut again = Vec::new();
    let mut fresh = Encoder::new(level);
    fresh.encode(&data[..cut], 0, Boundary::Flush, &mut again);
    assert!(
        again == stream[..first],
        "a fresh encoder writes other bytes"
    );
    let boundary = if end & 1 == 0 {
        Boundary::Finish
    } else {
        Boundary::Flush
    };
    Encoder::new(level).encode(&data, cut, boundary, &mut again);
    assert!(
        stream.starts_with(&again),
        "what an encoder did before shows in its output"
    );
}
