//! The text of a record in, the same text with keys, strings and words told apart out.

use super::marked::{first_hits, hits};
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
/// A longer text stands in parts of about so many bytes: a browser lays out those in view, and a megabyte takes it a second.
const PART_BYTES: usize = 8 * 1024;
/// Matches marked in a longer text.
const MARKED: usize = 500;

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
    } else if text.len() <= COLOURED_BYTES {
        vec![hits(text, wanted)]
    } else {
        let mut left = MARKED;
        parts(text)
            .map(|part| span().class("record-part").child(first_hits(part, wanted, &mut left)).into_any())
            .collect()
    };
    pre().class("record").tabindex("0").child(code().child(body)).into_any()
}

/// A text in parts, which end with a line where one ends in the second half of them.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut len = rest.floor_char_boundary(PART_BYTES.min(rest.len()));
        if len < rest.len()
            && let Some(line) =
                rest.get(..len).and_then(|part| part.rfind('\n')).filter(|at| *at > PART_BYTES / 2)
        {
            len = line + 1;
        }
        let (part, tail) = rest.split_at_checked(len)?;
        rest = tail;
        (!part.is_empty()).then_some(part)
    })
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
