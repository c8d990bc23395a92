//! LZMA2: what goes in comes out, the bytes are liblzma's, and every damage is an error.

use std::io::Write as _;
use std::process::{Command, Stdio};

use blockyard_codec::lzma2::{Decoder, Encoder, Error, Preset};
use proptest::prelude::*;

const LIMIT: usize = 1 << 24;

fn pack(preset: Preset, data: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    Encoder::new(preset).encode(data, &mut stream);
    stream
}

fn unpack(stream: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut data = Vec::new();
    Decoder::new().decode(stream, limit, &mut data)?;
    Ok(data)
}

/// Sorted lines with numbers, as far as `length`.
fn lines(length: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(length + 32);
    let mut number = 0_u64;
    while text.len() < length {
        number += 1 + number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 7;
        let line = format!("entry {number:08}\t{}\n", number * number % 1009);
        text.extend_from_slice(line.as_bytes());
    }
    text.truncate(length);
    text
}

/// Bytes without a pattern.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 56) as u8
    };
    (0..length).map(|_| byte()).collect()
}

fn presets() -> impl Iterator<Item = Preset> {
    let plain = (0..=9).map(|level| Preset::new(level).expect("levels are 0 to 9"));
    plain.flat_map(|preset| [preset, preset.extreme()])
}

#[test]
fn every_preset_gives_the_data_back() {
    for preset in presets() {
        let mut encoder = Encoder::new(preset);
        let mut decoder = Decoder::new();
        let mut data = Vec::new();
        for input in [
            &b""[..],
            b"a",
            &lines(70_000),
            &noise(150_000),
            b"short again",
        ] {
            let mut stream = b"kept".to_vec();
            encoder.encode(input, &mut stream);
            assert_eq!(&stream[..4], b"kept");
            assert!(stream.len() - 4 <= input.len() + 3 * input.len().div_ceil(65_536) + 4);
            decoder.decode(&stream[4..], LIMIT, &mut data).unwrap();
            assert!(data == input, "preset {preset}, {} bytes", input.len());
        }
    }
}

#[test]
fn a_block_does_not_depend_on_those_before_it() {
    for preset in presets().take(6) {
        let mut encoder = Encoder::new(preset);
        let mut once_used = Vec::new();
        encoder.encode(&lines(300_000), &mut once_used);
        let mut stream = Vec::new();
        encoder.encode(&lines(5000), &mut stream);
        assert_eq!(stream, pack(preset, &lines(5000)), "preset {preset}");
    }
}

#[test]
fn presets_have_names() {
    for preset in presets() {
        assert_eq!(preset.to_string().parse(), Ok(preset));
    }
    assert_eq!("0e".parse(), Ok(Preset::DEFAULT));
    for name in ["", "e", "10", "0ee", "-1", "0E", "é"] {
        assert!(name.parse::<Preset>().is_err(), "{name}");
    }
    assert_eq!(Preset::new(10), None);
}

#[test]
fn the_dictionary_reaches_back_1_mib_and_no_farther() {
    let preset = Preset::new(6).unwrap();
    let block = noise(300_000);
    let other = |length| noise(length).into_iter().map(|byte| !byte);
    let repeated = |gap| [&block[..], &other(gap).collect::<Vec<_>>(), &block[..]].concat();
    let near = repeated((1 << 20) - 300_000);
    let far = repeated(1 << 20);
    assert!(pack(preset, &near).len() < near.len() - 250_000);
    assert!(pack(preset, &far).len() > far.len() - 1000);
    assert!(unpack(&pack(preset, &near), LIMIT).unwrap() == near);
}

#[test]
fn the_limit_is_checked_before_memory_is_taken() {
    let data = vec![b'a'; 3_000_000];
    let stream = pack(Preset::DEFAULT, &data);
    assert_eq!(unpack(&stream, 3_000_000).unwrap().len(), 3_000_000);
    let mut buffer = Vec::new();
    assert_eq!(
        Decoder::new().decode(&stream, 2_999_999, &mut buffer),
        Err(Error::LimitExceeded {
            size: 3_000_000,
            limit: 2_999_999
        })
    );
    assert_eq!(buffer.capacity(), 0);
}

#[track_caller]
fn check_error(stream: &[u8], expected: Error) {
    assert_eq!(unpack(stream, LIMIT), Err(expected), "{stream:x?}");
}

