//! The text of JSON values, the same as that of Python's `json.dumps`.

use std::fmt::Write;

use serde_json::{Map, Number, Value};

pub(crate) fn append_object(object: &Map<String, Value>, text: &mut String) {
    text.push('{');
    for (idx, (key, value)) in object.iter().enumerate() {
        if idx > 0 {
            text.push_str(", ");
        }
        append_string(key, text);
        text.push_str(": ");
        append_value(value, text);
    }
    text.push('}');
}

fn append_value(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => append_number(number, text),
        Value::String(string) => append_string(string, text),
        Value::Array(values) => {
            text.push('[');
            for (idx, value) in values.iter().enumerate() {
                if idx > 0 {
                    text.push_str(", ");
                }
                append_value(value, text);
            }
            text.push(']');
        }
        Value::Object(object) => append_object(object, text),
    }
}

fn append_string(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\x08' => text.push_str("\\b"),
            '\x0c' => text.push_str("\\f"),
            ' '..='~' => text.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(text, "\\u{unit:04x}").expect("a string takes all that is written");
                }
            }
        }
    }
    text.push('"');
}

/// Appends a number: integers with all their digits, others as the shortest text of the nearest double.
fn append_number(number: &Number, text: &mut String) {
    let digits = number.as_str();
    let is_integer = !digits.contains(['.', 'e', 'E']);
    match digits.parse::<f64>() {
        _ if digits == "-0" => text.push('0'),
        Ok(double) if !is_integer && double.is_finite() => append_double(double, text),
        // Too large for a double, it is better kept than made infinite.
        _ => text.push_str(digits),
    }
}

/// Appends a finite number as Python writes it: with an exponent below 10^-4 and from 10^16 on.
fn append_double(double: f64, text: &mut String) {
    let scientific = format!("{double:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let written = if (-4..16).contains(&exponent) {
        write!(text, "{double:?}")
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(text, "{mantissa}e{sign}{:02}", exponent.abs())
    };
    written.expect("a string takes all that is written");
}
