use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;
use std::{error, io, thread};

use super::Options;
use crate::Error;

/// The number of bytes that make up for the failures before them.
const PROGRESS: usize = 64 << 10;

pub(crate) type Cause = Box<dyn error::Error + Send + Sync>;

/// Why one request did not bring what it was to bring.
pub(crate) enum Failure {
    /// Another request can have better luck, after the time that the server asked for.
    Passing { cause: Cause, wait: Wait },
    /// Another request will fare no better.
    Lasting(Cause),
    /// The server answered, and the answer is no.
    Refused(Error),
}

/// How long to wait before the next request.
#[derive(Clone, Copy)]
pub(crate) enum Wait {
    /// Longer each time.
    Backoff,
    /// Not at all, if nothing failed before: the server may just have closed an idle connection.
    FirstNotAtAll,
    /// As long as the server said.
    Asked(Duration),
}

impl Failure {
    pub(crate) fn passing(cause: impl Into<Cause>) -> Self {
        Self::Passing {
            cause: cause.into(),
            wait: Wait::Backoff,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<ureq::Error> for Failure {
    fn from(error: ureq::Error) -> Self {
        use ureq::Error::{
            BadUri, HostNotFound, Http, InvalidProxyUrl, LargeResponseHeader, Pem, Rustls, Tls,
            TlsRequired,
        };
        match error {
            BadUri(_)
            | HostNotFound
            | Http(_)
            | InvalidProxyUrl
            | LargeResponseHeader(..)
            | Pem(_)
            | Rustls(_)
            | Tls(_)
            | TlsRequired => Self::Lasting(error.into()),
            ureq::Error::Timeout(_) => {
                Self::passing(io::Error::new(io::ErrorKind::TimedOut, error))
            }
            ureq::Error::Io(error) => error.into(),
            _ => Self::passing(error),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let timed_out = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref())
            .is_some_and(|inner| matches!(inner, ureq::Error::Timeout(_)));
        match error.kind() {
            // What TLS calls a certificate or an answer that it cannot accept.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Self::Lasting(error.into()),
            _ if timed_out => Self::passing(io::Error::new(io::ErrorKind::TimedOut, error)),
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::UnexpectedEof => Self::Passing {
                cause: error.into(),
                wait: Wait::FirstNotAtAll,
            },
            _ => Self::passing(error),
        }
    }
}

/// The failures on the way to one result.
pub(crate) struct Retries<'a> {
    options: &'a Options,
    url: &'a str,
    attempts: u32,
    failures: u32,
    progress: usize,
}

impl<'a> Retries<'a> {
    pub(crate) fn new(options: &'a Options, url: &'a str) -> Self {
        Self {
            options,
            url,
            attempts: 0,
            failures: 0,
            progress: 0,
        }
    }

    /// Waits until it is time for another request, or returns the error that ends it.
    ///
    /// The request that failed, at byte `offset`, brought `progress` bytes.
    pub(crate) fn wait(
        &mut self,
        failure: Failure,
        offset: u64,
        progress: usize,
    ) -> Result<(), Error> {
        self.attempts = self.attempts.saturating_add(1);
        self.progress += progress;
        if self.progress >= PROGRESS {
            self.progress = 0;
            self.failures = 0;
        }
        let wait = match failure {
            Failure::Refused(error) => return Err(error),
            Failure::Passing { wait, .. } if self.failures < self.options.retries => wait,
            Failure::Passing { cause, .. } | Failure::Lasting(cause) => {
                return Err(self.give_up(cause, offset));
            }
        };
        thread::sleep(match wait {
            Wait::FirstNotAtAll if self.failures == 0 => Duration::ZERO,
            Wait::FirstNotAtAll | Wait::Backoff => self.backoff(),
            Wait::Asked(wait) => wait.min(self.options.retry_after_limit),
        });
        self.failures += 1;
        Ok(())
    }

    fn give_up(&self, source: Cause, offset: u64) -> Error {
        Error::Transfer {
            url: self.url.to_owned(),
            offset,
            attempts: self.attempts,
            source,
        }
    }

    fn backoff(&self) -> Duration {
        let factor = 2u32.saturating_pow(self.failures);
        let longest = self.options.backoff.saturating_mul(factor);
        let random = RandomState::new().hash_one(()) as f64 / u64::MAX as f64;
        let wait = longest.min(self.options.backoff_limit);
        wait.mul_f64(0.5 + random / 2.0)
    }
}
