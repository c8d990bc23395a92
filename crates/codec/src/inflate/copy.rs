//! Copies within the output.

/// Copies `length` bytes to `output[position..]` from `distance` bytes before.
///
/// Where the two overlap, the bytes repeat with the period `distance`. The caller has checked that
/// `1 <= distance <= position` and that `length` bytes fit.
pub(super) fn copy_match(output: &mut [u8], position: usize, distance: usize, length: usize) {
    let start = position - distance;
    let mut done = 0;
    // Each round doubles what can be copied at once, because it is a multiple of the period.
    while done < length {
        let round = (distance + done).min(length - done);
        output.copy_within(start..start + round, position + done);
        done += round;
    }
}
