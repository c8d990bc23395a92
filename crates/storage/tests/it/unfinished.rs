//! `remove_unfinished` stops the process's files for good, so that each test is a process of its own.

use std::path::Path;
use std::process::exit;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use std::{fs, mem, thread};

use blockyard_storage::{AtomicFile, Replace, remove_unfinished};
use tempfile::tempdir;

use crate::support::{begin, check_names, child, child_folder, names};

/// What the child ends with when it gets where it should.
const DONE: i32 = 42;

#[track_caller]
fn check_child(name: &str, folder: &Path) {
    let output = child(name, folder, "").output().unwrap();
    assert_eq!(output.status.code(), Some(DONE), "{output:?}");
}

#[test]
fn unfinished_files_are_removed_and_others_are_not() {
    if child_folder().is_some() {
        begin("finished", "contents").commit(Replace::No).unwrap();
        // They are not dropped, which would block, when an assertion fails.
        mem::forget([begin("first", "contents"), begin("second", "contents")]);
        drop(begin("dropped", "contents"));
        begin("late", "contents").commit(Replace::No).unwrap();
        assert_eq!(names(Path::new(".")).len(), 4);
        thread::spawn(remove_unfinished).join().unwrap();
        check_names(Path::new("."), &["finished", "late"]);
        exit(DONE);
    }
    let folder = tempdir().unwrap();
    check_child(
        "unfinished::unfinished_files_are_removed_and_others_are_not",
        folder.path(),
    );
    check_names(folder.path(), &["finished", "late"]);
}

#[test]
fn nothing_gets_done_after_it() {
    if child_folder().is_some() {
        let [committed, replaced, dropped] =
            ["committed", "target", "dropped"].map(|name| begin(name, "contents"));
        thread::spawn(remove_unfinished).join().unwrap();
        let (sender, receiver) = channel();
        let actions: [Box<dyn FnOnce() + Send>; 4] = [
            Box::new(|| drop(committed.commit(Replace::No))),
            Box::new(|| drop(replaced.commit(Replace::Yes))),
            Box::new(|| drop(dropped)),
            Box::new(|| drop(AtomicFile::create("created"))),
        ];
        for action in actions {
            let sender = sender.clone();
            thread::spawn(move || {
                action();
                sender.send(()).unwrap();
            });
        }
        // One that is done or has failed reports; those that block are never heard of.
        let answer = receiver.recv_timeout(Duration::from_millis(300));
        assert_eq!(answer, Err(RecvTimeoutError::Timeout));
        exit(DONE);
    }
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("target"), "old").unwrap();
    check_child("unfinished::nothing_gets_done_after_it", folder.path());
    check_names(folder.path(), &["target"]);
    assert_eq!(
        fs::read_to_string(folder.path().join("target")).unwrap(),
        "old"
    );
}

#[test]
fn whatever_is_going_on_only_whole_files_remain() {
    let contents = "contents".repeat(100);
    if child_folder().is_some() {
        let (sender, receiver) = channel();
        for writer in 0..4 {
            let (sender, contents) = (sender.clone(), contents.clone());
            thread::spawn(move || {
                for number in 0.. {
                    let file = begin(format!("{writer}-{}", number % 3), &contents);
                    if number % 5 == 0 {
                        drop(file);
                    } else {
                        file.commit(Replace::Yes).unwrap();
                    }
                    // The receiver stops listening when it has seen enough.
                    let _ = sender.send(());
                }
            });
        }
        for _ in 0..100 {
            receiver.recv().unwrap();
        }
        remove_unfinished();
        exit(DONE);
    }
    let name = "unfinished::whatever_is_going_on_only_whole_files_remain";
    for _ in 0..10 {
        let folder = tempdir().unwrap();
        check_child(name, folder.path());
        let names = names(folder.path());
        assert!(!names.is_empty());
        for name in names {
            assert!(!name.to_str().unwrap().starts_with('.'), "{name:?}");
            let found = fs::read_to_string(folder.path().join(name)).unwrap();
            assert_eq!(found, contents);
        }
    }
}
