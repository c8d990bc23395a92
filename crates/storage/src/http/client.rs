use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use ureq::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, HeaderValue, LOCATION, RANGE, RETRY_AFTER,
    USER_AGENT,
};
use ureq::http::{HeaderMap, Request, Response, StatusCode, Uri};
use ureq::{Agent, Body};

use super::content_range::ContentRange;
use super::failure::{Failure, Wait};
use super::location::resolve;
use super::version::{Version, text};
use super::{HttpObject, Options, opening};
use crate::Error;

/// A pool of kept-alive connections, and how they are used.
///
/// Clones share the pool, and so do the objects that were opened with it.
#[derive(Clone, Debug)]
pub struct HttpClient {
    agent: Agent,
    user_agent: HeaderValue,
    options: Arc<Options>,
}

/// An answer whose body is still to be read.
pub(crate) struct Answer {
    pub(crate) response: Response<Body>,
    /// Where the redirects ended.
    pub(crate) location: Uri,
}

impl HttpClient {
    /// Makes a client; no connection is opened.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a user agent that cannot stand in a header and a proxy that is no URL.
    pub fn new(options: Options) -> Result<Self, Error> {
        let invalid = |option, value: &str| Error::InvalidOption {
            option,
            value: value.to_owned(),
        };
        let user_agent = HeaderValue::from_str(&options.user_agent)
            .map_err(|_| invalid("user agent", &options.user_agent))?;
        let proxy = match &options.proxy {
            Some(proxy) => {
                Some(ureq::Proxy::new(proxy).map_err(|_| invalid("proxy", proxy.as_str()))?)
            }
            None => None,
        };
        let stall = Some(options.stall_timeout);
        let connect = Some(options.connect_timeout);
        let agent = Agent::config_builder()
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(connect)
            .timeout_connect(connect)
            .timeout_send_request(stall)
            .timeout_recv_response(stall)
            .timeout_per_read(stall)
            .timeout_per_write(stall)
            .max_idle_connections(options.in_flight.get().saturating_mul(4))
            .max_idle_connections_per_host(options.in_flight.get())
            .build()
            .new_agent();
        Ok(Self {
            agent,
            user_agent,
            options: Arc::new(options),
        })
    }

    /// Opens the object at an `http://` or `https://` URL, and keeps its first [`Options::head`] bytes.
    ///
    /// One request; with a new connection two round trips, or three to four with TLS.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]; [`Error::Status`] and [`Error::Redirect`] when the server does not give it;
    /// [`Error::NoRanges`] when it sends nothing but the whole, and that is longer than
    /// [`Options::whole_limit`]; [`Error::Encoded`] and [`Error::Answer`] when it answers with something else;
    /// [`Error::Transfer`] when it could not be reached.
    pub fn open(&self, url: &str) -> Result<HttpObject, Error> {
        opening::open(self, url, 0)
    }

    /// Opens an object as [`open`](Self::open) does, and keeps its last `tail` bytes too.
    ///
    /// Two requests at once, on two connections: no more round trips than `open` needs. A server that cannot
    /// count from the end costs a third request.
    pub fn open_with_tail(&self, url: &str, tail: usize) -> Result<HttpObject, Error> {
        opening::open(self, url, tail)
    }

