//! From the command line and the environment to [`Settings`].

use std::ffi::{OsStr, OsString};
use std::num::NonZero;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use blockyard_gzip::Level;

use super::flags::{Flag, Meaning};
use super::settings::{Operation, Range, Settings, Verbosity};
use super::tokens::{self, Token};
use crate::personality::{Action, Family, Personality};
use crate::units::parse_bytes;

/// The smallest block, in bytes: the window that the next block looks back on.
const MIN_BLOCK_SIZE: u64 = 32 << 10;
/// The largest block, in bytes.
const MAX_BLOCK_SIZE: u64 = 512 << 20;
/// More threads than this are not started, whatever number is asked for.
const MAX_THREADS: NonZero<usize> = NonZero::new(1024).expect("1024 is not zero");

/// What a command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Invocation {
    /// `-h`
    Help,
    /// `-L`
    License,
    /// `-V`; with `-v` the libraries too.
    Version {
        /// Whether `-v` came before.
        detailed: bool,
    },
    /// Work.
    Run(Box<Job>),
}

/// The work that a command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// What the options say.
    pub(crate) settings: Settings,
    /// The files, in their order; none means standard input.
    pub(crate) operands: Vec<OsString>,
    /// Remarks on options that were accepted and do nothing, unless quiet.
    pub(crate) remarks: Vec<String>,
}

