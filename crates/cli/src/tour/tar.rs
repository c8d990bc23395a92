//! Gathers the files of a folder into one tar stream.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Headers and contents fill whole records of this many bytes.
const RECORD: usize = 512;

/// What was gathered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gathered {
    /// Files in the stream.
    pub(crate) files: u64,
    /// Files left out: unreadable, links, or with a name that a header cannot hold.
    pub(crate) skipped: u64,
    /// Bytes of the stream.
    pub(crate) bytes: u64,
    /// Whether the stream ended before the files did, because of the limit.
    pub(crate) is_cut: bool,
}

/// Writes the regular files below `folder` as a ustar archive of at most `limit` bytes.
///
/// Files come in the order of their paths, with fixed owner, mode and time, so that the same
/// files make the same bytes everywhere.
///
/// # Errors
/// If `folder` cannot be listed or `output` not be written.
pub(crate) fn gather(folder: &Path, limit: u64, mut output: impl Write) -> io::Result<Gathered> {
    let mut gathered = Gathered::default();
    let end = 2 * RECORD as u64;
    for path in files_below(folder)? {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let content = File::open(&path).and_then(|mut file| {
            let mut content = Vec::new();
            file.read_to_end(&mut content).map(|_| content)
        });
        let (Ok(content), Some((prefix, name))) = (content, split_name(name)) else {
            gathered.skipped += 1;
            continue;
        };
        let padding = content.len().next_multiple_of(RECORD) - content.len();
        let bytes = (RECORD + content.len() + padding) as u64;
        if gathered.bytes + bytes + end > limit {
            gathered.is_cut = true;
            break;
        }
        output.write_all(&header(prefix, name, content.len()))?;
        output.write_all(&content)?;
        output.write_all(&[0; RECORD][..padding])?;
        gathered.files += 1;
        gathered.bytes += bytes;
    }
    output.write_all(&[0; 2 * RECORD])?;
    gathered.bytes += end;
    Ok(gathered)
}

/// Returns the paths of the regular files below `folder`, sorted.
///
/// Links are not followed, and a folder below that cannot be listed has no files.
fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = Vec::new();
    let mut sort = |entries: fs::ReadDir, folders: &mut Vec<PathBuf>| {
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    };
    sort(fs::read_dir(folder)?, &mut folders);
    while let Some(folder) = folders.pop() {
        if let Ok(entries) = fs::read_dir(folder) {
            sort(entries, &mut folders);
        }
    }
    files.sort();
    Ok(files)
}

/// Splits a path at a slash into at most 155 and at most 100 bytes, as a ustar header holds it.
fn split_name(path: &Path) -> Option<(&[u8], &[u8])> {
    let name = path.as_os_str().as_bytes();
    if name.len() <= 100 {
        return Some((b"", name));
    }
    let slashes = name.iter().enumerate().filter(|&(_, &byte)| byte == b'/');
    let split = slashes.map(|(at, _)| (&name[..at], &name[at + 1..]));
    split
        .into_iter()
        .find(|(prefix, name)| prefix.len() <= 155 && name.len() <= 100)
}

/// Returns the header of a file (POSIX.1-1988, "ustar").
fn header(prefix: &[u8], name: &[u8], length: usize) -> [u8; RECORD] {
    let mut header = [0; RECORD];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name);
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{length:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    // The checksum counts its own field as spaces.
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    put(345, prefix);
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}
