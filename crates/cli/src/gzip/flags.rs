//! The table of options: gzip's and pigz's together.

/// One option.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag {
    /// What it means.
    pub(crate) meaning: Meaning,
    /// Its letter, `\0` if it has none.
    pub(crate) short: char,
    /// Its long names; the first one is what messages call it.
    pub(crate) long: &'static [&'static str],
    /// Whether a value follows.
    pub(crate) takes_value: bool,
    /// Whether an environment variable may set it: only what cannot change which files are
    /// read, written or removed.
    pub(crate) in_environment: bool,
}

/// What an option means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// `-a`: accepted, and ignored with a message.
    Ascii,
    /// `-A`: the name stored for standard input.
    Alias,
    /// `-b`: the block size.
    BlockSize,
    /// `-c`
    Stdout,
    /// `-C`: the comment.
    Comment,
    /// `-d`
    Decompress,
    /// `-f`
    Force,
    /// `-h`
    Help,
    /// `-i`
    Independent,
    /// `--index`
    Index,
    /// `-k`
    Keep,
    /// `-l`
    List,
    /// `-L`
    License,
    /// `--fast`, `--best`
    Level(u8),
    /// `-m`, `-M`
    Time(bool),
    /// `-n`, `-N`
    NameAndTime(bool),
    /// `-p`
    Processes,
    /// `-q`
    Quiet,
    /// `-r`
    Recursive,
    /// `-R`
    Rsyncable,
    /// `--range`
    Range,
    /// `-S`
    Suffix,
    /// `--stats`
    Stats,
    /// `-Y`: every file is synced before its input goes, so there is nothing to switch on.
    Synchronous,
    /// `-t`
    Test,
    /// `-v`
    Verbose,
    /// `-V`
    Version,
    /// `-z`
    Zlib,
    /// Known to gzip or pigz, and not built here; the text says why or what to use.
    Refused(&'static str),
}

const NO_ZOPFLI: &str = "there is no iterated search to tune; use -11 or -12";
const NO_STRATEGY: &str = "the encoder chooses its strategy itself; use -1 for speed";

const fn flag(meaning: Meaning, short: char, long: &'static [&'static str]) -> Flag {
    let (takes_value, in_environment) = (false, false);
    Flag {
        meaning,
        short,
        long,
        takes_value,
        in_environment,
    }
}

const fn value(flag: Flag) -> Flag {
    Flag {
        takes_value: true,
        ..flag
    }
}

const fn harmless(flag: Flag) -> Flag {
    Flag {
        in_environment: true,
        ..flag
    }
}

/// Every option but the digits of the levels.
pub(crate) const FLAGS: &[Flag] = &[
    flag(Meaning::Ascii, 'a', &["ascii"]),
    value(flag(Meaning::Alias, 'A', &["alias"])),
    harmless(value(flag(Meaning::BlockSize, 'b', &["blocksize", "bits"]))),
    flag(Meaning::Stdout, 'c', &["stdout", "to-stdout"]),
    value(flag(Meaning::Comment, 'C', &["comment"])),
    flag(Meaning::Decompress, 'd', &["decompress", "uncompress"]),
    flag(Meaning::Force, 'f', &["force"]),
    flag(Meaning::Refused(NO_ZOPFLI), 'F', &["first"]),
    flag(Meaning::Help, 'h', &["help"]),
    flag(Meaning::Refused(NO_STRATEGY), 'H', &["huffman"]),
    harmless(flag(Meaning::Independent, 'i', &["independent"])),
    flag(Meaning::Index, '\0', &["index"]),
    value(flag(Meaning::Refused(NO_ZOPFLI), 'I', &["iterations"])),
    value(flag(Meaning::Refused(NO_ZOPFLI), 'J', &["maxsplits"])),
    flag(Meaning::Keep, 'k', &["keep"]),
    flag(
        Meaning::Refused("zip files are not written; use the gzip format or -z"),
        'K',
        &["zip"],
    ),
    flag(Meaning::List, 'l', &["list"]),
    flag(Meaning::License, 'L', &["license"]),
    harmless(flag(Meaning::Time(false), 'm', &["no-time"])),
    harmless(flag(Meaning::Time(false), 'T', &[])),
    harmless(flag(Meaning::Time(true), 'M', &["time"])),
    harmless(flag(Meaning::NameAndTime(false), 'n', &["no-name"])),
    harmless(flag(Meaning::NameAndTime(true), 'N', &["name"])),
    flag(Meaning::Refused(NO_ZOPFLI), 'O', &["oneblock"]),
    harmless(value(flag(Meaning::Processes, 'p', &["processes"]))),
    harmless(flag(Meaning::Quiet, 'q', &["quiet", "silent"])),
    flag(Meaning::Recursive, 'r', &["recursive"]),
    harmless(flag(Meaning::Rsyncable, 'R', &["rsyncable"])),
    value(flag(Meaning::Range, '\0', &["range"])),
    value(flag(Meaning::Suffix, 'S', &["suffix"])),
    harmless(flag(Meaning::Stats, '\0', &["stats"])),
    harmless(flag(Meaning::Synchronous, 'Y', &["synchronous"])),
    flag(Meaning::Test, 't', &["test"]),
    flag(Meaning::Refused(NO_STRATEGY), 'U', &["rle"]),
    harmless(flag(Meaning::Verbose, 'v', &["verbose"])),
    flag(Meaning::Version, 'V', &["version"]),
    flag(Meaning::Zlib, 'z', &["zlib"]),
    flag(
        Meaning::Refused("the compress (.Z) format is not written"),
        'Z',
        &["lzw"],
    ),
    harmless(flag(Meaning::Level(1), '\0', &["fast"])),
    harmless(flag(Meaning::Level(9), '\0', &["best"])),
];
