use ureq::http::HeaderMap;
use ureq::http::header::{ETAG, HeaderName, IF_MATCH, IF_UNMODIFIED_SINCE, LAST_MODIFIED};

use crate::Error;

/// What tells one version of an object from another.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    pub(crate) length: u64,
}

impl Version {
    pub(crate) fn new(headers: &HeaderMap, length: u64) -> Self {
        Self {
            etag: text(headers, &ETAG),
            last_modified: text(headers, &LAST_MODIFIED),
            length,
        }
    }

    /// Returns the header that makes a server refuse to answer with another version.
    pub(crate) fn demand(&self) -> Option<(HeaderName, &str)> {
        match (&self.etag, &self.last_modified) {
            // `If-Match` never holds for a weak one.
            (Some(etag), _) if !etag.starts_with("W/") && etag.is_ascii() => Some((IF_MATCH, etag)),
            (None, Some(date)) if date.is_ascii() => Some((IF_UNMODIFIED_SINCE, date)),
            _ => None,
        }
    }

    /// Compares the headers of another answer, and the whole's length where it says one.
    pub(crate) fn check(
        &self,
        url: &str,
        headers: &HeaderMap,
        length: Option<u64>,
    ) -> Result<(), Error> {
        self.check_same(url, &Self::new(headers, length.unwrap_or(self.length)))
    }

    /// Compares what another answer said.
    ///
    /// A server that once sent an `ETag` and then sends none is not held to it: the request demanded the
    /// version.
    pub(crate) fn check_same(&self, url: &str, other: &Self) -> Result<(), Error> {
        let changed = |property, expected: &str, found: &str| {
            Err(Error::Changed {
                url: url.to_owned(),
                property,
                expected: expected.to_owned(),
                found: found.to_owned(),
            })
        };
        match (&self.etag, &other.etag) {
            (Some(expected), Some(found)) if expected != found => {
                return changed("ETag", expected, found);
            }
            // The dates of two copies of the same version may differ.
            (Some(_), Some(_)) => {}
            _ => {
                if let (Some(expected), Some(found)) = (&self.last_modified, &other.last_modified)
                    && expected != found
                {
                    return changed("Last-Modified", expected, found);
                }
            }
        }
        if self.length != other.length {
            let [expected, found] = [self.length, other.length].map(|length| length.to_string());
            return changed("length", &expected, &found);
        }
        Ok(())
    }
}

pub(crate) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}
