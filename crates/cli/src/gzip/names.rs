//! Suffixes: from a name to the name of its compressed form, and back.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The suffixes that gzip and pigz know, and what stands in their place after decompression.
const KNOWN: [(&str, &str); 9] = [
    (".gz", ""),
    (".z", ""),
    (".taz", ".tar"),
    (".tgz", ".tar"),
    ("-gz", ""),
    ("-z", ""),
    ("_z", ""),
    (".zz", ""),
    (".Z", ""),
];

/// What is tried behind the name of a compressed file that does not exist, after the suffix
/// that is in force.
const TRIED: [&str; 5] = [".gz", ".z", "-z", ".Z", ".zz"];

/// The suffix in force, and the known ones.
#[derive(Clone, Debug)]
pub(crate) struct Suffixes {
    own: OsString,
}

impl Suffixes {
    /// Makes the rules for `own`, the suffix that compressed files get.
    pub(crate) fn new(own: OsString) -> Self {
        Self { own }
    }

    /// Returns the suffix of a compressed file at the end of `path` as it is written there, and
    /// what takes its place; `None` if there is none with a name before it.
    pub(crate) fn find<'a>(&self, path: &'a Path) -> Option<(&'a OsStr, &'static str)> {
        let name = path.as_os_str().as_bytes();
        let own = (self.own.as_bytes(), "");
        let known = KNOWN
            .iter()
            .map(|&(suffix, plain)| (suffix.as_bytes(), plain));
        std::iter::once(own)
            .chain(known)
            .find_map(|(suffix, plain)| {
                let stem = name.len().checked_sub(suffix.len())?;
                let (before, end) = name.split_at(stem);
                let named = !matches!(before.last(), None | Some(b'/'));
                (named && end.eq_ignore_ascii_case(suffix)).then(|| (OsStr::from_bytes(end), plain))
            })
    }

    /// Returns the name of the compressed form of `path`.
    pub(crate) fn compressed(&self, path: &Path) -> PathBuf {
        append(path, &self.own)
    }

    /// Returns the name of the plain form of `path`, `None` if it has no suffix to take off.
    pub(crate) fn plain(&self, path: &Path) -> Option<PathBuf> {
        let (suffix, plain) = self.find(path)?;
        let name = path.as_os_str().as_bytes();
        let mut name = name[..name.len() - suffix.len()].to_vec();
        name.extend_from_slice(plain.as_bytes());
        Some(OsString::from_vec(name).into())
    }

    /// Returns the compressed file that `path`, by its name, is the index of.
    pub(crate) fn indexed<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        let suffix = index_suffix(path)?;
        let name = path.as_os_str().as_bytes();
        let compressed = Path::new(OsStr::from_bytes(&name[..name.len() - suffix.len()]));
        self.find(compressed).map(|_| compressed)
    }

    /// Returns the names to try for a compressed file whose name was typed without its suffix.
    pub(crate) fn candidates(&self, path: &Path) -> Vec<PathBuf> {
        let mut candidates = vec![self.compressed(path)];
        candidates.extend(TRIED.iter().map(|suffix| append(path, OsStr::new(suffix))));
        candidates
    }
}

/// What follows the name of a compressed file in the name of its index.
const INDEX: &str = ".byi";

/// Returns the name of the index of the compressed file `path`.
pub(crate) fn index(path: &Path) -> PathBuf {
    append(path, OsStr::new(INDEX))
}

/// Returns the suffix of an index at the end of `path`.
pub(crate) fn index_suffix(path: &Path) -> Option<&OsStr> {
    has_suffix(path, INDEX.as_bytes()).then(|| {
        let name = path.as_os_str().as_bytes();
        OsStr::from_bytes(&name[name.len() - INDEX.len()..])
    })
}

/// Returns whether `path` has the suffix of zlib streams.
pub(crate) fn is_zlib(path: &Path) -> bool {
    has_suffix(path, b".zz")
}

fn has_suffix(path: &Path, suffix: &[u8]) -> bool {
    let name = path.as_os_str().as_bytes();
    let end = name.len().checked_sub(suffix.len());
    end.is_some_and(|end| name[end..].eq_ignore_ascii_case(suffix))
}

/// Returns `path` with `suffix` behind its last byte.
pub(crate) fn append(path: &Path, suffix: &OsStr) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
