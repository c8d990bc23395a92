use blockyard_storage::ReadAt;

use super::head;
use super::run::{Run, RunReader, RunSource};
use crate::Error;

/// The records of several runs, in order.
pub(super) struct Merge<F> {
    source: RunSource<F>,
    runs: Vec<RunReader>,
    /// A binary heap: the run with the smallest record is the first.
    heap: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    /// The first bytes of the run's record.
    head: u64,
    run: usize,
}

impl<F: ReadAt> Merge<F> {
    pub(super) fn new(file: F, runs: &[Run]) -> Result<Self, Error> {
        let mut merge = Self {
            source: RunSource::new(file),
            runs: runs.iter().map(RunReader::new).collect(),
            heap: Vec::new(),
        };
        for (run, reader) in merge.runs.iter_mut().enumerate() {
            if reader.advance(&mut merge.source)? {
                let head = head(reader.record());
                merge.heap.push(Entry { head, run });
            }
        }
        for parent in (0..merge.heap.len() / 2).rev() {
            merge.sift_down(parent);
        }
        Ok(merge)
    }

    /// Returns the smallest record.
    pub(super) fn record(&self) -> Option<&[u8]> {
        let first = self.heap.first()?;
        Some(self.runs[first.run].record())
    }

    /// Goes on behind the smallest record.
    pub(super) fn advance(&mut self) -> Result<(), Error> {
        let Some(first) = self.heap.first_mut() else {
            return Ok(());
        };
        let reader = &mut self.runs[first.run];
        if reader.advance(&mut self.source)? {
            first.head = head(reader.record());
        } else {
            self.heap.swap_remove(0);
        }
        self.sift_down(0);
        Ok(())
    }

    fn sift_down(&mut self, mut parent: usize) {
        loop {
            let mut smallest = parent;
            for child in [2 * parent + 1, 2 * parent + 2] {
                if child < self.heap.len() && self.is_less(child, smallest) {
                    smallest = child;
                }
            }
            if smallest == parent {
                return;
            }
            self.heap.swap(parent, smallest);
            parent = smallest;
        }
    }

    fn is_less(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.heap[one], self.heap[other]);
        if one.head != other.head {
            return one.head < other.head;
        }
        self.runs[one.run].record() < self.runs[other.run].record()
    }
}
