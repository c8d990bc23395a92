//! Other programs read what we write, and we read what they write.

use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

use blockyard_gzip::{CompressOptions, Format, Trailing};

use crate::samples::{random, text};
use crate::support::{THREADS, level, pack, unpack};

/// Runs a program on `input`; `None` when there is no such program and none is required.
fn run(command: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let child = Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            let is_required =
                env::var_os("BLOCKYARD_REQUIRE_PEERS").is_some_and(|value| value == "1");
            assert!(!is_required, "{}: {error}", command[0]);
            println!("skipped: {}: {error}", command[0]);
            return None;
        }
    };
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // A program that has seen enough closes its input; what it says decides.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{command:?}: {}", output.status);
    Some(output.stdout)
}

fn samples() -> Vec<Vec<u8>> {
    vec![
        Vec::new(),
        text(1_500_000, 2),
        random(700_000, 3),
        vec![b'a'; 1_500_000],
    ]
}

const PYTHON_ZLIB: &str = "import sys, zlib
sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))";
const PYTHON_RAW: &str = "import sys, zlib
decoder = zlib.decompressobj(-15)
data = decoder.decompress(sys.stdin.buffer.read()) + decoder.flush()
assert decoder.eof and not decoder.unused_data
sys.stdout.buffer.write(data)";
const PYTHON_GZIP: &str = "import gzip, sys
sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))";

fn readers(format: Format) -> Vec<Vec<&'static str>> {
    match format {
        Format::Gzip => vec![
            vec!["gzip", "-dc"],
            vec!["pigz", "-dc"],
            vec!["libdeflate-gunzip", "-c"],
            vec!["igzip", "-dc"],
            vec!["python3", "-c", PYTHON_GZIP],
        ],
        Format::Zlib => vec![vec!["pigz", "-dcz"], vec!["python3", "-c", PYTHON_ZLIB]],
        Format::Raw => vec![vec!["python3", "-c", PYTHON_RAW]],
    }
}

#[test]
fn others_read_what_we_write() {
    for format in [Format::Gzip, Format::Zlib, Format::Raw] {
        for (number, independent, rsyncable) in [
            (0, false, false),
            (1, false, false),
            (6, true, false),
            (6, false, true),
            (9, false, false),
        ] {
            let options = CompressOptions {
                format,
                level: level(number),
                independent,
                rsyncable,
                ..CompressOptions::default()
            };
            for data in samples() {
                let packed = pack(&data, &options);
                for command in readers(format) {
                    if let Some(unpacked) = run(&command, &packed) {
                        assert!(unpacked == data, "{command:?}, level {number}");
                    }
                }
            }
        }
    }
}

#[track_caller]
fn check_reads(command: &[&str], format: Format) {
    for data in samples() {
        let Some(packed) = run(command, &data) else {
            return;
        };
        for number in THREADS {
            let unpacked = unpack(packed.as_slice(), number, Some(format));
            assert_eq!(unpacked.verdict(), Ok(Trailing::None), "{command:?}");
            assert!(unpacked.data == data, "{command:?}");
        }
        // Twice the file is the file twice.
        if format == Format::Gzip {
            let unpacked = unpack(packed.repeat(2).as_slice(), 2, None);
            assert_eq!(unpacked.verdict(), Ok(Trailing::None), "{command:?}");
            assert!(unpacked.data == data.repeat(2), "{command:?}");
        }
    }
}

#[test]
fn we_read_what_others_write() {
    for command in [
        &["gzip", "-1c"][..],
        &["gzip", "-9c"],
        &["gzip", "--rsyncable", "-c"],
        &["pigz", "-6c"],
        &["pigz", "-p1", "-c"],
        &["pigz", "-ic"],
        &["pigz", "-icb", "32"],
        &["pigz", "-0c"],
        &["pigz", "-Rc"],
        &["libdeflate-gzip", "-c"],
        &["igzip", "-0c"],
        &["igzip", "-3c"],
    ] {
        check_reads(command, Format::Gzip);
    }
    check_reads(&["pigz", "-zc"], Format::Zlib);
}
