use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use blockyard_storage::http::{HttpClient, HttpObject, Options};
use blockyard_storage::{Error, ReadAt};

use super::server::{Fault, Framing, PATIENCE, Request, Response, Server};
use super::support::{Document, bytes, chain, inner, open, options};

const LENGTH: usize = 5000;

/// Opens, with the first answer as it should be, and reads bytes 1000 to 2000 from a server that answers
/// `answer(n, good answer)` to the requests from then on. Returns their ranges.
fn read(
    options: Options,
    answer: impl Fn(usize, Response) -> Response + Send + Sync + 'static,
) -> (io::Result<Vec<u8>>, Vec<String>, String) {
    let document = Document::new(LENGTH);
    let server = Server::start(move |request: &Request| {
        let good = document.answer(request);
        match request.number {
            0 => good,
            number => answer(number - 1, good),
        }
    });
    let client = HttpClient::new(options).unwrap();
    let url = server.url("/");
    let object = client.open(&url).unwrap();
    let mut buffer = vec![0; 1000];
    let outcome = object.read_exact_at(&mut buffer, 1000);
    let requests = server.requests();
    let ranges = requests[1..].iter().map(|it| it.range().to_owned());
    (outcome.map(|()| buffer), ranges.collect(), url)
}

#[track_caller]
fn check(
    answer: impl Fn(usize, Response) -> Response + Send + Sync + 'static,
    expected_ranges: &[&str],
) {
    let (outcome, ranges, _) = read(options(), answer);
    assert!(outcome.unwrap() == bytes(LENGTH)[1000..2000]);
    assert_eq!(ranges, expected_ranges);
}

const ALL: &str = "bytes=1000-1999";

#[test]
fn a_cut_body_goes_on_where_it_broke() {
    let expected = [ALL, "bytes=1300-1999", "bytes=1300-1999"];
    for framing in [Framing::Length, Framing::Chunked(64), Framing::Close] {
        check(
            move |number, good| match number {
                0 => good.fault(Fault::Cut(300)).framing(framing),
                1 => good.fault(Fault::NoAnswer),
                _ => good.framing(framing),
            },
            &expected,
        );
    }
}

#[test]
fn a_connection_that_was_closed_meanwhile_is_replaced_at_once() {
    let document = Document::new(LENGTH);
    let server = Server::start(move |request| document.answer(request).fault(Fault::Hangup));
    let options = Options {
        backoff: PATIENCE,
        backoff_limit: PATIENCE,
        ..options()
    };
    let begin = Instant::now();
    let client = HttpClient::new(options).unwrap();
    let object = client.open(&server.url("/")).unwrap();
    for offset in (1000..4000).step_by(100) {
        let mut buffer = [0; 100];
        object.read_exact_at(&mut buffer, offset as u64).unwrap();
        assert_eq!(buffer, bytes(LENGTH)[offset..offset + 100]);
        assert!(begin.elapsed() < PATIENCE / 2, "it waited");
    }
    assert_eq!(server.requests().len(), 31);
    assert_eq!(server.connections(), 31);
}

#[test]
fn a_body_with_a_wrong_length_goes_on_too() {
    // It says 1000 and ends after 400; it says 400 and has 400.
    for claimed in [1000, 400] {
        check(
            move |number, mut good| match number {
                0 => {
                    good.body.truncate(400);
                    good.framing(Framing::WrongLength(claimed))
                }
                _ => good,
            },
            &[ALL, "bytes=1400-1999"],
        );
    }
}

#[test]
fn a_range_that_is_shorter_than_asked_for_goes_on() {
    let document = Document::new(LENGTH);
    check(
        move |number, good| match number {
            0 => document.part(1000, 1250),
            _ => good,
        },
        &[ALL, "bytes=1250-1999"],
    );
}

#[test]
fn chunks_are_as_good_as_a_length() {
    for size in [1, 7, 1000] {
        check(move |_, good| good.framing(Framing::Chunked(size)), &[ALL]);
    }
}

#[test]
fn a_busy_server_is_asked_again() {
    for status in [408, 429, 500, 502, 503, 504, 520] {
        check(
            move |number, good| match number {
                0 => Response::new(status),
                1 => Response::new(status).header("retry-after", "0"),
                _ => good,
            },
            &[ALL; 3],
        );
    }
}

