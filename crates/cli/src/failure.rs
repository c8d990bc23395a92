//! How a command that failed says so.

use std::fmt;
use std::io::Write;

/// An error with advice on what to do.
#[derive(Debug)]
pub(crate) struct Hint {
    error: anyhow::Error,
    hint: String,
}

impl Hint {
    /// Returns `error` with `hint` to be printed beneath it.
    pub(crate) fn attach(error: anyhow::Error, hint: impl Into<String>) -> anyhow::Error {
        Self {
            error,
            hint: hint.into(),
        }
        .into()
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:#}", self.error)
    }
}

impl std::error::Error for Hint {}

/// Prints `error` with all its causes, and the hint where there is one.
pub(crate) fn report(error: &anyhow::Error) {
    let hint = match error.downcast_ref::<Hint>() {
        Some(Hint { hint, .. }) => format!("hint: {hint}\n"),
        None => String::new(),
    };
    // Nobody can be told that this failed.
    let _ = write!(std::io::stderr(), "blockyard: {error:#}\n{hint}");
}
