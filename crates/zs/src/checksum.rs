use crc64fast::Digest;

/// Returns the CRC-64/XZ of `bytes`.
pub fn crc64(bytes: &[u8]) -> u64 {
    let mut digest = Digest::new();
    digest.write(bytes);
    digest.sum64()
}

/// Cuts the checksum off the end of `bytes`, which have one.
pub(crate) fn split_checksum(bytes: &[u8]) -> (&[u8], u64) {
    let (body, checksum) = bytes
        .split_last_chunk()
        .expect("whoever found the length of the bytes made room for a checksum");
    (body, u64::from_le_bytes(*checksum))
}
