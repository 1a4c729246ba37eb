//! A shape → its tokens: variables, words, quoted texts and the marks between them.

use crate::pattern::VARIABLE;

/// Longest quoted text taken as one token, in bytes.
const QUOTED: usize = 64;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `<*>`.
    Variable,
    /// A word, or the text between quotes.
    Word,
    /// A space or a punctuation mark: never varies.
    Mark,
}

/// A token of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) kind: Kind,
    pub(super) hash: u64,
}

impl<'a> Token<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let kind = match text.as_bytes() {
            b"<*>" => Kind::Variable,
            [b] if is_mark(*b) => Kind::Mark,
            _ => Kind::Word,
        };
        Self { text, kind, hash: super::token_hash(text) }
    }
}

/// Bytes that are tokens of their own.
fn is_mark(b: u8) -> bool {
    b <= b' '
        || (b.is_ascii_punctuation()
            && !matches!(b, b'_' | b'-' | b'.' | b'/' | b'$' | b'%' | b'~' | b'\\' | b'*'))
}

/// The texts of the tokens of a shape, in order; together they are its text.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut quote = false;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length = if quote { quoted(rest) } else { 0 };
        let length = if length == 0 { word(rest) } else { length };
        let (token, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = tail;
        quote = token == "\"" || token == "'";
        Some(token)
    })
}

/// The length of the text up to the closing quote: short, without variables.
fn quoted(rest: &str) -> usize {
    let head = rest.get(..rest.floor_char_boundary(QUOTED)).unwrap_or(rest);
    let end = head.find(['"', '\'']).unwrap_or(0);
    let inside = head.get(..end).unwrap_or_default();
    let closes = !rest.as_bytes().get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
    if closes && !inside.contains('<') && !inside.starts_with(' ') { end } else { 0 }
}

fn word(rest: &str) -> usize {
    if rest.starts_with(VARIABLE) {
        return VARIABLE.len();
    }
    let bytes = rest.as_bytes();
    bytes.iter().take_while(|b| !is_mark(**b)).count().max(1)
}
