use std::io;

use blockyard_storage::http::{HttpClient, HttpObject, Options};
use blockyard_storage::{Error, ReadAt};

use super::server::{Fault, Framing, Request, Response, Server};
use super::support::{Document, bytes, chain, client, open, options};

#[track_caller]
fn check_all(object: &HttpObject, length: usize) {
    assert_eq!(object.length(), length as u64);
    let mut buffer = vec![0; length];
    object.read_exact_at(&mut buffer, 0).unwrap();
    assert!(buffer == bytes(length));
}

#[test]
fn the_head_is_one_request_and_is_kept() {
    let document = Document::new(5000);
    let server = Server::start(move |request| document.answer(request));
    let object = open(&server.url("/f\u{ef}le?query")).unwrap();
    assert_eq!(object.length(), 5000);
    assert_eq!(object.len().unwrap(), 5000);
    assert_eq!(object.url(), server.url("/f\u{ef}le?query"));
    assert_eq!(object.etag(), Some("\"one\""));
    let date = "Mon, 01 Jan 2024 00:00:00 GMT";
    assert_eq!(object.last_modified(), Some(date));
    let mut buffer = [0; 90];
    object.read_exact_at(&mut buffer, 10).unwrap();
    assert_eq!(buffer, bytes(100)[10..]);

    let [request] = &server.requests()[..] else {
        panic!("more than one request");
    };
    assert_eq!(request.range(), "bytes=0-99");
    assert_eq!(request.path, "/f%C3%AFle?query");
    assert_eq!(request.header("accept-encoding"), Some("identity"));
    let agent = request.header("user-agent").unwrap();
    assert!(agent.starts_with("blockyard/"), "{agent}");
}

#[test]
fn head_and_tail_are_asked_for_at_once_and_both_kept() {
    let document = Document::new(5000);
    // Neither is answered before both have come.
    let both = std::sync::Barrier::new(2);
    let server = Server::start(move |request| {
        both.wait();
        document.answer(request)
    });
    let object = client().open_with_tail(&server.url("/"), 300).unwrap();
    let mut buffer = [0; 300];
    object.read_exact_at(&mut buffer, 4700).unwrap();
    assert_eq!(buffer, bytes(5000)[4700..]);
    object.read_exact_at(&mut buffer[..100], 0).unwrap();
    assert_eq!(server.ranges(), ["bytes=-300", "bytes=0-99"]);
}

/// Opens objects of `length` with a tail of 300 bytes, and checks all reads and the number of requests.
#[track_caller]
fn check_tail(
    length: usize,
    requests: usize,
    answer: impl Fn(&Document, &Request) -> Response + Send + Sync + 'static,
) {
    let document = Document::new(length);
    let server = Server::start(move |request| answer(&document, request));
    let object = client().open_with_tail(&server.url("/"), 300).unwrap();
    assert_eq!(server.requests().len(), requests, "length {length}");
    check_all(&object, length);
    let more = usize::from(length > 400);
    assert_eq!(server.requests().len(), requests + more, "length {length}");
}

#[test]
fn the_tail_of_any_length_joins_the_head() {
    for length in [1, 99, 100, 101, 299, 300, 301, 400, 401, 1000] {
        check_tail(length, 2, Document::answer);
    }
    check_tail(0, 2, Document::answer);
}

#[test]
fn a_server_that_cannot_count_from_the_end_is_asked_again() {
    for status in [200, 400, 416] {
        for (length, requests) in [(50, 2), (100, 2), (250, 3), (1000, 3)] {
            check_tail(length, requests, move |document, request| {
                match (request.range(), status) {
                    ("bytes=-300", 200) => document.whole(),
                    ("bytes=-300", status) => Response::new(status),
                    _ => document.answer(request),
                }
            });
        }
    }
}

#[test]
fn a_head_and_a_tail_of_different_versions_are_an_error() {
    let document = Document::new(5000);
    let mut other = document.clone();
    other.etag = Some("\"two\"");
    let server = Server::start(move |request| match request.range() {
        "bytes=-300" => other.answer(request),
        _ => document.answer(request),
    });
    let error = client().open_with_tail(&server.url("/"), 300).unwrap_err();
    assert!(matches!(error, Error::Changed { .. }), "{error}");
}

#[test]
fn a_server_without_ranges_gives_small_objects() {
    for framing in [Framing::Length, Framing::Chunked(7), Framing::Close] {
        for length in [0, 1, 100, 999, 1000] {
            let document = Document::new(length);
            let server = Server::start(move |_| document.whole().framing(framing));
            let url = server.url("/");
            check_all(&open(&url).unwrap(), length);
            assert_eq!(server.requests().len(), 1);
            check_all(&client().open_with_tail(&url, 10).unwrap(), length);
        }
        let document = Document::new(1001);
        let server = Server::start(move |_| document.whole().framing(framing));
        let url = server.url("/");
        let error = open(&url).unwrap_err();
        let size = match framing {
            Framing::Length => "1001 bytes long (the limit is 1000)",
            _ => "of unknown length (the limit is 1000 bytes)",
        };
        let expected =
            format!("the server of {url} does not send ranges, and the object is {size}");
        assert_eq!(error.to_string(), expected);
        assert_eq!(io::Error::from(error).kind(), io::ErrorKind::Unsupported);
    }
}

