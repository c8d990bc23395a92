use std::ops::Range;

use crate::Defect;
use crate::data_block::read_record;

/// What there is to know of a data block's payload besides its bytes: found by one pass, without memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Survey {
    /// The number of records, which is not zero.
    pub(crate) records: usize,
    /// Where the first record is.
    pub(crate) first: Range<usize>,
    /// Where the last record is.
    pub(crate) last: Range<usize>,
    /// The first record that is smaller than the one before.
    pub(crate) unsorted: Option<Unsorted>,
}

/// Two records of a block in the wrong order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unsorted {
    /// Where the larger one is, which stands before the other.
    pub(crate) before: Range<usize>,
    /// Where the smaller one is.
    pub(crate) after: Range<usize>,
    /// How many records are before the smaller one.
    pub(crate) number: usize,
}

impl Survey {
    /// Looks at all records of a payload.
    pub(crate) fn new(payload: &[u8]) -> Result<Self, Defect> {
        if payload.is_empty() {
            return Err(Defect::EmptyBlock);
        }
        let first = read_record(payload, 0)?;
        let (mut last, mut records) = (first.clone(), 1);
        let mut unsorted = None;
        while last.end < payload.len() {
            let record = read_record(payload, last.end)?;
            if unsorted.is_none() && payload[record.clone()] < payload[last.clone()] {
                unsorted = Some(Unsorted {
                    before: last,
                    after: record.clone(),
                    number: records,
                });
            }
            last = record;
            records += 1;
        }
        Ok(Self {
            records,
            first,
            last,
            unsorted,
        })
    }
}
