//! A web server on loopback that holds one file.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What is wrong with the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Nothing.
    Good,
    /// It sends the whole file whatever it is asked for.
    NoRanges,
    /// The file is another one after so many requests.
    Changes(usize),
    /// It cuts every second answer short.
    Cuts,
}

pub(super) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    file: Vec<u8>,
    manner: Manner,
    count: AtomicUsize,
    ranges: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

impl Server {
    /// Starts to serve `file` as `/file.zs`.
    pub(super) fn start(file: Vec<u8>, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            file,
            manner,
            count: AtomicUsize::new(0),
            ranges: Mutex::default(),
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
                    // The client may go away at any time.
                    thread::spawn(move || drop(shared.serve(stream.unwrap())));
                }
            }
        });
        Self {
            address,
            shared,
            acceptor: Some(acceptor),
        }
    }

    pub(super) fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// Returns the ranges that were asked for since the last call.
    pub(super) fn ranges(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.ranges.lock().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the acceptor.
        let _ = TcpStream::connect(self.address);
        let _ = self.acceptor.take().map(JoinHandle::join);
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        // Bounds what a test that goes wrong can wait for.
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        while let Some(line) = lines.next() {
            let is_found = line?.starts_with("GET /file.zs ");
            let mut range = String::new();
            for line in lines.by_ref() {
                let line = line?;
                if line.is_empty() {
                    break;
                }
                if let Some((name, value)) = line.split_once(": ")
                    && name.eq_ignore_ascii_case("range")
                {
                    value.clone_into(&mut range);
                }
            }
            let number = self.count.fetch_add(1, Ordering::SeqCst);
            self.ranges.lock().unwrap().push(range.clone());
            if !is_found {
                stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")?;
                continue;
            }
            let (head, body) = self.answer(&range, number);
            stream.write_all(head.as_bytes())?;
            if self.manner == Manner::Cuts && number % 2 == 1 {
                return stream.write_all(&body[..body.len() / 2]);
            }
            stream.write_all(body)?;
        }
        Ok(())
    }

    fn answer(&self, range: &str, number: usize) -> (String, &[u8]) {
        let total = self.file.len();
        let etag = match self.manner {
            Manner::Changes(count) if number >= count => "other",
            _ => "one",
        };
        let parts = range
            .strip_prefix("bytes=")
            .and_then(|range| range.split_once('-'));
        let Some((first, last)) = parts.filter(|_| self.manner != Manner::NoRanges) else {
            let head =
                format!("HTTP/1.1 200 OK\r\netag: \"{etag}\"\r\ncontent-length: {total}\r\n\r\n");
            return (head, &self.file);
        };
        let (start, end) = match first.parse::<usize>() {
            Ok(first) => (first, (last.parse::<usize>().unwrap() + 1).min(total)),
            Err(_) => (total.saturating_sub(last.parse().unwrap()), total),
        };
        let body = &self.file[start..end];
        let head = format!(
            "HTTP/1.1 206 Partial Content\r\netag: \"{etag}\"\r\ncontent-length: {}\r\n\
             content-range: bytes {start}-{}/{total}\r\n\r\n",
            body.len(),
            end - 1
        );
        (head, body)
    }
}
