//! Opens what a file is made of, and unpacks it where it is packed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufReader, Chain, Cursor, Read};

use anyhow::{Context, bail};
use blockyard_gzip::{Format, Trailing, read};
use liblzma::bufread::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream};

use super::zstd::Zstd;
use crate::shown::Shown;
use crate::stdio;

/// Bytes that are read at once from packed inputs.
const CHUNK: usize = 256 << 10;
/// Bytes that tell how an input is packed.
const MAGIC_LEN: usize = 6;
/// Memory that the decoder of xz may take.
const XZ_MEMORY: u64 = 1 << 30;

/// Something to read.
pub(crate) type Input = Box<dyn Read + Send>;

/// The inputs of a file, which are opened as their turn comes.
#[derive(Debug)]
pub(crate) struct Inputs {
    operands: Vec<OsString>,
    unpack: bool,
}

impl Inputs {
    /// Takes files, and standard input for `-`; what is packed is unpacked if `unpack` is set.
    ///
    /// Each file has to be there already, and standard input can be read once only.
    pub(crate) fn new(operands: &[OsString], unpack: bool) -> anyhow::Result<Self> {
        for operand in operands.iter().filter(|operand| *operand != "-") {
            let name = Shown(operand).to_string();
            let there = fs::metadata(operand).with_context(|| name.clone())?;
            if there.is_dir() {
                bail!("{name}: is a directory");
            }
        }
        if operands.iter().filter(|operand| *operand == "-").count() > 1 {
            bail!("standard input can be read once only");
        }
        Ok(Self {
            operands: operands.to_vec(),
            unpack,
        })
    }

    /// Returns what messages call an input.
    pub(crate) fn name(&self, number: usize) -> String {
        self.operands
            .get(number)
            .map_or_else(|| "input".to_owned(), |operand| shown(operand))
    }

    /// Returns the bytes of all inputs, where that is known and none is packed.
    pub(crate) fn length(&self) -> Option<u64> {
        let lengths = self.operands.iter().map(|operand| {
            let there = fs::metadata(operand).ok().filter(fs::Metadata::is_file)?;
            let mut magic = Vec::new();
            let file = File::open(operand).ok()?;
            file.take(MAGIC_LEN as u64).read_to_end(&mut magic).ok()?;
            let is_plain = !self.unpack || Packing::of(&magic).is_none();
            is_plain.then_some(there.len())
        });
        lengths.sum()
    }

    /// Opens one input after the other; `announce` is called with the name of each.
    pub(crate) fn open<'a>(
        &'a self,
        mut announce: impl FnMut(&str) + Send + 'a,
    ) -> impl Iterator<Item = io::Result<Input>> + Send + 'a {
        self.operands.iter().map(move |operand| {
            announce(&shown(operand));
            let file = if operand == "-" {
                stdio::stdin()?
            } else {
                let file = File::open(operand)?;
                stdio::widen_pipe(&file);
                file
            };
            if self.unpack {
                unpack(file)
            } else {
                Ok(Box::new(file) as Input)
            }
        })
    }
}

fn shown(operand: &OsStr) -> String {
    if operand == "-" {
        "stdin".to_owned()
    } else {
        Shown(operand).to_string()
    }
}

/// How an input is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Gzip,
    Zstd,
    Xz,
}

impl Packing {
    /// Returns how an input is packed that begins so; `None` for one that is not.
    fn of(magic: &[u8]) -> Option<Self> {
        match magic {
            // The method DEFLATE, and no flags that have no meaning.
            [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0 => Some(Self::Gzip),
            // The second are frames that are to be skipped.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            b"\xfd7zXZ\0" => Some(Self::Xz),
            _ => None,
        }
    }
}

fn unpack(mut file: File) -> io::Result<Input> {
    let mut magic = Vec::new();
    file.by_ref()
        .take(MAGIC_LEN as u64)
        .read_to_end(&mut magic)?;
    let packing = Packing::of(&magic);
    let whole = Cursor::new(magic).chain(file);
    let buffered = |whole| BufReader::with_capacity(CHUNK, whole);
    Ok(match packing {
        None => Box::new(whole),
        Some(Packing::Gzip) => Box::new(Gzip(read::Decoder::new(whole, Some(Format::Gzip)))),
        Some(Packing::Zstd) => Box::new(Zstd::new(buffered(whole))),
        Some(Packing::Xz) => {
            // xz files may consist of several streams.
            let stream = Stream::new_stream_decoder(XZ_MEMORY, CONCATENATED)?;
            Box::new(XzDecoder::new_stream(buffered(whole), stream))
        }
    })
}

type Whole = Chain<Cursor<Vec<u8>>, File>;

/// The members of a gzip file; what follows the last is an error.
struct Gzip(read::Decoder<Whole>);

impl Read for Gzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        if let Some(Trailing::Garbage { offset }) = self.0.trailing().filter(|_| read == 0) {
            let message = format!("garbage behind the last gzip member, at byte {offset}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(read)
    }
}
