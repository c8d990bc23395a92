use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{fmt, io, thread};

use crate::ReadAt;
use crate::group::{Group, Groups};

type Parts = io::Result<Vec<Vec<u8>>>;

/// The bytes of ranges, in the order of the ranges: what [`read_ahead`] hands to its caller.
///
/// An error is the last item.
pub struct ReadAhead<'a> {
    next_group: &'a mut dyn FnMut() -> Option<Parts>,
    parts: VecDeque<Vec<u8>>,
    failed: bool,
}

/// Calls `consume` with the bytes of `ranges`, while the ranges that follow are being read.
///
/// What [`ReadAt::access`] says decides how: ranges that lie near to one another, in ascending order,
/// are read as one, and as many reads are under way as the source has use for. There are never
/// more of them under way or waiting to be consumed, which bounds the memory. For a source that has
/// use for one read only, and for ranges that are one read, everything happens on the caller's thread.
/// Returns what `consume` returns.
///
/// When `consume` returns early, reads that are under way are waited for: at a remote source, up to
/// its time limits.
///
/// # Errors
/// An item is an error as of [`ReadAt::read_exact_at`]; [`io::ErrorKind::InvalidInput`] for a range
/// that ends before it starts.
///
/// # Panics
/// When the source or `ranges` panics on another thread.
///
/// ```
/// use blockyard_storage::read_ahead;
///
/// let source = b"one, two, three".as_slice();
/// let words = read_ahead(source, [0..3, 5..8, 10..15], |bodies| {
///     bodies.collect::<Result<Vec<_>, _>>()
/// })?;
/// assert_eq!(words, [b"one".as_slice(), b"two", b"three"]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read_ahead<S, I, R>(
    source: &S,
    ranges: I,
    consume: impl FnOnce(&mut ReadAhead<'_>) -> R,
) -> R
where
    S: ReadAt + Sync + ?Sized,
    I: IntoIterator<Item = Range<u64>, IntoIter: Send>,
{
    let access = source.access();
    let mut groups = Groups::new(ranges.into_iter(), access);
    // No more threads than there is work for, and none for one read.
    let in_flight = access.in_flight.get();
    let first: Vec<_> = groups.by_ref().take(in_flight).collect();
    let workers = first.len();
    let groups = first.into_iter().chain(groups);
    if workers < 2 {
        let mut groups = groups;
        let mut next_group = || groups.next().map(|group| group.read(source));
        return consume(&mut ReadAhead::new(&mut next_group));
    }
    let queue = Queue::new(groups, in_flight as u64);
    thread::scope(|scope| {
        // Also when `consume` panics: the scope waits for the threads.
        let _stop = Defer(|| queue.stop());
        for _ in 0..workers {
            scope.spawn(|| {
                let _stop = Defer(|| {
                    if thread::panicking() {
                        queue.stop();
                    }
                });
                while let Some((index, group)) = queue.take() {
                    queue.give(index, group.read(source));
                }
            });
        }
        consume(&mut ReadAhead::new(&mut || queue.next()))
    })
}

impl<'a> ReadAhead<'a> {
    fn new(next_group: &'a mut dyn FnMut() -> Option<Parts>) -> Self {
        Self {
            next_group,
            parts: VecDeque::new(),
            failed: false,
        }
    }
}

impl Iterator for ReadAhead<'_> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(part) = self.parts.pop_front() {
                return Some(Ok(part));
            }
            if self.failed {
                return None;
            }
            match (self.next_group)()? {
                Ok(parts) => self.parts = parts.into(),
                Err(error) => {
                    self.failed = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl fmt::Debug for ReadAhead<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ReadAhead").finish_non_exhaustive()
    }
}

/// Groups on their way from the caller's iterator through the reading threads back to the caller.
struct Queue<I> {
    state: Mutex<State<I>>,
    changed: Condvar,
    in_flight: u64,
}

struct State<I> {
    groups: I,
    /// The number of groups taken to be read.
    taken: u64,
    /// The number of groups handed to the caller.
    given: u64,
    read: BTreeMap<u64, Parts>,
    exhausted: bool,
    stopped: bool,
}

impl<I: Iterator<Item = Group>> Queue<I> {
    fn new(groups: I, in_flight: u64) -> Self {
        let state = State {
            groups,
            taken: 0,
            given: 0,
            read: BTreeMap::new(),
            exhausted: false,
            stopped: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            in_flight,
        }
    }

    /// Waits until another group may be read, and returns it with its number.
    fn take(&self) -> Option<(u64, Group)> {
        let mut state = self.wait_while(|state| {
            !state.stopped && !state.exhausted && state.taken - state.given >= self.in_flight
        });
        if state.stopped || state.exhausted {
            return None;
        }
        let Some(group) = state.groups.next() else {
            state.exhausted = true;
            self.changed.notify_all();
            return None;
        };
        state.taken += 1;
        Some((state.taken - 1, group))
    }

    fn give(&self, index: u64, parts: Parts) {
        self.lock().read.insert(index, parts);
        self.changed.notify_all();
    }

    /// Waits for the group that is next in order.
    fn next(&self) -> Option<Parts> {
        let mut state = self.wait_while(|state| {
            let ended = state.exhausted && state.given == state.taken;
            !state.stopped && !ended && !state.read.contains_key(&state.given)
        });
        let given = state.given;
        let parts = state.read.remove(&given);
        if parts.is_some() {
            state.given += 1;
            self.changed.notify_all();
        } else if state.stopped {
            return Some(Err(io::Error::other("a thread that reads ahead panicked")));
        }
        parts
    }

    fn wait_while(&self, condition: impl Fn(&State<I>) -> bool) -> MutexGuard<'_, State<I>> {
        let waited = self
            .changed
            .wait_while(self.lock(), |state| condition(state));
        waited.unwrap_or_else(PoisonError::into_inner)
    }
}

impl<I> Queue<I> {
    fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<I>> {
        // The caller's iterator can panic under the lock; whoever comes next then finds `stopped`.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Defer<F: FnMut()>(F);

impl<F: FnMut()> Drop for Defer<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
