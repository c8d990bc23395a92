use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::BuildHasher;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{io, mem};

use rustix::fs::{AtFlags, Mode, OFlags, openat, unlinkat};
use rustix::io::Errno;

/// All temporary files that are neither finished nor removed.
///
/// Who holds the lock decides about them: they are created, renamed and removed under it.
static UNFINISHED: Mutex<Vec<Arc<Temporary>>> = Mutex::new(Vec::new());

/// Enough for names of 64 random bits; more collisions than this are not chance.
const ATTEMPTS: usize = 16;

/// A file under a name that is not its own.
#[derive(Debug)]
pub(crate) struct Temporary {
    pub(crate) folder: OwnedFd,
    pub(crate) name: String,
}

impl Temporary {
    /// Creates an empty file with a new hidden name, for the owner only.
    pub(crate) fn create(folder: OwnedFd) -> io::Result<(Arc<Self>, File)> {
        let mut unfinished = lock();
        let (name, file) = create_unique(&folder)?;
        let temporary = Arc::new(Self { folder, name });
        unfinished.push(Arc::clone(&temporary));
        Ok((temporary, file))
    }

    /// Gives the file its own name with `place`; when that fails, it stays unfinished.
    pub(crate) fn finish(
        self: &Arc<Self>,
        place: impl FnOnce(&Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut unfinished = lock();
        place(self)?;
        self.withdraw(&mut unfinished);
        Ok(())
    }

    /// Removes the file, unless it is finished.
    pub(crate) fn discard(self: &Arc<Self>) {
        let mut unfinished = lock();
        if self.withdraw(&mut unfinished) {
            self.remove();
        }
    }

    /// Removes the temporary name; there is nothing to be done when that fails.
    pub(crate) fn remove(&self) {
        let _ = unlinkat(&self.folder, &self.name, AtFlags::empty());
    }

    fn withdraw(self: &Arc<Self>, unfinished: &mut Vec<Arc<Self>>) -> bool {
        let index = unfinished.iter().position(|other| Arc::ptr_eq(self, other));
        index.map(|index| unfinished.swap_remove(index)).is_some()
    }
}

/// Removes the temporary files of all [`AtomicFile`](crate::AtomicFile)s of this process, and stops
/// every later use of them.
///
/// This is the last thing to do before the process ends, on a thread that waits for signals (a signal
/// handler itself must not take a lock). A commit that has begun is finished first. From then on each
/// thread that creates, commits or drops an `AtomicFile` blocks for good, so that no file appears
/// behind the caller's back and none of those threads gets to report an error before the process ends.
pub fn remove_unfinished() {
    let unfinished = lock();
    for temporary in unfinished.iter() {
        temporary.remove();
    }
    mem::forget(unfinished);
}

fn lock() -> MutexGuard<'static, Vec<Arc<Temporary>>> {
    // Nothing that is done under the lock leaves the list half changed.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn create_unique(folder: &OwnedFd) -> io::Result<(String, File)> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mode = Mode::RUSR | Mode::WUSR;
    for _ in 0..ATTEMPTS {
        // Process ids repeat where containers share a folder, random numbers do not. The target's
        // name has no part in it: the two together could be longer than a name may be.
        let name = format!(".blockyard-{:016x}", RandomState::new().hash_one(()));
        match openat(folder, &name, flags, mode) {
            Ok(file) => return Ok((name, File::from(file))),
            Err(Errno::EXIST | Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::EXIST.into())
}
