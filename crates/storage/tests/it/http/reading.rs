use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::{io, thread};

use blockyard_storage::http::Options;
use blockyard_storage::{Error, ReadAt, read_ahead};

use super::server::{PATIENCE, Request, Response, Server};
use super::support::{Document, bytes, client, inner, open, options};

const LENGTH: usize = 5000;

fn serve() -> Server {
    let document = Document::new(LENGTH);
    Server::start(move |request| document.answer(request))
}

#[test]
fn reads_are_one_request_each_on_one_connection() {
    let server = serve();
    let object = open(&server.url("/")).unwrap();
    let all = bytes(LENGTH);
    for (offset, length) in [(1000, 500), (100, 1), (4999, 1), (4000, 1000)] {
        let mut buffer = vec![0; length];
        object.read_exact_at(&mut buffer, offset as u64).unwrap();
        assert_eq!(buffer, all[offset..offset + length]);
    }
    let requests = server.requests();
    let ranges: Vec<_> = requests.iter().map(Request::range).collect();
    let expected = [
        "bytes=0-99",
        "bytes=1000-1499",
        "bytes=100-100",
        "bytes=4999-4999",
        "bytes=4000-4999",
    ];
    assert_eq!(ranges, expected);
    assert_eq!(server.connections(), 1);
    assert!(requests.iter().all(|request| request.connection == 0));
    // Each but the first demands the version.
    for request in &requests[1..] {
        assert_eq!(request.header("if-match"), Some("\"one\""));
    }
    assert_eq!(requests[0].header("if-match"), None);
}

#[test]
fn reads_end_where_the_object_ends() {
    let server = serve();
    let object = open(&server.url("/")).unwrap();
    let mut buffer = [0; 100];
    assert_eq!(object.read_at(&mut buffer, 4990).unwrap(), 10);
    assert_eq!(buffer[..10], bytes(LENGTH)[4990..]);
    for offset in [5000, 5001, u64::MAX - 10, u64::MAX] {
        assert_eq!(object.read_at(&mut buffer, offset).unwrap(), 0);
    }
    assert_eq!(object.read_at(&mut [], 200).unwrap(), 0);
    let error = object.read_exact_at(&mut buffer, 4950).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn a_read_across_the_kept_ends_asks_for_the_middle_only() {
    let server = serve();
    let object = client().open_with_tail(&server.url("/"), 300).unwrap();
    let mut buffer = vec![0; LENGTH];
    object.read_exact_at(&mut buffer, 0).unwrap();
    assert!(buffer == bytes(LENGTH));
    let expected = ["bytes=-300", "bytes=0-99", "bytes=100-4699"];
    assert_eq!(server.ranges(), expected);
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "one is to be refused")]
fn ranges_come_back_in_their_order_with_near_ones_joined() {
    let server = serve();
    let object = open(&server.url("/")).unwrap();
    let ranges = [
        3000..3100,
        1000..1100,
        1105..1200,
        20..30,
        1000..1001,
        3050..3120,
        7..7,
    ];
    let bodies = object.read_ranges(&ranges).unwrap();
    let all = bytes(LENGTH);
    for (range, body) in ranges.iter().zip(&bodies) {
        assert_eq!(body[..], all[range.start as usize..range.end as usize]);
    }
    let expected = ["bytes=0-99", "bytes=1000-1199", "bytes=3000-3119"];
    assert_eq!(server.ranges(), expected);

    for (ranges, kind) in [
        ([0..10, 4000..5001], io::ErrorKind::UnexpectedEof),
        ([0..10, 4000..3000], io::ErrorKind::InvalidInput),
    ] {
        assert_eq!(object.read_ranges(&ranges).unwrap_err().kind(), kind);
    }
}

/// Holds requests until `together` of them are there at once, and counts how many ever were.
struct Gate {
    state: Mutex<(usize, usize)>,
    changed: Condvar,
    together: usize,
}

