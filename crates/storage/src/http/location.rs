use std::fmt::Write;

use ureq::http::Uri;

/// Returns where a `Location` header leads from `base` (RFC 3986, section 5.2); `None` when that is not HTTP.
pub(crate) fn resolve(base: &Uri, location: &str) -> Option<Uri> {
    let location = location.split('#').next().unwrap_or_default().trim();
    let scheme = base.scheme_str()?;
    let root = format!("{scheme}://{}", base.authority()?);
    let absolute = if has_scheme(location) {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{root}{location}")
    } else if location.is_empty() {
        base.to_string()
    } else if location.starts_with('?') {
        format!("{root}{}{location}", base.path())
    } else {
        format!("{root}{}", join(base.path(), location))
    };
    parse(&absolute)
}

/// Parses the URL of an object on an HTTP server; a fragment is dropped.
///
/// Characters beyond ASCII are percent-encoded, as browsers do it.
pub(crate) fn parse(url: &str) -> Option<Uri> {
    let url = url.split('#').next().unwrap_or_default();
    let mut escaped = String::with_capacity(url.len());
    for character in url.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                write!(escaped, "%{byte:02X}").ok()?;
            }
        }
    }
    let uri: Uri = escaped.parse().ok()?;
    is_http(&uri).then_some(uri)
}

fn is_http(uri: &Uri) -> bool {
    let Some(authority) = uri.authority() else {
        return false;
    };
    // The parser takes any number for a port.
    let host = authority.host();
    let port_fits = authority.port_u16().is_some() || authority.as_str().ends_with(host);
    matches!(uri.scheme_str(), Some("http" | "https")) && !host.is_empty() && port_fits
}

fn has_scheme(location: &str) -> bool {
    let Some((scheme, _)) = location.split_once(':') else {
        return false;
    };
    !scheme.contains(['/', '?'])
}

/// Puts a relative path in the place of the last segment of `base`.
fn join(base: &str, location: &str) -> String {
    let (path, query) = match location.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (location, None),
    };
    let mut segments: Vec<_> = base.split('/').skip(1).collect();
    segments.pop();
    let mut rest = path.split('/').peekable();
    while let Some(segment) = rest.next() {
        let last = rest.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    segments.pop();
                }
                if last {
                    segments.push("");
                }
            }
            segment => segments.push(segment),
        }
    }
    let query = query.map(|query| format!("?{query}"));
    format!("/{}{}", segments.join("/"), query.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    //! The kinds of references; a server that redirects is in the integration tests.

    use super::*;

    #[track_caller]
    fn check(location: &str, expected: Option<&str>) {
        let base = Uri::from_static("https://example.org:8443/a/b/c?query");
        let resolved = resolve(&base, location).map(|uri| uri.to_string());
        assert_eq!(resolved.as_deref(), expected, "{location}");
    }

    #[test]
    fn references_of_every_kind_are_resolved() {
        check("http://other/x?y#z", Some("http://other/x?y"));
        check("//other/x", Some("https://other/x"));
        check("/x", Some("https://example.org:8443/x"));
        check("?x", Some("https://example.org:8443/a/b/c?x"));
        check("x", Some("https://example.org:8443/a/b/x"));
        check("./x/", Some("https://example.org:8443/a/b/x/"));
        check("../x?y=/z:1", Some("https://example.org:8443/a/x?y=/z:1"));
        check("../../../..", Some("https://example.org:8443/"));
        check("..", Some("https://example.org:8443/a/"));
        check("", Some("https://example.org:8443/a/b/c?query"));
        check("ftp://other/x", None);
        check("mailto:someone", None);
        check("http:///x", None);
        check("http://", None);
        check("http://[::1]:80/x", Some("http://[::1]:80/x"));
        check("//[::1]", Some("https://[::1]/"));
        check("//other:65536", None);
        check("https://other/a b", None);
        check("b\u{e9}", Some("https://example.org:8443/a/b/b%C3%A9"));
        check("https://b\u{e9}/", None);
    }
}
