use std::error::Error as _;
use std::time::Duration;

use blockyard_storage::Error;
use blockyard_storage::http::{HttpClient, HttpObject, Options};

use super::server::{Request, Response};

/// A file as a good server holds it.
#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) bytes: Vec<u8>,
    pub(crate) etag: Option<&'static str>,
    pub(crate) last_modified: Option<&'static str>,
}

impl Document {
    /// Bytes that tell their offset.
    pub(crate) fn new(length: usize) -> Self {
        Self {
            bytes: bytes(length),
            etag: Some("\"one\""),
            last_modified: Some("Mon, 01 Jan 2024 00:00:00 GMT"),
        }
    }

    /// Answers as RFC 9110 wants it.
    pub(crate) fn answer(&self, request: &Request) -> Response {
        let demanded = request.header("if-match");
        if demanded.is_some_and(|demanded| Some(demanded) != self.etag) {
            return self.validators(Response::new(412));
        }
        let demanded = request.header("if-unmodified-since");
        if demanded.is_some_and(|demanded| Some(demanded) != self.last_modified) {
            return self.validators(Response::new(412));
        }
        let length = self.bytes.len();
        let Some((first, last)) = request
            .range()
            .strip_prefix("bytes=")
            .and_then(|range| range.split_once('-'))
        else {
            return self.whole();
        };
        let (start, end) = match (first.parse::<usize>(), last.parse::<usize>()) {
            (Ok(start), Ok(last)) => (start, (last + 1).min(length)),
            (Ok(start), Err(_)) => (start, length),
            (Err(_), Ok(suffix)) => (length.saturating_sub(suffix), length),
            _ => return self.whole(),
        };
        if start >= end {
            let response = Response::new(416).header("content-range", format!("bytes */{length}"));
            return self.validators(response);
        }
        self.part(start, end)
    }

    pub(crate) fn part(&self, start: usize, end: usize) -> Response {
        let length = self.bytes.len();
        let mut response = Response::new(206).header(
            "content-range",
            format!("bytes {start}-{}/{length}", end - 1),
        );
        response.body = self.bytes[start..end].to_vec();
        self.validators(response)
    }

    pub(crate) fn whole(&self) -> Response {
        let mut response = Response::new(200);
        response.body.clone_from(&self.bytes);
        self.validators(response)
    }

    fn validators(&self, mut response: Response) -> Response {
        if let Some(etag) = self.etag {
            response = response.header("etag", etag);
        }
        if let Some(date) = self.last_modified {
            response = response.header("last-modified", date);
        }
        response
    }
}

pub(crate) fn bytes(length: usize) -> Vec<u8> {
    let numbers = (0u32..).flat_map(|n| n.wrapping_mul(0x9e37_79b9).to_le_bytes());
    numbers.take(length).collect()
}

/// Options with which nothing takes long.
pub(crate) fn options() -> Options {
    Options {
        head: 100,
        retries: 2,
        backoff: Duration::from_millis(1),
        whole_limit: 1000,
        gap: 10,
        longest: 1000,
        ..Options::default()
    }
}

pub(crate) fn client() -> HttpClient {
    HttpClient::new(options()).unwrap()
}

pub(crate) fn open(url: &str) -> Result<HttpObject, Error> {
    client().open(url)
}

/// Returns the crate's error inside of one of a read.
#[track_caller]
pub(crate) fn inner(error: &std::io::Error) -> &Error {
    let inner = error.get_ref().expect("an error of the crate");
    inner.downcast_ref().expect("an error of the crate")
}

/// Returns an error and its sources in one line.
pub(crate) fn chain(error: &Error) -> String {
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        texts.push(error.to_string());
        source = error.source();
    }
    texts.join(": ")
}
