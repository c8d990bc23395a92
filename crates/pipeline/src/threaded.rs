use std::io;
use std::thread::{self, Scope};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::context::Context;
use crate::feed::Feed;
use crate::reorder::Reorder;
use crate::run::{Drain, LazyWorker};
use crate::{Error, Stage, Weigh};

/// A block or a result with the number of its block.
type Numbered<T> = (u64, T);

/// Runs the source on one thread, the workers on others, and the sink on this one.
///
/// Each stage ends when the one before it does, by the closing of its queue. When a block fails, the
/// stages end as soon as the blocks before it are through: no one starts on a block behind it.
pub(crate) fn run<B, R, E, W, M>(
    context: &Context<'_>,
    workers: usize,
    slots: usize,
    feed: Feed<'_, impl Iterator<Item = Result<B, E>> + Send, B, E>,
    make_worker: &M,
    drain: Drain<'_, impl FnMut(R) -> Result<(), E>>,
) -> Result<(), E>
where
    B: Send + Weigh,
    R: Send + Weigh,
    E: Send + From<Error>,
    W: FnMut(B) -> Result<R, E>,
    M: Fn() -> W + Sync,
{
    let (free_sender, free_receiver) = bounded(slots);
    let (job_sender, job_receiver) = bounded(slots);
    let (result_sender, result_receiver) = bounded(slots);
    thread::scope(|scope| {
        let reader = Reader {
            scope,
            context,
            make_worker,
            workers,
            unused_slots: slots,
            free_slots: free_receiver,
            job_sender,
            job_receiver,
            results: result_sender,
        };
        spawn(scope, "block-source", move || reader.read(feed))
            .map_err(|error| E::from(Error::Thread(error)))?;
        let writer = Writer {
            context,
            results: result_receiver,
            free_slots: free_sender,
            order: Reorder::new(),
        };
        writer.write(drain)
    })
}

fn spawn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    body: impl FnOnce() + Send + 'scope,
) -> io::Result<()> {
    let builder = thread::Builder::new().name(name.to_owned());
    builder.spawn_scoped(scope, body).map(drop)
}

/// The source's side: takes a slot, pulls a block, queues it, and starts the workers.
struct Reader<'scope, 'env, B, R, E, M> {
    scope: &'scope Scope<'scope, 'env>,
    context: &'scope Context<'scope>,
    make_worker: &'scope M,
    workers: usize,
    /// The slots that were never taken; the others come back through `free_slots`.
    unused_slots: usize,
    free_slots: Receiver<()>,
    job_sender: Sender<Numbered<B>>,
    job_receiver: Receiver<Numbered<B>>,
    results: Sender<Numbered<Result<R, E>>>,
}

impl<'scope, B, R, E, W, M> Reader<'scope, '_, B, R, E, M>
where
    B: Send + Weigh + 'scope,
    R: Send + 'scope,
    E: Send + From<Error> + 'scope,
    W: FnMut(B) -> Result<R, E> + 'scope,
    M: Fn() -> W + Sync,
{
    fn read(mut self, mut feed: Feed<'_, impl Iterator<Item = Result<B, E>>, B, E>) {
        let mut number = 0;
        while self.take_slot() && self.context.needs(number) {
            let outcome = match feed.next() {
                Some(Ok(block)) => self.dispatch(number, block),
                Some(Err(error)) => Err(error),
                None => return,
            };
            if let Err(error) = outcome {
                report(self.context, &self.results, number, Err(error));
                return;
            }
            number += 1;
        }
    }

    /// Takes a slot, or returns `false` when the sink has ended.
    fn take_slot(&mut self) -> bool {
        if self.unused_slots > 0 {
            self.unused_slots -= 1;
            return true;
        }
        let free_slots = &self.free_slots;
        self.context
            .wait(Stage::Source, || free_slots.recv())
            .is_ok()
    }

    /// Queues a block; each of the first ones gets a worker of its own.
    fn dispatch(&self, number: u64, block: B) -> Result<(), E> {
        if number < self.workers as u64 {
            // The results do not depend on the number of workers, so the first is enough.
            if let Err(error) = self.start_worker()
                && number == 0
            {
                return Err(Error::Thread(error).into());
            }
        }
        // The queue has room for all slots, and this reader itself keeps it open.
        let _ = self.job_sender.send((number, block));
        Ok(())
    }

    fn start_worker(&self) -> io::Result<()> {
        let context = self.context;
        let make_worker = self.make_worker;
        let jobs = self.job_receiver.clone();
        let results = self.results.clone();
        spawn(self.scope, "block-worker", move || {
            work(context, make_worker, &jobs, &results);
        })
    }
}

/// The life of a worker's thread.
fn work<B, R, E, W>(
    context: &Context<'_>,
    make_worker: &impl Fn() -> W,
    jobs: &Receiver<Numbered<B>>,
    results: &Sender<Numbered<Result<R, E>>>,
) where
    E: From<Error>,
    W: FnMut(B) -> Result<R, E>,
{
    let mut worker = LazyWorker::new(context, make_worker);
    while let Ok((number, block)) = context.wait(Stage::Worker, || jobs.recv()) {
        // Blocks leave the queue in order: when this one is not needed, no later one is. So a worker
        // that has failed is not called again.
        if !context.needs(number) {
            return;
        }
        report(context, results, number, worker.work(block));
    }
}

/// Sends a result to the sink's side, and spares the others the blocks behind a failure.
fn report<R, E>(
    context: &Context<'_>,
    results: &Sender<Numbered<Result<R, E>>>,
    number: u64,
    result: Result<R, E>,
) {
    if result.is_err() {
        context.end_at(number);
    }
    // The queue has room for all slots; when the sink has ended nobody wants the result.
    let _ = results.send((number, result));
}

/// The sink's side: brings the results into order and frees the slots.
struct Writer<'a, R, E> {
    context: &'a Context<'a>,
    results: Receiver<Numbered<Result<R, E>>>,
    free_slots: Sender<()>,
    order: Reorder<Result<R, E>>,
}

impl<R, E> Writer<'_, R, E>
where
    R: Weigh,
    E: From<Error>,
{
    fn write(mut self, mut drain: Drain<'_, impl FnMut(R) -> Result<(), E>>) -> Result<(), E> {
        while let Ok((number, result)) = self.context.wait(Stage::Sink, || self.results.recv()) {
            self.order.insert(number, result);
            while let Some(result) = self.order.pop() {
                drain.consume(result?)?;
                // There is room for all slots; after its last block the reader needs no more.
                let _ = self.free_slots.send(());
            }
        }
        Ok(())
    }
}

impl<R, E> Drop for Writer<'_, R, E> {
    /// Tells the other stages that nothing is needed any more, also when the sink panics.
    fn drop(&mut self) {
        self.context.end_at(self.order.next_number());
    }
}
