//! The tokens of a stretch of input, in room that is made once.

use super::symbols::{MAX_MATCH, Token};

/// A list of tokens that says when it is full.
///
/// Room behind the mark at which it is full takes what a parser adds before it looks again.
#[derive(Debug)]
pub(super) struct Tokens {
    tokens: Vec<Token>,
    full: usize,
}

/// What a parser may add before it has to ask again whether the list is full.
const SLACK: usize = 2 * MAX_MATCH;

impl Tokens {
    pub(super) fn with_capacity(most: usize) -> Self {
        Self {
            tokens: Vec::with_capacity(most + SLACK),
            full: most,
        }
    }

    /// Forgets all tokens; the list is full again with `most`.
    pub(super) fn clear(&mut self, most: usize) {
        self.tokens.clear();
        self.full = most;
    }

    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.tokens.len() >= self.full
    }

    #[inline(always)]
    pub(super) fn push(&mut self, token: Token) {
        self.tokens.push(token);
    }

    #[inline(always)]
    pub(super) fn push_pair(&mut self, pair: [Token; 2]) {
        self.tokens.extend_from_slice(&pair);
    }

    /// Adds a literal, if there is one, and a token behind it, without a branch.
    #[inline(always)]
    pub(super) fn push_behind(&mut self, literal: Option<Token>, token: Token) {
        let length = self.tokens.len() + 1 + usize::from(literal.is_some());
        self.push_pair([literal.unwrap_or(token), token]);
        self.tokens.truncate(length);
    }

    #[inline(always)]
    pub(super) fn literals(&mut self, bytes: &[u8]) {
        self.tokens
            .extend(bytes.iter().map(|&byte| Token::literal(byte)));
    }

    pub(super) fn as_slice(&self) -> &[Token] {
        &self.tokens
    }
}
