//! A run of words and log text in, spans and code out. Log text only ever becomes a text node.

use crate::report::model::{Inline, Rich};
use leptos::html::{code, span};
use leptos::prelude::*;

/// The pieces in order.
pub fn rich(text: &Rich) -> AnyView {
    let pieces: Vec<AnyView> = text
        .0
        .iter()
        .map(|piece| match piece {
            Inline::Text(words) => our_words(words),
            Inline::Code(words) => code().child(words.clone()).into_any(),
        })
        .collect();
    pieces.into_any()
}

/// Words of ours; a date keeps to one line.
fn our_words(words: &str) -> AnyView {
    if !words.split(' ').any(is_date) {
        return words.to_owned().into_any();
    }
    let pieces: Vec<AnyView> = words
        .split_inclusive(' ')
        .map(|word| {
            if is_date(word.trim_end()) {
                span().class("nowrap").child(word.to_owned()).into_any()
            } else {
                word.to_owned().into_any()
            }
        })
        .collect();
    pieces.into_any()
}

/// Whether a word looks like `2026-03-10`.
fn is_date(word: &str) -> bool {
    word.len() >= 10
        && word
            .bytes()
            .take(10)
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
}
