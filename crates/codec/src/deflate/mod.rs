//! A DEFLATE encoder (RFC 1951) that packs blocks of any size with a dictionary from the block before.
//!
//! ```text
//! bytes ──parser──▶ tokens ──splitter──▶ blocks ──codes──▶ bits
//!        fast       literals   merges      stored,
//!        lazy       and        segments    fixed or
//!        optimal    matches    by cost     dynamic
//! ```
//!
//! The parser is what the level chooses: fast (level 1), lazy (2 to 9) or optimal (10 to 12); everything
//! behind it is shared.
//!
//! ```
//! use blockyard_codec::deflate::{Boundary, Encoder, Level};
//! use blockyard_codec::inflate::inflate;
//!
//! let text = b"to be, or not to be";
//! let mut encoder = Encoder::new(Level::DEFAULT);
//! let mut stream = Vec::new();
//! encoder.encode(&text[..9], 0, Boundary::Flush, &mut stream);
//! // The second block refers to the first.
//! encoder.encode(text, 9, Boundary::Finish, &mut stream);
//! assert_eq!(inflate(&stream, 100)?.0, text);
//! # Ok::<(), blockyard_codec::inflate::Error>(())
//! ```

mod bits;
mod block;
mod chain;
mod fast;
mod huffman;
mod lazy;
mod level;
mod logarithm;
mod matching;
mod optimal;
mod random;
mod split;
mod symbols;
mod tokens;
mod tree;
mod worth;

use bits::BitWriter;
use block::{BlockWriter, Counts, write_stored};
use fast::Recent;
pub use level::Level;
use level::Parser;
use split::{Entropy, Splitter};
use symbols::WINDOW;
use tokens::Tokens;
use worth::Worth;

/// Tokens that are parsed before they are written, at the beginning of a block: few, so that prices are
/// known soon.
const FIRST_TOKENS: usize = 4 * 1024;
/// Tokens that are parsed before they are written.
const TOKENS: usize = 32 * 1024;
/// Tokens of the segments that DEFLATE blocks are made of, for each kind of parser.
const FAST_SEGMENT: usize = TOKENS.div_ceil(9);
const LAZY_SEGMENT: usize = 1024;
const OPTIMAL_SEGMENT: usize = 256;

/// What stands behind the last byte of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// More blocks follow: an empty stored block (a sync flush) brings the stream to a byte boundary.
    Flush,
    /// The stream ends: the last block has BFINAL set and is padded to a byte.
    Finish,
}

/// A reusable encoder: it is made once a worker and forgets each block when it begins the next.
///
/// It holds 0.5 MB of tables up to level 9 and up to 20 MB above.
#[derive(Debug)]
pub struct Encoder {
    level: Level,
    parser: Parser,
    recent: Option<Recent>,
    tokens: Tokens,
    splitter: Splitter,
    entropy: Entropy,
    blocks: BlockWriter,
}

impl Encoder {
    /// Makes an encoder with the tables that `level` needs.
    pub fn new(level: Level) -> Self {
        Self {
            level,
            parser: Parser::new(level),
            recent: level::recent(level),
            tokens: Tokens::with_capacity(TOKENS),
            splitter: Splitter::default(),
            entropy: Entropy::new(),
            blocks: BlockWriter::new(),
        }
    }

    /// Returns the level that the encoder was made for.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Appends the packed form of `data[dictionary_len..]` to `out`.
    ///
    /// `data[..dictionary_len]` is what the decoder will have seen just before (the last 32 KiB of it
    /// are used); with `dictionary_len` 0 the block can be decoded on its own. The bytes depend on
    /// `data`, `dictionary_len`, `boundary` and the level only.
    ///
    /// What cannot be packed is stored, so `out` grows by at most 5 bytes for each 65,535 of the block
    /// and 16 more.
    ///
    /// # Panics
    /// If `dictionary_len` is larger than `data.len()`.
    pub fn encode(
        &mut self,
        data: &[u8],
        dictionary_len: usize,
        boundary: Boundary,
        out: &mut Vec<u8>,
    ) {
        let unused = dictionary_len.saturating_sub(WINDOW);
        let (data, start) = (&data[unused..], dictionary_len - unused);
        let finish = boundary == Boundary::Finish;
        let mut writer = BitWriter::new(out);
        if start < data.len() {
            match &mut self.recent {
                None => write_stored(&data[start..], finish, &mut writer),
                Some(recent) => {
                    let worth = Worth::guess(&data[start..]);
                    recent.reset(&worth);
                    recent.prime(data, start);
                    self.reset_parser(data, start);
                    self.pack(data, start, worth, finish, &mut writer);
                }
            }
        } else if finish {
            self.blocks
                .write(&[], &[], &Counts::empty(), true, &mut writer);
        }
        if !finish {
            write_stored(&[], false, &mut writer);
        }
        writer.finish();
    }

