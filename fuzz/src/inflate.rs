//! Arbitrary bytes through our DEFLATE decoder, whole and in pieces, beside zlib.

use crate::reference::{self, LIMIT, Verdict};
use blockyard_codec::inflate::{self as ours, Decoder, Status, Stop};

const WINDOW: usize = 32 << 10;

/// Decodes `bytes[3..]`; the first three say how it is cut.
pub fn inflate(bytes: &[u8]) {
    let Some((cut, stream)) = bytes.split_first_chunk::<3>() else {
        return;
    };
    let cut = Cut {
        input: 1 + usize::from(cut[0]) * usize::from(cut[0]),
        output: 1 + usize::from(cut[1]) * 257,
        stop: if cut[2] & 1 == 0 {
            Stop::AtStreamEnd
        } else {
            Stop::AtBlockEnd
        },
    };
    let whole = match ours::inflate(stream, LIMIT) {
        Ok((data, consumed)) => Verdict::Accepted { data, consumed },
        Err(ours::Error::LimitExceeded { .. }) => Verdict::TooLong,
        Err(_) => Verdict::Rejected { data: Vec::new() },
    };
    let pieces = cut.inflate(stream);
    let judge = reference::inflate(stream);
    compare("whole", &whole, &judge);
    compare("in pieces", &pieces, &judge);
}

/// How a stream is handed over.
struct Cut {
    /// Bytes of input that are added when the decoder asks for more.
    input: usize,
    /// Bytes of output that are free at a time.
    output: usize,
    stop: Stop,
}

impl Cut {
    fn inflate(&self, stream: &[u8]) -> Verdict {
        let mut decoder = Decoder::new();
        let mut window = vec![0; WINDOW + self.output];
        let (mut data, mut position) = (Vec::new(), 0);
        let (mut consumed, mut presented) = (0, 0);
        loop {
            if window.len() - position == 0 {
                window.copy_within(position - WINDOW.., 0);
                position = WINDOW;
            }
            let input = &stream[consumed..presented];
            let progress = match decoder.decode(input, &mut window, position, self.stop) {
                Ok(progress) => progress,
                Err(_) => return Verdict::Rejected { data },
            };
            consumed += progress.consumed;
            data.extend_from_slice(&window[position..position + progress.produced]);
            position += progress.produced;
            if data.len() > LIMIT {
                return Verdict::TooLong;
            }
            match progress.status {
                Status::StreamEnd => return Verdict::Accepted { data, consumed },
                Status::BlockEnd => {
                    // What a reader with an index does: it forgets all but the bits of the byte.
                    let (bit_count, bits) = decoder.pending_bits();
                    decoder.resume(bit_count, bits);
                }
                Status::NeedsInput if presented == stream.len() => {
                    return Verdict::Rejected { data };
                }
                Status::NeedsInput => {
                    assert!(
                        presented - consumed < 8,
                        "asks for input with 8 bytes left over"
                    );
                    presented = stream.len().min(presented + self.input);
                }
                Status::NeedsOutput => {
                    assert_eq!(position, window.len(), "asks for output with some left");
                }
            }
        }
    }
}

#[track_caller]
fn compare(how: &str, found: &Verdict, judge: &Verdict) {
    match (found, judge) {
        (
            Verdict::Accepted { data, consumed },
            Verdict::Accepted {
                data: expected,
                consumed: expected_consumed,
            },
        ) => {
            assert!(data == expected, "{how}: other data than zlib's");
            assert_eq!(
                consumed, expected_consumed,
                "{how}: the stream ends elsewhere"
            );
        }
        (Verdict::Rejected { data }, Verdict::Rejected { data: expected }) => {
            let common = data.len().min(expected.len());
            assert!(
                data[..common] == expected[..common],
                "{how}: other data before the error"
            );
        }
        // Which comes first, the limit or the error behind it, is left to the decoder.
        (Verdict::TooLong, _) | (_, Verdict::TooLong) => {}
        (Verdict::Accepted { .. }, Verdict::Rejected { .. }) => panic!("{how}: zlib rejects this"),
        (Verdict::Rejected { .. }, Verdict::Accepted { .. }) => panic!("{how}: zlib accepts this"),
    }
}
