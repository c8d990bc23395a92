//! Splits a command's arguments into options and operands, by the rules of docopt.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// One option of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flag {
    /// Its letter, `\0` if it has none.
    short: char,
    /// Its long name without dashes, empty if it has none.
    long: &'static str,
    /// Whether a value follows.
    takes_value: bool,
}

impl Flag {
    /// Returns an option without a value.
    pub(crate) const fn switch(short: char, long: &'static str) -> Self {
        Self {
            short,
            long,
            takes_value: false,
        }
    }

    /// Returns an option with a value.
    pub(crate) const fn value(short: char, long: &'static str) -> Self {
        Self {
            short,
            long,
            takes_value: true,
        }
    }

    /// Returns what messages call it.
    fn name(self) -> String {
        if self.long.is_empty() {
            format!("-{}", self.short)
        } else {
            format!("--{}", self.long)
        }
    }
}

/// What the arguments of a command say.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// The options, each with its value where it takes one.
    options: Vec<(Flag, Option<OsString>)>,
    /// What is not an option, in its order.
    pub(crate) operands: Vec<OsString>,
}

impl Tokens {
    /// Returns whether the option was given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(flag, _)| flag.name() == name)
    }

    /// Returns the value of an option, which messages call `name`, if it was given.
    pub(crate) fn value(&self, name: &str) -> Option<&OsStr> {
        let given = self.options.iter().find(|(flag, _)| flag.name() == name);
        given.and_then(|(_, value)| value.as_deref())
    }

    /// Checks that no two of some options were given.
    pub(crate) fn exclude(&self, names: &[&str]) -> Result<(), String> {
        let mut given = names.iter().filter(|name| self.has(name));
        match (given.next(), given.next()) {
            (Some(one), Some(other)) => Err(format!("{one} does not go with {other}")),
            _ => Ok(()),
        }
    }
}

