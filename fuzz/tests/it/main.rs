//! Replays the seeds through the targets, so that the plain gate runs them too.

use std::fs;
use std::path::Path;

#[track_caller]
fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(name);
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("the seeds are committed") {
        let path = entry.expect("a readable folder").path();
        eprintln!("{}", path.display()); // shown when the target panics
        target(&fs::read(path).expect("a readable seed"));
        count += 1;
    }
    assert!(count > 4, "{} holds {count} seeds", folder.display());
}

#[test]
fn inflate() {
    replay("inflate", blockyard_fuzz::inflate);
}

#[test]
fn deflate() {
    replay("deflate", blockyard_fuzz::deflate);
}

#[test]
fn gzip_decode() {
    replay("gzip_decode", blockyard_fuzz::gzip_decode);
}

#[test]
fn index() {
    replay("index", blockyard_fuzz::index);
}