impl Gate {
    fn new(together: usize) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            together,
        })
    }

    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.0 += 1;
        state.1 = state.1.max(state.0);
        self.changed.notify_all();
        let wait = self
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.1 < self.together);
        let (mut state, timeout) = wait.unwrap();
        if timeout.timed_out() {
            // The test has failed; nobody waits any longer.
            state.1 = usize::MAX;
        }
        state.0 -= 1;
    }

    fn most(&self) -> usize {
        self.state.lock().unwrap().1
    }
}

#[test]
fn a_bounded_number_of_requests_is_under_way() {
    let document = Document::new(LENGTH);
    let gate = Gate::new(4);
    let server = Server::start({
        let gate = Arc::clone(&gate);
        move |request| {
            if request.number > 0 {
                gate.pass();
            }
            document.answer(request)
        }
    });
    let in_flight = 4.try_into().unwrap();
    let options = Options {
        in_flight,
        ..options()
    };
    let client = blockyard_storage::http::HttpClient::new(options).unwrap();
    let object = client.open(&server.url("/")).unwrap();
    let ranges: Vec<_> = (0..20).map(|n| 200 + n * 200..250 + n * 200).collect();
    let bodies = object.read_ranges(&ranges).unwrap();
    let all = bytes(LENGTH);
    for (range, body) in ranges.iter().zip(&bodies) {
        assert_eq!(body[..], all[range.start as usize..range.end as usize]);
    }
    assert_eq!(gate.most(), 4);
    assert_eq!(server.requests().len(), 21);

    let connections = server.connections();
    assert!(connections <= 4, "{connections}");
    let total: usize = read_ahead(&object, ranges, |bodies| {
        bodies.map(|body| body.unwrap().len()).sum()
    });
    assert_eq!(total, 1000);
    assert!(gate.most() <= 4, "{}", gate.most());
    assert!(server.connections() <= 5, "{}", server.connections());
}

#[test]
fn threads_share_an_object() {
    let server = serve();
    let object = open(&server.url("/")).unwrap();
    let all = bytes(LENGTH);
    thread::scope(|scope| {
        for thread in 0..4 {
            let (object, all) = (&object, &all);
            scope.spawn(move || {
                for n in 0..10 {
                    let offset = 100 + thread * 1000 + n * 50;
                    let mut buffer = [0; 50];
                    object.read_exact_at(&mut buffer, offset as u64).unwrap();
                    assert_eq!(buffer, all[offset..offset + 50]);
                }
            });
        }
    });
    assert_eq!(server.requests().len(), 41);
    assert!(server.connections() <= 5, "{}", server.connections());
}

/// Opens a document, replaces it, and checks the error of the next read.
#[track_caller]
fn check_changed(
    before: Document,
    after: Document,
    answer: fn(&Document, &Request) -> Response,
    expected: &str,
) {
    let changed = Arc::new(AtomicBool::new(false));
    let requests = Arc::new(AtomicUsize::new(0));
    let server = Server::start({
        let (changed, requests) = (Arc::clone(&changed), Arc::clone(&requests));
        move |request| {
            requests.fetch_add(1, Ordering::SeqCst);
            if changed.load(Ordering::SeqCst) {
                answer(&after, request)
            } else {
                before.answer(request)
            }
        }
    });
    let url = server.url("/");
    let object = open(&url).unwrap();
    let mut buffer = [0; 50];
    object.read_exact_at(&mut buffer, 200).unwrap();
    changed.store(true, Ordering::SeqCst);
    let error = object.read_exact_at(&mut buffer, 4000).unwrap_err();
    assert!(matches!(inner(&error), Error::Changed { .. }), "{error}");
    assert_eq!(error.kind(), io::ErrorKind::StaleNetworkFileHandle);
    let expected = format!("URL changed while it was read: {expected}");
    assert_eq!(inner(&error).to_string().replace(&url, "URL"), expected);
    assert_eq!(requests.load(Ordering::SeqCst), 3, "no retry");
    // What is kept is of the version that was opened.
    object.read_exact_at(&mut buffer, 0).unwrap();
}

