//! A text and words looked for in, the text with these words marked out. Long texts are cut around the first match.

use leptos::html::mark;
use leptos::prelude::*;

/// Bytes shown at most: a row has three lines.
const SHOWN: usize = 600;
/// Bytes kept before the first match.
const BEFORE: usize = 60;

/// The text, matches marked.
pub fn marked(text: &str, wanted: &str) -> AnyView {
    pieces(text, wanted)
        .into_iter()
        .map(|(hit, piece)| {
            let piece = piece.to_owned();
            if hit { mark().child(piece).into_any() } else { piece.into_any() }
        })
        .collect::<Vec<AnyView>>()
        .into_any()
}

/// Cuts a text into matches and what lies between, without regard to ASCII case.
pub fn pieces<'t>(text: &'t str, wanted: &str) -> Vec<(bool, &'t str)> {
    let wanted = wanted.to_ascii_lowercase();
    let lower = text.to_ascii_lowercase();
    let mut out = Vec::new();
    let mut at = 0;
    if !wanted.is_empty()
        && let Some(first) = lower.find(&wanted).filter(|first| *first > SHOWN / 2)
    {
        at = text.floor_char_boundary(first - BEFORE);
        out.push((false, "… "));
    }
    let end = text.floor_char_boundary(at.saturating_add(SHOWN).min(text.len()));
    while !wanted.is_empty()
        && let Some(hit) = lower.get(at..end).and_then(|rest| rest.find(&wanted))
    {
        let (from, to) = (at + hit, at + hit + wanted.len());
        out.extend(text.get(at..from).filter(|rest| !rest.is_empty()).map(|rest| (false, rest)));
        out.extend(text.get(from..to).map(|hit| (true, hit)));
        at = to;
    }
    out.extend(text.get(at..end).filter(|rest| !rest.is_empty()).map(|rest| (false, rest)));
    out
}

#[cfg(test)]
#[path = "marked_tests.rs"]
mod tests;