    /// Returns the options that the client was made with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Makes one request, and one more for each redirect. The status of the answer may be any.
    pub(crate) fn get(
        &self,
        url: &str,
        start: &Uri,
        range: &str,
        version: Option<&Version>,
    ) -> Result<Answer, Failure> {
        let mut location = start.clone();
        let mut redirects = 0;
        loop {
            let mut request = Request::get(location.clone())
                .header(RANGE, range)
                .header(ACCEPT_ENCODING, "identity")
                .header(USER_AGENT, self.user_agent.clone());
            if let Some((name, value)) = version.and_then(Version::demand) {
                request = request.header(name, value);
            }
            let request = request.body(()).map_err(ureq::Error::Http)?;
            let response = self.agent.run(request)?;
            if !matches!(response.status().as_u16(), 301..=303 | 307 | 308) {
                return Ok(Answer { response, location });
            }
            let target = text(response.headers(), &LOCATION).unwrap_or_default();
            let next = resolve(&location, &target);
            let reason = match &next {
                None => "it is not the URL of an HTTP server",
                Some(next) if leaves_tls(&location, next) => "it leads away from https",
                Some(_) if redirects == self.options.redirects => "there were too many before it",
                Some(_) => "",
            };
            match next {
                Some(next) if reason.is_empty() => location = next,
                _ => {
                    return Err(Failure::Refused(Error::Redirect {
                        url: url.to_owned(),
                        location: target,
                        reason,
                    }));
                }
            }
            redirects += 1;
        }
    }
}

impl Answer {
    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Returns the parsed header of a range, or the header as it is when it makes no sense.
    pub(crate) fn content_range(&self) -> Result<ContentRange, String> {
        let header = text(self.headers(), &CONTENT_RANGE);
        let parsed = header.as_deref().and_then(ContentRange::parse);
        parsed.ok_or_else(|| match header {
            Some(header) => format!("Content-Range: {header}"),
            None => "no Content-Range".to_owned(),
        })
    }

    /// Returns what is to be done about a status that is neither 200 nor 206.
    pub(crate) fn refusal(&self, url: &str) -> Failure {
        let status = self.status().as_u16();
        let passing = matches!(status, 408 | 429 | 500..=599) && !matches!(status, 501 | 505);
        let refused = Error::Status {
            url: url.to_owned(),
            status,
        };
        if !passing {
            return Failure::Refused(refused);
        }
        let seconds = text(self.headers(), &RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
        Failure::Passing {
            cause: format!("the server answered with status {status}").into(),
            wait: seconds.map_or(Wait::Backoff, |seconds| {
                Wait::Asked(Duration::from_secs(seconds))
            }),
        }
    }

    /// Refuses a body that is not the plain bytes.
    pub(crate) fn check_encoding(&self, url: &str) -> Result<(), Error> {
        match text(self.headers(), &CONTENT_ENCODING) {
            Some(encoding) if !matches!(encoding.as_str(), "" | "identity") => {
                Err(Error::Encoded {
                    url: url.to_owned(),
                    encoding,
                })
            }
            _ => Ok(()),
        }
    }

    /// Fills `buffer` with the body, which is to be just as long. `filled` counts also when that fails.
    ///
    /// The body is `offset` bytes into the object.
    pub(crate) fn read_body(
        self,
        url: &str,
        offset: u64,
        buffer: &mut [u8],
        filled: &mut usize,
    ) -> Result<(), Failure> {
        let length = buffer.len();
        let too_long = |found: String| {
            Failure::Refused(Error::Answer {
                url: url.to_owned(),
                offset,
                expected: format!("a body of {length} bytes"),
                found,
            })
        };
        let body = self.response.into_body();
        if let Some(claimed) = body.content_length()
            && claimed > length as u64
        {
            return Err(too_long(format!("one of {claimed}")));
        }
        let mut reader = body.into_reader();
        let mut rest = &mut buffer[..];
        while !rest.is_empty() {
            match reader.read(rest)? {
                0 => {
                    let message = format!("the body ended after {} of {length} bytes", *filled);
                    let cause = io::Error::new(io::ErrorKind::UnexpectedEof, message);
                    return Err(cause.into());
                }
                count => {
                    *filled += count;
                    rest = &mut rest[count..];
                }
            }
        }
        // The connection goes back to the pool when the end has been seen; without it, all bytes are there.
        match reader.read(&mut [0]) {
            Ok(1..) => Err(too_long("a longer one".to_owned())),
            _ => Ok(()),
        }
    }
}

fn leaves_tls(from: &Uri, to: &Uri) -> bool {
    from.scheme_str() == Some("https") && to.scheme_str() != Some("https")
}
