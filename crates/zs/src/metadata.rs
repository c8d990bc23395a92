use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::{Defect, json_text};

/// The metadata of a file: a JSON object, and its text.
///
/// Keys keep their order and numbers all their digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    text: String,
    object: Map<String, Value>,
    is_strict: bool,
}

/// Who made a file, and when: what writers put into the metadata by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildInfo {
    /// The name of the user.
    pub user: String,
    /// The name of the machine.
    pub host: String,
    /// The time in UTC, like `2026-11-21T01:55:11.484560Z`.
    pub time: String,
    /// The program and its version.
    pub version: String,
}

impl Default for Metadata {
    /// Returns an object without keys.
    fn default() -> Self {
        Self::from_object(Map::new())
    }
}

impl Metadata {
    /// Makes metadata of an object, with a text like that of Python's `json.dumps`: all ASCII, and a space
    /// behind each comma and colon.
    pub fn from_object(object: Map<String, Value>) -> Self {
        let mut text = String::new();
        json_text::append_object(&object, &mut text);
        Self {
            text,
            object,
            is_strict: true,
        }
    }

    /// Returns the same metadata in the text of [`from_object`](Self::from_object), and with a key
    /// `build-info` as the last one unless there is one already.
    #[must_use]
    pub fn with_build_info(&self, info: &BuildInfo) -> Self {
        const KEY: &str = "build-info";

        let mut object = self.object.clone();
        if !object.contains_key(KEY) {
            let fields = [
                ("user", &info.user),
                ("host", &info.host),
                ("time", &info.time),
                ("version", &info.version),
            ];
            let fields = fields.map(|(key, value)| (key.to_owned(), Value::from(value.as_str())));
            object.insert(KEY.to_owned(), Value::Object(Map::from_iter(fields)));
        }
        Self::from_object(object)
    }

    /// Reads the text of an object as RFC 8259 defines it; the last of several equal keys counts.
    ///
    /// # Errors
    /// [`Defect::Metadata`] if it is not JSON, not an object, or nested more than 127 deep.
    pub fn parse(text: impl Into<String>) -> Result<Self, Defect> {
        let text = text.into();
        let object = parse_object(&text)?;
        Ok(Self {
            text,
            object,
            is_strict: true,
        })
    }

    /// Reads the text of an object in which numbers may also be the words `NaN`, `Infinity` and `-Infinity`,
    /// which some writers use: they become null.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn parse_lenient(text: impl Into<String>) -> Result<Self, Defect> {
        let text = text.into();
        let strict = match parse_object(&text) {
            Ok(object) => {
                return Ok(Self {
                    text,
                    object,
                    is_strict: true,
                });
            }
            Err(defect) => defect,
        };
        let object = parse_object(&without_words(&text)).map_err(|_| strict)?;
        Ok(Self {
            text,
            object,
            is_strict: false,
        })
    }

    /// Returns the text as it is in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the object.
    pub fn object(&self) -> &Map<String, Value> {
        &self.object
    }

    /// Returns the keys that an object of the metadata has more than once; the last one counts.
    pub fn duplicate_keys(&self) -> Vec<String> {
        let mut duplicates = Vec::new();
        // The keys of each object that is open at a place, `None` for arrays.
        let mut open: Vec<Option<HashSet<String>>> = Vec::new();
        let mut is_key = false;
        for (idx, part) in split_strings(&self.text).enumerate() {
            if idx % 2 == 0 {
                for byte in part.bytes() {
                    match byte {
                        b'{' => open.push(Some(HashSet::new())),
                        b'[' => open.push(None),
                        b'}' | b']' => drop(open.pop()),
                        _ => {}
                    }
                    is_key = matches!(byte, b'{' | b',') || is_key && byte.is_ascii_whitespace();
                }
            } else if let Some(Some(keys)) = open.last_mut()
                && is_key
                && let Ok(key) = serde_json::from_str::<String>(part)
                && let Some(key) = keys.replace(key)
            {
                duplicates.push(key);
            }
        }
        duplicates
    }

    /// Returns whether the text is JSON as RFC 8259 defines it.
    pub fn is_strict(&self) -> bool {
        self.is_strict
    }
}

fn parse_object(text: &str) -> Result<Map<String, Value>, Defect> {
    let bad = |reason| Defect::Metadata { reason };
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(bad("expected an object".to_owned())),
        Err(error) => Err(bad(error.to_string())),
    }
}

/// Replaces the words for numbers that JSON does not have, where they are not part of a string.
fn without_words(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for (idx, part) in split_strings(text).enumerate() {
        if idx % 2 == 0 {
            let part = part
                .replace("-Infinity", "null")
                .replace("Infinity", "null");
            result.push_str(&part.replace("NaN", "null"));
        } else {
            result.push_str(part);
        }
    }
    result
}

/// Cuts a text into what is outside of its strings and, alternating with that, the strings with their quotes.
fn split_strings(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut inside = false;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = if inside {
            string_end(rest)
        } else {
            rest.find('"').unwrap_or(rest.len())
        };
        inside = !inside;
        let (part, others) = rest.split_at(end);
        rest = others;
        Some(part)
    })
}

/// Returns where the string ends that `text` begins with.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (idx, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return idx + 1,
            _ => {}
        }
    }
    text.len()
}
