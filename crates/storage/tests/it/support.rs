use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use blockyard_storage::AtomicFile;

/// Names the folder in which a test that runs itself again, as a child process, is to work.
const CHILD_FOLDER: &str = "BLOCKYARD_TEST_FOLDER";

/// Returns the names in a folder, in order.
pub(crate) fn names(folder: &Path) -> Vec<OsString> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

#[track_caller]
pub(crate) fn check_names(folder: &Path, expected: &[&str]) {
    assert_eq!(names(folder), expected);
}

/// Begins a file and writes `contents` into it.
pub(crate) fn begin(target: impl AsRef<Path>, contents: &str) -> AtomicFile {
    let mut file = AtomicFile::create(target).unwrap();
    file.write_all(contents.as_bytes()).unwrap();
    file
}

/// Returns the folder to work in when this process is the child of a test.
pub(crate) fn child_folder() -> Option<PathBuf> {
    env::var_os(CHILD_FOLDER).map(PathBuf::from)
}

/// Returns a command that runs the test `name` as a child in `folder`, by way of a shell that first
/// executes `setup`.
pub(crate) fn child(name: &str, folder: &Path, setup: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &format!("{setup}\nexec \"$0\" \"$@\"")])
        .arg(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", name])
        .env(CHILD_FOLDER, folder)
        .current_dir(folder);
    command
}
