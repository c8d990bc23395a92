use std::num::NonZero;

/// How several reads of a source are best made.
///
/// The [default](Self::default) is what suits files and memory: one read at a time, none joined with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// How many reads are worth having under way at a time.
    pub in_flight: NonZero<usize>,
    /// The number of unwanted bytes that may lie between two ranges for them to be read as one.
    pub gap: u64,
    /// The length in bytes that ranges read as one may have together; a single range may be longer.
    pub longest: u64,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            in_flight: NonZero::<usize>::MIN,
            gap: 0,
            longest: 0,
        }
    }
}
