//! The header of a dynamic block (RFC 1951, section 3.2.7), read bit by bit as it arrives.

use super::bits::BitReader;
use super::code_length::CodeLengthTable;
use super::error::{Code, Error};
use super::tables::Tables;

/// Literal/length codes that a header may announce.
const MAX_LITERAL_LENGTHS: usize = 286;
/// Distance codes that a header may announce.
const MAX_DISTANCES: usize = 30;
/// The order in which the lengths of the code length code are written.
const CODE_LENGTH_ORDER: [u8; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// How far the header has been read.
#[derive(Clone, Copy, Debug)]
enum Step {
    Counts,
    CodeLengthLengths { done: usize },
    Lengths { done: usize },
}

/// A dynamic block header that is being read.
#[derive(Debug)]
pub(super) struct DynamicHeader {
    step: Step,
    literal_lengths: usize,
    distances: usize,
    code_length_lengths: usize,
    code_lengths: [u8; 19],
    table: CodeLengthTable,
    lengths: [u8; MAX_LITERAL_LENGTHS + MAX_DISTANCES],
}

impl DynamicHeader {
    pub(super) fn new() -> Self {
        Self {
            step: Step::Counts,
            literal_lengths: 0,
            distances: 0,
            code_length_lengths: 0,
            code_lengths: [0; 19],
            table: CodeLengthTable::empty(),
            lengths: [0; MAX_LITERAL_LENGTHS + MAX_DISTANCES],
        }
    }

    /// Begins a header.
    pub(super) fn begin(&mut self) {
        self.step = Step::Counts;
    }

    /// Reads on, and builds `tables` and returns true when the header is complete. False asks for
    /// more input.
    pub(super) fn read(
        &mut self,
        reader: &mut BitReader<'_>,
        tables: &mut Tables,
    ) -> Result<bool, Error> {
        loop {
            match self.step {
                Step::Counts => {
                    if !reader.has(14) {
                        return Ok(false);
                    }
                    self.read_counts(reader)?;
                }
                Step::CodeLengthLengths { done } if done < self.code_length_lengths => {
                    if !reader.has(3) {
                        return Ok(false);
                    }
                    self.code_lengths[usize::from(CODE_LENGTH_ORDER[done])] = reader.take(3) as u8;
                    self.step = Step::CodeLengthLengths { done: done + 1 };
                }
                Step::CodeLengthLengths { .. } => {
                    self.table.build(&self.code_lengths).map_err(|defect| {
                        Error::InvalidCodeLengths {
                            offset: reader.offset(),
                            code: Code::CodeLength,
                            defect,
                        }
                    })?;
                    self.step = Step::Lengths { done: 0 };
                }
                Step::Lengths { done } => {
                    let done = self.read_lengths(reader, done)?;
                    self.step = Step::Lengths { done };
                    if done < self.literal_lengths + self.distances {
                        return Ok(false);
                    }
                    self.build(reader.offset(), tables)?;
                    return Ok(true);
                }
            }
        }
    }

    fn read_counts(&mut self, reader: &mut BitReader<'_>) -> Result<(), Error> {
        let offset = reader.offset();
        self.literal_lengths = 257 + reader.take(5) as usize;
        self.distances = 1 + reader.take(5) as usize;
        self.code_length_lengths = 4 + reader.take(4) as usize;
        if self.literal_lengths > MAX_LITERAL_LENGTHS || self.distances > MAX_DISTANCES {
            return Err(Error::TooManyCodes {
                offset,
                literal_lengths: self.literal_lengths as u16,
                distances: self.distances as u16,
            });
        }
        self.code_lengths = [0; 19];
        self.step = Step::CodeLengthLengths { done: 0 };
        Ok(())
    }

    /// Reads code lengths behind the first `done`, and returns how many there are now.
    fn read_lengths(
        &mut self,
        reader: &mut BitReader<'_>,
        mut done: usize,
    ) -> Result<usize, Error> {
        let lengths = &mut self.lengths[..self.literal_lengths + self.distances];
        while done < lengths.len() {
            // A symbol has at most 7 bits and 7 extra bits.
            reader.has(14);
            let (symbol, bits) = self.table.symbol(reader.peek());
            let (extra, least) = match symbol {
                16 => (2, 3),
                17 => (3, 3),
                18 => (7, 11),
                _ => (0, 1),
            };
            if bits + extra > reader.count() {
                break;
            }
            let offset = reader.offset();
            reader.skip(bits);
            let repeat = least + reader.take(extra) as usize;
            let value = match symbol {
                0..=15 => symbol,
                16 if done > 0 => lengths[done - 1],
                16 => return Err(Error::InvalidRepeat { offset }),
                _ => 0,
            };
            lengths
                .get_mut(done..done + repeat)
                .ok_or(Error::InvalidRepeat { offset })?
                .fill(value);
            done += repeat;
        }
        Ok(done)
    }

    fn build(&self, offset: usize, tables: &mut Tables) -> Result<(), Error> {
        let (literal_lengths, rest) = self.lengths.split_at(self.literal_lengths);
        let invalid = |code| {
            move |defect| Error::InvalidCodeLengths {
                offset,
                code,
                defect,
            }
        };
        tables
            .bundles
            .build(literal_lengths)
            .map_err(invalid(Code::LiteralLength))?;
        tables
            .distances
            .build(&rest[..self.distances])
            .map_err(invalid(Code::Distance))
    }
}
