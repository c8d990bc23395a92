//! How a command ends, with the exit codes of zs.

use blockyard_zs::Error;

/// What a command that came to its end says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// All is done, or right (0).
    Yes,
    /// Nothing was found, or damage was (1).
    No,
}

impl Answer {
    /// Returns the exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::No => 1,
        }
    }
}

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The options and operands do not fit the command (2).
    Usage(String),
    /// The value of an option, or another argument, is wrong (2).
    Argument(String),
    /// Something failed (1).
    Failed(anyhow::Error),
}

impl Refusal {
    /// Returns the exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Argument(_) => 2,
            Self::Failed(_) => 1,
        }
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// Returns what went wrong with the file that is called `name`, or with what was made of it.
pub(crate) fn blame(name: impl std::fmt::Display, error: Error) -> anyhow::Error {
    let is_of_output = matches!(error, Error::Write(_));
    let error = anyhow::Error::from(error);
    if is_of_output {
        error
    } else {
        error.context(name.to_string())
    }
}
