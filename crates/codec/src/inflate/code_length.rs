//! The look-up table of the code that code lengths are written in.

use super::code::{Codes, Entry};
use super::error::Defect;

/// Index width, which is also the longest code.
const BITS: usize = 7;

/// A symbol in the low 5 bits, the width of its code above.
#[derive(Clone, Copy, Debug)]
struct CodeLength(u8);

impl Entry for CodeLength {
    fn symbol(symbol: usize, code_bits: usize) -> Self {
        Self((code_bits << 5 | symbol) as u8)
    }

    fn subtable(_: usize, _: usize) -> Self {
        unreachable!("no code is longer than the index")
    }
}

/// The symbols that code lengths are written in, 0 to 18.
#[derive(Debug)]
pub(super) struct CodeLengthTable([CodeLength; 1 << BITS]);

impl CodeLengthTable {
    /// Makes a table without any code.
    pub(super) fn empty() -> Self {
        Self([CodeLength(0); 1 << BITS])
    }

    /// Fills the table from code lengths of at most 7 bits.
    pub(super) fn build(&mut self, lengths: &[u8; 19]) -> Result<(), Defect> {
        match Codes::new(lengths)? {
            Codes::Complete(code) => {
                code.fill(&mut self.0, &mut []);
                Ok(())
            }
            // Unlike the other codes, this one must be complete.
            Codes::Sparse(_) => Err(Defect::Incomplete),
        }
    }

    /// Returns the symbol at the beginning of `bits` and how many bits it uses up.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: u64) -> (u8, u32) {
        let CodeLength(entry) = self.0[bits as usize & ((1 << BITS) - 1)];
        (entry & 0x1f, u32::from(entry >> 5))
    }
}
