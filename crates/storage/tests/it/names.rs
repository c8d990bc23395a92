use std::error::Error as _;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

use blockyard_storage::{AtomicFile, Error, Replace};
use tempfile::tempdir;

use crate::support::{begin, check_names, child, child_folder, names};

#[test]
fn names_are_any_bytes_of_any_length() {
    let longest = [b'x'; 255];
    for name in [
        b"\xff\xfe\n\x01 ".as_slice(),
        "Größe".as_bytes(),
        b"-",
        &longest,
    ] {
        let folder = tempdir().unwrap();
        let name = OsStr::from_bytes(name);
        let target = folder.path().join(name);
        begin(&target, "contents").commit(Replace::No).unwrap();
        assert_eq!(names(folder.path()), [name]);
        begin(&target, "other").commit(Replace::Yes).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "other");
    }
}

#[test]
fn a_name_that_is_too_long_fails_and_leaves_nothing() {
    let folder = tempdir().unwrap();
    let target = folder.path().join("x".repeat(256));
    for replace in [Replace::No, Replace::Yes] {
        let result = begin(&target, "contents").commit(replace);
        assert!(matches!(result, Err(Error::Rename { .. })), "{result:?}");
    }
    check_names(folder.path(), &[]);
}

#[test]
fn a_path_without_a_file_name_is_refused() {
    for path in ["", "/", "..", "folder/.."] {
        let error = AtomicFile::create(path).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{path} is not the path of a file")
        );
    }
}

#[test]
fn a_folder_that_is_missing_or_is_none_is_an_error_that_names_the_target() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for (target, reason) in [
        (
            folder.path().join("missing/target"),
            "No such file or directory",
        ),
        (file.join("target"), "Not a directory"),
    ] {
        let error = AtomicFile::create(&target).unwrap_err();
        let expected = format!("failed to create {}", target.display());
        assert_eq!(error.to_string(), expected);
        let source = error.source().unwrap().to_string();
        assert!(source.starts_with(reason), "{source}");
    }
}

#[test]
fn the_folder_may_get_another_name() {
    let folder = tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
    fs::create_dir(&old).unwrap();
    let committed = begin(old.join("target"), "contents");
    let dropped = begin(old.join("other"), "contents");
    fs::rename(&old, &new).unwrap();
    fs::create_dir(&old).unwrap();
    committed.commit(Replace::No).unwrap();
    drop(dropped);
    check_names(&old, &[]);
    check_names(&new, &["target"]);
}

#[test]
fn the_folder_need_not_be_readable() {
    let folder = tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::set_permissions(&inner, Permissions::from_mode(0o300)).unwrap();
    let file = begin(inner.join("target"), "contents");
    file.commit(Replace::No).unwrap();
    drop(begin(inner.join("other"), "contents"));
    fs::set_permissions(&inner, Permissions::from_mode(0o700)).unwrap();
    check_names(&inner, &["target"]);
}

#[test]
fn a_bare_name_is_a_file_in_the_current_folder() {
    if child_folder().is_some() {
        begin("target", "contents").commit(Replace::No).unwrap();
        return;
    }
    let folder = tempdir().unwrap();
    let name = "names::a_bare_name_is_a_file_in_the_current_folder";
    let output = child(name, folder.path(), "").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    check_names(folder.path(), &["target"]);
}
