//! The table of the tour, and the commands beneath it.

use std::time::Duration;

use super::Row;
use crate::units::show_bytes;

const HEAD: [&str; 7] = [
    "stop",
    "in",
    "out",
    "ratio",
    "MB/s",
    "read back, equal",
    "MB/s",
];
/// The columns that stand at their left edge.
const LEFT: [bool; 7] = [true, false, false, false, false, true, false];

/// Returns the table of `rows`, then for each its commands.
pub(crate) fn render(rows: &[Row]) -> String {
    let mut cells = vec![HEAD.map(str::to_owned)];
    cells.extend(rows.iter().map(columns));
    let widths: Vec<usize> = (0..HEAD.len())
        .map(|column| {
            cells
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::from("\n");
    for row in &cells {
        let mut line = String::new();
        for ((cell, &width), left) in row.iter().zip(&widths).zip(LEFT) {
            let padded = if left {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            };
            line.push_str(&padded);
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str("\nThe same by hand:\n");
    for row in rows {
        text.push('\n');
        for line in std::iter::once(&format!("# {}", row.stop)).chain(&row.commands) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn columns(row: &Row) -> [String; 7] {
    let (bytes_in, bytes_out, ratio, speed) = match row.packed {
        Some(packed) => (
            show_bytes(packed.bytes_in),
            show_bytes(packed.bytes_out),
            format!("{:.2}", packed.bytes_in as f64 / packed.bytes_out as f64),
            megabytes_per_second(packed.bytes_in, packed.time),
        ),
        None => Default::default(),
    };
    let back = &row.read_back;
    let read_speed = megabytes_per_second(back.bytes, back.time);
    [
        row.stop.clone(),
        bytes_in,
        bytes_out,
        ratio,
        speed,
        back.what.clone(),
        read_speed,
    ]
}

fn megabytes_per_second(bytes: u64, time: Duration) -> String {
    format!("{:.0}", bytes as f64 / 1e6 / time.as_secs_f64().max(1e-9))
}
