use std::num::NonZero;
use std::time::Duration;

/// How an [`HttpClient`](super::HttpClient) asks, waits and gives up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The time that finding an address, and then connecting to it, may take. 10 seconds.
    pub connect_timeout: Duration,
    /// The time that may pass without a byte from the server, and until its headers are complete. 30 seconds.
    pub stall_timeout: Duration,
    /// How often a request is made again, counted anew whenever 64 KiB have arrived. 4.
    pub retries: u32,
    /// The wait before the first retry; it doubles with each. The actual waits are up to half shorter, by
    /// chance, so that clients do not come back all at once; and the first time that a connection is cut, the
    /// next is made at once. 200 milliseconds.
    pub backoff: Duration,
    /// The longest of these waits. 10 seconds.
    pub backoff_limit: Duration,
    /// The longest wait that a server can ask for by `Retry-After` (in seconds, not as a date). 60 seconds.
    pub retry_after_limit: Duration,
    /// The number of redirects that a request may take. 5.
    pub redirects: u32,
    /// What the client calls itself. `blockyard/` and the version.
    pub user_agent: String,
    /// The number of bytes that are fetched from the beginning, and kept, when an object is opened. At
    /// least 1; 8 KiB.
    pub head: usize,
    /// The length in bytes up to which an object on a server that does not send ranges is held in
    /// memory. 16 MiB.
    pub whole_limit: u64,
    /// The number of requests under way at a time, and of idle connections kept, for each host. 8.
    pub in_flight: NonZero<usize>,
    /// The number of unwanted bytes that are read so that two ranges need one request. 32 KiB: what a line of
    /// 50 Mbit/s brings in 5 milliseconds.
    pub gap: u64,
    /// The length in bytes that ranges joined to one request may have together. 8 MiB.
    pub longest: u64,
    /// The URL of an HTTP proxy. None.
    pub proxy: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            stall_timeout: Duration::from_secs(30),
            retries: 4,
            backoff: Duration::from_millis(200),
            backoff_limit: Duration::from_secs(10),
            retry_after_limit: Duration::from_mins(1),
            redirects: 5,
            user_agent: concat!("blockyard/", env!("CARGO_PKG_VERSION")).to_owned(),
            head: 8 << 10,
            whole_limit: 16 << 20,
            in_flight: NonZero::new(8).expect("8 is not 0"),
            gap: 32 << 10,
            longest: 8 << 20,
            proxy: None,
        }
    }
}
