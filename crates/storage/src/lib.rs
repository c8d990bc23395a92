//! Bytes at a place: files and remote objects with positioned reads, and files that appear only when they
//! are complete.
//!
//! ```text
//!  ReadAt      any thread ──(offset, length)──▶ bytes
//!  read_ahead  ranges ─▶ near ones joined ─▶ several reads at a time ─▶ bytes in order
//!
//!  AtomicFile  create ─▶ .blockyard-7f3a…  ─write─▶ commit: fsync ─▶ rename ─▶ fsync of the folder
//!                              │                       │
//!                              └── drop, error, remove_unfinished: removed, the target as it was
//! ```
//!
//! Nothing here follows a link at the target, prints, or reads the environment.
//!
//! The feature `http` adds the module `http`: objects on HTTP servers as [`ReadAt`], behind calls that block.
//! It needs a C compiler, for the cryptography of TLS.
//!
//! ```
//! use std::io::Write;
//! use blockyard_storage::{AtomicFile, ReadAt, Replace};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("greeting");
//! let mut file = AtomicFile::create(&path)?;
//! file.write_all(b"hello, world")?;
//! assert!(!path.exists());
//! file.commit(Replace::No)?;
//!
//! let mut word = [0; 5];
//! std::fs::File::open(&path)?.read_exact_at(&mut word, 7)?;
//! assert_eq!(&word, b"world");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod atomic_file;
mod error;
mod group;
#[cfg(feature = "http")]
pub mod http;
mod place;
mod read_ahead;
mod read_at;
mod temporary;

pub use access::Access;
pub use atomic_file::{AtomicFile, Replace};
pub use error::Error;
pub use read_ahead::{ReadAhead, read_ahead};
pub use read_at::ReadAt;
pub use temporary::remove_unfinished;
