//! The text of a record in, the same text with keys, strings and words told apart out.

use super::marked::hits;
use leptos::html::{code, pre, span};
use leptos::prelude::*;

/// What a piece of JSON is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key.
    Key,
    /// A string value.
    String,
    /// A number, `true`, `false`, `null`.
    Word,
    /// Everything else.
    Rest,
}

/// Longest text that is coloured; beyond it, spans would cost more than they tell.
const COLOURED_BYTES: usize = 64 * 1024;

/// The text, coloured if it is JSON; what was looked for is marked.
pub fn json(text: &str, wanted: &str) -> AnyView {
    let body: Vec<AnyView> = if text.starts_with(['{', '[']) && text.len() <= COLOURED_BYTES {
        pieces(text)
            .into_iter()
            .map(|(kind, piece)| match kind {
                Kind::Key => span().class("json-key").child(hits(piece, wanted)).into_any(),
                Kind::String => span().class("json-string").child(hits(piece, wanted)).into_any(),
                Kind::Word => span().class("json-word").child(hits(piece, wanted)).into_any(),
                Kind::Rest => piece.to_owned().into_any(),
            })
            .collect()
    } else {
        vec![hits(text, wanted)]
    };
    pre().class("record").tabindex("0").child(code().child(body)).into_any()
}

/// Cuts JSON into pieces; joined they are the text again.
pub fn pieces(text: &str) -> Vec<(Kind, &str)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kind, len) = match first {
            '"' => {
                let len = string_len(rest);
                let after = rest.get(len..).unwrap_or("").trim_start();
                (if after.starts_with(':') { Kind::Key } else { Kind::String }, len)
            }
            c if c.is_ascii_alphanumeric() || c == '-' => (
                Kind::Word,
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len()),
            ),
            c => {
                let end = rest
                    .find(|c: char| c == '"' || c == '-' || c.is_ascii_alphanumeric())
                    .unwrap_or(rest.len());
                (Kind::Rest, end.max(c.len_utf8()))
            }
        };
        let (piece, tail) = rest.split_at_checked(len).unwrap_or((rest, ""));
        out.push((kind, piece));
        rest = tail;
    }
    out
}

fn string_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
