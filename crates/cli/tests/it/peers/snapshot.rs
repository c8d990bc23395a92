//! A folder as it is after a command line, whatever encoder has worked there.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::support::{Place, end};

/// A file as its folder shows it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Folder,
    Link(PathBuf),
    File {
        mode: u32,
        time: i64,
        links: u64,
        content: Content,
    },
}

#[derive(PartialEq, Eq)]
pub(crate) enum Content {
    Plain(Vec<u8>),
    /// What is in it, and the name and the time in its header.
    Packed {
        plain: Vec<u8>,
        name: Option<Vec<u8>>,
        time: [u8; 4],
    },
}

impl std::fmt::Debug for Content {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plain(bytes) => write!(formatter, "{} plain bytes", bytes.len()),
            Self::Packed { plain, name, time } => {
                let name = name.as_deref().map(String::from_utf8_lossy);
                write!(
                    formatter,
                    "{} packed bytes, {name:?}, {time:?}",
                    plain.len()
                )
            }
        }
    }
}

impl Content {
    /// Unpacks whole gzip files with the real gzip, so that neither encoders nor bugs of ours matter.
    pub(crate) fn of(bytes: Vec<u8>, place: &Place, gzip: &Path) -> Self {
        if !bytes.starts_with(b"\x1f\x8b\x08") {
            return Self::Plain(bytes);
        }
        let Some(plain) = unpack(&bytes, place, gzip) else {
            return Self::Plain(bytes);
        };
        let name = (bytes[3] & 8 != 0).then(|| {
            bytes[10..]
                .split(|&byte| byte == 0)
                .next()
                .unwrap_or_default()
                .to_vec()
        });
        let time = bytes[4..8].try_into().unwrap();
        Self::Packed { plain, name, time }
    }
}

/// Returns what the real gzip makes of `file`; each file is asked for once.
pub(crate) fn unpack(file: &[u8], place: &Place, gzip: &Path) -> Option<Vec<u8>> {
    static KNOWN: Mutex<BTreeMap<Vec<u8>, Option<Vec<u8>>>> = Mutex::new(BTreeMap::new());
    if let Some(known) = KNOWN.lock().unwrap().get(file) {
        return known.clone();
    }
    let ended = end(&mut place.prepare(gzip, ["-dc"]), file);
    let plain = ended.status.success().then_some(ended.stdout);
    KNOWN.lock().unwrap().insert(file.to_owned(), plain.clone());
    plain
}

/// Returns what the real gzip packs `plain` into; each text is packed once.
pub(crate) fn pack(plain: &[u8], place: &Place, gzip: &Path) -> Vec<u8> {
    static KNOWN: Mutex<BTreeMap<Vec<u8>, Vec<u8>>> = Mutex::new(BTreeMap::new());
    if let Some(known) = KNOWN.lock().unwrap().get(plain) {
        return known.clone();
    }
    let file = end(&mut place.prepare(gzip, ["-c"]), plain).quietly(0);
    KNOWN.lock().unwrap().insert(plain.to_owned(), file.clone());
    file
}

pub(crate) fn snapshot(place: &Place, gzip: &Path) -> BTreeMap<PathBuf, Entry> {
    let root = place.path("");
    let mut entries = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let entry = if metadata.is_dir() {
                folders.push(path.clone());
                Entry::Folder
            } else if metadata.is_symlink() {
                Entry::Link(fs::read_link(&path).unwrap())
            } else {
                Entry::File {
                    mode: metadata.mode(),
                    time: metadata.mtime(),
                    links: metadata.nlink(),
                    content: Content::of(fs::read(&path).unwrap(), place, gzip),
                }
            };
            entries.insert(path.strip_prefix(&root).unwrap().to_owned(), entry);
        }
    }
    entries
}
