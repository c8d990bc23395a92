//! What stands around the data of a member.

use super::{Event, Machine, MemberEnd, State};
use crate::format::{GZIP_MAGIC, ZLIB_DICTIONARY, is_zlib_header, is_zlib_method};
use crate::header::HeaderReader;
use crate::{Error, Format, Unknown};

impl Machine {
    /// Takes what is not the data of a member; `None` when the state has changed and no more.
    pub(super) fn read_frame(&mut self, rest: &mut &[u8]) -> Result<Option<Event>, Error> {
        let before = rest.len();
        let event = match &mut self.state {
            State::Between { first } => {
                let first = *first;
                self.read_between(first, rest)?
            }
            State::Header(reader) => match reader.read(rest)? {
                None => Some(Event::NeedsInput),
                Some(header) => {
                    let start = reader.start();
                    self.begin_body();
                    Some(Event::Header {
                        start,
                        header: Box::new(header),
                    })
                }
            },
            State::Trailer { bytes, filled } => {
                let format = self.format.unwrap_or(Format::Raw);
                let length = format.trailer_len();
                let (part, tail) = rest.split_at(rest.len().min(length - *filled));
                bytes[*filled..*filled + part.len()].copy_from_slice(part);
                *filled += part.len();
                *rest = tail;
                if *filled < length {
                    Some(Event::NeedsInput)
                } else {
                    let padded = *bytes;
                    let offset = self.offset + part.len() as u64 - length as u64;
                    let end = MemberEnd {
                        format,
                        offset,
                        padded,
                    };
                    self.data_end = end.end();
                    self.state = State::Between { first: None };
                    Some(Event::End(end))
                }
            }
            State::Zeros { start } => {
                let start = *start;
                let zeros = rest.iter().position(|&byte| byte != 0);
                *rest = &rest[zeros.unwrap_or(rest.len())..];
                if zeros.is_some() {
                    self.state = State::Garbage { start };
                    None
                } else {
                    Some(Event::NeedsInput)
                }
            }
            State::Garbage { .. } => Some(Event::Garbage),
            State::Body | State::Copy => unreachable!("the caller treats data itself"),
        };
        self.offset += (before - rest.len()) as u64;
        Ok(event)
    }

    /// Finds out what follows a member, or begins the file.
    fn read_between(
        &mut self,
        first: Option<u8>,
        rest: &mut &[u8],
    ) -> Result<Option<Event>, Error> {
        if self.format == Some(Format::Raw) && self.member == 0 {
            return Ok(Some(self.begin_plain(Format::Raw, self.offset)));
        }
        let Some((&byte, tail)) = rest.split_first() else {
            return Ok(Some(Event::NeedsInput));
        };
        let Some(first) = first else {
            *rest = tail;
            self.state = State::Between { first: Some(byte) };
            return Ok(None);
        };
        let start = self.offset - 1;
        let bytes = [first, byte];
        if bytes == GZIP_MAGIC && self.can_begin_with(first) {
            *rest = tail;
            self.format = Some(Format::Gzip);
            self.member += 1;
            self.state = State::Header(Box::new(HeaderReader::after_magic(self.member, start)));
            return Ok(None);
        }
        if is_zlib_header(bytes) && self.can_begin_with(first) {
            if byte & ZLIB_DICTIONARY != 0 {
                return Err(Error::PresetDictionary { offset: start });
            }
            *rest = tail;
            return Ok(Some(self.begin_plain(Format::Zlib, start)));
        }
        self.meet_unknown(start, bytes)?;
        Ok(None)
    }

    /// Begins the only member of a format whose header says nothing.
    fn begin_plain(&mut self, format: Format, start: u64) -> Event {
        self.format = Some(format);
        self.member = 1;
        self.begin_body();
        Event::Header {
            start,
            header: Box::default(),
        }
    }

    /// Tells whether that can be the first byte of a member.
    pub(super) fn can_begin_with(&self, byte: u8) -> bool {
        let gzip = byte == GZIP_MAGIC[0];
        let zlib = is_zlib_method(byte) && self.member == 0;
        match self.format {
            None => gzip || zlib,
            Some(Format::Gzip) => gzip,
            Some(Format::Zlib) => zlib,
            Some(Format::Raw) => false,
        }
    }

    /// Decides about two bytes at `start` that no member begins with, the first of which was taken.
    fn meet_unknown(&mut self, start: u64, bytes: [u8; 2]) -> Result<(), Error> {
        self.state = if self.unknown == Unknown::Copy {
            self.carry.push(bytes[0]);
            self.offset = start;
            State::Copy
        } else if self.member == 0 {
            let (expected, found) = (self.format, bytes.to_vec());
            return Err(Error::UnknownFormat { expected, found });
        } else if bytes[0] == 0 {
            State::Zeros { start }
        } else {
            State::Garbage { start }
        };
        Ok(())
    }
}
