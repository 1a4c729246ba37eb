//! A text and words looked for in, the text with these words marked out. Long texts are cut around the first match.

use leptos::html::mark;
use leptos::prelude::*;

/// Bytes shown at most: a row has three lines.
const SHOWN: usize = 600;
/// Bytes kept before the first match.
const BEFORE: usize = 60;

/// The text, cut around its first match, matches marked.
pub fn marked(text: &str, wanted: &str) -> AnyView {
    drawn(pieces(text, wanted))
}

/// The whole text, matches marked.
pub fn hits(text: &str, wanted: &str) -> AnyView {
    if wanted.is_empty() {
        return text.to_owned().into_any();
    }
    let mut out = Vec::new();
    split(text, wanted, (0, text.len()), &mut out);
    drawn(out)
}

/// The whole text, matches marked as long as there are some left to mark.
pub fn first_hits(text: &str, wanted: &str, left: &mut usize) -> AnyView {
    if *left == 0 {
        return text.to_owned().into_any();
    }
    let mut out = Vec::new();
    split(text, wanted, (0, text.len()), &mut out);
    for (hit, _) in &mut out {
        *hit &= *left > 0;
        *left -= usize::from(*hit);
    }
    drawn(out)
}

fn drawn(pieces: Vec<(bool, &str)>) -> AnyView {
    pieces
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
    let mut out = Vec::new();
    let mut at = 0;
    if !wanted.is_empty()
        && let Some(first) =
            text.to_ascii_lowercase().find(&wanted.to_ascii_lowercase()).filter(|first| *first > SHOWN / 2)
    {
        at = text.floor_char_boundary(first - BEFORE);
        out.push((false, "… "));
    }
    let end = text.floor_char_boundary(at.saturating_add(SHOWN).min(text.len()));
    split(text, wanted, (at, end), &mut out);
    out
}

/// The same of a stretch of a text.
fn split<'t>(text: &'t str, wanted: &str, (mut at, end): (usize, usize), out: &mut Vec<(bool, &'t str)>) {
    let (lower, wanted) = (text.to_ascii_lowercase(), wanted.to_ascii_lowercase());
    while !wanted.is_empty()
        && let Some(hit) = lower.get(at..end).and_then(|rest| rest.find(&wanted))
    {
        let (from, to) = (at + hit, at + hit + wanted.len());
        out.extend(text.get(at..from).filter(|rest| !rest.is_empty()).map(|rest| (false, rest)));
        out.extend(text.get(from..to).map(|hit| (true, hit)));
        at = to;
    }
    out.extend(text.get(at..end).filter(|rest| !rest.is_empty()).map(|rest| (false, rest)));
}

#[cfg(test)]
#[path = "marked_tests.rs"]
mod tests;
