use std::ops::Range;

use crate::{Defect, Error, uleb128};

/// The records of one data block: its payload, and where in it each record begins.
///
/// It takes 4 bytes a record besides the payload, and no memory of its own for any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataBlock {
    payload: Vec<u8>,
    /// Where the length field of each record is, and the end of the payload.
    fields: Vec<u32>,
}

impl DataBlock {
    /// Unpacks the payload of the block at `offset`.
    ///
    /// The order of the records is not looked at: that is [`check_order`](Self::check_order).
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the payload does not consist of records, one at least; and
    /// [`Error::LimitExceeded`] from 2^32 bytes on.
    pub fn unpack(payload: Vec<u8>, offset: u64) -> Result<Self, Error> {
        let Ok(end) = u32::try_from(payload.len()) else {
            let limit = u32::MAX as usize;
            return Err(Error::LimitExceeded { offset, limit });
        };
        let mut fields = Vec::new();
        for place in places(&payload) {
            let place = place.map_err(|defect| Error::corrupt(offset, defect))?;
            fields.push(place.field as u32);
        }
        if fields.is_empty() {
            return Err(Error::corrupt(offset, Defect::EmptyBlock));
        }
        fields.push(end);
        fields.shrink_to_fit();
        Ok(Self { payload, fields })
    }

    /// Checks that no record is smaller than the one before.
    ///
    /// # Errors
    /// [`Defect::Unsorted`] at `offset`, the place of the block.
    pub fn check_order(&self, offset: u64) -> Result<(), Error> {
        check_order(self.iter(), offset)
    }

    /// Returns the number of records, which is not zero.
    pub fn len(&self) -> usize {
        self.fields.len() - 1
    }

    /// Returns `false`: a block has a record.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Returns a record by its number, counted from 0.
    ///
    /// # Panics
    /// If there is no such record.
    pub fn get(&self, number: usize) -> &[u8] {
        let bytes = &self.payload[self.fields[number] as usize..self.fields[number + 1] as usize];
        let field = bytes.iter().take_while(|&&byte| byte >= 0x80).count() + 1;
        &bytes[field..]
    }

    /// Returns the first record.
    pub fn first(&self) -> &[u8] {
        self.get(0)
    }

    /// Returns the last record.
    pub fn last(&self) -> &[u8] {
        self.get(self.len() - 1)
    }

    /// Returns the records in the order of the block.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        (0..self.len()).map(|number| self.get(number))
    }

    /// Returns how many records are smaller than `bound`, in a block that is sorted.
    pub fn count_below(&self, bound: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.get(middle) < bound {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Returns the payload: the records, each behind its length.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Returns the part of the payload that some records take, each behind its length.
    ///
    /// # Panics
    /// If there are no such records.
    pub fn payload_of(&self, records: Range<usize>) -> &[u8] {
        &self.payload[self.fields[records.start] as usize..self.fields[records.end] as usize]
    }

    /// Returns the vector of the payload, to be used again.
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// Returns how much memory the block takes, in bytes.
    pub fn memory(&self) -> usize {
        self.payload.capacity() + self.fields.capacity() * size_of::<u32>() + size_of::<Self>()
    }
}

/// Appends a record to the payload of a data block.
pub fn append_record(record: &[u8], payload: &mut Vec<u8>) {
    uleb128::append(record.len() as u64, payload);
    payload.extend_from_slice(record);
}

/// Returns the records of a data block's payload one by one, without [`DataBlock`]'s memory.
///
/// After an error there is nothing more. The error has no place: the block's is all there is to say.
pub fn unpack_records(payload: &[u8]) -> impl Iterator<Item = Result<&[u8], Defect>> {
    places(payload).map(|place| place.map(|place| &payload[place.record]))
}

pub(crate) fn check_order<'a>(
    mut items: impl Iterator<Item = &'a [u8]>,
    offset: u64,
) -> Result<(), Error> {
    let Some(mut before) = items.next() else {
        return Ok(());
    };
    for (idx, after) in items.enumerate() {
        if after < before {
            let defect = Defect::Unsorted {
                before: before.to_vec(),
                after: after.to_vec(),
                number: idx + 1,
            };
            return Err(Error::corrupt(offset, defect));
        }
        before = after;
    }
    Ok(())
}

/// Where a record is in its payload.
struct Place {
    /// Where the length field begins.
    field: usize,
    /// Where the bytes are.
    record: Range<usize>,
}

fn places(payload: &[u8]) -> impl Iterator<Item = Result<Place, Defect>> {
    let mut field = 0;
    std::iter::from_fn(move || {
        if field == payload.len() {
            return None;
        }
        match read_record(payload, field) {
            Ok(record) => {
                let place = Place {
                    field,
                    record: record.clone(),
                };
                field = record.end;
                Some(Ok(place))
            }
            Err(defect) => {
                field = payload.len();
                Some(Err(defect))
            }
        }
    })
}

/// Returns where the record or key is whose length is at `start`, which is not behind the payload.
pub(crate) fn read_record(payload: &[u8], start: usize) -> Result<Range<usize>, Defect> {
    let (length, field) = uleb128::read(&payload[start..])?;
    let start = start + field;
    let remaining = (payload.len() - start) as u64;
    if length > remaining {
        return Err(Defect::RecordPastEnd { remaining, length });
    }
    Ok(start..start + length as usize)
}
