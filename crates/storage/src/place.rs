//! The ways to give a finished file its name, in one step each.

use std::ffi::OsStr;
use std::io;

use rustix::fs::{AtFlags, Mode, OFlags, linkat, openat, renameat, unlinkat};
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
use rustix::fs::{RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::temporary::Temporary;

/// Gives the file its name, in place of what has that name; a link is replaced, not followed.
pub(crate) fn replace(temporary: &Temporary, name: &OsStr) -> io::Result<()> {
    let folder = &temporary.folder;
    Ok(renameat(folder, &temporary.name, folder, name)?)
}

/// Gives the file its name, unless something has that name.
pub(crate) fn keep(temporary: &Temporary, name: &OsStr) -> io::Result<()> {
    let outcome = match rename_exclusively(temporary, name) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => link(temporary, name),
        outcome => outcome,
    };
    let outcome = match outcome {
        Err(Errno::PERM | Errno::NOSYS | Errno::NOTSUP | Errno::MLINK) => claim(temporary, name),
        outcome => outcome,
    };
    Ok(outcome?)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_exclusively(temporary: &Temporary, name: &OsStr) -> rustix::io::Result<()> {
    let folder = &temporary.folder;
    renameat_with(
        folder,
        &temporary.name,
        folder,
        name,
        RenameFlags::NOREPLACE,
    )
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_exclusively(_: &Temporary, _: &OsStr) -> rustix::io::Result<()> {
    Err(Errno::NOSYS)
}

/// For file systems that cannot rename exclusively (NFS).
fn link(temporary: &Temporary, name: &OsStr) -> rustix::io::Result<()> {
    let folder = &temporary.folder;
    linkat(folder, &temporary.name, folder, name, AtFlags::empty())?;
    temporary.remove();
    Ok(())
}

/// For file systems that have no hard links either (FAT, some network and FUSE ones).
///
/// The name is claimed by an empty file that the rename replaces at once: a kill of the process or a
/// crash of the machine in between leaves that.
fn claim(temporary: &Temporary, name: &OsStr) -> rustix::io::Result<()> {
    let folder = &temporary.folder;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(folder, name, flags, Mode::RUSR | Mode::WUSR)?;
    renameat(folder, &temporary.name, folder, name).inspect_err(|_| {
        let _ = unlinkat(folder, name, AtFlags::empty());
    })
}

#[cfg(test)]
mod tests {
    //! The ways that this machine's file systems have no need of.

    use std::fs::{self, File};
    use std::io::Write;

    use super::*;

    type Place = fn(&Temporary, &OsStr) -> rustix::io::Result<()>;

    #[track_caller]
    fn check(place: Place) {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        let place = |contents: &str| {
            let folder = File::open(folder.path()).unwrap();
            let (temporary, mut file) = Temporary::create(folder.into()).unwrap();
            file.write_all(contents.as_bytes()).unwrap();
            let placed = temporary.finish(|temporary| Ok(place(temporary, "target".as_ref())?));
            temporary.discard();
            placed.map_err(|error| error.kind())
        };
        let check = |expected: &str| {
            assert_eq!(fs::read_to_string(&target).unwrap(), expected);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        };

        place("contents").unwrap();
        check("contents");
        assert_eq!(place("other"), Err(io::ErrorKind::AlreadyExists));
        check("contents");

        fs::remove_file(&target).unwrap();
        std::os::unix::fs::symlink("nowhere", &target).unwrap();
        assert_eq!(place("other"), Err(io::ErrorKind::AlreadyExists));
        assert!(target.is_symlink());
    }

    #[test]
    fn each_way_gives_a_name_that_is_free_and_no_other() {
        check(link);
        check(claim);
    }

    #[test]
    fn a_claim_is_given_up_when_the_rename_fails() {
        let folder = tempfile::tempdir().unwrap();
        let (temporary, _) = Temporary::create(File::open(folder.path()).unwrap().into()).unwrap();
        temporary.remove();
        assert_eq!(claim(&temporary, "target".as_ref()), Err(Errno::NOENT));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        temporary.discard();
    }
}
