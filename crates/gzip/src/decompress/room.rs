//! Room for the output of segments.
//!
//! A segment is megabytes, and most files are over before the same memory has been used often. So the
//! room is asked for in large pages: a system that has them then spends a tenth of the time on making
//! it. Pages that are not written to take no memory.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use memmap2::MmapMut;

/// Rooms of the same size that are used again; its clones are the same.
///
/// There are no more than have been in use at a time.
#[derive(Clone, Debug)]
pub(super) struct Rooms(Arc<Shelf>);

#[derive(Debug)]
struct Shelf {
    idle: Mutex<Vec<MmapMut>>,
    length: usize,
}

/// Bytes to be written over, which go back to their [`Rooms`] when they are dropped.
#[derive(Debug)]
pub(super) struct Room {
    /// `None` while it is dropped only.
    bytes: Option<MmapMut>,
    shelf: Arc<Shelf>,
}

impl Rooms {
    /// Makes no room yet, but knows how long each will be.
    pub(super) fn new(length: usize) -> Self {
        Self(Arc::new(Shelf {
            idle: Mutex::default(),
            length,
        }))
    }

    /// Returns a room, `None` if the system has no memory.
    pub(super) fn get(&self) -> Option<Room> {
        let idle = self.0.with_idle(Vec::pop);
        let bytes = idle.or_else(|| map(self.0.length))?;
        Some(Room {
            bytes: Some(bytes),
            shelf: Arc::clone(&self.0),
        })
    }
}

fn map(length: usize) -> Option<MmapMut> {
    let bytes = MmapMut::map_anon(length).ok()?;
    // It is as good without, but for the time it takes.
    #[cfg(target_os = "linux")]
    let _ = bytes.advise(memmap2::Advice::HugePage);
    Some(bytes)
}

impl Shelf {
    fn with_idle<T>(&self, action: impl FnOnce(&mut Vec<MmapMut>) -> T) -> T {
        // No action leaves the list half changed, so that a panic elsewhere does not matter.
        action(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Some(bytes) = self.bytes.take() {
            self.shelf.with_idle(|idle| idle.push(bytes));
        }
    }
}

impl Deref for Room {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_default()
    }
}

impl DerefMut for Room {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.bytes.as_deref_mut().unwrap_or_default()
    }
}