#[test]
fn a_wait_that_the_server_asks_for_is_bounded() {
    let options = Options {
        retry_after_limit: Duration::from_millis(20),
        ..options()
    };
    let begin = Instant::now();
    let (outcome, ranges, _) = read(options, |number, good| match number {
        0 => Response::new(503).header("retry-after", "1000000"),
        _ => good,
    });
    outcome.unwrap();
    let passed = begin.elapsed();
    assert!(passed >= Duration::from_millis(20), "{passed:?}");
    assert!(passed < PATIENCE, "{passed:?}");
    assert_eq!(ranges.len(), 2);
}

#[test]
fn a_stalled_server_is_left() {
    let options = || Options {
        stall_timeout: Duration::from_millis(100),
        ..options()
    };
    let (outcome, ranges, _) = read(options(), |number, good| match number {
        0 => good.fault(Fault::Stall(300)),
        1 => good.fault(Fault::Stall(0)),
        _ => good,
    });
    assert!(outcome.unwrap() == bytes(LENGTH)[1000..2000]);
    assert_eq!(ranges, [ALL, "bytes=1300-1999", "bytes=1300-1999"]);

    let (outcome, ranges, url) = read(options(), |_, good| good.fault(Fault::Stall(0)));
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    let expected = format!("failed to read {url} at byte 1000 (attempt 3): timeout: per read");
    assert_eq!(chain(inner(&error)), expected);
    assert_eq!(ranges.len(), 3);
}

#[test]
fn headers_that_trickle_are_a_stall() {
    // A listener whose queue takes connections that nobody serves.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let options = Options {
        stall_timeout: Duration::from_millis(100),
        retries: 0,
        ..options()
    };
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let client = HttpClient::new(options).unwrap();
    for error in [
        client.open(&url).unwrap_err(),
        client.open_with_tail(&url, 10).unwrap_err(),
    ] {
        assert!(matches!(error, Error::Transfer { .. }), "{error}");
        assert_eq!(io::Error::from(error).kind(), io::ErrorKind::TimedOut);
    }
}

#[track_caller]
fn check_given_up(
    answer: impl Fn(usize, Response) -> Response + Send + Sync + 'static,
    requests: usize,
    expected: &str,
) {
    let (outcome, ranges, url) = read(options(), answer);
    let error = outcome.unwrap_err();
    assert_eq!(chain(inner(&error)).replace(&url, "URL"), expected);
    assert_eq!(ranges.len(), requests);
}

#[test]
fn what_goes_on_failing_is_an_error_that_says_where() {
    check_given_up(
        |_, _| Response::new(503).header("retry-after", "0"),
        3,
        "failed to read URL at byte 1000 (attempt 3): the server answered with status 503",
    );
    check_given_up(
        |number, good| match number {
            0 => good.fault(Fault::Cut(10)),
            1 => good.fault(Fault::Cut(20)),
            _ => good.fault(Fault::Cut(0)),
        },
        3,
        "failed to read URL at byte 1030 (attempt 3): Peer disconnected",
    );
}

#[test]
fn what_is_refused_is_not_asked_for_again() {
    check_given_up(
        |_, good| good.header("content-range", "bytes 0-999/5000"),
        1,
        "unexpected answer from URL at byte 1000: expected bytes 1000 to 2000, found bytes 0 to 1000",
    );
    check_given_up(
        |_, good| good.header("content-range", "bytes 1000-2000/5000"),
        1,
        "unexpected answer from URL at byte 1000: expected bytes 1000 to 2000, found bytes 1000 to 2001",
    );
    check_given_up(
        |_, good| good.without("content-range"),
        1,
        "unexpected answer from URL at byte 1000: expected bytes 1000 to 2000, found no Content-Range",
    );
    check_given_up(
        |_, good| good.header("content-encoding", "br"),
        1,
        "the server sent URL in the encoding \"br\", which was not asked for",
    );
    check_given_up(
        |_, mut good| {
            good.body.push(0);
            good
        },
        1,
        "unexpected answer from URL at byte 1000: expected a body of 1000 bytes, found one of 1001",
    );
    check_given_up(
        |_, _| Document::new(LENGTH).whole(),
        1,
        "the server of URL does not send ranges, and the object is 5000 bytes long (the limit is 1000)",
    );
}