/// Splits `arguments` by the options that a command has.
///
/// Options may stand anywhere before `--`. A value may be attached (`-j4`, `--prefix=x`) or stand by itself
/// (`-j 4`, `--prefix x`), letters may be bundled, and a long option may be cut to any beginning that fits no
/// other. An option that is given twice is an error, which is a message.
pub(crate) fn split(
    flags: &[Flag],
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Tokens, String> {
    let mut arguments = arguments.into_iter();
    let mut tokens = Tokens::default();
    while let Some(argument) = arguments.next() {
        let bytes = argument.as_bytes();
        if bytes == b"--" {
            tokens.operands.extend(arguments.by_ref());
        } else if let Some(long) = bytes.strip_prefix(b"--") {
            let option = long_option(flags, long, &mut arguments)?;
            tokens.push(option)?;
        } else if bytes.len() > 1 && bytes[0] == b'-' {
            bundle(flags, &bytes[1..], &mut arguments, &mut tokens)?;
        } else {
            tokens.operands.push(argument);
        }
    }
    Ok(tokens)
}

impl Tokens {
    fn push(&mut self, (flag, value): (Flag, Option<OsString>)) -> Result<(), String> {
        let name = flag.name();
        if self.has(&name) {
            return Err(format!("{name} is given more than once"));
        }
        self.options.push((flag, value));
        Ok(())
    }
}

/// Splits the letters behind one dash.
fn bundle(
    flags: &[Flag],
    mut letters: &[u8],
    arguments: &mut impl Iterator<Item = OsString>,
    tokens: &mut Tokens,
) -> Result<(), String> {
    while let Some((&letter, rest)) = letters.split_first() {
        let flag = flags
            .iter()
            .find(|flag| flag.short == char::from(letter) && letter != 0);
        let flag = *flag.ok_or_else(|| format!("there is no option -{}", letter.escape_ascii()))?;
        if !flag.takes_value {
            tokens.push((flag, None))?;
            letters = rest;
            continue;
        }
        let value = if rest.is_empty() {
            arguments.next()
        } else {
            Some(OsString::from_vec(rest.to_vec()))
        };
        let value = value.ok_or_else(|| format!("-{} requires argument", flag.short))?;
        return tokens.push((flag, Some(value)));
    }
    Ok(())
}

/// Reads the long option `text` (without its dashes).
fn long_option(
    flags: &[Flag],
    text: &[u8],
    arguments: &mut impl Iterator<Item = OsString>,
) -> Result<(Flag, Option<OsString>), String> {
    let equals = text.iter().position(|&byte| byte == b'=');
    let (name, attached) = match equals {
        Some(at) => (
            &text[..at],
            Some(OsString::from_vec(text[at + 1..].to_vec())),
        ),
        None => (text, None),
    };
    let flag = find_long(flags, name)?;
    match (flag.takes_value, attached) {
        (false, Some(_)) => Err(format!("{} must not have an argument", flag.name())),
        (false, None) => Ok((flag, None)),
        (true, Some(value)) => Ok((flag, Some(value))),
        (true, None) => match arguments.next() {
            Some(value) => Ok((flag, Some(value))),
            None => Err(format!("{} requires argument", flag.name())),
        },
    }
}

/// Returns the option of that long name, or the only one that begins so.
fn find_long(flags: &[Flag], name: &[u8]) -> Result<Flag, String> {
    let shown = name.escape_ascii();
    let fits = |flag: &&Flag| !flag.long.is_empty() && flag.long.as_bytes().starts_with(name);
    let candidates: Vec<Flag> = flags.iter().filter(fits).copied().collect();
    let exact = candidates.iter().find(|flag| flag.long.len() == name.len());
    match (exact, candidates.as_slice()) {
        (Some(flag), _) | (None, [flag]) => Ok(*flag),
        (None, []) => Err(format!("there is no option --{shown}")),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|flag| flag.name()).collect();
            let names = names.join(", ");
            Err(format!("--{shown} is not a unique prefix: {names}?"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: &[Flag] = &[
        Flag::value('j', ""),
        Flag::value('o', "output"),
        Flag::value('\0', "prefix"),
        Flag::value('\0', "start"),
        Flag::value('\0', "stop"),
        Flag::switch('m', "metadata-only"),
        Flag::switch('q', "quick"),
    ];

    /// Splits the words of `line`, and shows what was found.
    fn outcome(line: &str) -> String {
        let tokens = match split(FLAGS, line.split(' ').map(OsString::from)) {
            Ok(tokens) => tokens,
            Err(message) => return message,
        };
        let options = tokens.options.iter().map(|(flag, value)| {
            let value = value.as_ref().map(|value| value.display().to_string());
            format!("{}={}", flag.name(), value.unwrap_or_default())
        });
        let operands = tokens
            .operands
            .iter()
            .map(|word| word.display().to_string());
        options.chain(operands).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(line: &str, expected: &str) {
        assert_eq!(outcome(line), expected, "{line}");
    }

    #[test]
    fn options_stand_anywhere_and_take_values_in_either_form() {
        check("f -j4", "-j=4 f");
        check("-j 4 f", "-j=4 f");
        check("f --prefix=a=b", "--prefix=a=b f");
        check("--prefix a f", "--prefix=a f");
        check("--prefix= f", "--prefix= f");
        check("-mqj4 f", "--metadata-only= --quick= -j=4 f");
        check("-ox f -", "--output=x f -");
        check("-- --prefix f", "--prefix f");
        check("--prefix -- f", "--prefix=-- f");
    }

    #[test]
    fn long_options_may_be_cut() {
        check("--pref=x f", "--prefix=x f");
        check("--sta x", "--start=x");
        check("--st=x f", "--st is not a unique prefix: --start, --stop?");
        check("--meta f", "--metadata-only= f");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        check("--nosuch", "there is no option --nosuch");
        check("-x", "there is no option -x");
        check("-m5", "there is no option -5");
        check("--prefix", "--prefix requires argument");
        check("-j", "-j requires argument");
        check(
            "--metadata-only=x",
            "--metadata-only must not have an argument",
        );
        check("--prefix=a --pre b", "--prefix is given more than once");
        check("-j1 -j1", "-j is given more than once");
    }
}
