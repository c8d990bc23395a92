//! The machine together with the history that it needs.

use crate::machine::{Machine, WINDOW};

/// Bytes of output that there is room for behind the history.
const ROOM: usize = 128 * 1024;

/// A machine with an output buffer of its own.
///
/// ```text
///   buffer   [ history ≤ 32 KiB | output .... | room ]
///                                             └ end
/// ```
#[derive(Debug)]
pub(crate) struct Unpacker {
    pub(crate) machine: Machine,
    pub(crate) buffer: Vec<u8>,
    end: usize,
}

impl Unpacker {
    pub(crate) fn new(machine: Machine) -> Self {
        Self {
            machine,
            buffer: vec![0; WINDOW + ROOM],
            end: 0,
        }
    }

    /// Begins with that history, of which the last 32 KiB matter.
    pub(crate) fn with_history(machine: Machine, history: &[u8]) -> Self {
        let mut unpacker = Self::new(machine);
        unpacker.add_history(history);
        unpacker
    }

    /// Returns where the next run of output begins in the buffer; behind it is room.
    pub(crate) fn make_room(&mut self) -> usize {
        if self.end == self.buffer.len() {
            self.buffer.copy_within(self.end - WINDOW.., 0);
            self.end = WINDOW;
        }
        self.end
    }

    /// Says where the run of output ends.
    pub(crate) fn advance(&mut self, end: usize) {
        self.end = end;
    }

    /// Adds output that somebody else has decoded.
    pub(crate) fn add_history(&mut self, output: &[u8]) {
        let added = &output[output.len().saturating_sub(WINDOW)..];
        let kept = self.end.min(WINDOW - added.len());
        self.buffer.copy_within(self.end - kept..self.end, 0);
        self.buffer[kept..kept + added.len()].copy_from_slice(added);
        self.end = kept + added.len();
    }
}
