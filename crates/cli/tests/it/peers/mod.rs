//! The same command lines in the same folders, with the real tools and with ours.

mod gzip;
mod pigz;
mod scene;
mod snapshot;