/// Reads the environment variables of the personality's family, then the arguments.
///
/// `variable` looks a variable up. The error is a message for [`super::text::usage`].
pub(crate) fn parse(
    personality: &Personality,
    variable: impl Fn(&str) -> Option<OsString>,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Invocation, String> {
    let mut parser = Parser::new(personality);
    let variables: &[&str] = match personality.family {
        Family::Gzip => &["GZIP"],
        Family::Pigz => &["GZIP", "PIGZ"],
    };
    for name in variables {
        let Some(value) = variable(name).filter(|value| !value.is_empty()) else {
            continue;
        };
        parser.environment(name, &value)?;
        if personality.family == Family::Gzip {
            parser.remarks.push(format!(
                "warning: {name} environment variable is deprecated; use an alias or script"
            ));
        }
    }
    for token in tokens::split(arguments)? {
        if let Some(invocation) = parser.accept(token)? {
            return Ok(invocation);
        }
    }
    parser.finish()
}

struct Parser {
    family: Family,
    settings: Settings,
    operands: Vec<OsString>,
    remarks: Vec<String>,
    decompress: bool,
    test: bool,
    list: bool,
    range: Option<Range>,
    verbose_count: u32,
}

impl Parser {
    fn new(personality: &Personality) -> Self {
        let action = personality.action;
        Self {
            family: personality.family,
            settings: Settings {
                operation: Operation::Compress,
                to_stdout: action == Action::Print,
                keep: false,
                force: false,
                recursive: false,
                verbosity: Verbosity::Normal,
                name: None,
                time: None,
                suffix: None,
                level: Level::DEFAULT,
                zlib: false,
                threads: None,
                block_size: None,
                independent: false,
                rsyncable: false,
                comment: None,
                alias: None,
                index: false,
                stats: false,
            },
            operands: Vec::new(),
            remarks: Vec::new(),
            decompress: action != Action::Compress,
            test: false,
            list: false,
            range: None,
            verbose_count: 0,
        }
    }

    /// Takes the options in the value of a variable.
    ///
    /// Whoever sets a variable does not see the command lines that it will meet. So neither
    /// operands nor options that decide which files are touched are taken from it.
    fn environment(&mut self, name: &str, value: &OsStr) -> Result<(), String> {
        let words = value
            .as_bytes()
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty())
            .map(|word| OsString::from_vec(word.to_vec()));
        for token in tokens::split(words)? {
            let complaint = match &token {
                Token::Level(_) => None,
                Token::Flag(flag, _) if self.may_be_inherited(flag) => None,
                Token::Operand(_) => Some("non-option in"),
                Token::Flag(..) | Token::Separator => Some("option not valid in"),
            };
            if let Some(complaint) = complaint {
                let token = token.spelling();
                return Err(format!("{token}: {complaint} {name} environment variable"));
            }
            self.accept(token)?;
        }
        Ok(())
    }

    /// Returns whether a variable may set `flag`: with pigz's ways also `-k`, which only makes files
    /// stay. gzip refuses it.
    fn may_be_inherited(&self, flag: &Flag) -> bool {
        let keeps = flag.meaning == Meaning::Keep;
        flag.in_environment || keeps && self.family == Family::Pigz
    }

    /// Takes one token; returns what to do where nothing behind it matters.
    fn accept(&mut self, token: Token) -> Result<Option<Invocation>, String> {
        let spelling = token.spelling();
        let (flag, value) = match token {
            Token::Operand(operand) => {
                self.operands.push(operand);
                return Ok(None);
            }
            Token::Separator => return Ok(None),
            Token::Level(digits) => {
                let level = digits.to_str().and_then(|digits| digits.parse().ok());
                self.settings.level = level.and_then(Level::new).ok_or_else(|| {
                    format!("{spelling}: only levels 0 to {} exist", Level::BEST.get())
                })?;
                return Ok(None);
            }
            Token::Flag(flag, value) => (flag, value.unwrap_or_default()),
        };
        let invalid = |what: &str| format!("invalid {what} '{}'", value.display());
        let settings = &mut self.settings;
        match flag.meaning {
            Meaning::Help => return Ok(Some(Invocation::Help)),
            Meaning::License => return Ok(Some(Invocation::License)),
            Meaning::Version => {
                return Ok(Some(Invocation::Version {
                    detailed: self.verbose_count > 0,
                }));
            }
            Meaning::Ascii => self
                .remarks
                .push("option --ascii ignored on this system".to_owned()),
            Meaning::Alias => settings.alias = Some(value),
            // The bits of codes in a format that gzip no longer writes.
            Meaning::BlockSize if self.family == Family::Gzip && is_code_length(&value) => {}
            Meaning::BlockSize => {
                settings.block_size =
                    Some(parse_block_size(&value).ok_or_else(|| invalid("block size"))?);
            }
            Meaning::Stdout => settings.to_stdout = true,
            Meaning::Comment => settings.comment = Some(value),
            Meaning::Decompress => self.decompress = true,
            Meaning::Force => settings.force = true,
            Meaning::Independent => settings.independent = true,
            Meaning::Index => settings.index = true,
            Meaning::Keep => settings.keep = true,
            Meaning::List => self.list = true,
            Meaning::Level(level) => {
                settings.level = Level::new(level).unwrap_or(Level::DEFAULT);
            }
            Meaning::Time(stored) => settings.time = Some(stored),
            Meaning::NameAndTime(stored) => {
                settings.name = Some(stored);
                settings.time = Some(stored);
            }
            Meaning::Processes => {
                let number: Option<NonZero<usize>> = value.to_str().and_then(|t| t.parse().ok());
                let number = number.ok_or_else(|| invalid("number of processes"))?;
                settings.threads = Some(number.min(MAX_THREADS));
            }
            Meaning::Quiet => {
                settings.verbosity = Verbosity::Quiet;
                self.verbose_count = 0;
            }
            Meaning::Recursive => settings.recursive = true,
            Meaning::Rsyncable => settings.rsyncable = true,
            Meaning::Range => {
                self.range = Some(parse_range(&value).ok_or_else(|| invalid("range"))?);
            }
            Meaning::Suffix => {
                if value.is_empty() || value.as_bytes().contains(&b'/') {
                    return Err(invalid("suffix"));
                }
                settings.suffix = Some(value);
            }
            Meaning::Stats => settings.stats = true,
            Meaning::Synchronous => {}
            Meaning::Test => self.test = true,
            Meaning::Verbose => {
                self.verbose_count += 1;
                settings.verbosity = match self.verbose_count {
                    1 => Verbosity::Verbose,
                    _ => Verbosity::Detailed,
                };
            }
            Meaning::Zlib => settings.zlib = true,
            Meaning::Refused(reason) => {
                return Err(format!("{spelling} not supported: {reason}"));
            }
        }
        Ok(None)
    }

    fn finish(self) -> Result<Invocation, String> {
        let Self {
            mut settings,
            operands,
            mut remarks,
            ..
        } = self;
        settings.operation = if let Some(range) = self.range {
            Operation::Range(range)
        } else if self.list {
            Operation::List
        } else if self.test {
            Operation::Test
        } else if self.decompress {
            Operation::Decompress
        } else {
            Operation::Compress
        };
        let reads_only = matches!(
            settings.operation,
            Operation::List | Operation::Test | Operation::Range(_)
        );
        if settings.index && (settings.to_stdout || reads_only) {
            return Err(
                "--index needs the name of a file to stand beside; it does not go with \
                        -c, -l, -t or --range"
                    .to_owned(),
            );
        }
        settings.to_stdout |= reads_only;
        if settings.verbosity == Verbosity::Quiet {
            remarks.clear();
        }
        Ok(Invocation::Run(Box::new(Job {
            settings,
            operands,
            remarks,
        })))
    }
}

/// Returns whether `value` is what gzip takes for `-b`.
fn is_code_length(value: &OsStr) -> bool {
    let bits: Option<u8> = value.to_str().and_then(|text| text.parse().ok());
    bits.is_some_and(|bits| (1..=16).contains(&bits))
}

/// Reads a number of KiB, or of bytes with a unit.
fn parse_block_size(value: &OsStr) -> Option<NonZero<usize>> {
    let bytes = parse_bytes(value.to_str()?, 1 << 10)?;
    let allowed = (MIN_BLOCK_SIZE..=MAX_BLOCK_SIZE).contains(&bytes);
    NonZero::new(usize::try_from(bytes).ok().filter(|_| allowed)?)
}

/// Reads `OFFSET:LENGTH`, where no length means all up to the end.
fn parse_range(value: &OsStr) -> Option<Range> {
    let (offset, length) = value.to_str()?.split_once(':')?;
    let length = match length {
        "" => None,
        length => Some(parse_bytes(length, 1)?),
    };
    Some(Range {
        offset: parse_bytes(offset, 1)?,
        length,
    })
}
