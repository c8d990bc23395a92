//! Files with places where workers can begin, and files that only look so.

use std::io::Write;

use blockyard_gzip::{
    CompressOptions, DecompressOptions, Format, Header, Trailing, compress, decompress,
};

use crate::samples::{Numbers, random, text};
use crate::support::{THREADS, Trickle, decompress_options, level, pack, threads, unpack};

const MARKER: [u8; 9] = [0, 0, 0xff, 0xff, 0, 0, 0, 0xff, 0xff];

/// Expects the data on any number of threads and however the bytes arrive.
#[track_caller]
fn check_format(packed: &[u8], data: &[u8], format: Option<Format>) {
    for number in THREADS {
        for most in [usize::MAX, 70_001, 5000] {
            let unpacked = unpack(Trickle::new(packed, most), number, format);
            assert_eq!(
                unpacked.verdict(),
                Ok(Trailing::None),
                "{number} threads, {most} bytes"
            );
            assert!(unpacked.data == data, "{number} threads, {most} bytes");
        }
    }
}

#[track_caller]
fn check(packed: &[u8], data: &[u8]) {
    check_format(packed, data, None);
}

/// How many blocks went through the pipeline: few, when pieces are 512 KiB of data whatever the file is.
fn blocks(packed: &[u8]) -> u64 {
    let options = decompress_options(2, None);
    decompress(packed, std::io::sink(), &options)
        .unwrap()
        .statistics
        .blocks
}

fn markers(packed: &[u8]) -> usize {
    packed
        .windows(MARKER.len())
        .filter(|bytes| **bytes == MARKER)
        .count()
}

#[test]
fn restarts_are_where_they_are_said_to_be() {
    let data = text(18_000_000, 1);
    // Stored data takes the most bytes from one restart to the next.
    for number in [0, 1] {
        let mut packed = Vec::new();
        let options = CompressOptions {
            level: level(number),
            index: true,
            ..CompressOptions::default()
        };
        let summary = compress(data.as_slice(), &mut packed, &options).unwrap();
        assert_eq!(markers(&packed), 3);
        assert_eq!(summary.index.unwrap().checkpoints(), 4);
        assert_eq!(blocks(&packed), 4);
        check(&packed, &data);
    }
}

#[test]
fn a_small_file_has_none() {
    let packed = pack(
        &text(1 << 20, 1),
        &CompressOptions {
            level: level(1),
            ..CompressOptions::default()
        },
    );
    assert_eq!(markers(&packed), 0);
}

#[test]
fn blocks_that_are_longer_than_the_first_restart_do_not_put_it_off() {
    let data = text(5_000_000, 7);
    for independent in [false, true] {
        let options = CompressOptions {
            level: level(1),
            block_size: Some(threads(2 << 20)),
            independent,
            ..CompressOptions::default()
        };
        let packed = pack(&data, &options);
        // At 1 MiB, 3 MiB and 5 MiB, or behind 8 MiB more.
        assert_eq!(markers(&packed), if independent { 2 } else { 1 });
        assert_eq!(blocks(&packed), if independent { 3 } else { 2 });
        check(&packed, &data);
    }
}

#[test]
fn much_data_in_few_bytes_is_decoded_by_the_workers() {
    let data = vec![0; 60_000_000];
    let packed = pack(
        &data,
        &CompressOptions {
            level: level(1),
            ..CompressOptions::default()
        },
    );
    let options = decompress_options(2, None);
    let summary = decompress(packed.as_slice(), std::io::sink(), &options).unwrap();
    assert_eq!(summary.statistics.bytes_out, data.len() as u64);
    // No segment holds more than the room of a worker, two restarts.
    assert!(summary.statistics.blocks >= 4, "{:?}", summary.statistics);
    check(&packed, &data);
}

#[test]
fn segments_of_a_few_bytes() {
    // Empty stored blocks: every five bytes hold a marker.
    let mut packed = pack(b"", &CompressOptions::default())[..10].to_vec();
    packed.extend([0, 0, 0, 0xff, 0xff].repeat(400_000));
    packed.extend([1, 0, 0, 0xff, 0xff]);
    packed.extend([0; 8]);
    check(&packed, b"");
}

