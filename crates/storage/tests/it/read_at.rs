use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::sync::Arc;

use blockyard_storage::ReadAt;
use tempfile::tempdir;

const CONTENTS: &[u8] = b"0123456789";

/// What holds of every source of [`CONTENTS`].
#[track_caller]
fn check(source: &(impl ReadAt + ?Sized)) {
    assert_eq!(source.len().unwrap(), 10);
    assert!(!source.is_empty().unwrap());
    let read = |length, offset| {
        let mut buffer = vec![0; length];
        let count = source.read_at(&mut buffer, offset).unwrap();
        buffer.truncate(count);
        buffer
    };
    assert_eq!(read(4, 3), b"3456");
    assert_eq!(read(4, 0), b"0123");
    assert_eq!(read(100, 8), b"89");
    assert_eq!(read(0, 3), b"");
    for offset in [
        10,
        11,
        1 << 32,
        i64::MAX as u64,
        i64::MAX as u64 + 1,
        u64::MAX,
    ] {
        assert_eq!(read(4, offset), b"");
    }

    let read_exact = |length, offset| {
        let mut buffer = vec![0; length];
        let result = source.read_exact_at(&mut buffer, offset);
        result.map(|()| buffer).map_err(|error| error.kind())
    };
    assert_eq!(read_exact(10, 0).unwrap(), CONTENTS);
    assert_eq!(read_exact(0, 10).unwrap(), b"");
    assert_eq!(read_exact(0, u64::MAX).unwrap(), b"");
    assert_eq!(read_exact(3, 8).unwrap_err(), ErrorKind::UnexpectedEof);
    assert_eq!(
        read_exact(1, u64::MAX).unwrap_err(),
        ErrorKind::UnexpectedEof
    );
}

#[test]
fn files_and_memory_are_read_at_any_offset() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, CONTENTS).unwrap();
    let file = File::open(&path).unwrap();
    check(&file);
    check(&&file);
    check(&(Arc::new(file) as Arc<dyn ReadAt>));
    check(CONTENTS);
    check(&CONTENTS.to_vec());
    check(&(Box::new(CONTENTS.to_vec()) as Box<dyn ReadAt>));
}

#[test]
fn nothing_is_empty() {
    let empty: &[u8] = &[];
    assert!(ReadAt::is_empty(empty).unwrap());
    let folder = tempdir().unwrap();
    let file = File::create_new(folder.path().join("file")).unwrap();
    assert!(file.is_empty().unwrap());
}

#[test]
fn a_device_has_no_length() {
    let device = File::open("/dev/null").unwrap();
    assert_eq!(device.len().unwrap_err().kind(), ErrorKind::Unsupported);
}

/// Answers a byte at a time and is interrupted before each.
struct Reluctant(std::sync::atomic::AtomicBool);

impl ReadAt for Reluctant {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if self.0.fetch_not(std::sync::atomic::Ordering::Relaxed) {
            return Err(ErrorKind::Interrupted.into());
        }
        CONTENTS.read_at(&mut buffer[..1], offset)
    }

    fn len(&self) -> io::Result<u64> {
        Err(ErrorKind::PermissionDenied.into())
    }
}

#[test]
fn an_exact_read_goes_on_after_short_and_interrupted_ones() {
    let source = Reluctant(true.into());
    let mut buffer = [0; 6];
    source.read_exact_at(&mut buffer, 2).unwrap();
    assert_eq!(&buffer, b"234567");
    let error = source.is_empty().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
}
