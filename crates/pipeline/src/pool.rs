use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, mem};

/// Byte buffers that are used again; its clones are the same pool.
///
/// It never blocks and never refuses: what bounds the memory of a run is its slots, the pool only
/// saves allocating (and the system zeroing) the same pages for each block.
#[derive(Clone, Debug)]
pub struct BufferPool(Arc<Shelf>);

struct Shelf {
    idle: Mutex<Vec<Vec<u8>>>,
    limit: usize,
}

impl BufferPool {
    /// Makes an empty pool that keeps at most `limit` buffers that are not in use.
    pub fn new(limit: usize) -> Self {
        Self(Arc::new(Shelf {
            idle: Mutex::default(),
            limit,
        }))
    }

    /// Returns an empty buffer, with the capacity of its last use where the pool had one.
    pub fn get(&self) -> Buffer {
        let mut buffer = self.take();
        buffer.clear();
        buffer
    }

    /// Returns a buffer of at least `length` bytes to be written over: they are zeros, or what the
    /// buffer held when it was last dropped, all of which it still has.
    ///
    /// A pool whose buffers are all taken like this clears no page twice.
    pub fn get_filled(&self, length: usize) -> Buffer {
        let mut buffer = self.take();
        if buffer.capacity() == 0 {
            // The system has zeroed pages, and takes no time for those that are never touched.
            *buffer = vec![0; length];
        } else if buffer.len() < length {
            buffer.resize(length, 0);
        }
        buffer
    }

    fn take(&self) -> Buffer {
        let bytes = self.0.with_idle(Vec::pop).unwrap_or_default();
        Buffer {
            bytes,
            shelf: Arc::clone(&self.0),
        }
    }

    /// Returns the number of buffers that are kept and not in use.
    pub fn idle(&self) -> usize {
        self.0.with_idle(|idle| idle.len())
    }
}

impl Shelf {
    fn with_idle<T>(&self, action: impl FnOnce(&mut Vec<Vec<u8>>) -> T) -> T {
        // No action leaves the list half changed, so that a panic elsewhere does not matter.
        action(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Shelf")
            .field("idle", &self.with_idle(|idle| idle.len()))
            .field("limit", &self.limit)
            .finish()
    }
}

/// A `Vec<u8>` that goes back to its [`BufferPool`] when it is dropped.
pub struct Buffer {
    bytes: Vec<u8>,
    shelf: Arc<Shelf>,
}

impl Buffer {
    /// Returns the bytes as an ordinary vector, which the pool does not get back.
    pub fn into_vec(mut self) -> Vec<u8> {
        mem::take(&mut self.bytes)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = mem::take(&mut self.bytes);
        if bytes.capacity() == 0 {
            return;
        }
        // A buffer too many is handed out of the lock, and freed after it.
        let _surplus = self.shelf.with_idle(|idle| {
            if idle.len() < self.shelf.limit {
                idle.push(bytes);
                None
            } else {
                Some(bytes)
            }
        });
    }
}

impl Deref for Buffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Buffer")
            .field("len", &self.bytes.len())
            .field("capacity", &self.bytes.capacity())
            .finish_non_exhaustive()
    }
}
