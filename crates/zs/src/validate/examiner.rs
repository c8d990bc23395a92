use std::ops::Range;
use std::sync::Arc;

use blockyard_pipeline::{Buffer, BufferPool};

use super::source::Job;
use crate::survey::Survey;
use crate::{BlockDecoder, Codec, Defect, Error, Frame, IndexBlock, Level};

/// What a worker looks at blocks with.
#[derive(Debug)]
pub(super) struct Examiner {
    codec: Codec,
    decoder: BlockDecoder,
    pool: BufferPool,
}

/// A block, and what is known of it without any other.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) offset: u64,
    /// Length of the whole block in bytes.
    pub(super) length: u64,
    pub(super) content: Content,
    /// What is wrong with the order of its records or keys.
    pub(super) failure: Option<Defect>,
}

#[derive(Debug)]
pub(super) enum Content {
    Data(Data),
    Index(IndexBlock),
    /// A block with a payload that was not read.
    Unread(Level),
    Damaged(Defect),
}

/// The records of a data block.
#[derive(Debug)]
pub(super) struct Data {
    pub(super) payload: Payload,
    pub(super) records: u64,
    pub(super) first: Arc<[u8]>,
    pub(super) last: Arc<[u8]>,
}

#[derive(Debug)]
pub(super) enum Payload {
    Unpacked(Buffer),
    /// A part of the block as it is in the file.
    Stored(Vec<u8>, Range<usize>),
}

impl Payload {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Unpacked(buffer) => buffer,
            Self::Stored(bytes, range) => &bytes[range.clone()],
        }
    }
}

impl Examiner {
    pub(super) fn new(codec: Codec, limit: usize, pool: BufferPool) -> Self {
        Self {
            codec,
            decoder: BlockDecoder::new(codec, limit),
            pool,
        }
    }

    pub(super) fn examine(&mut self, job: Job) -> Examined {
        let (offset, length) = (job.offset, job.length);
        let mut failure = None;
        let content = match job.level {
            Some(level) => Content::Unread(level),
            None => self
                .unpack(job.bytes, offset, &mut failure)
                .unwrap_or_else(Content::Damaged),
        };
        Examined {
            offset,
            length,
            content,
            failure,
        }
    }

    fn unpack(
        &mut self,
        bytes: Vec<u8>,
        offset: u64,
        failure: &mut Option<Defect>,
    ) -> Result<Content, Defect> {
        let frame = Frame::parse_exact(&bytes, offset).map_err(into_defect)?;
        let (level, packed_len) = (frame.level, frame.packed.len());
        if level.is_extension() {
            return Ok(Content::Unread(level));
        }
        let payload = if self.codec == Codec::None && level.is_data() {
            // Behind the packed payload there is but the checksum.
            let end = bytes.len() - size_of::<u64>();
            Payload::Stored(bytes, end - packed_len..end)
        } else {
            let mut payload = self.pool.get();
            self.decoder
                .decode(frame.packed, offset, &mut payload)
                .map_err(into_defect)?;
            Payload::Unpacked(payload)
        };
        if level.is_data() {
            return Ok(Content::Data(survey(payload, failure)?));
        }
        let block = IndexBlock::unpack(payload.bytes().to_vec(), level, offset);
        let block = block.map_err(into_defect)?;
        *failure = block.check_order(offset).map_err(into_defect).err();
        Ok(Content::Index(block))
    }
}

fn survey(payload: Payload, failure: &mut Option<Defect>) -> Result<Data, Defect> {
    let bytes = payload.bytes();
    let survey = Survey::new(bytes)?;
    *failure = survey.unsorted.map(|unsorted| Defect::Unsorted {
        before: bytes[unsorted.before].to_vec(),
        after: bytes[unsorted.after].to_vec(),
        number: unsorted.number,
    });
    Ok(Data {
        records: survey.records as u64,
        first: bytes[survey.first].into(),
        last: bytes[survey.last].into(),
        payload,
    })
}

/// Returns what is wrong with a block, by an error of one of its parts.
fn into_defect(error: Error) -> Defect {
    match error {
        Error::Corrupt { defect, .. } => defect,
        Error::LimitExceeded { limit, .. } => Defect::BlockLimit { limit },
        error => unreachable!("bytes that are there cannot fail to be read: {error}"),
    }
}
