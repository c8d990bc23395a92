//! The symbols of a block, one by one: literals, matches and the end.

use super::bits::{BitReader, low};
use super::bundle::Symbol;
use super::copy::copy_match;
use super::error::{Code, Error};
use super::fast::decode_bundles;
use super::tables::Tables;

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
        decode_bundles(reader, tables, output, position);
        // Near the end of the input or output, at the end of the block or before an error.
        reader.refill();
        let bits = reader.peek();
        let (symbol, symbol_bits) = tables.bundles.symbol(bits);
        if symbol_bits > reader.count() {
            return Ok(Outcome::NeedsInput);
        }
        let length = match symbol {
            Symbol::Literal(literal) => {
                let Some(place) = output.get_mut(*position) else {
                    return Ok(Outcome::NeedsOutput);
                };
                *place = literal;
                *position += 1;
                reader.skip(symbol_bits);
                continue;
            }
            Symbol::Length(length) => length,
            Symbol::End => {
                reader.skip(symbol_bits);
                return Ok(Outcome::End);
            }
            Symbol::Invalid => return Err(invalid_symbol(reader, Code::LiteralLength)),
        };
        let bits = bits >> symbol_bits;
        let entry = tables.distances.get(bits);
        let used = symbol_bits + entry.bits();
        if used > reader.count() {
            return Ok(Outcome::NeedsInput);
        }
        if entry.is_exceptional() {
            return Err(invalid_symbol(reader, Code::Distance));
        }
        let distance = entry.distance(bits, low) as usize;
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