#[test]
fn progress_forgets_failures() {
    let length = 1 << 20;
    let document = Document::new(length);
    let server = Server::start(move |request| match request.number {
        0 => document.answer(request),
        _ => document.answer(request).fault(Fault::Cut(100_000)),
    });
    let object = open(&server.url("/")).unwrap();
    let mut buffer = vec![0; length];
    object.read_exact_at(&mut buffer, 0).unwrap();
    assert!(buffer == bytes(length));
    assert_eq!(server.requests().len(), 12);
}

/// Opens with a tail while requests fail at first.
fn open_with_faults(faults: fn(usize, Response) -> Response) -> (HttpObject, usize) {
    let document = Document::new(LENGTH);
    let [heads, tails] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let server = Server::start(move |request| {
        let counter = match request.range() {
            "bytes=-300" => &tails,
            _ => &heads,
        };
        faults(
            counter.fetch_add(1, Ordering::SeqCst),
            document.answer(request),
        )
    });
    let client = HttpClient::new(options()).unwrap();
    let object = client.open_with_tail(&server.url("/"), 300).unwrap();
    let requests = server.requests().len();
    (object, requests)
}

#[test]
fn opening_is_retried_too() {
    type Faults = fn(usize, Response) -> Response;
    let faults: [(Faults, usize); 3] = [
        (
            |number, good| match number {
                0 => Response::new(503),
                1 => good.fault(Fault::NoAnswer),
                _ => good,
            },
            6,
        ),
        // A body that breaks is taken as far as it came.
        (
            |number, good| match number {
                0 => good.fault(Fault::Cut(20)),
                _ => good,
            },
            4,
        ),
        (|_, good| good, 2),
    ];
    for (faults, expected) in faults {
        let (object, requests) = open_with_faults(faults);
        assert_eq!(requests, expected);
        let mut buffer = [0; 300];
        object.read_exact_at(&mut buffer, 4700).unwrap();
        assert_eq!(buffer, bytes(LENGTH)[4700..]);
        object.read_exact_at(&mut buffer[..100], 0).unwrap();
        assert_eq!(buffer[..100], bytes(LENGTH)[..100]);
    }
}

#[test]
fn a_whole_body_that_breaks_is_read_again() {
    let document = Document::new(500);
    let server = Server::start(move |request| match request.number {
        0 => document.whole().fault(Fault::Cut(100)),
        _ => document.whole().framing(Framing::Chunked(100)),
    });
    let object = open(&server.url("/")).unwrap();
    let mut buffer = vec![0; 500];
    object.read_exact_at(&mut buffer, 0).unwrap();
    assert!(buffer == bytes(500));
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_server_that_is_not_there_is_an_error() {
    // The port was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let error = open(&url).unwrap_err();
    assert!(
        matches!(error, Error::Transfer { attempts: 3, .. }),
        "{}",
        chain(&error)
    );
    let kind = io::Error::from(error).kind();
    assert_eq!(kind, io::ErrorKind::ConnectionRefused);
}

/// Opens an object at a server that says `words` whatever it is asked, and returns how it failed.
fn open_at(scheme: &str, words: &'static [u8]) -> Error {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if stream.read(&mut [0; 1000]).unwrap_or(0) == 0 {
                return;
            }
            let _ = stream.write_all(words);
        }
    });
    let error = open(&format!("{scheme}://{address}/")).unwrap_err();
    drop(TcpStream::connect(address));
    server.join().unwrap();
    error
}

#[track_caller]
fn check_transfer(error: &Error, expected_attempts: u32) {
    match error {
        Error::Transfer { attempts, .. } => assert_eq!(*attempts, expected_attempts),
        _ => panic!("{error}"),
    }
}

#[test]
fn a_server_that_speaks_something_else_is_an_error() {
    check_transfer(&open_at("http", b"220 mail.example ESMTP\r\n\r\n"), 3);
    check_transfer(&open_at("http", b"HTTP/1.1 206"), 3);
    check_transfer(&open_at("http", b""), 3);
    // TLS is not tried again.
    check_transfer(&open_at("https", b"HTTP/1.1 400 No TLS here\r\n\r\n"), 1);
}
