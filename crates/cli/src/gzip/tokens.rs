//! Splits arguments into options and operands, by the rules of `getopt_long`.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use super::flags::{FLAGS, Flag};

/// One option or operand.
#[derive(Debug)]
pub(crate) enum Token {
    /// A level given by its digits: `-6`, `-11`.
    Level(OsString),
    /// An option, with its value where it takes one.
    Flag(&'static Flag, Option<OsString>),
    /// `--`: only operands follow.
    Separator,
    /// What is not an option.
    Operand(OsString),
}

/// Splits `arguments` (without the program's name) into tokens.
///
/// Letters may be bundled (`-9kf`), a value may be attached (`-p4`, `--suffix=.x`) or stand by
/// itself (`-p 4`, `--suffix .x`), options may follow operands, and a long option may be cut to
/// any beginning that fits no other. The error is a message in the words of getopt.
pub(crate) fn split(arguments: impl IntoIterator<Item = OsString>) -> Result<Vec<Token>, String> {
    let mut arguments = arguments.into_iter();
    let mut tokens = Vec::new();
    while let Some(argument) = arguments.next() {
        let bytes = argument.as_bytes();
        if bytes == b"--" {
            tokens.push(Token::Separator);
            tokens.extend(arguments.by_ref().map(Token::Operand));
        } else if let Some(long) = bytes.strip_prefix(b"--") {
            tokens.push(long_option(long, &mut arguments)?);
        } else if bytes.len() > 1 && bytes[0] == b'-' {
            bundle(&bytes[1..], &mut arguments, &mut tokens)?;
        } else {
            tokens.push(Token::Operand(argument));
        }
    }
    Ok(tokens)
}

/// Splits the letters behind one dash.
fn bundle(
    mut letters: &[u8],
    arguments: &mut impl Iterator<Item = OsString>,
    tokens: &mut Vec<Token>,
) -> Result<(), String> {
    while let Some((&letter, rest)) = letters.split_first() {
        let digits = letters
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if digits > 0 {
            tokens.push(Token::Level(to_owned(&letters[..digits])));
            letters = &letters[digits..];
            continue;
        }
        let flag = FLAGS
            .iter()
            .find(|flag| flag.short == char::from(letter) && letter != 0)
            .ok_or_else(|| format!("invalid option -- '{}'", letter.escape_ascii()))?;
        if !flag.takes_value {
            tokens.push(Token::Flag(flag, None));
            letters = rest;
            continue;
        }
        let value = if rest.is_empty() {
            arguments.next()
        } else {
            Some(to_owned(rest))
        };
        let value = value
            .ok_or_else(|| format!("option requires an argument -- '{}'", char::from(letter)))?;
        tokens.push(Token::Flag(flag, Some(value)));
        return Ok(());
    }
    Ok(())
}

/// Reads the long option `text` (without its dashes).
fn long_option(
    text: &[u8],
    arguments: &mut impl Iterator<Item = OsString>,
) -> Result<Token, String> {
    let equals = text.iter().position(|&byte| byte == b'=');
    let (name, attached) = match equals {
        Some(at) => (&text[..at], Some(to_owned(&text[at + 1..]))),
        None => (text, None),
    };
    let (flag, name) = find_long(name)?;
    match (flag.takes_value, attached) {
        (false, Some(_)) => Err(format!("option '--{name}' doesn't allow an argument")),
        (false, None) => Ok(Token::Flag(flag, None)),
        (true, Some(value)) => Ok(Token::Flag(flag, Some(value))),
        (true, None) => match arguments.next() {
            Some(value) => Ok(Token::Flag(flag, Some(value))),
            None => Err(format!("option '--{name}' requires an argument")),
        },
    }
}

/// Returns the flag of that long name, or of the only one that begins so.
fn find_long(name: &[u8]) -> Result<(&'static Flag, &'static str), String> {
    let names = || {
        FLAGS
            .iter()
            .flat_map(|flag| flag.long.iter().map(move |&long| (flag, long)))
    };
    if let Some(exact) = names().find(|(_, long)| long.as_bytes() == name) {
        return Ok(exact);
    }
    let candidates: Vec<_> = names()
        .filter(|(_, long)| long.as_bytes().starts_with(name))
        .collect();
    match candidates.as_slice() {
        [] => Err(format!("unrecognized option '--{}'", name.escape_ascii())),
        [first, rest @ ..] if rest.iter().all(|(flag, _)| flag.meaning == first.0.meaning) => {
            Ok(*first)
        }
        all => {
            let names: Vec<_> = all.iter().map(|(_, long)| format!("'--{long}'")).collect();
            let possibilities = names.join(" ");
            let name = name.escape_ascii();
            Err(format!(
                "option '--{name}' is ambiguous; possibilities: {possibilities}"
            ))
        }
    }
}

fn to_owned(bytes: &[u8]) -> OsString {
    OsString::from_vec(bytes.to_vec())
}

impl Token {
    /// Returns the token as it would be typed, for messages.
    pub(crate) fn spelling(&self) -> String {
        match self {
            Self::Level(digits) => format!("-{}", digits.display()),
            Self::Flag(flag, _) if flag.short != '\0' => format!("-{}", flag.short),
            Self::Flag(flag, _) => format!("--{}", flag.long[0]),
            Self::Separator => "--".to_owned(),
            Self::Operand(operand) => OsStr::display(operand).to_string(),
        }
    }
}
