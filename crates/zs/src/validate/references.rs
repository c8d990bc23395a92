use std::collections::BTreeMap;
use std::ops::Range;

use super::span::Span;
use crate::index_block::check_reference;
use crate::{Defect, IndexBlock, Level};

/// Follows which blocks refer to which, as the blocks come in the order of the file.
///
/// ```text
///  blocks    seen, but not referred to yet, or referring to some that are yet to come
///  awaited   referred to, and yet to come
/// ```
///
/// A block is forgotten when both it and what is under it were seen, and its reference too. With each index
/// block behind what it refers to, as it is written mostly, that leaves the entries of one index block a level;
/// with index blocks first, those that have something under them which is yet to come. Whatever the file,
/// [`memory`](Self::memory) says how much it is.
#[derive(Debug)]
pub(super) struct References {
    /// Where blocks can be.
    place: Range<u64>,
    /// By their offsets.
    blocks: BTreeMap<u64, Block>,
    /// By their offsets, the entries that lead to them.
    awaited: BTreeMap<u64, Reference>,
    memory: usize,
}

/// An entry of an index block.
#[derive(Clone, Copy, Debug)]
struct Reference {
    /// Where the index block begins.
    from: u64,
    entry: usize,
}

/// A block that was seen.
#[derive(Debug)]
struct Block {
    /// `None` for a block that is damaged.
    level: Option<Level>,
    length: u64,
    referred: Option<Reference>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// All under it was seen.
    Known(Span),
    /// So many of its entries have something under them that is yet to come.
    Open(Vec<Entry>, usize),
}

/// A key, and what is known of the block that it stands for.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Box<[u8]>,
    /// Where the block begins.
    pub(super) block: u64,
    pub(super) length: u64,
    pub(super) span: Span,
}

/// Takes what is wrong, with where that is.
pub(super) trait Fail: FnMut(u64, Defect) {}

impl<F: FnMut(u64, Defect)> Fail for F {}

/// What an entry takes besides its key, in bytes.
const ENTRY_MEMORY: usize = size_of::<Entry>() + size_of::<(u64, Reference)>();

impl References {
    pub(super) fn new(place: Range<u64>) -> Self {
        Self {
            place,
            blocks: BTreeMap::new(),
            awaited: BTreeMap::new(),
            memory: 0,
        }
    }

    /// Returns how much memory it takes, in bytes and roughly.
    pub(super) fn memory(&self) -> usize {
        self.memory
    }

    /// Adds a block without references of its own; it has no level if it is damaged.
    pub(super) fn add(
        &mut self,
        offset: u64,
        length: u64,
        level: Option<Level>,
        span: Span,
        fail: &mut impl Fail,
    ) {
        let content = Content::Known(span);
        self.arrive(offset, length, level, content, fail);
    }

    /// Adds an index block.
    pub(super) fn add_index(
        &mut self,
        offset: u64,
        length: u64,
        index: &IndexBlock,
        fail: &mut impl Fail,
    ) {
        check_ascending(index, offset, fail);
        let level = index.level();
        let mut entries = Vec::with_capacity(index.len());
        let mut open = 0;
        for (idx, entry) in index.iter().enumerate() {
            let reference = Reference {
                from: offset,
                entry: idx,
            };
            let mut own = Entry {
                key: entry.key.into(),
                block: entry.offset,
                length: entry.length,
                span: Span::default(),
            };
            if let Err(defect) = check_reference(entry.offset, entry.length, &self.place) {
                fail(offset, defect);
            } else if let Some(span) = self.refer(&own, level, reference, offset + length, fail) {
                own.span = span;
            } else {
                open += 1;
            }
            self.memory += ENTRY_MEMORY + own.key.len() + own.span.memory();
            entries.push(own);
        }
        let content = Content::Open(entries, open);
        self.arrive(offset, length, Some(level), content, fail);
    }

    /// Says what is wrong when there are no more blocks: the one at `root` is the only one that nobody may refer
    /// to. If blocks were damaged, what they refer to cannot be known.
    pub(super) fn finish(mut self, root: u64, are_damaged: bool, fail: &mut impl Fail) {
        while let Some((offset, reference)) = self.awaited.pop_first() {
            fail(reference.from, Defect::Reference { block: offset });
            let block = Block {
                level: None,
                length: 0,
                referred: Some(reference),
                content: Content::Known(Span::default()),
            };
            self.settle(offset, block, fail);
        }
        let root_block = self.blocks.remove(&root);
        if root_block.is_none_or(|block| block.referred.is_some()) {
            fail(root, Defect::Root);
        }
        // Blocks that wait for each other are left too, of which the levels have said what is wrong.
        for (offset, block) in self.blocks {
            if block.referred.is_none() && block.level.is_some() && !are_damaged {
                fail(offset, Defect::Unreferenced);
            }
        }
    }

