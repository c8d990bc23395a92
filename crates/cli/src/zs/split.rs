//! `zs split`: several files of one.

use std::ffi::{OsStr, OsString};
use std::num::NonZero;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use anyhow::anyhow;
use blockyard_zs::{Parts, SplitPlan};

use super::derived::{output, write_from, writer_options};
use super::quoted::quoted;
use super::refusal::{Answer, Refusal, blame};
use super::source;
use super::tokens::{Flag, Tokens};
use super::values;
use crate::shown::Shown;
use crate::units::parse_bytes;

/// The options of the command.
pub(crate) const FLAGS: &[Flag] = &[
    Flag::value('o', "output"),
    Flag::value('n', "number"),
    Flag::value('\0', "size"),
    Flag::value('\0', "metadata"),
    Flag::value('\0', "codec"),
    Flag::value('z', "compress-level"),
    Flag::value('\0', "branching-factor"),
    Flag::switch('f', "force"),
    Flag::value('j', ""),
    Flag::switch('h', "help"),
];

/// What stands for the number of the part in a name.
const MARK: u8 = b'%';

/// Runs the command.
pub(crate) fn run(tokens: &Tokens) -> Result<Answer, Refusal> {
    let operand = values::operand(tokens)?;
    let pattern = output(tokens)?;
    if !pattern.as_bytes().contains(&MARK) {
        let message = "the name of -o needs a % where the number of the part is to be".to_owned();
        return Err(Refusal::Argument(message));
    }
    let parts = parts(tokens)?;
    let opened = source::open(operand)?;
    let options = writer_options(tokens, opened.reader.header())?;
    let plan = SplitPlan::new(&opened.reader, parts);
    let plan = plan.map_err(|error| blame(&opened.name, error))?;
    let digits = plan.parts().len().to_string().len();
    let names = (1..=plan.parts().len()).map(|number| name(&pattern, number, digits));
    let names: Vec<OsString> = names.collect();
    let taken = names
        .iter()
        .find(|name| std::fs::symlink_metadata(name).is_ok());
    if let Some(taken) = taken.filter(|_| !tokens.has("--force")) {
        let taken = Shown(taken);
        return Err(anyhow!("{taken}: File exists; --force replaces it").into());
    }
    for (part, name) in plan.parts().iter().zip(&names) {
        let options = ("split", options.clone());
        write_from(&opened, name, tokens, options, |file, options| {
            part.write(&opened.reader, file, options)
        })?;
    }
    Ok(Answer::Yes)
}

fn parts(tokens: &Tokens) -> Result<Parts, Refusal> {
    tokens
        .exclude(&["--number", "--size"])
        .map_err(Refusal::Usage)?;
    if let Some(number) = values::count(tokens, "--number", 1)? {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let number = NonZero::new(number).unwrap_or(NonZero::<usize>::MIN);
        return Ok(Parts::Count(number));
    }
    let Some(value) = tokens.value("--size") else {
        let message = "expected --number or --size of the parts".to_owned();
        return Err(Refusal::Usage(message));
    };
    let size = value.to_str().and_then(|text| parse_bytes(text, 1));
    let size = size.and_then(NonZero::new);
    size.map(Parts::MaxBytes).ok_or_else(|| {
        let value = quoted(value);
        let message = format!("Invalid --size value {value}: must be a size such as 64M");
        Refusal::Argument(message)
    })
}

/// Returns the name of a part: the number has the digits of the largest.
fn name(pattern: &OsStr, number: usize, digits: usize) -> OsString {
    let number = format!("{number:0digits$}");
    let mut name = Vec::new();
    for &byte in pattern.as_bytes() {
        if byte == MARK {
            name.extend_from_slice(number.as_bytes());
        } else {
            name.push(byte);
        }
    }
    OsString::from_vec(name)
}
