use std::io;
use std::iter::{Fuse, Peekable};
use std::ops::Range;

use crate::read_at::read_range;
use crate::{Access, ReadAt};

/// Bounds what empty ranges, which add no bytes, can add to a group.
const MOST_PARTS: usize = 1024;

/// Ranges that are read as one.
pub(crate) struct Group {
    whole: Range<u64>,
    parts: Vec<Range<u64>>,
}

impl Group {
    /// Reads the whole and returns the bytes of each part.
    pub(crate) fn read(&self, source: &(impl ReadAt + ?Sized)) -> io::Result<Vec<Vec<u8>>> {
        let bytes = read_range(source, &self.whole)?;
        if let [_] = self.parts[..] {
            return Ok(vec![bytes]);
        }
        let cut = |part: &Range<u64>| {
            let start = (part.start - self.whole.start) as usize;
            bytes[start..start + (part.end - part.start) as usize].to_vec()
        };
        Ok(self.parts.iter().map(cut).collect())
    }

    fn admits(&self, next: &Range<u64>, access: &Access) -> bool {
        self.parts.len() < MOST_PARTS
            && self.whole.start <= self.whole.end
            && self.whole.start <= next.start
            && next.start <= self.whole.end.saturating_add(access.gap)
            && next.start <= next.end
            && self.whole.end.max(next.end) - self.whole.start <= access.longest
    }
}

/// Joins neighbors among ranges, in their order.
pub(crate) struct Groups<I: Iterator<Item = Range<u64>>> {
    ranges: Peekable<Fuse<I>>,
    access: Access,
}

impl<I: Iterator<Item = Range<u64>>> Groups<I> {
    pub(crate) fn new(ranges: I, access: Access) -> Self {
        Self {
            ranges: ranges.fuse().peekable(),
            access,
        }
    }
}

impl<I: Iterator<Item = Range<u64>>> Iterator for Groups<I> {
    type Item = Group;

    fn next(&mut self) -> Option<Group> {
        let first = self.ranges.next()?;
        let mut group = Group {
            whole: first.clone(),
            parts: vec![first],
        };
        while let Some(next) = self.ranges.next_if(|next| group.admits(next, &self.access)) {
            group.whole.end = group.whole.end.max(next.end);
            group.parts.push(next);
        }
        Some(group)
    }
}
