use crate::context::Context;
use crate::feed::Feed;
use crate::{Error, Options, Stage, Statistics, Weigh, threaded};

/// Sends the blocks of `source` through workers and hands the results to `sink` in the order of the
/// source.
///
/// `make_worker` is called at most once for each worker, on the worker's own thread and when its first
/// block arrives. What it returns is the worker: it turns one block after the other into results,
/// and may keep tables and buffers from block to block. It need not be `Send`. For results that do
/// not depend on the number of threads, a result must depend on its block only.
///
/// The source is pulled on the caller's thread first. A second block starts a thread for the rest of
/// the source and, as blocks arrive, up to [`Options::threads`] workers; the sink stays on the caller's
/// thread. With one worker or one slot, and for a source of a single block, no thread is started.
///
/// # Errors
/// The first error in block order is returned: an error of the source has the place of the block that
/// it was returned instead of. The sink has seen the results of all blocks before it and nothing else.
/// A panic in `source`, in `make_worker` or in a worker is [`Error::Panicked`] in the place of its
/// block, through `E::from`. A run that is cancelled returns [`Error::Cancelled`] unless its last
/// result was consumed and the source known to be at its end before.
///
/// The call returns when all its threads have ended. It cannot interrupt the caller's code: a source
/// that blocks in a read keeps even a failed run until that read returns.
///
/// # Panics
/// Panics with the sink's own panic, after the threads have ended.
pub fn run<B, R, E, W>(
    options: &Options,
    source: impl Iterator<Item = Result<B, E>> + Send,
    make_worker: impl Fn() -> W + Sync,
    sink: impl FnMut(R) -> Result<(), E>,
) -> Result<Statistics, E>
where
    B: Send + Weigh,
    R: Send + Weigh,
    E: Send + From<Error>,
    W: FnMut(B) -> Result<R, E>,
{
    let context = Context::new(options);
    let mut feed = Feed::new(&context, source);
    let workers = options.threads.min(options.slot_count()).get();
    let drain = Drain {
        context: &context,
        sink,
    };
    if workers > 1 && feed.look_ahead(2) {
        let slots = options.slot_count().get();
        threaded::run(&context, workers, slots, feed, &make_worker, drain)?;
    } else {
        run_inline(&context, feed, &make_worker, drain)?;
    }
    Ok(context.statistics())
}

fn run_inline<B, R, E, W>(
    context: &Context<'_>,
    mut feed: Feed<'_, impl Iterator<Item = Result<B, E>>, B, E>,
    make_worker: &impl Fn() -> W,
    mut drain: Drain<'_, impl FnMut(R) -> Result<(), E>>,
) -> Result<(), E>
where
    B: Weigh,
    R: Weigh,
    E: From<Error>,
    W: FnMut(B) -> Result<R, E>,
{
    let mut worker = LazyWorker::new(context, make_worker);
    while let Some(block) = feed.next() {
        drain.consume(worker.work(block?)?)?;
    }
    Ok(())
}

/// A worker that is made when its first block arrives.
pub(crate) struct LazyWorker<'a, M, W> {
    context: &'a Context<'a>,
    make_worker: &'a M,
    worker: Option<W>,
}

impl<'a, M, W> LazyWorker<'a, M, W>
where
    M: Fn() -> W,
{
    pub(crate) fn new(context: &'a Context<'a>, make_worker: &'a M) -> Self {
        Self {
            context,
            make_worker,
            worker: None,
        }
    }

    pub(crate) fn work<B, R, E>(&mut self, block: B) -> Result<R, E>
    where
        E: From<Error>,
        W: FnMut(B) -> Result<R, E>,
    {
        self.context.attempt(Stage::Worker, || {
            self.worker.get_or_insert_with(self.make_worker)(block)
        })
    }
}

/// The sink with its counts.
pub(crate) struct Drain<'a, S> {
    context: &'a Context<'a>,
    sink: S,
}

impl<S> Drain<'_, S> {
    pub(crate) fn consume<R, E>(&mut self, result: R) -> Result<(), E>
    where
        R: Weigh,
        E: From<Error>,
        S: FnMut(R) -> Result<(), E>,
    {
        let weight = result.weight();
        self.context.guard(Stage::Sink, || (self.sink)(result))?;
        self.context.count(|counters| counters.add_consumed(weight));
        Ok(())
    }
}
