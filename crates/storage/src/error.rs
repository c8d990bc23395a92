use std::io;
use std::path::PathBuf;

/// Why a file could not be made, or an object on a server not be read.
///
/// Unless a variant says otherwise, what was at the path of a file is untouched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The path does not end in the name of a file: it is empty, `/`, or ends in `..`.
    #[error("{} is not the path of a file", path.display())]
    NoFileName {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The temporary file beside the target could not be created.
    #[error("failed to create {}", path.display())]
    Create {
        /// The target.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// What was written did not reach the disk.
    #[error("failed to write {} to the disk", path.display())]
    Sync {
        /// The target.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// There is something at the path, if only a dangling link, and it was not to be replaced.
    #[error("{} already exists", path.display())]
    Exists {
        /// The target.
        path: PathBuf,
    },
    /// The complete file could not be given its name.
    #[error("failed to rename the finished file to {}", path.display())]
    Rename {
        /// The target.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The file is complete under its name, but after a power failure the name may be as it was before.
    #[error("failed to write the folder of {} to the disk", path.display())]
    SyncFolder {
        /// The target.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The URL is not one of `http://` or `https://`, or has characters that a URL cannot have.
    #[cfg(feature = "http")]
    #[error("{url} is not the URL of an object on an HTTP server")]
    InvalidUrl {
        /// The URL as it was given.
        url: String,
    },
    /// An option of an HTTP client makes no sense.
    #[cfg(feature = "http")]
    #[error("{value:?} cannot be the {option} of an HTTP client")]
    InvalidOption {
        /// What the option is called.
        option: &'static str,
        /// Its value.
        value: String,
    },
    /// The server does not give the object: there is none (404), it is forbidden (403), or what else the
    /// status says.
    #[cfg(feature = "http")]
    #[error("the server answered the request for {url} with status {status}")]
    Status {
        /// The URL with which the object was opened.
        url: String,
        /// The status code.
        status: u16,
    },
    /// A redirect was not followed.
    #[cfg(feature = "http")]
    #[error("the redirect from {url} to {location:?} was not followed: {reason}")]
    Redirect {
        /// The URL with which the object was opened.
        url: String,
        /// Where the redirect leads, as the server wrote it.
        location: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The server sends the whole object where a part of it was asked for, and it is not a small one.
    #[cfg(feature = "http")]
    #[error("the server of {url} does not send ranges, and the object is {}", Size(*length, *limit))]
    NoRanges {
        /// The URL with which the object was opened.
        url: String,
        /// The object's length in bytes, if the server said it.
        length: Option<u64>,
        /// The length up to which objects are held in memory.
        limit: u64,
    },
    /// The server sends the object in an encoding, in which offsets mean something else.
    #[cfg(feature = "http")]
    #[error("the server sent {url} in the encoding {encoding:?}, which was not asked for")]
    Encoded {
        /// The URL with which the object was opened.
        url: String,
        /// The `Content-Encoding` header.
        encoding: String,
    },
    /// The server sent something other than what it was asked for.
    #[cfg(feature = "http")]
    #[error("unexpected answer from {url} at byte {offset}: expected {expected}, found {found}")]
    Answer {
        /// The URL with which the object was opened.
        url: String,
        /// The first byte that was asked for.
        offset: u64,
        /// What was asked for.
        expected: String,
        /// What came.
        found: String,
    },
    /// The object is no longer the one that was opened. Bytes that were read before are of the old one.
    #[cfg(feature = "http")]
    #[error("{url} changed while it was read: {property} was {expected}, and is {found}")]
    Changed {
        /// The URL with which the object was opened.
        url: String,
        /// What tells the two apart.
        property: &'static str,
        /// Its value when the object was opened.
        expected: String,
        /// Its value now.
        found: String,
    },
    /// The server could not be reached, or broke off, as often as was allowed.
    #[cfg(feature = "http")]
    #[error("failed to read {url} at byte {offset} (attempt {attempts})")]
    Transfer {
        /// The URL with which the object was opened.
        url: String,
        /// The first byte that did not arrive.
        offset: u64,
        /// The number of requests that failed.
        attempts: u32,
        /// What went wrong the last time.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// How an object's length stands to the limit.
#[cfg(feature = "http")]
struct Size(Option<u64>, u64);

#[cfg(feature = "http")]
impl std::fmt::Display for Size {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(length, limit) = self;
        match length {
            // It was small enough, but was not held: the server sent ranges at first.
            Some(length) if length <= limit => write!(formatter, "{length} bytes long"),
            Some(length) => write!(formatter, "{length} bytes long (the limit is {limit})"),
            None => write!(formatter, "of unknown length (the limit is {limit} bytes)"),
        }
    }
}

impl From<Error> for io::Error {
    /// Wraps the error, under the kind that the system would give it.
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::NoFileName { .. } => io::ErrorKind::InvalidInput,
            Error::Exists { .. } => io::ErrorKind::AlreadyExists,
            Error::Create { source, .. }
            | Error::Sync { source, .. }
            | Error::Rename { source, .. }
            | Error::SyncFolder { source, .. } => source.kind(),
            #[cfg(feature = "http")]
            Error::InvalidUrl { .. } | Error::InvalidOption { .. } => io::ErrorKind::InvalidInput,
            #[cfg(feature = "http")]
            Error::Status { status, .. } => match status {
                404 | 410 => io::ErrorKind::NotFound,
                401 | 403 | 407 => io::ErrorKind::PermissionDenied,
                _ => io::ErrorKind::Other,
            },
            #[cfg(feature = "http")]
            Error::Redirect { .. } => io::ErrorKind::Other,
            #[cfg(feature = "http")]
            Error::NoRanges { .. } => io::ErrorKind::Unsupported,
            #[cfg(feature = "http")]
            Error::Encoded { .. } | Error::Answer { .. } => io::ErrorKind::InvalidData,
            #[cfg(feature = "http")]
            Error::Changed { .. } => io::ErrorKind::StaleNetworkFileHandle,
            #[cfg(feature = "http")]
            Error::Transfer { source, .. } => match source.downcast_ref::<io::Error>() {
                // That kind means "call again", which is what has been done.
                Some(source) if source.kind() != io::ErrorKind::Interrupted => source.kind(),
                _ => io::ErrorKind::Other,
            },
        };
        Self::new(kind, error)
    }
}
