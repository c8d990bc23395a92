use std::collections::VecDeque;

/// Results that wait for those before them.
///
/// It never holds more than the run has slots: a result waits only while its block holds one.
pub(crate) struct Reorder<T> {
    /// The result at index `i` is that of the block `next + i`.
    waiting: VecDeque<Option<T>>,
    next: u64,
}

impl<T> Reorder<T> {
    pub(crate) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            next: 0,
        }
    }

    /// Returns the number of the block whose result comes next.
    pub(crate) fn next_number(&self) -> u64 {
        self.next
    }

    pub(crate) fn insert(&mut self, number: u64, result: T) {
        let index = (number - self.next) as usize;
        if index >= self.waiting.len() {
            self.waiting.resize_with(index + 1, || None);
        }
        self.waiting[index] = Some(result);
    }

    /// Removes and returns the result that comes next, if it is there.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let result = self.waiting.front_mut()?.take()?;
        self.waiting.pop_front();
        self.next += 1;
        Some(result)
    }
}
