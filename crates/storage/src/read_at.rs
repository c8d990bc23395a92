use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use crate::Access;

/// Bytes that can be read at any offset, by several threads at a time.
///
/// There is no current position: a read neither uses nor moves one.
pub trait ReadAt {
    /// Reads up to `buffer.len()` bytes that begin at byte `offset`, and returns how many.
    ///
    /// Zero means that `offset` is at or behind the end, or that `buffer` is empty. Fewer bytes than
    /// asked for do not mean that the end is near.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Returns the number of bytes, as of now.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] for what has no length: a pipe, a terminal, a device.
    fn len(&self) -> io::Result<u64>;

    /// Returns whether there are no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Fills `buffer` with the bytes that begin at byte `offset`.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] when the end comes first; `buffer` then holds some of the bytes.
    fn read_exact_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.read_at(buffer, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(length) => {
                    buffer = &mut buffer[length..];
                    offset += length as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads several ranges, and returns the bytes of each, in the order of `ranges`.
    ///
    /// They are read one after another; a remote source reads several at a time. All are in memory
    /// together: for a long list see [`read_ahead`](crate::read_ahead).
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] when a range reaches behind the end, before memory is taken for
    /// it; [`io::ErrorKind::InvalidInput`] when one ends before it starts.
    fn read_ranges(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Vec<u8>>> {
        ranges.iter().map(|range| read_range(self, range)).collect()
    }

    /// Returns how several reads are best made.
    fn access(&self) -> Access {
        Access::default()
    }
}

/// Reads one range. Its length is compared with the source's before memory is taken for it.
pub(crate) fn read_range(
    source: &(impl ReadAt + ?Sized),
    range: &Range<u64>,
) -> io::Result<Vec<u8>> {
    let Some(length) = range.end.checked_sub(range.start) else {
        let message = format!(
            "range {} to {} ends before it starts",
            range.start, range.end
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    };
    if length == 0 {
        return Ok(Vec::new());
    }
    let found = source.len()?;
    if range.end > found {
        let message = format!(
            "range {} to {} reaches behind the end, which is at {found}",
            range.start, range.end
        );
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
    }
    let length = usize::try_from(length).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length)?;
    bytes.resize(length, 0);
    source.read_exact_at(&mut bytes, range.start)?;
    Ok(bytes)
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match offset.checked_add(buffer.len() as u64) {
            Some(end) if i64::try_from(end).is_ok() => FileExt::read_at(self, buffer, offset),
            // The system calls it invalid; no file reaches so far.
            _ => Ok(0),
        }
    }

    fn len(&self) -> io::Result<u64> {
        let metadata = self.metadata()?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        Ok(metadata.len())
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.get(offset..))
            .unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }
}

/// Implements the trait by handing each call to what the type points to.
macro_rules! forward {
    ($([$($generics:tt)*] $pointer:ty),* $(,)?) => {$(
        impl<$($generics)*> ReadAt for $pointer {
            fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
                ReadAt::read_at(&**self, buffer, offset)
            }

            fn len(&self) -> io::Result<u64> {
                ReadAt::len(&**self)
            }

            fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
                ReadAt::read_exact_at(&**self, buffer, offset)
            }

            fn read_ranges(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Vec<u8>>> {
                ReadAt::read_ranges(&**self, ranges)
            }

            fn access(&self) -> Access {
                ReadAt::access(&**self)
            }
        }
    )*};
}

forward!([] Vec<u8>, [T: ReadAt + ?Sized] &T, [T: ReadAt + ?Sized] Box<T>, [T: ReadAt + ?Sized] Arc<T>);
