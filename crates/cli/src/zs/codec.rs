//! `--codec` and `-z`.

use std::ffi::OsStr;

use blockyard_codec::{deflate, lzma2};
use blockyard_zs::{Codec, Compression};

use super::quoted::quoted;
use super::refusal::Refusal;
use super::tokens::Tokens;

/// Returns the codec that the options name, or else `default`, with its level.
pub(crate) fn compression(tokens: &Tokens, default: Codec) -> Result<Compression, Refusal> {
    let level = tokens.value("--compress-level");
    let default = match default {
        Codec::None => "none",
        Codec::Deflate => "deflate",
        Codec::Lzma2 => "lzma",
    };
    let codec = tokens.value("--codec").unwrap_or(OsStr::new(default));
    match codec.to_str() {
        Some("none") if level.is_some() => Err(Refusal::Argument(
            "--compress-level does not go with --codec=none".to_owned(),
        )),
        Some("none") => Ok(Compression::None),
        Some("deflate") => deflate_level(level).map(Compression::Deflate),
        Some("lzma") => preset(level).map(Compression::Lzma2),
        _ => {
            let codec = quoted(codec);
            let message = format!("Invalid --codec value {codec}: must be none, deflate or lzma");
            Err(Refusal::Argument(message))
        }
    }
}

fn deflate_level(level: Option<&OsStr>) -> Result<deflate::Level, Refusal> {
    let Some(level) = level else {
        return Ok(deflate::Level::DEFAULT);
    };
    let number: i64 = parse(level)?;
    let found = u8::try_from(number).ok().and_then(deflate::Level::new);
    found.ok_or_else(|| {
        let message = format!("--compress-level must be 0 to 12 for deflate, not {number}");
        Refusal::Argument(message)
    })
}

fn preset(level: Option<&OsStr>) -> Result<lzma2::Preset, Refusal> {
    let Some(level) = level else {
        return Ok(lzma2::Preset::DEFAULT);
    };
    let text = level.as_encoded_bytes();
    let (digits, is_extreme) = match text.strip_suffix(b"e") {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let number: i64 = parse(OsStr::new(&*String::from_utf8_lossy(digits)))?;
    let found = u8::try_from(number).ok().and_then(lzma2::Preset::new);
    let preset = found.ok_or_else(|| {
        let message = format!("--compress-level must be 0 to 9 or 0e to 9e for lzma, not {number}");
        Refusal::Argument(message)
    })?;
    Ok(if is_extreme { preset.extreme() } else { preset })
}

fn parse(level: &OsStr) -> Result<i64, Refusal> {
    let number = level.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| {
        Refusal::Argument(
            "--compress-level must be an integer, or (for lzma only) an integer followed by the letter e"
                .to_owned(),
        )
    })
}
