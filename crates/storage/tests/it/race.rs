use std::fs;
use std::sync::Barrier;
use std::thread;

use blockyard_storage::{Error, Replace};
use tempfile::tempdir;

use crate::support::{begin, check_names};

/// Several threads commit to the same target at once; returns how many succeeded.
#[track_caller]
fn check(replace: Replace) -> usize {
    const THREADS: usize = 8;
    let folder = tempdir().unwrap();
    let target = folder.path().join("target");
    let barrier = Barrier::new(THREADS);
    let results: Vec<_> = thread::scope(|scope| {
        let start = |number: usize| {
            let file = begin(&target, &number.to_string().repeat(1000));
            barrier.wait();
            file.commit(replace)
        };
        let threads: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || start(number)))
            .collect();
        (threads.into_iter().map(|thread| thread.join().unwrap())).collect()
    });
    let contents = fs::read_to_string(&target).unwrap();
    let writer: usize = contents[..1].parse().unwrap();
    assert_eq!(contents, writer.to_string().repeat(1000));
    assert!(results[writer].is_ok());
    for result in &results {
        assert!(
            matches!(result, Ok(()) | Err(Error::Exists { .. })),
            "{result:?}"
        );
    }
    check_names(folder.path(), &["target"]);
    results.iter().filter(|result| result.is_ok()).count()
}

#[test]
fn one_of_several_wins_a_target_that_is_not_to_be_replaced() {
    for _ in 0..20 {
        assert_eq!(check(Replace::No), 1);
    }
}

#[test]
fn several_may_replace_a_target_and_it_is_always_whole() {
    for _ in 0..20 {
        assert_eq!(check(Replace::Yes), 8);
    }
}
