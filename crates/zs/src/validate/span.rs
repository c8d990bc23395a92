use std::sync::Arc;

use super::references::Entry;
use crate::Defect;

/// What is known of the records under a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    /// The last record of the file before them.
    pub(super) before: Option<Arc<[u8]>>,
    /// The first record, or something that is not smaller.
    pub(super) first: Option<Arc<[u8]>>,
    /// The last record, or something that is not larger.
    pub(super) last: Option<Arc<[u8]>>,
}

impl Span {
    /// Compares the keys of an index block with what is known of the blocks below, and returns what is known of
    /// all of them together.
    ///
    /// Where nothing is known of a block below, the keys say something about its records.
    pub(super) fn of_index(entries: &[Entry], mut fail: impl FnMut(Defect)) -> Self {
        let mut last: Option<&[u8]> = None;
        for Entry {
            key, block, span, ..
        } in entries
        {
            let before = last.max(span.before.as_deref());
            let (key, block) = (&**key, *block);
            if span.first.as_deref().is_some_and(|first| key > first) {
                let key = key.to_vec();
                fail(Defect::KeyTooLargeFor { key, block });
            } else if before.is_some_and(|before| key < before) {
                let key = key.to_vec();
                fail(Defect::KeyTooSmallFor { key, block });
            }
            last = span.last.as_deref();
        }
        let known = |record: &Option<Arc<[u8]>>, other: Option<&Entry>| {
            let key = || other.map(|entry| Arc::from(&*entry.key));
            record.clone().or_else(key)
        };
        let (Some(head), Some(tail)) = (entries.first(), entries.last()) else {
            return Self::default();
        };
        Self {
            before: head.span.before.clone(),
            first: known(&head.span.first, entries.get(1)),
            last: known(&tail.span.last, Some(tail)),
        }
    }

    /// Returns how much memory the records take, in bytes.
    pub(super) fn memory(&self) -> usize {
        let length = |record: &Option<Arc<[u8]>>| record.as_ref().map_or(0, |record| record.len());
        // What is before is the last record of another.
        length(&self.first) + length(&self.last)
    }
}
