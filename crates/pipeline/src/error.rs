use std::any::Any;
use std::{fmt, io};

/// Why a run ended early other than by an error of the caller's own stages.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The code of a stage panicked; a panic of the sink unwinds to the caller instead.
    #[error("{stage} panicked: {message}")]
    Panicked {
        /// The stage whose code it was; making a worker's state counts as the worker.
        stage: Stage,
        /// What was passed to `panic!`, or a substitute where that was not text.
        message: String,
    },
    /// The run's [`Cancel`](crate::Cancel) token was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The system did not start the threads that a run cannot do without: the source's and one worker's.
    #[error("failed to start a thread")]
    Thread(#[source] io::Error),
}

impl Error {
    pub(crate) fn panicked(stage: Stage, payload: &(dyn Any + Send)) -> Self {
        let message = if let Some(text) = payload.downcast_ref::<&str>() {
            (*text).to_owned()
        } else if let Some(text) = payload.downcast_ref::<String>() {
            text.clone()
        } else {
            "no message".to_owned()
        };
        Self::Panicked { stage, message }
    }
}

/// One of the three stages of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Reads the blocks.
    Source,
    /// Turns blocks into results, on as many threads as the options say.
    Worker,
    /// Consumes the results in order.
    Sink,
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Source => "source",
            Self::Worker => "worker",
            Self::Sink => "sink",
        })
    }
}