#[test]
fn a_body_that_is_too_long_is_not_waited_for() {
    let document = Document::new(1001);
    let server = Server::start(move |_| document.whole().fault(Fault::Stall(0)));
    for error in [
        open(&server.url("/")).unwrap_err(),
        client().open_with_tail(&server.url("/"), 10).unwrap_err(),
    ] {
        assert!(matches!(error, Error::NoRanges { .. }), "{error}");
    }
}

#[test]
fn an_empty_object_has_no_range() {
    let document = Document::new(0);
    let server = Server::start(move |request| document.answer(request));
    let object = open(&server.url("/")).unwrap();
    assert!(object.is_empty().unwrap());
    assert_eq!(object.read_at(&mut [0; 10], 0).unwrap(), 0);
}

#[track_caller]
fn check_status(status: u16, kind: io::ErrorKind) {
    let server = Server::start(move |_| Response::new(status));
    let url = server.url("/missing");
    let error = open(&url).unwrap_err();
    let expected = format!("the server answered the request for {url} with status {status}");
    assert_eq!(error.to_string(), expected);
    assert!(matches!(error, Error::Status { .. }));
    assert_eq!(io::Error::from(error).kind(), kind);
    assert_eq!(server.requests().len(), 1);
    let error = client().open_with_tail(&url, 300).unwrap_err();
    assert!(matches!(error, Error::Status { .. }));
}

#[test]
fn a_status_that_says_no_is_an_error_at_once() {
    check_status(404, io::ErrorKind::NotFound);
    check_status(410, io::ErrorKind::NotFound);
    check_status(401, io::ErrorKind::PermissionDenied);
    check_status(403, io::ErrorKind::PermissionDenied);
    check_status(416, io::ErrorKind::Other);
    for status in [204, 400, 418, 501, 505] {
        check_status(status, io::ErrorKind::Other);
    }
}

#[track_caller]
fn check_answer(change: fn(Response) -> Response, expected: &str) {
    let document = Document::new(5000);
    let server = Server::start(move |request| change(document.answer(request)));
    let url = server.url("/");
    let error = open(&url).unwrap_err();
    assert_eq!(chain(&error).replace(&url, "URL"), expected);
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::InvalidData);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn an_answer_to_another_question_is_an_error_at_once() {
    let check_range = |change, found: &str| {
        let expected = "unexpected answer from URL at byte 0: expected the first 100 bytes";
        check_answer(change, &format!("{expected}, found {found}"));
    };
    check_range(|it| it.without("content-range"), "no Content-Range");
    check_range(
        |it| it.header("content-range", "bytes 1-100/5000"),
        "bytes 1 to 101 of 5000",
    );
    check_range(
        |it| it.header("content-range", "bytes 0-100/5000"),
        "bytes 0 to 101 of 5000",
    );
    check_range(
        |it| it.header("content-range", "bytes 0-99/*"),
        "no range or no total length",
    );
    check_range(
        |it| it.header("content-range", "bytes 0-99/99"),
        "Content-Range: bytes 0-99/99",
    );
    check_range(
        |it| it.header("content-range", "lines 0-99/5000"),
        "Content-Range: lines 0-99/5000",
    );
    let expected = "unexpected answer from URL at byte 0: expected a body of 100 bytes";
    check_answer(
        |mut it| {
            it.body.push(0);
            it
        },
        &format!("{expected}, found one of 101"),
    );
    check_answer(
        |mut it| {
            it.body.push(0);
            it.framing(Framing::Chunked(1000))
        },
        &format!("{expected}, found a longer one"),
    );
    check_answer(
        |it| it.header("content-encoding", "gzip"),
        "the server sent URL in the encoding \"gzip\", which was not asked for",
    );
}

#[test]
fn what_is_no_url_is_refused_without_a_request() {
    for url in [
        "",
        "file.zs",
        "httpfile.zs",
        "/file.zs",
        "ftp://127.0.0.1/",
        "http://",
        "http:///file",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1\u{e9}/",
        "http://127.0.0.1/\r\nHost: other",
    ] {
        let error = open(url).unwrap_err();
        let expected = format!("{url} is not the URL of an object on an HTTP server");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let check = |options: Options, expected: &str| {
        let error = HttpClient::new(options).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    let user_agent = "a\nb".to_owned();
    check(
        Options {
            user_agent,
            ..options()
        },
        "\"a\\nb\" cannot be the user agent of an HTTP client",
    );
    let proxy = Some("not a proxy".to_owned());
    check(
        Options { proxy, ..options() },
        "\"not a proxy\" cannot be the proxy of an HTTP client",
    );
}

#[test]
fn a_proxy_is_asked_when_there_is_one() {
    let server = Server::start(|_| Response::new(403));
    let proxy = Some(server.url(""));
    let options = Options {
        proxy,
        retries: 0,
        ..options()
    };
    let client = HttpClient::new(options).unwrap();
    client.open("http://object.invalid/").unwrap_err();
    assert_eq!(server.connections(), 1);
}
