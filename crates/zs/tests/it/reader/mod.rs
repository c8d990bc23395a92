//! The reader: it finds what is there, says what is wrong, and reads no more than it must.

mod bulk;
mod damage;
mod flips;
mod index;
mod prefetch;
mod reads;
mod scan;
mod search;

use blockyard_pipeline::Options;
use blockyard_storage::ReadAt;
use blockyard_zs::{Error, Framing, Query, ZsReader};

type Records = Vec<Vec<u8>>;

fn threads(number: usize) -> Options {
    Options {
        threads: number.try_into().unwrap(),
        ..Options::default()
    }
}

/// Returns what a query gives, on which all ways of asking must agree.
#[track_caller]
fn ask<S: ReadAt + Sync>(reader: &ZsReader<S>, query: &Query) -> Result<Records, String> {
    let text = |error: Error| error.to_string();
    let records = reader.search(query).collect::<Result<Records, _>>();
    let Ok(records) = records else {
        return records.map_err(text);
    };
    let lend = || -> Result<Records, Error> {
        let mut lent = Vec::new();
        let mut search = reader.search(query);
        while let Some(record) = search.next_record() {
            lent.push(record?.to_vec());
        }
        Ok(lent)
    };
    assert_eq!(lend().map_err(text)?, records);
    let mut reverse: Records = reader
        .search_reverse(query)
        .collect::<Result<_, _>>()
        .map_err(text)?;
    reverse.reverse();
    assert_eq!(reverse, records);
    let mut in_batches = Vec::new();
    for batch in reader.blocks(query) {
        in_batches.extend(batch.map_err(text)?.iter().map(<[u8]>::to_vec));
    }
    assert_eq!(in_batches, records);
    let count = reader.count(query, &threads(2)).map_err(text)?;
    assert_eq!(count, records.len() as u64);
    let mut dumped = Vec::new();
    reader
        .dump(query, &Framing::Uleb128, &threads(2), &mut dumped)
        .map_err(text)?;
    assert_eq!(dumped, crate::build::data_payload(&records));
    Ok(records)
}
