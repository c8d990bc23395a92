//! Who may use the processor, where more files are worked on than threads were asked for.

use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A number of turns, each of which one thread has at a time.
#[derive(Debug)]
pub(crate) struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

/// The right to use the processor, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Arc<Turns>,
}

impl Turns {
    /// Makes `number` turns.
    pub(crate) fn new(number: NonZero<usize>) -> Self {
        Self {
            free: Mutex::new(number.get()),
            freed: Condvar::new(),
        }
    }

    /// Waits for a turn. Who has one may not wait for another.
    pub(crate) fn take(self: &Arc<Self>) -> Turn {
        let free = self.freed.wait_while(self.lock(), |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        Turn {
            turns: Arc::clone(self),
        }
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.turns.lock() += 1;
        self.turns.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    //! How many threads compute at a time cannot be seen from outside.

    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn no_more_have_a_turn_than_there_are() {
        for number in [1, 2, 3] {
            let turns = Arc::new(Turns::new(NonZero::new(number).expect("it is not zero")));
            let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            thread::scope(|scope| {
                for _ in 0..16 {
                    scope.spawn(|| {
                        for _ in 0..50 {
                            let turn = turns.take();
                            most.fetch_max(
                                now.fetch_add(1, Ordering::SeqCst) + 1,
                                Ordering::SeqCst,
                            );
                            thread::yield_now();
                            now.fetch_sub(1, Ordering::SeqCst);
                            drop(turn);
                        }
                    });
                }
            });
            assert!((1..=number).contains(&most.load(Ordering::SeqCst)));
            assert_eq!(*turns.lock(), number);
        }
    }
}
