//! A run of words and log text in, spans and code out. Log text only ever becomes a text node.

use crate::report::model::{Inline, Rich};
use leptos::html::code;
use leptos::prelude::*;

/// The pieces in order.
pub fn rich(text: &Rich) -> AnyView {
    let pieces: Vec<AnyView> = text
        .0
        .iter()
        .map(|piece| match piece {
            Inline::Text(words) => words.clone().into_any(),
            Inline::Code(words) => code().child(words.clone()).into_any(),
        })
        .collect();
    pieces.into_any()
}
