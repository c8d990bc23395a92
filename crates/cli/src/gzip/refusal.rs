//! Why nothing, or not everything, came of one operand.

use std::fmt;
use std::io;

use super::report::Report;

/// What ends the work on one operand early.
///
/// The text is the message without the program's name. The other operands are still served,
/// except after [`Refusal::Fatal`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Worth telling, and nothing is wrong (exit code 0).
    Remark(String),
    /// Left out (exit code 2).
    Warning(String),
    /// Failed (exit code 1).
    Error(String),
    /// Failed, and so would the operands behind it (exit code 1).
    Fatal(String),
    /// Left out for a reason that goes without saying.
    Silent,
}

impl Refusal {
    /// Returns the failure to do something with the file that `name` shows.
    pub(crate) fn io(name: impl fmt::Display, error: &io::Error) -> Self {
        Self::Error(format!("{name}: {}", describe(error)))
    }

    /// Hands the refusal to `report`; returns whether the run goes on.
    pub(crate) fn tell(self, report: &mut Report) -> bool {
        match self {
            Self::Remark(message) => report.remark(message),
            Self::Warning(message) => report.warning(message),
            Self::Error(message) => report.error(message),
            Self::Fatal(message) => {
                report.error(message);
                return false;
            }
            Self::Silent => {}
        }
        true
    }
}

/// Returns the system's words for `error`, without the number that `std` puts behind them.
pub(crate) fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(number) => text
            .strip_suffix(&format!(" (os error {number})"))
            .unwrap_or(&text)
            .to_owned(),
        None => text,
    }
}
