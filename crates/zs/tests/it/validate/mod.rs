//! Validating: files that are right in unusual ways, and each thing that can be wrong.

mod damage;
mod flips;
mod layouts;
mod order;
mod references;

use blockyard_pipeline::Options;
use blockyard_zs::{Error, Report, ValidateOptions, ZsReader};
use sha2::{Digest, Sha256};

use crate::build::{Builder, HeaderFields, Packing, Reference, data_payload};

fn options(threads: usize) -> ValidateOptions {
    ValidateOptions {
        pipeline: Options {
            threads: threads.try_into().unwrap(),
            ..Options::default()
        },
        ..ValidateOptions::default()
    }
}

fn quick() -> ValidateOptions {
    ValidateOptions {
        quick: true,
        ..options(2)
    }
}

/// Validates a file, which has to end in the same way for any number of threads.
#[track_caller]
fn validate(file: &[u8]) -> Result<Report, Error> {
    let reader = ZsReader::open(file)?;
    let report = reader.validate(&options(1))?;
    assert_eq!(reader.validate(&options(3))?, report);
    Ok(report)
}

/// A file in the making, of which the hash is known.
struct Draft {
    builder: Builder,
    hash: Sha256,
}

impl Draft {
    fn new() -> Self {
        Self::packed(Packing::Deflate)
    }

    fn packed(packing: Packing) -> Self {
        Self {
            builder: Builder::new(packing),
            hash: Sha256::new(),
        }
    }

    fn data(&mut self, records: &[&str]) -> Reference {
        self.hash.update(data_payload(records));
        self.builder.data(records)
    }

    fn index(&mut self, level: u8, references: &[Reference]) -> Reference {
        self.builder.index(level, references)
    }

    fn finish(self, root: &Reference) -> Vec<u8> {
        self.finish_with(root, |_| ())
    }

    fn finish_with(self, root: &Reference, change: impl FnOnce(&mut HeaderFields)) -> Vec<u8> {
        let hash = self.hash.finalize().into();
        self.builder.finish_with(root, |header| {
            header.sha256 = hash;
            change(header);
        })
    }
}

#[track_caller]
fn check_valid(file: &[u8]) {
    let report = validate(file).unwrap();
    assert_eq!(report.to_string(), "looks good!");
    assert!(report.is_valid() && report.is_complete);
    let reader = ZsReader::open(file).unwrap();
    let report = reader.validate(&quick()).unwrap();
    assert_eq!(report.to_string(), "looks good!");
}

/// Checks which failures a file has, a line each.
#[track_caller]
fn check(file: &[u8], expected: &[String]) {
    let report = validate(file).unwrap();
    let found: Vec<_> = report.failures.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
    assert_eq!(report.failure_count, expected.len() as u64);
    let text = format!("Integrity check failed:\n  {}", expected.join("\n  "));
    assert_eq!(report.to_string(), text);
}

/// Checks which failures are found without a look at the data.
#[track_caller]
fn check_quick(file: &[u8], expected: &[String]) {
    let reader = ZsReader::open(file).unwrap();
    let report = reader.validate(&quick()).unwrap();
    let found: Vec<_> = report.failures.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

fn at(offset: u64, defect: &str) -> String {
    format!("offset {offset}: {defect}")
}
