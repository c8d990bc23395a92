use blockyard_storage::{Error, ReadAt};

use super::server::{Request, Response, Server};
use super::support::{Document, bytes, inner, open};

const LENGTH: usize = 5000;

fn redirect(status: u16, location: &str) -> Response {
    Response::new(status).header("location", location)
}

fn paths(server: &Server) -> Vec<String> {
    let requests = server.requests();
    requests.into_iter().map(|request| request.path).collect()
}

#[test]
fn redirects_are_followed_and_remembered() {
    for status in [301, 302, 303, 307, 308] {
        let document = Document::new(LENGTH);
        let server = Server::start(move |request| match request.path.as_str() {
            "/a/start" => redirect(status, "../b/next?x"),
            "/b/next?x" => redirect(status, "/end"),
            _ => document.answer(request),
        });
        let object = open(&server.url("/a/start")).unwrap();
        let mut buffer = [0; 100];
        object.read_exact_at(&mut buffer, 2000).unwrap();
        assert_eq!(buffer, bytes(LENGTH)[2000..2100]);
        // The second read goes where the first one ended.
        assert_eq!(paths(&server), ["/a/start", "/b/next?x", "/end", "/end"]);
        let ranges: Vec<_> = server.requests();
        assert!(
            ranges[..3]
                .iter()
                .all(|request| request.range() == "bytes=0-99")
        );
    }
}

#[test]
fn other_servers_may_be_meant() {
    let document = Document::new(LENGTH);
    let other = Server::start(move |request| document.answer(request));
    let location = other.url("/there");
    let server = Server::start(move |_| redirect(302, &location));
    let object = open(&server.url("/here")).unwrap();
    object.read_exact_at(&mut [0; 100], 2000).unwrap();
    assert_eq!(paths(&server), ["/here"]);
    assert_eq!(paths(&other), ["/there", "/there"]);
}

#[test]
fn a_place_that_has_gone_is_asked_for_again() {
    for status in [401, 403, 404, 410] {
        let document = Document::new(LENGTH);
        let server = Server::start(
            move |request| match (request.path.as_str(), request.number) {
                ("/start", 0) => redirect(302, "/first"),
                ("/start", _) => redirect(302, "/second"),
                ("/first", 2..) => Response::new(status),
                _ => document.answer(request),
            },
        );
        let object = open(&server.url("/start")).unwrap();
        for offset in [2000, 3000] {
            let mut buffer = [0; 100];
            object.read_exact_at(&mut buffer, offset as u64).unwrap();
            assert_eq!(buffer, bytes(LENGTH)[offset..offset + 100]);
        }
        let expected = ["/start", "/first", "/first", "/start", "/second", "/second"];
        assert_eq!(paths(&server), expected);
    }
}

#[test]
fn a_redirect_that_has_gone_is_forgotten() {
    let document = Document::new(LENGTH);
    let server = Server::start(
        move |request| match (request.path.as_str(), request.number) {
            ("/start", 0) => redirect(302, "/first"),
            ("/first", 2..) => Response::new(404),
            _ => document.answer(request),
        },
    );
    let object = open(&server.url("/start")).unwrap();
    for offset in [2000, 3000] {
        object.read_exact_at(&mut [0; 100], offset).unwrap();
    }
    let expected = ["/start", "/first", "/first", "/start", "/start"];
    assert_eq!(paths(&server), expected);
}

#[test]
fn an_object_that_has_gone_is_an_error() {
    let document = Document::new(LENGTH);
    let server = Server::start(move |request: &Request| match request.number {
        0 => redirect(302, "/first"),
        1 => document.answer(request),
        _ => Response::new(404),
    });
    let object = open(&server.url("/start")).unwrap();
    let error = object.read_exact_at(&mut [0; 100], 2000).unwrap_err();
    assert!(
        matches!(inner(&error), Error::Status { status: 404, .. }),
        "{error}"
    );
    assert_eq!(paths(&server), ["/start", "/first", "/first", "/start"]);
}

#[track_caller]
fn check_refused(location: Option<&'static str>, requests: usize, expected: &str) {
    let server = Server::start(move |_| match location {
        Some(location) => redirect(302, location),
        None => Response::new(302),
    });
    let url = server.url("/start");
    let error = open(&url).unwrap_err();
    assert!(matches!(error, Error::Redirect { .. }), "{error}");
    let location = location.unwrap_or_default();
    let expected = format!("the redirect from {url} to {location:?} was not followed: {expected}");
    assert_eq!(error.to_string(), expected);
    assert_eq!(server.requests().len(), requests);
}

#[test]
fn redirects_end() {
    let too_many = "there were too many before it";
    check_refused(Some("/start"), 6, too_many);
    check_refused(Some("again/"), 6, too_many);
    check_refused(None, 6, too_many);
    let no_url = "it is not the URL of an HTTP server";
    check_refused(Some("ftp://127.0.0.1/"), 1, no_url);
    check_refused(Some("file:///etc/passwd"), 1, no_url);
    check_refused(Some("http://"), 1, no_url);
}
