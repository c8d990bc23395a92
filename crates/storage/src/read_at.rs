use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

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
        }
    )*};
}

forward!([] Vec<u8>, [T: ReadAt + ?Sized] &T, [T: ReadAt + ?Sized] Box<T>, [T: ReadAt + ?Sized] Arc<T>);
