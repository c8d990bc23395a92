use blockyard_pipeline::{Cancel, Error, Options, run};

use crate::support::{Block, Events, Failure, THREADS, blocks, threads};

/// Runs an endless source that only the token stops, and returns what the sink saw.
#[track_caller]
fn check(
    count: usize,
    cancel: &Cancel,
    source: impl Fn(Block) + Sync,
    worker: impl Fn(Block) + Sync,
    sink: impl Fn(Block),
) -> Vec<u64> {
    let options = Options {
        cancel: cancel.clone(),
        ..threads(count)
    };
    let mut seen = Vec::new();
    let result = run(
        &options,
        blocks(u64::MAX).map(|block| block.inspect(|block| source(*block))),
        || {
            |block| {
                worker(block);
                Ok(block)
            }
        },
        |block| {
            sink(block);
            seen.push(block.0);
            Ok(())
        },
    );
    assert!(
        matches!(result, Err(Failure::Run(Error::Cancelled))),
        "{result:?}"
    );
    let in_order: Vec<u64> = (0..seen.len() as u64).collect();
    assert_eq!(seen, in_order);
    seen
}

fn cancel_at(cancel: &Cancel, number: u64) -> impl Fn(Block) + Send + Sync {
    let cancel = cancel.clone();
    move |block| {
        if block.0 == number {
            cancel.cancel();
        }
    }
}

#[test]
fn each_stage_can_stop_an_endless_run() {
    for count in THREADS {
        for number in [0, 1, 2, 50] {
            let cancel = Cancel::new();
            let seen = check(count, &cancel, cancel_at(&cancel, number), |_| {}, |_| {});
            assert!(seen.len() as u64 <= number, "{seen:?}");

            let cancel = Cancel::new();
            let seen = check(count, &cancel, |_| {}, cancel_at(&cancel, number), |_| {});
            assert!(seen.len() as u64 <= number, "{seen:?}");

            let cancel = Cancel::new();
            let seen = check(count, &cancel, |_| {}, |_| {}, cancel_at(&cancel, number));
            assert_eq!(seen.len() as u64, number + 1);
        }
    }
}

#[test]
fn a_cancelled_token_lets_nothing_begin() {
    for count in THREADS {
        let cancel = Cancel::new();
        assert!(!cancel.is_cancelled());
        cancel.clone().cancel();
        assert!(cancel.is_cancelled());
        let called = |_| panic!("a stage was called");
        assert!(check(count, &cancel, called, called, called).is_empty());
    }
}

#[test]
fn another_thread_can_stop_a_run() {
    for count in THREADS {
        let cancel = Cancel::new();
        let events = Events::default();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                events.wait_for(10);
                cancel.cancel();
            });
            let seen = check(
                count,
                &cancel,
                |_| {},
                |_| {},
                |block| {
                    if block == Block(10) {
                        events.happen(10);
                    }
                },
            );
            assert!(seen.len() > 10);
        });
    }
}
