//! Opens ZS files: on disk, and on HTTP servers.

use std::ffi::OsStr;
use std::fs::File;

use anyhow::{Context, anyhow, bail};
use blockyard_storage::ReadAt;
use blockyard_storage::http::{HttpClient, Options};
use blockyard_zs::ZsReader;
use rustix::fs::{Mode, OFlags};

use super::refusal::blame;
use crate::shown::Shown;

/// Bytes that are fetched from the end of a remote file along with its beginning: the root of the index
/// is there in files as most writers make them, and 1,024 keys of common length fit.
const TAIL: usize = 64 << 10;

/// What a file is read from.
pub(crate) type Source = Box<dyn ReadAt + Send + Sync>;

/// A file that is open for queries.
pub(crate) struct Opened {
    /// What messages call it.
    pub(crate) name: String,
    /// The file itself.
    pub(crate) reader: ZsReader<Source>,
}

/// Opens the file that an operand names: a path, or a URL that begins with `http://` or `https://`.
pub(crate) fn open(operand: &OsStr) -> anyhow::Result<Opened> {
    let (name, source) = open_source(operand)?;
    match ZsReader::open(source) {
        Ok(reader) => Ok(Opened { name, reader }),
        Err(error) => Err(blame(name, error)),
    }
}

/// Opens what an operand names, whether it is a ZS file or not; also returns what messages call it.
pub(crate) fn open_source(operand: &OsStr) -> anyhow::Result<(String, Source)> {
    let name = Shown(operand).to_string();
    let source = match url(operand) {
        Some(url) => open_url(url)?,
        None => Box::new(open_file(operand).with_context(|| name.clone())?),
    };
    Ok((name, source))
}

/// Returns the operand as a URL if it is one.
pub(crate) fn url(operand: &OsStr) -> Option<&str> {
    let text = operand.to_str()?;
    let (scheme, _) = text.split_once("://")?;
    let is_http = ["http", "https"]
        .iter()
        .any(|name| scheme.eq_ignore_ascii_case(name));
    is_http.then_some(text)
}

fn open_file(path: &OsStr) -> anyhow::Result<File> {
    // Without O_NONBLOCK a named pipe would block before it can be refused.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(std::io::Error::from)?;
    let file = File::from(file);
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        bail!("is a directory");
    }
    if !metadata.is_file() {
        bail!(
            "not a regular file: a ZS file is read in many places, which a stream does not allow"
        );
    }
    Ok(file)
}

fn open_url(url: &str) -> anyhow::Result<Source> {
    let options = Options {
        proxy: proxy(url),
        ..Options::default()
    };
    let client = HttpClient::new(options)?;
    let object = client
        .open_with_tail(url, TAIL)
        .map_err(|error| anyhow!(error))?;
    Ok(Box::new(object))
}

/// Returns the proxy that the environment names for a URL, by the rules of curl: `http_proxy` counts in
/// lower case only, as a server may set the other for programs that it starts.
fn proxy(url: &str) -> Option<String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let either = |lower: &str, upper: &str| variable(lower).or_else(|| variable(upper));
    let is_tls = url
        .get(..6)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
    let own = if is_tls {
        either("https_proxy", "HTTPS_PROXY")
    } else {
        variable("http_proxy")
    };
    let proxy = own.or_else(|| either("all_proxy", "ALL_PROXY"))?;
    let exceptions = either("no_proxy", "NO_PROXY").unwrap_or_default();
    (!is_excepted(host(url), &exceptions)).then_some(proxy)
}

/// Returns the host of a URL, without user and port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = authority
        .rsplit_once('@')
        .map_or(authority, |(_, place)| place);
    match place
        .strip_prefix('[')
        .and_then(|place| place.split_once(']'))
    {
        Some((address, _)) => address,
        None => place.split(':').next().unwrap_or_default(),
    }
}

/// Returns whether `exceptions`, names between commas, has the host or a domain that it belongs to.
fn is_excepted(host: &str, exceptions: &str) -> bool {
    let host = host.to_ascii_lowercase();
    exceptions.split([',', ' ']).any(|name| {
        let name = name.trim_start_matches('.').to_ascii_lowercase();
        let within = || {
            host.strip_suffix(&name)
                .is_some_and(|rest| rest.ends_with('.'))
        };
        name == "*" || !name.is_empty() && (host == name || within())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_told_from_names() {
        for (operand, expected) in [
            ("http://host/x.zs", true),
            ("HTTPS://host/x.zs", true),
            ("httpfile.zs", false),
            ("http:/host", false),
            ("./http://host", false),
            ("ftp://host/x.zs", false),
        ] {
            assert_eq!(url(OsStr::new(operand)).is_some(), expected, "{operand}");
        }
    }

    #[track_caller]
    fn check(url: &str, exceptions: &str, expected: bool) {
        assert_eq!(
            is_excepted(host(url), exceptions),
            expected,
            "{url} {exceptions}"
        );
    }

    #[test]
    fn hosts_are_excepted_from_the_proxy() {
        check("http://127.0.0.1:80/x", "localhost,127.0.0.1", true);
        check("http://[::1]:80/x", "::1", true);
        check("https://user:pass@a.Example.org/x", ".example.org", true);
        check("https://example.org", "example.org", true);
        check("https://badexample.org/", "example.org", false);
        check("https://example.org/", "", false);
        check("https://example.org/?@other", "other", false);
        check("https://example.org/", "*", true);
    }
}
