//! What stands around the data of a member.

use super::{Event, Machine, MemberEnd, State};
use crate::format::{GZIP_MAGIC, ZLIB_DICTIONARY, is_zlib_header, is_zlib_method};
use crate::header::HeaderReader;
use crate::{Error, Format, Unknown};

/// Bytes of something unknown that an error shows.
const SHOWN: usize = 4;

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
            if self.can_begin_with(byte) {
                *rest = tail;
                self.state = State::Between { first: Some(byte) };
                return Ok(None);
            }
            return self.meet_unknown(None, rest);
        };
        let start = self.offset - 1;
        match ([first, byte], self.format) {
            (GZIP_MAGIC, None | Some(Format::Gzip)) => {
                *rest = tail;
                self.format = Some(Format::Gzip);
                self.member += 1;
                self.state = State::Header(Box::new(HeaderReader::after_magic(self.member, start)));
                Ok(None)
            }
            (bytes, None | Some(Format::Zlib)) if is_zlib_header(bytes) => {
                if byte & ZLIB_DICTIONARY != 0 {
                    return Err(Error::PresetDictionary { offset: start });
                }
                *rest = tail;
                Ok(Some(self.begin_plain(Format::Zlib, start)))
            }
            _ => self.meet_unknown(Some(first), rest),
        }
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
    fn can_begin_with(&self, byte: u8) -> bool {
        let gzip = byte == GZIP_MAGIC[0];
        let zlib = is_zlib_method(byte) && self.member == 0;
        match self.format {
            None => gzip || zlib,
            Some(Format::Gzip) => gzip,
            Some(Format::Zlib) => zlib,
            Some(Format::Raw) => false,
        }
    }

    /// Decides about what no member begins with.
    fn meet_unknown(&mut self, first: Option<u8>, rest: &[u8]) -> Result<Option<Event>, Error> {
        let start = self.offset - u64::from(first.is_some());
        self.state = if self.unknown == Unknown::Copy {
            self.carry.extend(first);
            self.offset = start;
            State::Copy
        } else if self.member == 0 {
            let shown = &rest[..rest.len().min(SHOWN - usize::from(first.is_some()))];
            return Err(Error::UnknownFormat {
                expected: self.format,
                found: first.into_iter().chain(shown.iter().copied()).collect(),
            });
        } else if first.is_none() && rest.first() == Some(&0) {
            State::Zeros { start }
        } else {
            State::Garbage { start }
        };
        Ok(None)
    }
}
