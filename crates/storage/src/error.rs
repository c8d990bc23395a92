use std::io;
use std::path::PathBuf;

/// Why a file could not be made; unless a variant says otherwise, what was at its path is untouched.
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
}
