use std::io;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use ureq::http::{StatusCode, Uri};

use super::failure::{Failure, Retries};
use super::version::Version;
use super::{HttpClient, Options};
use crate::{Access, Error, ReadAt, read_ahead};

/// One version of an object on a server, open for reading by any number of threads.
///
/// The beginning, and the end where it was asked for, are kept in memory, and reading them is free. Every
/// other [`read_at`](ReadAt::read_at) is one request, which is one round trip on a connection of the pool;
/// nothing else is kept. [`read_ranges`](ReadAt::read_ranges) and [`read_ahead`](crate::read_ahead()) have
/// [`Options::in_flight`] requests under way: up to so many ranges, after joining near ones, are one round trip
/// on connections that are open, and two where they are not (three to four with TLS).
///
/// The errors of [`ReadAt`]'s calls hold an [`Error`], which [`io::Error::get_ref`] returns.
#[derive(Debug)]
pub struct HttpObject {
    client: HttpClient,
    url: String,
    uri: Uri,
    /// Where redirects led last.
    location: Mutex<Uri>,
    version: Version,
    kept: Vec<Kept>,
}

/// Bytes of an object that need no request.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) start: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Kept {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl HttpObject {
    pub(crate) fn new(
        client: &HttpClient,
        url: &str,
        uri: Uri,
        location: Uri,
        version: Version,
    ) -> Self {
        Self {
            client: client.clone(),
            url: url.to_owned(),
            uri,
            location: Mutex::new(location),
            version,
            kept: Vec::new(),
        }
    }

    /// Returns the URL with which the object was opened.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the length in bytes. No request.
    pub fn length(&self) -> u64 {
        self.version.length
    }

    /// Returns the `ETag` header of the first answer.
    pub fn etag(&self) -> Option<&str> {
        self.version.etag.as_deref()
    }

    /// Returns the `Last-Modified` header of the first answer, an HTTP date.
    pub fn last_modified(&self) -> Option<&str> {
        self.version.last_modified.as_deref()
    }

    /// Keeps bytes for later reads, after reading those of them that have not arrived.
    pub(crate) fn keep(&mut self, mut kept: Kept, filled: usize) -> Result<(), Error> {
        self.fetch(&mut kept.bytes[filled..], kept.start + filled as u64)?;
        self.kept.push(kept);
        Ok(())
    }

    /// Returns where the kept head ends.
    pub(crate) fn first_missing(&self) -> u64 {
        self.kept.first().map_or(0, Kept::end)
    }

    /// Compares the version that another answer gave.
    pub(crate) fn check_same(&self, other: &Version) -> Result<(), Error> {
        self.version.check_same(&self.url, other)
    }

    /// Fills `buffer`, with more than one request only when one fails or brings less.
    fn fetch(&self, buffer: &mut [u8], offset: u64) -> Result<(), Error> {
        let mut retries = Retries::new(self.options(), &self.url);
        let mut done = 0;
        while done < buffer.len() {
            let mut count = 0;
            let start = offset + done as u64;
            let outcome = self.fetch_some(&mut buffer[done..], start, &mut count);
            done += count;
            let failure = match outcome {
                Err(failure) => failure,
                Ok(()) if done == buffer.len() => break,
                Ok(()) => Failure::passing("the server sent less than it was asked for"),
            };
            retries.wait(failure, start + count as u64, count)?;
        }
        Ok(())
    }

    /// Makes one request for the bytes of `buffer`, or two when a place that redirects led to is gone.
    fn fetch_some(&self, buffer: &mut [u8], offset: u64, count: &mut usize) -> Result<(), Failure> {
        let location = self.location().clone();
        match self.fetch_from(&location, buffer, offset, count) {
            Err(Failure::Refused(Error::Status {
                status: 401 | 403 | 404 | 410,
                ..
            })) if location != self.uri => {
                *self.location() = self.uri.clone();
                self.fetch_from(&self.uri, buffer, offset, count)
            }
            outcome => outcome,
        }
    }

    fn fetch_from(
        &self,
        location: &Uri,
        buffer: &mut [u8],
        offset: u64,
        count: &mut usize,
    ) -> Result<(), Failure> {
        let end = offset + buffer.len() as u64;
        let range = format!("bytes={offset}-{}", end - 1);
        let answer = (self.client).get(&self.url, location, &range, Some(&self.version))?;
        let check = |length| self.version.check(&self.url, answer.headers(), length);
        match answer.status() {
            StatusCode::PARTIAL_CONTENT => {}
            StatusCode::OK => {
                let length = answer.response.body().content_length();
                check(length)?;
                return Err(Failure::Refused(Error::NoRanges {
                    url: self.url.clone(),
                    length,
                    limit: self.options().whole_limit,
                }));
            }
            StatusCode::PRECONDITION_FAILED => {
                check(None)?;
                return Err(Failure::Refused(self.other_version()));
            }
            StatusCode::RANGE_NOT_SATISFIABLE => {
                check(answer.content_range().ok().and_then(|range| range.total))?;
                return Err(answer.refusal(&self.url));
            }
            _ => return Err(answer.refusal(&self.url)),
        }
        let content_range = answer.content_range();
        let total = content_range.as_ref().ok().and_then(|range| range.total);
        check(total)?;
        answer.check_encoding(&self.url)?;
        let found = match content_range {
            Ok(content_range) => match content_range.range {
                Some(range) if range.start == offset && range.end <= end => Ok(range),
                Some(range) => Err(format!("bytes {} to {}", range.start, range.end)),
                None => Err("no range".to_owned()),
            },
            Err(found) => Err(found),
        };
        let range: Range<u64> = found.map_err(|found| Error::Answer {
            url: self.url.clone(),
            offset,
            expected: format!("bytes {offset} to {end}"),
            found,
        })?;
        if answer.location != *location {
            *self.location() = answer.location.clone();
        }
        let length = (range.end - range.start) as usize;
        answer.read_body(&self.url, offset, &mut buffer[..length], count)
    }

    fn other_version(&self) -> Error {
        let (property, expected) = match self.version.demand() {
            Some((name, value)) if name == "if-match" => ("ETag", value),
            Some((_, value)) => ("Last-Modified", value),
            None => ("version", "the first"),
        };
        Error::Changed {
            url: self.url.clone(),
            property,
            expected: expected.to_owned(),
            found: "another, by the server's word (status 412)".to_owned(),
        }
    }

    fn options(&self) -> &Options {
        self.client.options()
    }

    fn location(&self) -> std::sync::MutexGuard<'_, Uri> {
        self.location.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReadAt for HttpObject {
    /// Reads kept bytes for free, or else makes one request for all bytes up to the kept tail.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = self.length().saturating_sub(offset);
        let length = usize::try_from(rest).map_or(buffer.len(), |rest| rest.min(buffer.len()));
        if length == 0 {
            return Ok(0);
        }
        let mut end = offset + length as u64;
        for kept in &self.kept {
            if (kept.start..kept.end()).contains(&offset) {
                let bytes = &kept.bytes[(offset - kept.start) as usize..];
                let length = length.min(bytes.len());
                buffer[..length].copy_from_slice(&bytes[..length]);
                return Ok(length);
            }
            if (offset..end).contains(&kept.start) {
                end = kept.start;
            }
        }
        let length = (end - offset) as usize;
        self.fetch(&mut buffer[..length], offset)?;
        Ok(length)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.length())
    }

    /// Reads ranges with as few requests and as many at a time as the [`Options`] say.
    fn read_ranges(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Vec<u8>>> {
        let mut order: Vec<_> = (0..ranges.len()).collect();
        order.sort_by_key(|&index| (ranges[index].start, ranges[index].end));
        let sorted = order.iter().map(|&index| ranges[index].clone());
        let mut bodies = vec![Vec::new(); ranges.len()];
        read_ahead(self, sorted, |bytes| {
            for (&index, body) in order.iter().zip(bytes) {
                bodies[index] = body?;
            }
            Ok(bodies)
        })
    }

    fn access(&self) -> Access {
        let options = self.options();
        Access {
            in_flight: options.in_flight,
            gap: options.gap,
            longest: options.longest,
        }
    }
}