#[test]
fn every_format_restarts() {
    let data = text(6_000_000, 2);
    for format in [Format::Gzip, Format::Zlib, Format::Raw] {
        for number in [0, 1] {
            let options = CompressOptions {
                format,
                level: level(number),
                ..CompressOptions::default()
            };
            check_format(&pack(&data, &options), &data, Some(format));
        }
    }
}

#[test]
fn independent_blocks_of_any_size() {
    let data = text(3_000_000, 3);
    for block_size in [1000, 33_000, 131_072, 1_000_000] {
        let options = CompressOptions {
            independent: true,
            block_size: Some(threads(block_size)),
            level: level(1),
            ..CompressOptions::default()
        };
        let packed = pack(&data, &options);
        assert_eq!(markers(&packed), data.len().div_ceil(block_size) - 1);
        check(&packed, &data);
    }
}

#[test]
fn several_members_with_restarts() {
    let data = text(3_000_000, 4);
    let options = CompressOptions {
        level: level(1),
        ..CompressOptions::default()
    };
    let packed = pack(&data, &options);
    check(&packed.repeat(3), &data.repeat(3));
}

#[test]
fn a_file_of_ours_within_stored_blocks_of_ours() {
    let inner_options = CompressOptions {
        independent: true,
        level: level(1),
        ..CompressOptions::default()
    };
    let inner = pack(&text(3_000_000, 5), &inner_options);
    assert!(markers(&inner) > 10);
    let outer = pack(
        &inner,
        &CompressOptions {
            level: level(0),
            ..CompressOptions::default()
        },
    );
    check(&outer, &inner);
    let independent = CompressOptions {
        level: level(0),
        ..inner_options
    };
    check(&pack(&inner, &independent), &inner);
}

#[test]
fn planted_markers() {
    let mut numbers = Numbers::new(6);
    for seed in 0..20 {
        let mut data = random(1_500_000, seed);
        for _ in 0..numbers.below(60) {
            let position = numbers.below(data.len() - MARKER.len());
            data[position..position + MARKER.len()].copy_from_slice(&MARKER);
        }
        for number in [0, 1] {
            check_format(
                &pack(
                    &data,
                    &CompressOptions {
                        level: level(number),
                        ..CompressOptions::default()
                    },
                ),
                &data,
                None,
            );
        }
    }
}

/// Returns raw DEFLATE data of one stored block that is not the last.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = data.len() as u16;
    [
        &[0][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        data,
    ]
    .concat()
}

/// Wraps DEFLATE data as a gzip member.
fn member(deflate: &[u8], data: &[u8]) -> Vec<u8> {
    let mut member = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    member.extend_from_slice(deflate);
    member.extend_from_slice(&crc32fast::hash(data).to_le_bytes());
    member.extend_from_slice(&(data.len() as u32).to_le_bytes());
    member
}

/// A block of a match of length 258 at distance 32 768, in fixed codes, and a sync flush behind it.
///
/// Bits: 0, 01 (not the last, fixed), 11000101 (symbol 285), 11101 (distance symbol 29), 13 bits of 1,
/// 0000000 (end of block); then 0, 00 and padding, and an empty stored block.
const FAR_MATCH: [u8; 9] = [0x1a, 0xbd, 0xff, 0x1f, 0x00, 0x00, 0x00, 0xff, 0xff];

#[test]
fn a_block_behind_a_marker_that_refers_to_data_before_it() {
    let mut numbers = Numbers::new(7);
    let mut deflate = Vec::new();
    let mut data = Vec::new();
    for seed in 0..60 {
        let part = random(20_000 + numbers.below(20_000), seed);
        deflate.extend_from_slice(&stored(&part));
        data.extend_from_slice(&part);
        deflate.extend_from_slice(&stored(b""));
        deflate.extend_from_slice(&stored(b""));
        if data.len() >= 32_768 {
            deflate.extend_from_slice(&FAR_MATCH);
            let start = data.len() - 32_768;
            data.extend_from_within(start..start + 258);
        }
    }
    deflate.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
    assert!(markers(&deflate) >= 60);
    check(&member(&deflate, &data), &data);
}

