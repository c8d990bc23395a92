use std::fs;
use std::io::{ErrorKind, Write};

use tempfile::tempdir;

use crate::support::{begin, check_names, child, child_folder};

/// A limit on the size of files stands for the disk that is full.
#[test]
fn a_full_disk_leaves_the_target_as_it_was() {
    if child_folder().is_some() {
        let mut file = begin("target", "new");
        let error = file.write_all(&vec![0; 1 << 20]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert!(file.file().metadata().unwrap().len() > 3);
        drop(file);
        return;
    }
    let folder = tempdir().unwrap();
    let target = folder.path().join("target");
    fs::write(&target, "old").unwrap();
    let name = "full_disk::a_full_disk_leaves_the_target_as_it_was";
    let setup = "trap '' XFSZ; ulimit -f 64";
    let output = child(name, folder.path(), setup).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    check_names(folder.path(), &["target"]);
}
