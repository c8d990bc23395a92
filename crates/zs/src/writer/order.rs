use super::packer::Data;
use super::place::{InputPlace, RecordPlace};
use crate::Error;

/// The records so far: how many there are, and the last one.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) records: u64,
    /// Records of the input at hand.
    input_records: u64,
    /// `None` before the first.
    last: Option<Vec<u8>>,
}

impl Order {
    /// Adds the records of a block that are sorted and behind those before.
    pub(super) fn add(&mut self, data: &Data) -> Result<(), Error> {
        self.check(data)?;
        let last = self.last.get_or_insert_default();
        last.clear();
        last.extend_from_slice(&data.payload[data.survey.last.clone()]);
        let records = data.survey.records as u64;
        self.records += records;
        let restarted = data.places.as_ref().and_then(|places| places.restarted);
        self.input_records = match restarted {
            Some(restarted) => restarted as u64,
            None => self.input_records + records,
        };
        Ok(())
    }

    fn check(&self, data: &Data) -> Result<(), Error> {
        let places = data.places.as_ref();
        let first = &data.payload[data.survey.first.clone()];
        if let Some(last) = &self.last
            && first < last.as_slice()
        {
            let input = places.map(|places| places.first);
            let restarted = input.and_then(|place| (place.offset == 0).then_some(0));
            return Err(self.unsorted(last, first, input, restarted, 0));
        }
        if let Some(unsorted) = &data.survey.unsorted {
            let before = &data.payload[unsorted.before.clone()];
            let after = &data.payload[unsorted.after.clone()];
            let input = places.and_then(|places| places.unsorted);
            let restarted = places.and_then(|places| places.unsorted_number);
            return Err(self.unsorted(before, after, input, restarted, unsorted.number));
        }
        Ok(())
    }

    /// Makes the error of a record with `number` records before it in its block, and `restarted` in its input
    /// if that begins in the block.
    fn unsorted(
        &self,
        before: &[u8],
        after: &[u8],
        input: Option<InputPlace>,
        restarted: Option<usize>,
        number: usize,
    ) -> Error {
        let records_before = match (input, restarted) {
            (_, Some(restarted)) => restarted as u64,
            (Some(_), None) => self.input_records + number as u64,
            (None, None) => self.records + number as u64,
        };
        Error::Unsorted {
            place: RecordPlace {
                number: records_before + 1,
                input,
            },
            before: before.to_vec(),
            after: after.to_vec(),
        }
    }
}
