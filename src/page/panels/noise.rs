//! Patterns marked as noise: the mark on a row of the table, and what can be done with all that are marked.

use crate::page::format;
use crate::page::link::{self, Wish};
use crate::page::parts::button::button;
use crate::page::state::{Marks, State};
use crate::report::model::PatternRow;
use leptos::ev;
use leptos::html::{button as element, div, p};
use leptos::prelude::*;

/// How the note of a pattern begins that a rule knows as noise already.
const KNOWN: &str = "known noise";

/// The number of a row as the marks have it.
fn number(nth: usize) -> u32 {
    u32::try_from(nth).unwrap_or(u32::MAX)
}

/// Whether a row is marked.
pub fn is_marked(state: State, nth: usize) -> bool {
    state.noise.with(|marks| marks.patterns.contains(&number(nth)))
}

/// The button that marks a row, or takes the mark off; none where there is no log to write a rule from, or one has it.
pub fn mark(state: State, nth: usize, row: &PatternRow) -> Option<AnyView> {
    if state.reopened.with_untracked(Option::is_some) || row.evidence.is_none() || row.note.starts_with(KNOWN)
    {
        return None;
    }
    let flip = move |_| {
        state.noise.update(|marks| {
            if !marks.patterns.remove(&number(nth)) {
                marks.patterns.insert(number(nth));
            }
            marks.said.clear();
        });
        state.said.set(state.noise.with_untracked(words));
    };
    let pressed = move || if is_marked(state, nth) { "true" } else { "false" };
    Some(
        element()
            .r#type("button")
            .class("quiet switch noise-mark")
            .aria_label(format!("Noise: {}", row.template))
            .aria_pressed(pressed)
            .on(ev::click, flip)
            .child("Noise")
            .into_any(),
    )
}

/// How many are marked.
pub fn words(marks: &Marks) -> String {
    format::counted(marks.patterns.len() as u64, "pattern marked as noise", "patterns marked as noise")
}

/// What can be done with the marked rows; stays in view while the table is, and is not there while none is marked.
pub fn bar(state: State) -> AnyView {
    let is_any = Memo::new(move |_| state.noise.with(|marks| !marks.patterns.is_empty()));
    let said = move || {
        state.noise.with(|marks| if marks.said.is_empty() { words(marks) } else { marks.said.clone() })
    };
    (move || {
        is_any.get().then(|| {
            div().class("noise-bar").role("group").aria_label("Known noise").child((
                p().class("note").child(said),
                div().class("tools").child((
                    button("quiet", "Use in this report", move || link::noise(&state, Wish::Use)),
                    button("quiet", "Save as rule file", move || link::noise(&state, Wish::Save)),
                    button("quiet", "Take marks off", move || state.noise.set(Marks::default())),
                )),
            ))
        })
    })
    .into_any()
}
