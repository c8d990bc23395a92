//! The values of options that several commands have.

use std::ffi::OsStr;
use std::num::NonZero;
use std::os::unix::ffi::OsStrExt;

use blockyard_pipeline::Options;
use blockyard_zs::{Framing, Query};

use super::escapes::unescape;
use super::quoted::quoted;
use super::refusal::Refusal;
use super::tokens::Tokens;

/// More threads than this are not started, whatever number is asked for.
const MAX_THREADS: usize = 1024;

/// Returns how to run a pipeline: `-j`, which may be `guess` or no less than `least`.
pub(crate) fn pipeline(tokens: &Tokens, least: i64) -> Result<Options, Refusal> {
    let Some(value) = tokens.value("-j").filter(|value| *value != "guess") else {
        return Ok(Options::default());
    };
    let number = integer("-j", value)?;
    if number < least {
        let message = format!("-j must be at least {least}, not {number}");
        return Err(Refusal::Argument(message));
    }
    // Zero means the process itself, and so does one.
    let threads = usize::try_from(number).map_or(MAX_THREADS, |number| number.min(MAX_THREADS));
    Ok(Options {
        threads: NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN),
        ..Options::default()
    })
}

/// Returns the value of an option that is a number.
pub(crate) fn integer(option: &str, value: &OsStr) -> Result<i64, Refusal> {
    let number = value.to_str().and_then(|text| text.trim().parse().ok());
    number.ok_or_else(|| {
        let value = quoted(value);
        Refusal::Argument(format!("{option} should be an integer but got {value}"))
    })
}

/// Returns the value of an option that counts something, if it was given: no less than `least`.
pub(crate) fn count(tokens: &Tokens, option: &str, least: u64) -> Result<Option<u64>, Refusal> {
    let Some(value) = tokens.value(option) else {
        return Ok(None);
    };
    let number = integer(option, value)?;
    match u64::try_from(number) {
        Ok(number) if number >= least => Ok(Some(number)),
        _ => {
            let message = format!("{option} must be at least {least}, not {number}");
            Err(Refusal::Argument(message))
        }
    }
}

/// Returns the bytes that the value of an option stands for.
pub(crate) fn bytes(option: &str, value: &OsStr) -> Result<Vec<u8>, Refusal> {
    unescape(value.as_bytes()).map_err(|complaint| {
        let value = quoted(value);
        Refusal::Argument(format!("invalid {option} value {value}: {complaint}"))
    })
}

/// Returns what `--start`, `--stop` and `--prefix` ask for.
pub(crate) fn query(tokens: &Tokens) -> Result<Query, Refusal> {
    let value = |option: &str| {
        let value = tokens.value(option);
        value.map(|value| bytes(option, value)).transpose()
    };
    Ok(Query {
        start: value("--start")?,
        stop: value("--stop")?,
        prefix: value("--prefix")?,
    })
}

/// Returns how records are told apart: `--terminator` or `--length-prefixed`.
pub(crate) fn framing(tokens: &Tokens) -> Result<Framing, Refusal> {
    tokens
        .exclude(&["--terminator", "--length-prefixed"])
        .map_err(Refusal::Usage)?;
    if let Some(value) = tokens.value("--length-prefixed") {
        return match value.as_bytes() {
            b"uleb128" => Ok(Framing::Uleb128),
            b"u64le" => Ok(Framing::U64le),
            _ => Err(Refusal::Argument(format!(
                "Invalid --length-prefixed value {}: must be u64le or uleb128",
                quoted(value)
            ))),
        };
    }
    match tokens.value("--terminator") {
        Some(value) => Ok(Framing::Terminator(bytes("--terminator", value)?)),
        None => Ok(Framing::Terminator(b"\n".to_vec())),
    }
}

/// Returns the only operand of a command.
pub(crate) fn operand(tokens: &Tokens) -> Result<&OsStr, Refusal> {
    match tokens.operands.as_slice() {
        [operand] => Ok(operand),
        operands => {
            let found = operands.len();
            Err(Refusal::Usage(format!("expected one file, found {found}")))
        }
    }
}
