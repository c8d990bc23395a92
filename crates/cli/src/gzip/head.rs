//! What an input begins with.

use std::io::{Cursor, Read};

use blockyard_gzip::Format;

use super::input::Input;
use super::messages::END_OF_FILE;
use super::refusal::Refusal;

/// The lower half of the first byte of a zlib stream (RFC 1950, CM).
const ZLIB_METHOD: u8 = 8;

/// The first bytes of an input, which say what it is.
#[derive(Debug)]
pub(crate) struct Head {
    bytes: Vec<u8>,
}

impl Head {
    /// Reads them.
    pub(crate) fn read(input: &mut Input) -> Result<Self, Refusal> {
        let mut bytes = Vec::new();
        match (&mut input.file).take(2).read_to_end(&mut bytes) {
            Ok(_) => Ok(Self { bytes }),
            Err(error) => Err(Refusal::io(input.name(), &error)),
        }
    }

    /// Returns the input from its first byte on; `rest` is what is behind the head.
    pub(crate) fn chain(self, rest: impl Read + Send) -> impl Read + Send {
        Cursor::new(self.bytes).chain(rest)
    }

    /// Returns the format that the input is to be read as; `None` stands for zlib, or gzip behind it.
    pub(crate) fn format(&self, input: &Input) -> Result<Option<Format>, Refusal> {
        let name = input.name();
        let foreign = match self.bytes.as_slice() {
            [0x1f, 0x9d] => "compress (.Z)",
            [0x1f, 0x1e] => "pack (.z)",
            [0x1f, 0xa0] => "lzh (.z)",
            b"PK" => "zip",
            [] | [0x1f] => return Err(Refusal::Error(format!("{name}: {END_OF_FILE}"))),
            [first, _] if first & 0x0f == ZLIB_METHOD => return Ok(None),
            _ => return Ok(Some(Format::Gzip)),
        };
        Err(Refusal::Error(format!(
            "{name}: {foreign} format is not supported"
        )))
    }
}
