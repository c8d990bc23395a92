use blockyard_pipeline::run;

use crate::support::{Block, Events, Failure, blocks, threads};

#[test]
fn reading_working_and_writing_go_on_at_the_same_time() {
    let events = Events::default();
    let source = blocks(20).inspect(|block| {
        if matches!(block, Ok(Block(5))) {
            events.meet(0, 3);
        }
    });
    let worker = |block: Block| {
        if block == Block(4) {
            events.meet(1, 3);
        }
        Ok(block)
    };
    let sink = |block: Block| {
        if block == Block(0) {
            events.meet(2, 3);
        }
        Ok::<_, Failure>(())
    };
    let statistics = run(&threads(2), source, || worker, sink).unwrap();
    assert_eq!(statistics.blocks, 20);
}

#[test]
fn all_workers_work_at_the_same_time() {
    for workers in [2, 7] {
        let events = Events::default();
        let worker = |block: Block| {
            if block.0 < workers {
                events.meet(block.0, workers as usize);
            }
            Ok(block)
        };
        run(
            &threads(workers as usize),
            blocks(workers),
            || worker,
            |_| Ok::<_, Failure>(()),
        )
        .unwrap();
    }
}