#[test]
fn a_history_of_several_short_segments() {
    // Each segment between markers is too short to be the history of a far match.
    let mut deflate = Vec::new();
    let mut data = Vec::new();
    for seed in 0..200 {
        let part = random(3000, seed);
        deflate.extend_from_slice(&stored(&part));
        data.extend_from_slice(&part);
        deflate.extend_from_slice(&stored(b"").repeat(2));
        if seed % 20 == 15 {
            deflate.extend_from_slice(&FAR_MATCH);
            let start = data.len() - 32_768;
            data.extend_from_within(start..start + 258);
        }
    }
    deflate.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
    check(&member(&deflate, &data), &data);
}

#[test]
fn a_last_block_behind_a_marker() {
    let part = random(5000, 8);
    let deflate = [
        stored(&part),
        stored(b"").repeat(2),
        vec![1, 0, 0, 0xff, 0xff],
    ]
    .concat();
    check(&member(&deflate, &part), &part);
}

#[test]
fn segments_that_are_short_packed_and_long_unpacked() {
    let data = vec![0; 150_000_000];
    for independent in [false, true] {
        let options = CompressOptions {
            independent,
            level: level(6),
            ..CompressOptions::default()
        };
        let packed = pack(&data, &options);
        for number in [1, 2] {
            let unpacked = unpack(packed.as_slice(), number, None);
            assert_eq!(unpacked.verdict(), Ok(Trailing::None));
            assert!(unpacked.data == data);
        }
    }
}

#[test]
fn a_segment_longer_than_a_worker_takes() {
    let data = random(13_000_000, 9);
    let options = CompressOptions {
        block_size: Some(threads(6_100_000)),
        level: level(1),
        ..CompressOptions::default()
    };
    // The first megabyte has no restart, so a member with one goes before it.
    let first = pack(
        &data[..200_000],
        &CompressOptions {
            independent: true,
            ..options.clone()
        },
    );
    let small = CompressOptions {
        block_size: Some(threads(50_000)),
        independent: true,
        ..options.clone()
    };
    let head = pack(&data[..200_000], &small);
    let packed = [head, first, pack(&data, &options)].concat();
    check(
        &packed,
        &[&data[..200_000], &data[..200_000], &data].concat(),
    );
}

/// Returns a member in the blocked format: an extra subfield "BC" with the length less one.
fn blocked_member(data: &[u8]) -> Vec<u8> {
    let options = |extra: Vec<u8>| CompressOptions {
        header: Header {
            extra: Some(extra),
            ..Header::default()
        },
        threads: threads(1),
        level: level(1),
        ..CompressOptions::default()
    };
    let length = pack(data, &options(b"BC\x02\0\0\0".to_vec())).len() as u16 - 1;
    pack(
        data,
        &options([b"BC\x02\0", &length.to_le_bytes()[..]].concat()),
    )
}

#[test]
fn blocked_members() {
    let data = text(9_000_000, 10);
    let mut packed: Vec<u8> = data.chunks(65_280).flat_map(blocked_member).collect();
    packed.extend_from_slice(&blocked_member(b""));
    assert!(blocks(&packed) < 10, "{} blocks", blocks(&packed));
    check(&packed, &data);

    // Where the lengths end, the rest is an ordinary file.
    let tail = text(2_000_000, 11);
    let plain = pack(
        &tail,
        &CompressOptions {
            independent: true,
            ..CompressOptions::default()
        },
    );
    check(
        &[packed.as_slice(), &plain].concat(),
        &[data.as_slice(), &tail].concat(),
    );
}

#[test]
fn blocked_members_that_lie_about_their_length() {
    let data = text(3_000_000, 12);
    let mut numbers = Numbers::new(13);
    let mut packed = Vec::new();
    for chunk in data.chunks(30_000) {
        let mut member = blocked_member(chunk);
        if numbers.below(4) == 0 {
            member[16..18].copy_from_slice(&(numbers.below(65_536) as u16).to_le_bytes());
        }
        packed.extend_from_slice(&member);
    }
    check(&packed, &data);
}

