//! The symbols of a block: literals, matches and the end.

use super::bits::BitReader;
use super::copy::copy_match;
use super::error::{Code, Error};
use super::table::Tables;

/// Why the decoding of symbols stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The block ended.
    End,
    /// The input ends within a symbol, which is not used up.
    NeedsInput,
    /// The next symbol is a literal that does not fit; it is not used up.
    NeedsOutput,
    /// The match is used up, but it does not fit.
    Cut { length: usize, distance: usize },
}

/// Decodes symbols into `output[*position..]` until the block ends or one more does not fit.
pub(super) fn decode_symbols(
    reader: &mut BitReader<'_>,
    tables: &Tables,
    output: &mut [u8],
    position: &mut usize,
) -> Result<Outcome, Error> {
    loop {
        reader.refill();
        let bits = reader.peek();
        let entry = tables.literal_length.get(bits);
        if entry.bits() > reader.count() {
            return Ok(Outcome::NeedsInput);
        }
        if entry.is_literal() {
            let Some(place) = output.get_mut(*position) else {
                return Ok(Outcome::NeedsOutput);
            };
            *place = entry.base() as u8;
            *position += 1;
            reader.skip(entry.bits());
            continue;
        }
        if entry.is_exceptional() {
            if entry.is_end() {
                reader.skip(entry.bits());
                return Ok(Outcome::End);
            }
            return Err(invalid_symbol(reader, Code::LiteralLength));
        }
        let length = entry.value(bits) as usize;
        let distance_bits = bits >> entry.bits();
        let distance_entry = tables.distance.get(distance_bits);
        let used = entry.bits() + distance_entry.bits();
        if used > reader.count() {
            return Ok(Outcome::NeedsInput);
        }
        if distance_entry.is_exceptional() {
            return Err(invalid_symbol(reader, Code::Distance));
        }
        let distance = distance_entry.value(distance_bits) as usize;
        if distance > *position {
            return Err(Error::DistanceTooFar {
                offset: reader.offset(),
                distance,
                available: *position,
            });
        }
        reader.skip(used);
        if length > output.len() - *position {
            return Ok(Outcome::Cut { length, distance });
        }
        copy_match(output, *position, distance, length);
        *position += length;
    }
}

#[cold]
fn invalid_symbol(reader: &BitReader<'_>, code: Code) -> Error {
    Error::InvalidSymbol {
        offset: reader.offset(),
        code,
    }
}
