use std::mem;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::examiner::{Content, Data, Examined};
use super::references::References;
use super::span::Span;
use super::{Report, ValidateOptions};
use crate::{Defect, Error, Header, Level};

/// Where the metadata begins in a file.
const METADATA_OFFSET: u64 = 96;

/// What was found so far.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    header: &'a Header,
    options: &'a ValidateOptions,
    report: Report,
    references: References,
    hash: Sha256,
    /// The last record of the data block before.
    last: Option<Arc<[u8]>>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(header: &'a Header, options: &'a ValidateOptions) -> Self {
        let mut progress = Self {
            header,
            options,
            report: Report {
                duplicate_keys: header.metadata.duplicate_keys(),
                ..Report::default()
            },
            references: References::new(header.blocks()),
            hash: Sha256::new(),
            last: None,
        };
        if !header.metadata.is_strict() {
            progress.fail(METADATA_OFFSET, Defect::LenientMetadata);
        }
        progress
    }

    /// Adds the next block of the file.
    pub(super) fn add(&mut self, block: Examined) -> Result<(), Error> {
        let Examined { offset, length, .. } = block;
        if let Some(defect) = block.failure {
            self.fail(offset, defect);
        }
        let limit = self.options.failure_limit;
        let report = &mut self.report;
        let references = &mut self.references;
        match block.content {
            Content::Data(data) => {
                let span = self.add_data(offset, data);
                self.add_block(offset, length, Some(Level::DATA), span);
            }
            Content::Index(index) => {
                report.index_blocks += 1;
                let fail = &mut |offset, defect| report.add(limit, offset, defect);
                references.add_index(offset, length, &index, fail);
                self.check_root(offset, length, index.level());
            }
            Content::Unread(level) if level.is_extension() => {
                report.extension_blocks += 1;
                self.check_root(offset, length, level);
            }
            Content::Unread(level) => {
                report.data_blocks += 1;
                self.add_block(offset, length, Some(level), Span::default());
            }
            Content::Damaged(defect) => {
                report.damaged_blocks += 1;
                self.fail(offset, defect);
                self.add_block(offset, length, None, Span::default());
            }
        }
        let limit = self.options.reference_limit;
        if self.references.memory() > limit {
            return Err(Error::corrupt(offset, Defect::UnresolvedLimit { limit }));
        }
        Ok(())
    }

    /// Ends with a failure that hides where the next block begins.
    pub(super) fn break_off(mut self, offset: u64, defect: Defect) -> Report {
        self.fail(offset, defect);
        self.report.failures.sort_by_key(|failure| failure.offset);
        self.report
    }

    /// Ends with what only the whole file can show.
    pub(super) fn finish(mut self) -> Report {
        let are_damaged = self.report.damaged_blocks > 0;
        let found = mem::take(&mut self.hash).finalize().into();
        let expected = self.header.data_sha256;
        if !self.options.quick && !are_damaged && expected != found {
            self.fail(0, Defect::DataHash { expected, found });
        }
        let mut report = self.report;
        let limit = self.options.failure_limit;
        let fail = &mut |offset, defect| report.add(limit, offset, defect);
        self.references
            .finish(self.header.root_index_offset, are_damaged, fail);
        report.is_complete = true;
        report.failures.sort_by_key(|failure| failure.offset);
        report
    }

    fn add_data(&mut self, offset: u64, data: Data) -> Span {
        self.report.data_blocks += 1;
        self.report.records += data.records;
        let payload = data.payload.bytes();
        self.report.payload_bytes += payload.len() as u64;
        self.hash.update(payload);
        let before = self.last.replace(Arc::clone(&data.last));
        if let Some(before) = &before
            && *data.first < **before
        {
            let (before, after) = (before.to_vec(), data.first.to_vec());
            self.fail(offset, Defect::UnsortedBlocks { before, after });
        }
        Span {
            before,
            first: Some(data.first),
            last: Some(data.last),
        }
    }

    fn add_block(&mut self, offset: u64, length: u64, level: Option<Level>, span: Span) {
        let report = &mut self.report;
        let limit = self.options.failure_limit;
        let fail = &mut |offset, defect| report.add(limit, offset, defect);
        self.references.add(offset, length, level, span, fail);
        if let Some(level) = level {
            self.check_root(offset, length, level);
        }
    }

    /// Compares a block with what the header says about the root, if it is that.
    fn check_root(&mut self, offset: u64, found: u64, level: Level) {
        if offset != self.header.root_index_offset {
            return;
        }
        let expected = self.header.root_index_length;
        if expected != found {
            self.fail(0, Defect::RootLength { expected, found });
        }
        if level.is_index() {
            self.report.root_level = Some(level);
        } else {
            self.fail(offset, Defect::RootLevel { found: level });
        }
    }

    fn fail(&mut self, offset: u64, defect: Defect) {
        self.report.add(self.options.failure_limit, offset, defect);
    }
}