#[test]
fn what_follows_blocked_members_is_told() {
    let data = text(300_000, 14);
    let packed: Vec<u8> = data.chunks(65_280).flat_map(blocked_member).collect();
    for number in [1, 2] {
        let with = |tail: &[u8]| {
            let unpacked = unpack([packed.as_slice(), tail].concat().as_slice(), number, None);
            assert!(unpacked.data == data);
            unpacked.outcome.unwrap()
        };
        assert_eq!(with(&[0; 5000]), Trailing::Zeros);
        assert_eq!(
            with(&vec![9; 5_000_000]),
            Trailing::Garbage {
                offset: packed.len() as u64
            }
        );
    }
}

/// Panics when more is read of it than the limit.
struct Endless {
    head: Vec<u8>,
    position: usize,
}

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        assert!(self.position < 1 << 28, "garbage is read without end");
        let rest = &self.head[self.position.min(self.head.len())..];
        let length = if rest.is_empty() {
            buffer.len()
        } else {
            rest.len().min(buffer.len())
        };
        if rest.is_empty() {
            buffer.fill(b'x');
        } else {
            buffer[..length].copy_from_slice(&rest[..length]);
        }
        self.position += length;
        Ok(length)
    }
}

#[test]
fn endless_garbage_is_not_read_to_its_end() {
    let data = text(3_000_000, 15);
    for independent in [false, true] {
        let head = pack(
            &data,
            &CompressOptions {
                independent,
                ..CompressOptions::default()
            },
        );
        for number in [1, 2] {
            let input = Endless {
                head: head.clone(),
                position: 0,
            };
            let unpacked = unpack(input, number, None);
            assert_eq!(
                unpacked.outcome.unwrap(),
                Trailing::Garbage {
                    offset: head.len() as u64
                }
            );
            assert!(unpacked.data == data);
        }
    }
}

/// Hands each write to a channel.
struct Sender(std::sync::mpsc::Sender<Vec<u8>>);

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.send(bytes.to_vec()).unwrap();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Gives one portion, and the next when all that can be output of it has been.
struct Dialog {
    portions: Vec<Vec<u8>>,
    expected: Vec<usize>,
    received: std::sync::mpsc::Receiver<Vec<u8>>,
    total: usize,
}

impl std::io::Read for Dialog {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if let Some(expected) = self.expected.pop() {
            while self.total < expected {
                let patience = std::time::Duration::from_secs(20);
                self.total += self
                    .received
                    .recv_timeout(patience)
                    .expect("output that is due")
                    .len();
            }
        }
        let Some(portion) = self.portions.pop() else {
            return Ok(0);
        };
        buffer[..portion.len()].copy_from_slice(&portion);
        Ok(portion.len())
    }
}

#[test]
fn slow_input_is_output_at_once() {
    let data = text(12_000, 16);
    let mut encoder =
        blockyard_gzip::write::Encoder::new(Vec::new(), &CompressOptions::default()).unwrap();
    let mut ends = vec![0];
    let mut lengths = Vec::new();
    for chunk in data.chunks(3000) {
        lengths.push(ends.len() * 3000);
        encoder.write_all(chunk).unwrap();
        encoder.flush().unwrap();
        ends.push(encoder.get_ref().len());
    }
    let (packed, _) = encoder.finish().unwrap();
    let mut portions: Vec<Vec<u8>> = ends
        .windows(2)
        .map(|range| packed[range[0]..range[1]].to_vec())
        .collect();
    portions.push(packed[ends[4]..].to_vec());
    portions.reverse();

    let (sender, received) = std::sync::mpsc::channel();
    // One thread works through each portion before it asks for the next.
    let expected = vec![12_000, 9000, 6000, 3000, 0];
    let dialog = Dialog {
        portions,
        expected,
        received,
        total: 0,
    };
    let options = DecompressOptions {
        threads: threads(1),
        ..DecompressOptions::default()
    };
    let summary = decompress(dialog, Sender(sender), &options).unwrap();
    assert_eq!(summary.bytes_out, 12_000);
}
