//! Arbitrary data through our encoder, read back by our decoder and by libdeflate.

use std::cell::RefCell;

use crate::reference;
use blockyard_codec::deflate::{Boundary, Encoder, Level};
use blockyard_codec::inflate;

const LEVELS: usize = 13;

thread_local! {
    /// Encoders that have packed other inputs before, as those of a worker have.
    static USED: RefCell<[Option<Encoder>; LEVELS]> = const { RefCell::new([const { None }; LEVELS]) };
}

/// The most bytes that are packed: more than a window, so that matches fall out of it.
const LONGEST: usize = 48 << 10;

/// Packs `bytes[5..]` in two blocks, the second with the first as dictionary.
///
/// The first five bytes give level, place of the cut (two bytes), how the stream ends, and how
/// often the data is repeated.
pub fn deflate(bytes: &[u8]) {
    let Some((&[level, high, low, end, repeat], body)) = bytes.split_first_chunk::<5>() else {
        return;
    };
    let mut data = body.repeat(1 + usize::from(repeat));
    data.truncate(LONGEST);
    let cut = data.len() * usize::from(u16::from_be_bytes([high, low])) / usize::from(u16::MAX);
    let finishes = end & 1 == 0;

    let level = usize::from(level) % LEVELS;
    let stream = USED.with_borrow_mut(|encoders| {
        pack(
            encoders[level].get_or_insert_with(|| encoder(level)),
            &data,
            cut,
            finishes,
        )
    });
    let (read, consumed) = inflate::inflate(&stream, data.len()).expect("we read what we write");
    assert!(read == data, "other data comes back");
    assert_eq!(consumed, stream.len(), "bytes are left over");
    assert!(
        reference::inflate_exactly(&stream, data.len()) == data,
        "libdeflate reads other data"
    );

    let again = pack(&mut encoder(level), &data, cut, finishes);
    assert!(
        again == stream,
        "what an encoder did before shows in its output"
    );
}

fn encoder(level: usize) -> Encoder {
    Encoder::new(Level::new(level as u8).expect("a level below 13"))
}

/// Packs `data[..cut]`, then the rest with that as dictionary.
fn pack(encoder: &mut Encoder, data: &[u8], cut: usize, finishes: bool) -> Vec<u8> {
    let mut stream = Vec::new();
    encoder.encode(&data[..cut], 0, Boundary::Flush, &mut stream);
    if finishes {
        encoder.encode(data, cut, Boundary::Finish, &mut stream);
    } else {
        encoder.encode(data, cut, Boundary::Flush, &mut stream);
        encoder.encode(&[], 0, Boundary::Finish, &mut stream);
    }
    stream
}