    /// Adds a block, and compares it with a reference that was there before.
    fn arrive(
        &mut self,
        offset: u64,
        length: u64,
        level: Option<Level>,
        content: Content,
        fail: &mut impl Fail,
    ) {
        let referred = self.awaited.remove(&offset);
        let block = Block {
            level,
            length,
            referred,
            content,
        };
        if let Some(Reference { from, entry }) = referred
            && let Some(parent) = self.blocks.get(&from)
            && let (Some(level), Content::Open(entries, _)) = (parent.level, &parent.content)
        {
            check_child(&entries[entry], level, &block, |defect| fail(from, defect));
        }
        self.settle(offset, block, fail);
    }

    /// Follows a reference, and returns what is known of the records there; `None` if that is yet to come.
    fn refer(
        &mut self,
        entry: &Entry,
        level: Level,
        reference: Reference,
        end: u64,
        fail: &mut impl Fail,
    ) -> Option<Span> {
        let dangling = Defect::Reference { block: entry.block };
        if entry.block >= end {
            if self.awaited.contains_key(&entry.block) {
                fail(reference.from, dangling);
                return Some(Span::default());
            }
            self.awaited.insert(entry.block, reference);
            return None;
        }
        let block = self.blocks.get_mut(&entry.block);
        let Some(block) = block.filter(|block| block.referred.is_none()) else {
            fail(reference.from, dangling);
            return Some(Span::default());
        };
        check_child(entry, level, block, |defect| fail(reference.from, defect));
        if let Content::Open(..) = block.content {
            block.referred = Some(reference);
            return None;
        }
        self.take(entry.block)
    }

    /// Forgets a block under which all was seen, and returns what is known of the records.
    fn take(&mut self, offset: u64) -> Option<Span> {
        let block = self.blocks.remove(&offset)?;
        let Content::Known(span) = block.content else {
            return None;
        };
        self.memory -= size_of::<Block>() + span.memory();
        Some(span)
    }

    /// Hands what is known of a block to the one that refers to it, and so on upward.
    fn settle(&mut self, mut offset: u64, mut block: Block, fail: &mut impl Fail) {
        loop {
            let span = match block.content {
                Content::Known(span) => span,
                Content::Open(entries, 0) => {
                    let span = Span::of_index(&entries, |defect| fail(offset, defect));
                    let entries_memory =
                        |entry: &Entry| ENTRY_MEMORY + entry.key.len() + entry.span.memory();
                    self.memory -= entries.iter().map(entries_memory).sum::<usize>();
                    span
                }
                Content::Open(..) => {
                    self.blocks.insert(offset, block);
                    return;
                }
            };
            let Some(reference) = block.referred else {
                self.memory += size_of::<Block>() + span.memory();
                block.content = Content::Known(span);
                self.blocks.insert(offset, block);
                return;
            };
            let Some(mut parent) = self.blocks.remove(&reference.from) else {
                return;
            };
            if let Content::Open(entries, open) = &mut parent.content {
                *open -= 1;
                let entry = &mut entries[reference.entry];
                self.memory += span.memory();
                entry.span = span;
            }
            (offset, block) = (reference.from, parent);
        }
    }
}

/// Compares a block with an entry that leads to it.
fn check_child(entry: &Entry, from: Level, block: &Block, mut fail: impl FnMut(Defect)) {
    let Some(found) = block.level else {
        return;
    };
    if found.get().checked_add(1) != Some(from.get()) {
        fail(Defect::ReferenceLevel { from, found });
    }
    if entry.length != block.length {
        fail(Defect::ReferenceLength {
            expected: entry.length,
            found: block.length,
            block: entry.block,
        });
    }
}

/// Checks that an index block of level 1 has its blocks in the order of the file.
fn check_ascending(index: &IndexBlock, offset: u64, fail: &mut impl Fail) {
    let mut pairs = index.iter().zip(index.iter().skip(1));
    if index.level().get() == 1
        && let Some((before, after)) = pairs.find(|(before, after)| after.offset < before.offset)
    {
        let (before, after) = (before.range().end, after.offset);
        fail(offset, Defect::UnsortedOffsets { before, after });
    }
}
