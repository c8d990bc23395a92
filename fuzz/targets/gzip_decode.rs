#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| blockyard_fuzz::gzip_decode(bytes));