/// What a server does that knows no preconditions.
fn unconditional(document: &Document, request: &Request) -> Response {
    let mut request = request.clone();
    request.headers.remove("if-match");
    request.headers.remove("if-unmodified-since");
    document.answer(&request)
}

/// What a server does that says no more than no.
fn curt(_: &Document, _: &Request) -> Response {
    Response::new(412)
}

#[test]
fn a_file_that_changes_is_an_error() {
    let document = |etag, last_modified, length| Document {
        etag,
        last_modified,
        ..Document::new(length)
    };
    let (one, two) = (Some("\"one\""), Some("\"two\""));
    let (old, new) = (
        Some("Mon, 01 Jan 2024 00:00:00 GMT"),
        Some("Tue, 02 Jan 2024 00:00:00 GMT"),
    );
    let etags = "ETag was \"one\", and is \"two\"";
    for answer in [Document::answer, unconditional] {
        let before = || document(one, None, LENGTH);
        check_changed(before(), document(two, None, LENGTH), answer, etags);
        check_changed(before(), document(two, new, 10), answer, etags);
        let weak = |etag| document(Some(etag), None, LENGTH);
        let expected = "ETag was W/\"one\", and is W/\"two\"";
        check_changed(
            weak("W/\"one\""),
            weak("W/\"two\""),
            unconditional,
            expected,
        );
        let expected =
            "Last-Modified was Mon, 01 Jan 2024 00:00:00 GMT, and is Tue, 02 Jan 2024 00:00:00 GMT";
        let before = document(None, old, LENGTH);
        check_changed(before, document(None, new, LENGTH), answer, expected);
    }
    // Nothing but the length tells.
    for length in [LENGTH - 1, LENGTH + 1, 4001, 10, 0] {
        let expected = format!("length was 5000, and is {length}");
        let (before, after) = (document(None, None, LENGTH), document(None, None, length));
        check_changed(before, after, Document::answer, &expected);
    }
    // The whole of the new version.
    let whole = |document: &Document, _: &Request| document.whole();
    check_changed(
        document(one, None, LENGTH),
        document(two, None, LENGTH),
        whole,
        etags,
    );
    // A server that does not say what there is instead.
    let word = "another, by the server's word (status 412)";
    let before = document(one, old, LENGTH);
    check_changed(
        before.clone(),
        before,
        curt,
        &format!("ETag was \"one\", and is {word}"),
    );
    let before = document(None, old, LENGTH);
    let expected = format!("Last-Modified was Mon, 01 Jan 2024 00:00:00 GMT, and is {word}");
    check_changed(before.clone(), before, curt, &expected);
}

#[test]
fn a_weak_etag_is_compared_and_not_demanded() {
    let document = Document {
        etag: Some("W/\"one\""),
        ..Document::new(LENGTH)
    };
    let server = Server::start(move |request| document.answer(request));
    let object = open(&server.url("/")).unwrap();
    object.read_exact_at(&mut [0; 100], 1000).unwrap();
    let request = &server.requests()[1];
    assert_eq!(request.header("if-match"), None);
    assert_eq!(request.header("if-unmodified-since"), None);
}

#[test]
fn a_change_in_the_middle_of_a_body_is_an_error_and_not_mixed_bytes() {
    use super::server::Fault;
    let before = Document::new(LENGTH);
    let mut after = before.clone();
    after.etag = Some("\"two\"");
    let server = Server::start(move |request| match request.number {
        0 => before.answer(request),
        1 => before.answer(request).fault(Fault::Cut(100)),
        _ => unconditional(&after, request),
    });
    let object = open(&server.url("/")).unwrap();
    let error = object.read_exact_at(&mut [0; 1000], 1000).unwrap_err();
    assert!(matches!(inner(&error), Error::Changed { .. }), "{error}");
    assert_eq!(server.requests()[2].range(), "bytes=1100-1999");
}
