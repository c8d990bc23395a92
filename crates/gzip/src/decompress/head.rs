//! The beginning of a file, which shows whether there are places where decoding can begin.

use std::io::{self, Read};

use super::bgzf;
use super::segment::{MARKER, Rule};
use crate::Format;
use crate::format::{GZIP_MAGIC, is_zlib_header};

/// Bytes that are read: enough for the first restart of our own compressor, were the data stored.
const LENGTH: usize = (1 << 20) + (64 << 10);

/// Two reads in a row of fewer bytes say that the input comes slowly, and that waiting for more of it
/// would keep back what could be output. One alone may be what the caller has looked at before.
const SLOW: usize = 4096;

/// The beginning of a file.
#[derive(Debug)]
pub(super) struct Head {
    bytes: Vec<u8>,
    /// What ended the reading, if that went wrong.
    failure: Option<io::Error>,
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
    pub(super) fn read(input: &mut impl Read, format: Option<Format>) -> Self {
        let mut bytes = vec![0; LENGTH];
        let mut filled = 0;
        let mut failure = None;
        let (mut was_short, mut is_slow) = (false, false);
        while filled < LENGTH && !is_slow && failure.is_none() {
            match input.read(&mut bytes[filled..]) {
                Ok(0) => break,
                Ok(length) => {
                    filled += length;
                    let is_short = length < SLOW && filled < LENGTH;
                    is_slow = is_short && was_short;
                    was_short = is_short;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => failure = Some(error),
            }
        }
        bytes.truncate(filled);
        let restarts = if is_slow || failure.is_some() {
            None
        } else {
            find_restarts(&bytes, format)
        };
        Self {
            bytes,
            failure,
            restarts,
        }
    }

    /// Returns the file from its beginning, when `input` has the rest.
    pub(super) fn chain<R: Read>(self, input: R) -> impl Read + use<R> {
        let rest = FailingOnce {
            failure: self.failure,
            input,
        };
        io::Cursor::new(self.bytes).chain(rest)
    }
}

/// Fails as a read before has, and then goes on.
struct FailingOnce<R> {
    failure: Option<io::Error>,
    input: R,
}

impl<R: Read> Read for FailingOnce<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.failure.take() {
            Some(error) => Err(error),
            None => self.input.read(buffer),
        }
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
