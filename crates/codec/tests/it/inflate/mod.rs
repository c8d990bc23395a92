//! The decoder against libdeflate and against streams written symbol by symbol.

mod differential;
mod errors;
mod pieces;
mod stream;
mod symbols;

/// Returns lines of numbers: literals, short and long matches, near and far.
fn sample(lines: u32) -> Vec<u8> {
    let mut data = Vec::new();
    let mut state = 1_u32;
    for line in 0..lines {
        state = next(state);
        data.extend_from_slice(format!("{} {}\n", line % 977, state >> 22).as_bytes());
    }
    data
}

/// Returns bytes that do not compress.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let mut byte = || {
        state = next(state);
        (state >> 24) as u8
    };
    (0..len).map(|_| byte()).collect()
}

/// Returns the number after `state` in a pseudo-random row.
fn next(state: u32) -> u32 {
    state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)
}

/// Returns `data` packed by libdeflate.
fn pack(data: &[u8], level: i32) -> Vec<u8> {
    let level = libdeflater::CompressionLvl::new(level).expect("levels are 0 to 12");
    let mut compressor = libdeflater::Compressor::new(level);
    let mut packed = vec![0; compressor.deflate_compress_bound(data.len())];
    let len = compressor
        .deflate_compress(data, &mut packed)
        .expect("the bound is enough");
    packed.truncate(len);
    packed
}
