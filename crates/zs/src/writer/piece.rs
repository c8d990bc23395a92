use std::ops::Range;

use blockyard_pipeline::Buffer;
use memchr::memchr_iter;
use memchr::memmem::find_iter;

use super::place::Origin;
use crate::data_block::read_record;
use crate::survey::Survey;
use crate::{Framing, InputPlace, append_record};

/// Whole records of the inputs, and where they come from. With terminators, that of the last one is missing.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) bytes: Buffer,
    pub(super) origin: Origin,
}

/// Where the records of a piece come from, as far as somebody has to know.
#[derive(Debug)]
pub(super) struct Places {
    /// Of the first record.
    pub(super) first: InputPlace,
    /// Of the first record that is smaller than the one before.
    pub(super) unsorted: Option<InputPlace>,
    /// How many records are before it of the same input, if that begins in this piece.
    pub(super) unsorted_number: Option<usize>,
    /// How many records there are of the last input, if that begins in this piece.
    pub(super) restarted: Option<usize>,
}

impl Piece {
    /// Appends the records to a payload, each behind its length.
    pub(super) fn append_payload(&self, framing: &Framing, payload: &mut Vec<u8>) {
        payload.reserve(self.bytes.len() + self.bytes.len() / 16);
        visit_records(&self.bytes, framing, |_, record| {
            append_record(&self.bytes[record], payload);
        });
    }

    /// Returns where the records come from of which the survey says what there is to know.
    pub(super) fn places(&self, framing: &Framing, survey: &Survey) -> Places {
        let unsorted = survey.unsorted.as_ref();
        let unsorted = unsorted.map(|unsorted| self.start(framing, unsorted.number));
        let count = |begin, end| self.count(framing, begin, end);
        let origin = &self.origin;
        Places {
            first: origin.place(0),
            unsorted: unsorted.map(|start| origin.place(start)),
            unsorted_number: unsorted
                .and_then(|start| Some(count(origin.last_begin(start)?, start))),
            restarted: origin
                .last_begin(self.bytes.len())
                .map(|begin| count(begin, usize::MAX)),
        }
    }

    /// Returns where a record begins, with its length, by its number.
    fn start(&self, framing: &Framing, number: usize) -> usize {
        let (mut result, mut before) = (0, 0);
        visit_records(&self.bytes, framing, |start, _| {
            if before == number {
                result = start;
            }
            before += 1;
        });
        result
    }

    /// Returns how many records begin from one position to before another.
    fn count(&self, framing: &Framing, begin: usize, end: usize) -> usize {
        let mut count = 0;
        visit_records(&self.bytes, framing, |start, _| {
            count += usize::from((begin..end).contains(&start));
        });
        count
    }
}

/// Calls `visit` with where each record begins with its length, and where the record itself is.
pub(super) fn visit_records(
    bytes: &[u8],
    framing: &Framing,
    mut visit: impl FnMut(usize, Range<usize>),
) {
    match framing {
        Framing::Terminator(terminator) => {
            let mut start = 0;
            let mut cut = |end: usize| {
                visit(start, start..end);
                start = end + terminator.len();
            };
            match **terminator {
                [byte] => memchr_iter(byte, bytes).for_each(&mut cut),
                _ => find_iter(bytes, terminator).for_each(&mut cut),
            }
            cut(bytes.len());
        }
        Framing::Uleb128 => {
            let mut start = 0;
            // Whoever has cut the piece has seen all lengths.
            while start < bytes.len()
                && let Ok(record) = read_record(bytes, start)
            {
                let end = record.end;
                visit(start, record);
                start = end;
            }
        }
        Framing::U64le => {
            let mut start = 0;
            while let Some(field) = bytes[start..].first_chunk() {
                let record = start + field.len();
                let end = record + u64::from_le_bytes(*field) as usize;
                visit(start, record..end);
                start = end;
            }
        }
    }
}
