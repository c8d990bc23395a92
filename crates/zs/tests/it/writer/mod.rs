//! The writer: the bytes that others would have written, and nothing that is not sorted.

mod cutting;
mod metadata;
mod order;
mod round_trips;
mod sample;
mod sinks;

use std::io::Cursor;

use blockyard_pipeline::Options;
use blockyard_zs::{Compression, Cutter, Error, Framing, Summary, WriterOptions, make};

fn options(compression: Compression) -> WriterOptions {
    WriterOptions {
        compression,
        pipeline: threads(2),
        ..WriterOptions::default()
    }
}

fn threads(number: usize) -> Options {
    Options {
        threads: number.try_into().unwrap(),
        ..Options::default()
    }
}

fn lines() -> Framing {
    Framing::Terminator(b"\n".to_vec())
}

fn cutter(framing: Framing, approx_block_size: usize) -> Cutter {
    Cutter {
        approx_block_size: approx_block_size.try_into().unwrap(),
        ..Cutter::new(framing)
    }
}

/// Makes a file of several inputs.
fn make_of(
    inputs: &[&[u8]],
    cutter: &Cutter,
    options: WriterOptions,
) -> Result<(Vec<u8>, Summary), Error> {
    let inputs = inputs.iter().map(|input| Ok(*input));
    let (sink, summary) = make(inputs, cutter, Cursor::new(Vec::new()), options)?;
    Ok((sink.into_inner(), summary))
}
