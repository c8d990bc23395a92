use std::io::Read;
use std::thread;

use ureq::http::{StatusCode, Uri};

use super::client::Answer;
use super::failure::{Failure, Retries};
use super::location::parse;
use super::object::Kept;
use super::version::Version;
use super::{HttpClient, HttpObject};
use crate::Error;

/// Which end of an object of unknown length is asked for, and how many bytes of it.
#[derive(Clone, Copy)]
enum End {
    Head(u64),
    Tail(u64),
}

/// What the first answer brought.
struct First {
    version: Version,
    location: Uri,
    kept: Kept,
    /// Bytes of `kept` that have arrived.
    filled: usize,
}

/// Opens an object with requests for its head and, unless `tail` is 0, its tail.
pub(crate) fn open(client: &HttpClient, url: &str, tail: usize) -> Result<HttpObject, Error> {
    let uri = parse(url).ok_or_else(|| Error::InvalidUrl {
        url: url.to_owned(),
    })?;
    let ask_head = || retried(client, url, || ask_head(client, url, &uri));
    let ask_tail = || retried(client, url, || ask_tail(client, url, &uri, tail as u64));
    let (head, last) = if tail == 0 {
        (ask_head(), Ok(None))
    } else {
        thread::scope(|scope| {
            let last = scope.spawn(ask_tail);
            let head = ask_head();
            let last = last
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (head, last)
        })
    };
    let head = head?;
    let length = head.version.length;
    let mut object = HttpObject::new(client, url, uri.clone(), head.location, head.version);
    object.keep(head.kept, head.filled)?;
    let missing = object.first_missing();
    if tail == 0 || missing == length {
        return Ok(object);
    }
    if let Some(last) = last? {
        object.check_same(&last.version)?;
        object.keep(last.kept, last.filled)?;
    } else {
        let start = missing.max(length.saturating_sub(tail as u64));
        let bytes = vec![0; (length - start) as usize];
        object.keep(Kept { start, bytes }, 0)?;
    }
    Ok(object)
}

/// Asks until there is an answer.
fn retried<T>(
    client: &HttpClient,
    url: &str,
    ask: impl Fn() -> Result<T, Failure>,
) -> Result<T, Error> {
    let mut retries = Retries::new(client.options(), url);
    loop {
        match ask() {
            Ok(answer) => return Ok(answer),
            Err(failure) => retries.wait(failure, 0, 0)?,
        }
    }
}

fn ask_head(client: &HttpClient, url: &str, uri: &Uri) -> Result<First, Failure> {
    let length = client.options().head.max(1) as u64;
    let answer = client.get(url, uri, &format!("bytes=0-{}", length - 1), None)?;
    match answer.status() {
        StatusCode::PARTIAL_CONTENT => part(answer, url, End::Head(length)),
        StatusCode::OK => whole(client, answer, url),
        StatusCode::RANGE_NOT_SATISFIABLE => empty(&answer, url),
        _ => Err(answer.refusal(url)),
    }
}

/// Returns `None` when the server cannot count from the end: the head says where the tail is.
fn ask_tail(
    client: &HttpClient,
    url: &str,
    uri: &Uri,
    length: u64,
) -> Result<Option<First>, Failure> {
    let answer = client.get(url, uri, &format!("bytes=-{length}"), None)?;
    if answer.status() == StatusCode::PARTIAL_CONTENT {
        return part(answer, url, End::Tail(length)).map(Some);
    }
    match answer.refusal(url) {
        failure @ Failure::Passing { .. } => Err(failure),
        _ => Ok(None),
    }
}

/// Takes an answer that is a part of the object.
fn part(answer: Answer, url: &str, end: End) -> Result<First, Failure> {
    answer.check_encoding(url)?;
    let unexpected = |expected: String, found: String| {
        Failure::Refused(Error::Answer {
            url: url.to_owned(),
            offset: 0,
            expected,
            found,
        })
    };
    let expected = match end {
        End::Head(length) => format!("the first {length} bytes"),
        End::Tail(length) => format!("the last {length} bytes"),
    };
    let content_range = match answer.content_range() {
        Ok(content_range) => content_range,
        Err(found) => return Err(unexpected(expected, found)),
    };
    let Some((range, total)) = content_range.range.clone().zip(content_range.total) else {
        return Err(unexpected(
            expected,
            "no range or no total length".to_owned(),
        ));
    };
    let length = range.end - range.start;
    let fits = match end {
        End::Head(wanted) => range.start == 0 && length <= wanted,
        End::Tail(wanted) => range.end == total && length <= wanted,
    };
    if !fits {
        let found = format!("bytes {} to {} of {total}", range.start, range.end);
        return Err(unexpected(expected, found));
    }
    let version = Version::new(answer.headers(), total);
    let location = answer.location.clone();
    // Not longer than what was asked for.
    let mut bytes = vec![0; length as usize];
    let mut filled = 0;
    match answer.read_body(url, range.start, &mut bytes, &mut filled) {
        // What is missing is read as from an open object.
        Ok(()) | Err(Failure::Passing { .. }) => {}
        Err(failure) => return Err(failure),
    }
    Ok(First {
        version,
        location,
        kept: Kept {
            start: range.start,
            bytes,
        },
        filled,
    })
}

/// Takes an answer that is the whole object, if it is a small one.
fn whole(client: &HttpClient, answer: Answer, url: &str) -> Result<First, Failure> {
    answer.check_encoding(url)?;
    let limit = client.options().whole_limit;
    let claimed = answer.response.body().content_length();
    let no_ranges = || {
        Failure::Refused(Error::NoRanges {
            url: url.to_owned(),
            length: claimed,
            limit,
        })
    };
    if claimed.is_some_and(|length| length > limit) {
        return Err(no_ranges());
    }
    let headers = answer.headers().clone();
    let location = answer.location;
    let mut bytes = Vec::new();
    let reader = answer.response.into_body().into_reader();
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    if length > limit {
        return Err(no_ranges());
    }
    if claimed.is_some_and(|claimed| claimed != length) {
        return Err(Failure::passing(format!(
            "the body ended after {length} bytes"
        )));
    }
    Ok(First {
        version: Version::new(&headers, length),
        location,
        filled: bytes.len(),
        kept: Kept { start: 0, bytes },
    })
}

/// Takes an answer that there is no first byte: the object is empty.
fn empty(answer: &Answer, url: &str) -> Result<First, Failure> {
    match answer.content_range() {
        Ok(content_range) if content_range.total == Some(0) => Ok(First {
            version: Version::new(answer.headers(), 0),
            location: answer.location.clone(),
            kept: Kept {
                start: 0,
                bytes: Vec::new(),
            },
            filled: 0,
        }),
        _ => Err(answer.refusal(url)),
    }
}
