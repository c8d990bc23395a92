//! The names that the binary answers to.

use std::ffi::OsStr;
use std::path::Path;

/// The names of the links that `blockyard links` makes.
pub(crate) const LINKS: [&str; 6] = ["gzip", "gunzip", "zcat", "pigz", "unpigz", "zs"];

/// Returns whether a program name stands for the zs door; a folder before it does not matter.
pub(crate) fn is_zs(program: &OsStr) -> bool {
    Path::new(program).file_name() == Some(OsStr::new("zs"))
}

/// The tool of the gzip door that the command line is read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Personality {
    /// What messages begin with: the name that the program was started under.
    pub(crate) name: String,
    /// What is done when no option says otherwise.
    pub(crate) action: Action,
    /// Whose environment variables are read.
    pub(crate) family: Family,
}

/// What a personality does with its operands by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Compress each file (`gzip`, `pigz`).
    Compress,
    /// Decompress each file (`gunzip`, `unpigz`).
    Decompress,
    /// Decompress to standard output (`zcat`).
    Print,
}

/// The tool that a personality descends from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// gzip reads `GZIP`, and warns that it does.
    Gzip,
    /// pigz, and `blockyard gzip` itself, read `GZIP` and then `PIGZ`.
    Pigz,
}

impl Personality {
    /// Returns the personality that a program name stands for, `None` for any other name.
    ///
    /// A folder before the name does not matter. As with gzip and pigz, a name that begins with
    /// `un` or `gun` decompresses, and one that ends in `cat` prints.
    pub(crate) fn of_program(program: &OsStr) -> Option<Self> {
        let name = Path::new(program).file_name()?.to_str()?;
        let family = match name {
            "pigz" | "unpigz" | "pigzcat" => Family::Pigz,
            "gzip" | "gunzip" | "ungzip" | "zcat" | "gzcat" => Family::Gzip,
            _ if name.ends_with("zcat") => Family::Gzip,
            _ => return None,
        };
        let action = if name.ends_with("cat") {
            Action::Print
        } else if name.starts_with("un") || name.starts_with("gun") {
            Action::Decompress
        } else {
            Action::Compress
        };
        let name = name.to_owned();
        Some(Self {
            name,
            action,
            family,
        })
    }

    /// Returns what `blockyard gzip` is: it knows all options and reads both variables.
    pub(crate) fn subcommand() -> Self {
        Self {
            name: "blockyard gzip".to_owned(),
            action: Action::Compress,
            family: Family::Pigz,
        }
    }
}