    /// Forgets the block before and adds the dictionary.
    fn reset_parser(&mut self, data: &[u8], dictionary_len: usize) {
        match &mut self.parser {
            Parser::Store | Parser::Fast => {}
            Parser::Lazy(chains, _) => {
                chains.reset();
                chains.insert_range(data, 0..dictionary_len, 1);
            }
            Parser::Optimal(parser) => {
                parser.reset();
                parser.insert_range(data, 0..dictionary_len, 1);
            }
        }
    }

    /// Writes `data[position..]` as one DEFLATE block after another.
    fn pack(
        &mut self,
        data: &[u8],
        start: usize,
        mut worth: Worth,
        finish: bool,
        writer: &mut BitWriter<'_>,
    ) {
        let mut position = start;
        while position < data.len() {
            if let Some(end) = self.random_stretch(&worth, data, position) {
                write_stored(&data[position..end], finish && end == data.len(), writer);
                self.skip(data, position..end);
                position = end;
                continue;
            }
            self.tokens.clear(if position == start {
                FIRST_TOKENS
            } else {
                TOKENS
            });
            let tokens = &mut self.tokens;
            let end = match (&mut self.parser, &mut self.recent) {
                (Parser::Optimal(parser), _) => {
                    parser.parse(data, position, tokens, &mut self.splitter, &mut self.blocks)
                }
                (Parser::Lazy(chains, effort), _) => {
                    lazy::parse(chains, effort, &worth, data, position, tokens)
                }
                (_, Some(recent)) => recent.parse(&worth, data, position, tokens),
                (_, None) => data.len(),
            };
            self.write_blocks(
                &data[position..end],
                finish && end == data.len(),
                &mut worth,
                writer,
            );
            position = end;
        }
    }

    /// Returns where a stretch of bytes ends that are better stored, `None` if there is none here.
    fn random_stretch(&mut self, worth: &Worth, data: &[u8], position: usize) -> Option<usize> {
        let end = data.len().min(position + random::STRETCH);
        if !random::looks_random(&data[position..end]) {
            return None;
        }
        let recent = self.recent.as_mut()?;
        self.tokens.clear(random::STRETCH);
        recent.parse(worth, &data[..end], position, &mut self.tokens);
        let bits = self.entropy.cost(&Counts::of(self.tokens.as_slice())) >> logarithm::FRACTION;
        random::is_hopeless(bits, end - position).then_some(end)
    }

    /// Adds a few positions of a stretch that was stored, so that a copy of it can be found.
    fn skip(&mut self, data: &[u8], range: std::ops::Range<usize>) {
        match &mut self.parser {
            Parser::Store | Parser::Fast => {}
            Parser::Lazy(chains, _) => chains.insert_range(data, range, random::LAZY_STEP),
            Parser::Optimal(parser) => parser.insert_range(data, range, random::OPTIMAL_STEP),
        }
    }

    /// Writes the tokens, which stand for `bytes`, as one block or several.
    fn write_blocks(
        &mut self,
        bytes: &[u8],
        last: bool,
        worth: &mut Worth,
        writer: &mut BitWriter<'_>,
    ) {
        let (mut tokens, mut bytes) = (self.tokens.as_slice(), bytes);
        let entropy = |counts: &Counts| self.entropy.cost(counts);
        match self.parser {
            Parser::Optimal(_) => {
                let exact = |counts: &Counts| self.blocks.cost(counts);
                self.splitter.split(tokens, OPTIMAL_SEGMENT, exact);
            }
            Parser::Lazy(..) => self.splitter.split(tokens, LAZY_SEGMENT, entropy),
            Parser::Fast | Parser::Store => self.splitter.split(tokens, FAST_SEGMENT, entropy),
        }
        for (count, counts) in self.splitter.blocks() {
            let (block, tokens_after) = tokens.split_at(count);
            let (block_bytes, bytes_after) = bytes.split_at(counts.bytes);
            (tokens, bytes) = (tokens_after, bytes_after);
            self.blocks.write(
                block,
                block_bytes,
                counts,
                last && tokens.is_empty(),
                writer,
            );
            worth.learn(self.blocks.codes(), counts);
        }
    }
}
