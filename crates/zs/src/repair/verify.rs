//! Which blocks of a damaged file can be used.

use std::ops::Range;

use blockyard_pipeline::{Options, Weigh, run};
use blockyard_storage::ReadAt;

use super::frames::Part;
use super::head::Head;
use super::report::{Dropped, LostRange};
use crate::carried::Carried;
use crate::reader::unpacker::read_exact;
use crate::{BlockDecoder, Codec, DataBlock, Defect, Error, Frame};

/// What was found out about the parts of a file.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// The data blocks to be kept: sorted, in themselves and one behind the other.
    pub(super) kept: Vec<Range<u64>>,
    pub(super) dropped: Vec<Dropped>,
    pub(super) lost: Vec<LostRange>,
    /// The last record that is kept.
    last: Option<Vec<u8>>,
    /// What was dropped since then.
    loss: Option<Range<u64>>,
}

/// Reads and unpacks all data blocks, on the threads of `options`.
pub(super) fn verify<S: ReadAt + Sync>(
    source: &S,
    head: &Head,
    codec: Codec,
    parts: Vec<Part>,
    limit: usize,
    options: &Options,
) -> Result<Verdict, Error> {
    let mut verdict = Verdict::default();
    let items = parts.into_iter().map(|part| match part {
        Part::Frame { offset, length, .. } => {
            let frame = read_block(source, &(offset..offset + length));
            frame.map(|bytes| Item::Block { offset, bytes })
        }
        Part::Gap { bytes, error } => {
            let error = *error;
            Ok(Item::Gap(Dropped { bytes, error }))
        }
    });
    let outcome = run(
        options,
        items.map(|item| item.map_err(Carried)),
        || {
            let mut decoder = BlockDecoder::new(codec, limit);
            move |item| match item {
                Item::Gap(dropped) => Ok(Judged::Dropped(dropped)),
                Item::Block { offset, bytes } => Ok(judge(&mut decoder, offset, &bytes)),
            }
        },
        |judged| {
            match judged {
                Judged::Dropped(dropped) => {
                    let is_header = verdict.kept.is_empty()
                        && verdict.loss.is_none()
                        && dropped.bytes.start == head.blocks.start
                        && head.can_end_at(dropped.bytes.end);
                    if !is_header {
                        verdict.drop_part(dropped);
                    }
                }
                Judged::Good { bytes, first, last } => verdict.keep(bytes, first, last),
            }
            Ok(())
        },
    );
    outcome.map_err(|carried: Carried<Error>| carried.0)?;
    verdict.end_loss(None);
    Ok(verdict)
}

/// Returns the codec with which most of the first blocks can be unpacked.
pub(super) fn find_codec(
    source: &impl ReadAt,
    named: Option<Codec>,
    parts: &[Part],
    limit: usize,
) -> Result<Option<Codec>, Error> {
    /// Blocks that are tried.
    const TRIED: usize = 8;

    let mut blocks = Vec::new();
    for part in parts {
        match part {
            Part::Frame { .. } if blocks.len() < TRIED => {
                let bytes = part.bytes();
                blocks.push((bytes.start, read_block(source, &bytes)?));
            }
            _ => {}
        }
    }
    let mut best = (0, None);
    for codec in named
        .into_iter()
        .chain([Codec::Lzma2, Codec::Deflate, Codec::None])
    {
        let mut decoder = BlockDecoder::new(codec, limit);
        let good = blocks
            .iter()
            .filter(|(offset, bytes)| unpack(&mut decoder, *offset, bytes).is_ok())
            .count();
        if good > best.0 {
            best = (good, Some(codec));
        }
    }
    Ok(best.1)
}

/// Reads a block whose length was compared with that of the file.
pub(super) fn read_block(source: &impl ReadAt, range: &Range<u64>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let length = (range.end - range.start) as usize;
    read_exact(source, range.start, length, &mut bytes)?;
    Ok(bytes)
}

fn judge(decoder: &mut BlockDecoder, offset: u64, bytes: &[u8]) -> Judged {
    let range = offset..offset + bytes.len() as u64;
    match unpack(decoder, offset, bytes) {
        Ok(block) => Judged::Good {
            bytes: range,
            first: block.first().to_vec(),
            last: block.last().to_vec(),
        },
        Err(error) => Judged::Dropped(Dropped {
            bytes: range,
            error,
        }),
    }
}

fn unpack(decoder: &mut BlockDecoder, offset: u64, bytes: &[u8]) -> Result<DataBlock, Error> {
    let frame = Frame::parse_exact(bytes, offset)?;
    let mut payload = Vec::new();
    decoder.decode(frame.packed, offset, &mut payload)?;
    let block = DataBlock::unpack(payload, offset)?;
    block.check_order(offset)?;
    Ok(block)
}

impl Verdict {
    fn keep(&mut self, bytes: Range<u64>, first: Vec<u8>, last: Vec<u8>) {
        match &self.last {
            Some(before) if first < *before => {
                let defect = Defect::UnsortedBlocks {
                    before: before.clone(),
                    after: first,
                };
                let error = Error::corrupt(bytes.start, defect);
                self.drop_part(Dropped { bytes, error });
            }
            _ => {
                self.end_loss(Some(first));
                self.last = Some(last);
                self.kept.push(bytes);
            }
        }
    }

    fn drop_part(&mut self, dropped: Dropped) {
        let bytes = &dropped.bytes;
        let start = self.loss.as_ref().map_or(bytes.start, |loss| loss.start);
        self.loss = Some(start..bytes.end);
        self.dropped.push(dropped);
    }

    fn end_loss(&mut self, before: Option<Vec<u8>>) {
        if let Some(bytes) = self.loss.take() {
            self.lost.push(LostRange {
                bytes,
                after: self.last.clone(),
                before,
                blocks: None,
            });
        }
    }
}

enum Item {
    Block { offset: u64, bytes: Vec<u8> },
    Gap(Dropped),
}

enum Judged {
    Good {
        bytes: Range<u64>,
        first: Vec<u8>,
        last: Vec<u8>,
    },
    Dropped(Dropped),
}

impl Weigh for Item {
    fn weight(&self) -> usize {
        match self {
            Self::Block { bytes, .. } => bytes.len(),
            Self::Gap(_) => 0,
        }
    }
}

impl Weigh for Judged {
    fn weight(&self) -> usize {
        0
    }
}
