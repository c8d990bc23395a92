//! The beginning of a file, which shows whether there are places where decoding can begin.

use std::io::{self, Read};

use super::bgzf;
use super::segment::{MARKER, Rule};
use crate::Format;
use crate::format::{GZIP_MAGIC, is_zlib_header};

/// Bytes that are read: enough for the first restart of our own compressor, were the data stored.
const LENGTH: usize = (1 << 20) + (64 << 10);

/// A read of fewer bytes says that the input comes slowly, and that waiting for more of it would keep
/// back what could be output.
const SLOW: usize = 4096;

/// The beginning of a file.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) bytes: Vec<u8>,
    pub(super) restarts: Option<Restarts>,
}

/// How the places where decoding can begin are found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Restarts {
    pub(super) format: Format,
    pub(super) rule: Rule,
}

impl Head {
    /// Reads the beginning of a file in that format; `None` stands for gzip or zlib.
    pub(super) fn read(input: &mut impl Read, format: Option<Format>) -> io::Result<Self> {
        let mut bytes = vec![0; LENGTH];
        let mut filled = 0;
        while filled < LENGTH {
            match input.read(&mut bytes[filled..]) {
                Ok(0) => break,
                Ok(length) => {
                    filled += length;
                    if length < SLOW {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        let restarts = find_restarts(&bytes, format);
        Ok(Self { bytes, restarts })
    }
}

fn find_restarts(bytes: &[u8], format: Option<Format>) -> Option<Restarts> {
    let format = match (bytes, format) {
        (_, Some(Format::Raw)) => Format::Raw,
        ([first, second, ..], None | Some(Format::Gzip)) if [*first, *second] == GZIP_MAGIC => {
            Format::Gzip
        }
        ([first, second, ..], None | Some(Format::Zlib)) if is_zlib_header([*first, *second]) => {
            Format::Zlib
        }
        _ => return None,
    };
    let rule =
        if format == Format::Gzip && matches!(bgzf::member_len(bytes), bgzf::Length::Known(_)) {
            Rule::Members
        } else {
            memchr::memmem::find(bytes, &MARKER)?;
            Rule::Markers
        };
    Some(Restarts { format, rule })
}
