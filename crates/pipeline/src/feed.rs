use std::collections::VecDeque;

use crate::context::Context;
use crate::{Error, Stage, Weigh};

/// The source with what was pulled from it ahead of time.
pub(crate) struct Feed<'a, I, B, E> {
    context: &'a Context<'a>,
    source: I,
    ahead: VecDeque<Result<B, E>>,
    /// The source is not asked again after its end, an error or a panic.
    ended: bool,
}

impl<'a, I, B, E> Feed<'a, I, B, E>
where
    I: Iterator<Item = Result<B, E>>,
    B: Weigh,
    E: From<Error>,
{
    pub(crate) fn new(context: &'a Context<'a>, source: I) -> Self {
        Self {
            context,
            source,
            ahead: VecDeque::new(),
            ended: false,
        }
    }

    /// Pulls up to `count` blocks to be returned later, and returns whether there are so many.
    pub(crate) fn look_ahead(&mut self, count: usize) -> bool {
        while self.ahead.len() < count {
            match self.pull() {
                Some(block) => self.ahead.push_back(block),
                None => break,
            }
        }
        self.ahead.len() == count && self.ahead.iter().all(Result::is_ok)
    }

    /// Returns the next block, or the error that stands for it and is the last item.
    pub(crate) fn next(&mut self) -> Option<Result<B, E>> {
        self.ahead.pop_front().or_else(|| self.pull())
    }

    fn pull(&mut self) -> Option<Result<B, E>> {
        if self.ended {
            return None;
        }
        let item = self.context.attempt(Stage::Source, || {
            let item = self.source.next().transpose()?;
            if let Some(block) = &item {
                let weight = block.weight();
                self.context.count(|counters| counters.add_read(weight));
            }
            Ok(item)
        });
        self.ended = !matches!(item, Ok(Some(_)));
        item.transpose()
    }
}