#[test]
fn errors_say_where() {
    let stored = |bytes: &[u8]| [&[1, 0, bytes.len() as u8 - 1], bytes].concat();
    let whole = [&stored(b"abc")[..], &[0]].concat();
    assert_eq!(unpack(&whole, LIMIT).unwrap(), b"abc");
    assert_eq!(unpack(&[0], LIMIT).unwrap(), b"");
    let cut_off = |offset, expected, length| Error::CutOff {
        offset,
        expected,
        length,
    };
    check_error(b"", cut_off(0, 1, 0));
    check_error(&whole[..2], cut_off(0, 3, 2));
    check_error(&whole[..5], cut_off(0, 6, 5));
    check_error(&whole[..6], cut_off(6, 7, 6));
    check_error(&[0xe0, 0, 0, 0], cut_off(0, 5, 4));
    check_error(&[0xe0, 0, 0, 0, 0], cut_off(0, 7, 5));
    let garbage = |offset, length| Error::TrailingGarbage { offset, length };
    check_error(&[&whole[..], &whole[..]].concat(), garbage(7, 7));
    check_error(&[0, 0], garbage(1, 1));
    check_error(
        &[3],
        Error::UnknownControl {
            offset: 0,
            found: 3,
        },
    );
    let found = 0x7f;
    check_error(
        &[&stored(b"abc")[..], &[found, 0]].concat(),
        Error::UnknownControl { offset: 6, found },
    );
    // A first chunk that does not reset the dictionary.
    check_error(&[2, 0, 0, b'a', 0], Error::Damaged { offset: 1 });
}

#[test]
fn every_byte_flipped_and_every_cut_ends_in_an_error_or_in_data() {
    let data = lines(600);
    let stream = pack(Preset::DEFAULT, &data);
    let mut decoder = Decoder::new();
    let mut buffer = Vec::new();
    for length in 0..stream.len() {
        let cut = decoder.decode(&stream[..length], LIMIT, &mut buffer);
        assert!(
            matches!(cut, Err(Error::CutOff { .. })),
            "{length}: {cut:?}"
        );
    }
    for place in 0..stream.len() {
        for bit in 0..8 {
            let mut damaged = stream.clone();
            damaged[place] ^= 1 << bit;
            if decoder.decode(&damaged, 1 << 16, &mut buffer).is_ok() {
                assert!(buffer.len() <= 1 << 16);
            }
        }
    }
    decoder.decode(&stream, LIMIT, &mut buffer).unwrap();
    assert_eq!(buffer, data);
}

proptest! {
    #[test]
    fn any_bytes_come_back(data: Vec<u8>, level in 0..10_u8, extreme: bool) {
        let preset = Preset::new(level).unwrap();
        let preset = if extreme { preset.extreme() } else { preset };
        prop_assert_eq!(unpack(&pack(preset, &data), LIMIT).unwrap(), data);
    }

    #[test]
    fn any_bytes_are_no_reason_to_panic(stream: Vec<u8>) {
        if let Ok(data) = unpack(&stream, 1000) {
            prop_assert!(data.len() <= 1000);
        }
    }
}

/// Lets Python pack `data` with a preset of liblzma; `None` when there is no Python that can.
fn python_pack(preset: Preset, data: &[u8]) -> Option<Vec<u8>> {
    let script = format!(
        "import lzma, sys\n\
         preset = {} | {} * lzma.PRESET_EXTREME\n\
         filters = [{{'id': lzma.FILTER_LZMA2, 'preset': preset}}]\n\
         data = sys.stdin.buffer.read()\n\
         sys.stdout.buffer.write(lzma.compress(data, lzma.FORMAT_RAW, filters=filters))",
        preset.level(),
        u8::from(preset.is_extreme()),
    );
    let mut child = Command::new("python3")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(data).ok()?;
    let output = child.wait_with_output().ok()?;
    output.status.success().then_some(output.stdout)
}

#[test]
fn the_bytes_are_those_of_python() {
    let data = [lines(400_000), noise(100_000), lines(20_000)].concat();
    for name in ["0", "0e", "1", "1e"] {
        let preset = name.parse().unwrap();
        let Some(expected) = python_pack(preset, &data) else {
            assert!(
                std::env::var_os("BLOCKYARD_REQUIRE_PEERS").is_none(),
                "python3 with its module lzma is missing"
            );
            println!("skipped: python3 with its module lzma is missing");
            return;
        };
        assert!(pack(preset, &data) == expected, "preset {name}");
        assert!(unpack(&expected, LIMIT).unwrap() == data, "preset {name}");
    }
}
