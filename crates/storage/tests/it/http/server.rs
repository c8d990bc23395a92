use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Bounds what a test that goes wrong can wait for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A request as the server saw it. Header names are in lower case.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Its number among all requests, from 0.
    pub(crate) number: usize,
    /// The number of its connection, from 0.
    pub(crate) connection: usize,
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn range(&self) -> &str {
        self.header("range").unwrap_or_default()
    }
}

/// An answer, and what is to go wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) framing: Framing,
    pub(crate) fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// With the body's length.
    Length,
    /// With this length, whatever the body is.
    WrongLength(usize),
    /// In chunks of this many bytes.
    Chunked(usize),
    /// Up to the end of the connection.
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Closes the connection after a good answer, without a word.
    Hangup,
    /// Closes the connection before the answer.
    NoAnswer,
    /// Closes the connection after this many bytes of the body.
    Cut(usize),
    /// Sends this many bytes of the body and then nothing, until the client closes the connection.
    Stall(usize),
}

impl Response {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            framing: Framing::Length,
            fault: Fault::None,
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    pub(crate) fn fault(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    pub(crate) fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Sends the answer; returns whether the connection goes on.
    fn send(&self, stream: &mut TcpStream) -> std::io::Result<bool> {
        let cut = match self.fault {
            Fault::NoAnswer => return Ok(false),
            Fault::Cut(length) | Fault::Stall(length) => length.min(self.body.len()),
            Fault::None | Fault::Hangup => self.body.len(),
        };
        let mut head = format!("HTTP/1.1 {} Whatever\r\n", self.status);
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let length = self.body.len();
        match self.framing {
            Framing::Length => write!(head, "content-length: {length}\r\n").unwrap(),
            Framing::WrongLength(length) => write!(head, "content-length: {length}\r\n").unwrap(),
            Framing::Chunked(_) => head.push_str("transfer-encoding: chunked\r\n"),
            Framing::Close => head.push_str("connection: close\r\n"),
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        match self.framing {
            Framing::Chunked(size) => {
                for chunk in self.body[..cut].chunks(size) {
                    write!(bytes, "{:x}\r\n", chunk.len())?;
                    bytes.extend_from_slice(chunk);
                    bytes.extend_from_slice(b"\r\n");
                }
                if matches!(self.fault, Fault::None | Fault::Hangup) {
                    bytes.extend_from_slice(b"0\r\n\r\n");
                }
            }
            _ => bytes.extend_from_slice(&self.body[..cut]),
        }
        stream.write_all(&bytes)?;
        if let Fault::Stall(_) = self.fault {
            // Ends when the client does.
            let _ = stream.read(&mut [0]);
        }
        let goes_on = self.fault == Fault::None
            && self.framing != Framing::Close
            && !matches!(self.framing, Framing::WrongLength(claimed) if claimed != length);
        Ok(goes_on)
    }
}

type Handler = dyn Fn(&Request) -> Response + Send + Sync;

/// A server on a free port of loopback, with a thread for each connection.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    handler: Box<Handler>,
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    stopped: AtomicBool,
}

impl Server {
    pub(crate) fn start(handler: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            requests: Mutex::default(),
            connections: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming() {
                    if shared.stopped.load(Ordering::SeqCst) {
                        return;
                    }
                    let shared = Arc::clone(&shared);
                    let connection = shared.connections.fetch_add(1, Ordering::SeqCst);
                    thread::spawn(move || {
                        // The client may go away at any time.
                        let _ = shared.serve(stream.unwrap(), connection);
                    });
                }
            }
        });
        Self {
            address,
            shared,
            acceptor: Some(acceptor),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Returns the `Range` headers so far, sorted.
    pub(crate) fn ranges(&self) -> Vec<String> {
        let requests = self.requests();
        let mut ranges: Vec<_> = requests
            .iter()
            .map(|request| request.range().to_owned())
            .collect();
        ranges.sort();
        ranges
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the acceptor.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream, connection: usize) -> std::io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        while let Some(line) = lines.next() {
            let path = line?.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut headers = HashMap::new();
            loop {
                let line = lines.next().unwrap_or(Ok(String::new()))?;
                let Some((name, value)) = line.split_once(':') else {
                    break;
                };
                headers.insert(name.to_lowercase(), value.trim().to_owned());
            }
            let request = {
                let mut requests = self.requests.lock().unwrap();
                let request = Request {
                    number: requests.len(),
                    connection,
                    path,
                    headers,
                };
                requests.push(request.clone());
                request
            };
            if !(self.handler)(&request).send(&mut stream)? {
                return Ok(());
            }
        }
        Ok(())
    }
}
