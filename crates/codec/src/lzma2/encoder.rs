use super::Preset;
use super::stream::{Outcome, Stream};

/// Free space that the encoder finds in its output, at least.
const STEP: usize = 16 * 1024;

/// A reusable encoder: it is made once a worker and forgets each block when it begins the next.
///
/// It holds 2 MB for preset 0, 4 MB for 0e and up to 16 MB for the presets with the full dictionary.
#[derive(Debug)]
pub struct Encoder {
    preset: Preset,
    stream: Stream,
}

impl Encoder {
    /// Makes an encoder; the first call of [`encode`](Self::encode) takes its memory.
    pub fn new(preset: Preset) -> Self {
        Self {
            preset,
            stream: Stream::default(),
        }
    }

    /// Returns the preset that the encoder was made for.
    pub fn preset(&self) -> Preset {
        self.preset
    }

    /// Appends a whole stream that holds `data` to `out`.
    ///
    /// The bytes depend on `data` and the preset only. What cannot be packed is stored, so `out` grows by
    /// at most 3 bytes for each 65,536 of `data` and 4 more.
    ///
    /// # Panics
    /// If there is no memory for the encoder's state.
    pub fn encode(&mut self, data: &[u8], out: &mut Vec<u8>) {
        self.stream
            .begin_encoding(self.preset)
            .expect("the presets are valid, and memory is there as for any vector");
        let (mut consumed, mut end) = (0, out.len());
        loop {
            if out.len() - end < STEP {
                out.resize(end + STEP + (data.len() - consumed) / 4, 0);
            }
            let progress = self.stream.code(&data[consumed..], &mut out[end..]);
            consumed += progress.consumed;
            end += progress.produced;
            match progress.outcome {
                Outcome::More => {}
                Outcome::End => break,
                Outcome::Damaged | Outcome::OutOfMemory => {
                    unreachable!("the encoder has space, and took its memory when it began")
                }
            }
        }
        out.truncate(end);
    }
}
