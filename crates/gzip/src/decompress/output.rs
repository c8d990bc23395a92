//! The sink: runs of output in order, verified and written.

use std::io::Write;

use blockyard_pipeline::Statistics;

use super::piece::{Filling, Mark, Sums};
use super::{DecompressOptions, DecompressSummary};
use crate::index::IndexBuilder;
use crate::machine::Ending;
use crate::verify::Verifier;
use crate::{Error, Header};

/// Where decompressed data goes.
#[derive(Debug)]
pub(crate) struct Output<W> {
    writer: W,
    verifier: Verifier,
    first_header: Option<Header>,
    bytes_out: u64,
    index: Option<IndexBuilder>,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(writer: W, options: &DecompressOptions) -> Self {
        Self {
            writer,
            verifier: Verifier::default(),
            first_header: None,
            bytes_out: 0,
            index: options.index_spacing.map(|_| IndexBuilder::new()),
        }
    }

    /// Writes a run, up to the end of the first member in it that is not what its trailer says.
    pub(crate) fn accept(
        &mut self,
        buffer: &[u8],
        filling: &mut Filling,
        sums: Sums,
    ) -> Result<(), Error> {
        let run = &buffer[filling.start..filling.end];
        let mut windows = sums.windows.into_iter();
        let mut parts = sums.parts.into_iter();
        for (place, mark) in filling.marks.drain(..) {
            let total = self.bytes_out + place as u64;
            match mark {
                Mark::Header(header) => {
                    self.verifier.begin_member();
                    if self.verifier.members() == 1 {
                        self.first_header = header.map(|header| *header);
                    }
                }
                Mark::End(end) => {
                    if let Some(part) = parts.next() {
                        self.verifier.add(part);
                    }
                    if let Err(error) = self.verifier.end_member(&end) {
                        self.write(&run[..place])?;
                        return Err(error);
                    }
                    if let Some(index) = &mut self.index {
                        index.end_member(end, total);
                    }
                }
                Mark::Checkpoint {
                    bit_offset,
                    history,
                } => {
                    let window = windows.next().unwrap_or_default();
                    let member = self.verifier.members();
                    if let Some(index) = &mut self.index {
                        match history {
                            Some(_) => index.add_block(bit_offset, total, member, window),
                            None => index.add_member(bit_offset / 8, total, member),
                        }
                    }
                }
            }
        }
        self.verifier.add(sums.last);
        self.write(run)
    }

    /// Writes what is left and says what was done.
    pub(crate) fn finish(
        mut self,
        ending: &Ending,
        statistics: Statistics,
    ) -> Result<DecompressSummary, Error> {
        self.write(&ending.rest)?;
        // The workers' results are not all that was decoded.
        let statistics = Statistics {
            bytes_out: self.bytes_out,
            ..statistics
        };
        Ok(DecompressSummary {
            bytes_in: ending.data_end,
            bytes_out: self.bytes_out,
            members: self.verifier.members(),
            first_header: self.first_header,
            trailing: ending.trailing,
            statistics,
            index: self.index.and_then(IndexBuilder::finish),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes_out += bytes.len() as u64;
        self.writer.write_all(bytes).map_err(Error::Write)
    }
}
