use std::fs::{self, FileTimes, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use blockyard_storage::{AtomicFile, Error, Replace};
use tempfile::tempdir;

use crate::support::{begin, check_names, names};

#[test]
fn a_file_appears_when_it_is_committed() {
    for replace in [Replace::No, Replace::Yes] {
        let folder = tempdir().unwrap();
        let target = folder.path().join("target");
        let file = begin(&target, "contents");
        assert_eq!(file.target(), target);
        assert!(!target.exists());
        let [temporary] = names(folder.path()).try_into().unwrap();
        assert!(temporary.to_str().unwrap().starts_with(".blockyard-"));
        file.commit(replace).unwrap();
        assert_eq!(fs::read_to_string(target).unwrap(), "contents");
        check_names(folder.path(), &["target"]);
    }
}

#[test]
fn a_dropped_file_leaves_nothing() {
    let folder = tempdir().unwrap();
    let target = folder.path().join("target");
    drop(begin(&target, "contents"));
    check_names(folder.path(), &[]);
    fs::write(&target, "old").unwrap();
    drop(begin(&target, "new"));
    assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    check_names(folder.path(), &["target"]);
}

/// Puts something at the target with `occupy`; it is kept without `Replace::Yes`, and replaced with it.
#[track_caller]
fn check_occupied(occupy: impl Fn(&Path)) {
    let folder = tempdir().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    let target = folder.path().join("target");
    fs::write(&elsewhere, "elsewhere").unwrap();
    occupy(&target);
    let before = target.symlink_metadata().unwrap();

    let result = begin(&target, "new").commit(Replace::No);
    assert!(
        matches!(&result, Err(Error::Exists { path }) if *path == target),
        "{result:?}"
    );
    let after = target.symlink_metadata().unwrap();
    assert_eq!(after.ino(), before.ino());
    check_names(folder.path(), &["elsewhere", "target"]);

    begin(&target, "new").commit(Replace::Yes).unwrap();
    assert!(target.symlink_metadata().unwrap().is_file());
    assert_eq!(fs::read_to_string(&target).unwrap(), "new");
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "elsewhere");
    check_names(folder.path(), &["elsewhere", "target"]);
}

#[test]
fn what_is_at_the_target_is_kept_or_replaced_and_links_are_not_followed() {
    check_occupied(|target| fs::write(target, "old").unwrap());
    check_occupied(|target| {
        fs::write(target, "old").unwrap();
        fs::set_permissions(target, Permissions::from_mode(0o000)).unwrap();
    });
    check_occupied(|target| symlink("elsewhere", target).unwrap());
    check_occupied(|target| symlink("nowhere", target).unwrap());
    check_occupied(|target| fs::hard_link(target.with_file_name("elsewhere"), target).unwrap());
    check_occupied(|target| {
        let _listener = std::os::unix::net::UnixListener::bind(target).unwrap();
        assert!(target.metadata().unwrap().file_type().is_socket());
    });
}

#[test]
fn a_folder_is_never_replaced() {
    let folder = tempdir().unwrap();
    let target = folder.path().join("target");
    fs::create_dir(&target).unwrap();
    let result = begin(&target, "new").commit(Replace::No);
    assert!(matches!(result, Err(Error::Exists { .. })), "{result:?}");
    let result = begin(&target, "new").commit(Replace::Yes);
    assert!(matches!(result, Err(Error::Rename { .. })), "{result:?}");
    assert!(target.is_dir());
    check_names(folder.path(), &["target"]);
}

#[test]
fn a_target_that_appears_while_the_file_is_written_is_kept() {
    let folder = tempdir().unwrap();
    let target = folder.path().join("target");
    let file = begin(&target, "new");
    fs::write(&target, "faster").unwrap();
    let result = file.commit(Replace::No);
    assert!(matches!(result, Err(Error::Exists { .. })), "{result:?}");
    assert_eq!(fs::read_to_string(&target).unwrap(), "faster");
    check_names(folder.path(), &["target"]);
}

#[test]
fn the_file_is_the_owners_until_its_metadata_are_set() {
    let folder = tempdir().unwrap();
    let target = folder.path().join("target");
    let file = begin(&target, "contents");
    assert_eq!(file.file().metadata().unwrap().mode() & 0o7777, 0o600);
    let modified = UNIX_EPOCH + Duration::from_secs(1_000_000_007);
    let times = FileTimes::new().set_modified(modified);
    file.file().set_times(times).unwrap();
    file.file()
        .set_permissions(Permissions::from_mode(0o4751))
        .unwrap();
    file.commit(Replace::No).unwrap();
    let metadata = target.metadata().unwrap();
    assert_eq!(metadata.mode() & 0o7777, 0o4751);
    assert_eq!(metadata.modified().unwrap(), modified);
}

#[test]
fn a_header_can_be_written_last() {
    let folder = tempdir().unwrap();
    let target = folder.path().join("target");
    let mut file = begin(&target, "0000 body");
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(b"head").unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(b" tail").unwrap();
    let mut written = String::new();
    file.file().seek(SeekFrom::Start(5)).unwrap();
    file.file().read_to_string(&mut written).unwrap();
    assert_eq!(written, "body tail");
    file.commit(Replace::No).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "head body tail");
}

#[test]
fn an_error_while_writing_leaves_the_target_as_it_was() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is on fire"))
        }
    }
    fn write(target: &Path) -> Result<(), Box<dyn std::error::Error>> {
        let mut file = AtomicFile::create(target)?;
        io::copy(&mut (&b"partial"[..]).chain(Failing), &mut file)?;
        Ok(file.commit(Replace::Yes)?)
    }
    let folder = tempdir().unwrap();
    let target = folder.path().join("target");
    fs::write(&target, "old").unwrap();
    let error = write(&target).unwrap_err();
    assert_eq!(error.to_string(), "the disk is on fire");
    assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    check_names(folder.path(), &["target"]);
}

#[test]
fn a_temporary_file_that_is_gone_is_an_error() {
    for replace in [Replace::No, Replace::Yes] {
        let folder = tempdir().unwrap();
        let target = folder.path().join("target");
        let file = begin(&target, "new");
        fs::write(&target, "old").unwrap();
        let [temporary, _] = names(folder.path()).try_into().unwrap();
        fs::remove_file(folder.path().join(temporary)).unwrap();
        let result = file.commit(replace);
        assert!(result.is_err());
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        check_names(folder.path(), &["target"]);
    }
}
