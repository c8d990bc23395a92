//! Where a record comes from.

use std::fmt;

/// A place in the inputs of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputPlace {
    /// The number of the input, counted from 0.
    pub input: usize,
    /// Bytes from its beginning.
    pub offset: u64,
}

impl fmt::Display for InputPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "byte {} of input {}",
            self.offset,
            self.input + 1
        )
    }
}

/// Which record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordPlace {
    /// The number of the record, counted from 1: within its input where there is one, else within the file.
    pub number: u64,
    /// Where it begins, for a record that was cut from an input.
    pub input: Option<InputPlace>,
}

impl fmt::Display for RecordPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "record {}", self.number)?;
        match &self.input {
            Some(place) => write!(formatter, " at {place}"),
            None => Ok(()),
        }
    }
}

/// Where a piece of the inputs begins, and where others of them begin within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// Of the beginning of the piece.
    pub(super) start: InputPlace,
    /// Where further inputs begin, with their numbers.
    pub(super) inputs: Vec<(usize, usize)>,
}

impl Origin {
    /// Returns the place of a position in the piece.
    pub(super) fn place(&self, position: usize) -> InputPlace {
        let before = self.inputs.partition_point(|&(begin, _)| begin <= position);
        match before.checked_sub(1).map(|last| self.inputs[last]) {
            Some((begin, input)) => InputPlace {
                input,
                offset: (position - begin) as u64,
            },
            None => InputPlace {
                input: self.start.input,
                offset: self.start.offset + position as u64,
            },
        }
    }

    /// Returns where the last input that begins in the piece does, up to a position in it.
    pub(super) fn last_begin(&self, position: usize) -> Option<usize> {
        let before = self.inputs.partition_point(|&(begin, _)| begin <= position);
        match before.checked_sub(1) {
            Some(last) => Some(self.inputs[last].0),
            None => (self.start.offset == 0).then_some(0),
        }
    }
}
