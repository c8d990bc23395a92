//! Output that changes only around a change of the input.

use blockyard_gzip::CompressOptions;

use crate::samples::{random, text};
use crate::support::{level, pack};

/// Returns how many bytes at the beginning, and how many of the rest at the end, are the same.
fn common(one: &[u8], other: &[u8]) -> (usize, usize) {
    let front = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[front..], &other[front..]);
    let both = one.iter().rev().zip(other.iter().rev());
    (front, both.take_while(|(a, b)| a == b).count())
}

/// Returns the output without the trailer, which any change of the input changes.
fn pack_blocks(data: &[u8], options: &CompressOptions) -> Vec<u8> {
    let mut packed = pack(data, options);
    packed.truncate(packed.len() - 8);
    packed
}

#[track_caller]
fn check(data: &[u8], independent: bool) {
    let options = CompressOptions {
        rsyncable: true,
        independent,
        level: level(6),
        ..CompressOptions::default()
    };
    let packed = pack_blocks(data, &options);
    for position in [0, 100_000, data.len() / 2] {
        for (removed, inserted) in [(0, 1), (5000, 3), (0, 70_000)] {
            let (before, behind) = (&data[..position], &data[position + removed..]);
            let changed = [before, &random(inserted, 9), behind].concat();
            let other = pack_blocks(&changed, &options);
            let (front, back) = common(&packed, &other);
            let different = other.len() - front - back;
            assert!(
                different < 700_000,
                "{different} of {} bytes differ after a change at {position}",
                other.len()
            );
        }
    }
}

#[test]
fn a_change_stays_where_it_is() {
    check(&text(4_000_000, 1), false);
    check(&text(4_000_000, 1), true);
    check(&random(4_000_000, 2), false);
}

#[test]
fn blocks_by_length_do_not_do_that() {
    let data = text(4_000_000, 1);
    let options = CompressOptions {
        level: level(6),
        ..CompressOptions::default()
    };
    let changed = [&b"x"[..], &data].concat();
    let (packed, other) = (
        pack_blocks(&data, &options),
        pack_blocks(&changed, &options),
    );
    let (_, back) = common(&packed, &other);
    assert!(back < packed.len() / 4, "{back} bytes are the same");
}

#[test]
fn blocks_are_neither_short_nor_long() {
    for data in [text(3_000_000, 3), random(3_000_000, 4), vec![0; 3_000_000]] {
        let options = CompressOptions {
            rsyncable: true,
            independent: true,
            index: true,
            level: level(1),
            ..CompressOptions::default()
        };
        let mut packed = Vec::new();
        let summary = blockyard_gzip::compress(data.as_slice(), &mut packed, &options).unwrap();
        let blocks = summary.index.unwrap().checkpoints();
        assert!(
            (3_000_000 / 524_288..3_000_000 / 32_768).contains(&blocks),
            "{blocks} blocks"
        );
    }
}
