//! The active filter in chips: one for each restriction, each with a button that takes it off.

use crate::entry::Severity;
use crate::page::ids::Id;
use crate::page::state::State;
use crate::page::{focus, format, view};
use crate::query::Filter;
use leptos::ev;
use leptos::html::{button, li, span, ul};
use leptos::prelude::*;

/// A restriction: how it reads (empty where there is none), and how to take it off.
type Chip = (fn(&Filter) -> String, fn(&mut Filter));

const CHIPS: [Chip; 12] = [
    (|f| names(&f.severities), |f| f.severities.clear()),
    (|f| led("recorded ", names(&f.recorded)), |f| f.recorded.clear()),
    (|f| format::span(f.from, f.until), |f| (f.from, f.until) = (None, None)),
    (|f| f.services.join(", "), |f| f.services.clear()),
    (|f| f.revisions.join(", "), |f| f.revisions.clear()),
    (|f| led("instance ", f.instances.join(", ")), |f| f.instances.clear()),
    (|f| led("log ", f.logs.join(", ")), |f| f.logs.clear()),
    (|f| many(f.shapes.len(), "message pattern", "message patterns"), |f| f.shapes.clear()),
    (|f| many(f.files.len(), "file", "files"), |f| f.files.clear()),
    (|f| statuses(&f.statuses), |f| f.statuses.clear()),
    (
        |f| f.request.map_or("", |is| if is { "requests" } else { "no requests" }).to_owned(),
        |f| f.request = None,
    ),
    (|f| many(f.rows.len(), "chosen entry", "chosen entries"), |f| f.rows.clear()),
];

fn led(lead: &str, text: String) -> String {
    if text.is_empty() { text } else { format!("{lead}{text}") }
}

fn many(n: usize, one: &str, more: &str) -> String {
    if n == 0 { String::new() } else { format::counted(n as u64, one, more) }
}

fn names(severities: &[Severity]) -> String {
    severities.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ")
}

fn statuses(ranges: &[(u16, u16)]) -> String {
    let words =
        ranges.iter().map(|(low, high)| if low == high { low.to_string() } else { format!("{low}–{high}") });
    led("status ", words.collect::<Vec<_>>().join(", "))
}

/// What each chip of a filter reads, with its place in [`CHIPS`].
pub fn words(filter: &Filter) -> Vec<(usize, String)> {
    CHIPS
        .iter()
        .enumerate()
        .map(|(at, (read, _))| (at, read(filter)))
        .filter(|(_, words)| !words.is_empty())
        .collect()
}

/// The chips. The text has its own box and no chip.
pub fn chips(state: State) -> AnyView {
    (move || {
        let all = state.drawer.with(|shown| shown.as_ref().map(|shown| words(&shown.filter)));
        let all = all.filter(|all| !all.is_empty())?;
        let rows: Vec<AnyView> = all.into_iter().map(|(at, words)| chip(state, at, words)).collect();
        Some(ul().class("chips").aria_label("Active filter").child(rows))
    })
    .into_any()
}

fn chip(state: State, at: usize, words: String) -> AnyView {
    let label = format!("Take off: {words}");
    li().child(
        button()
            .r#type("button")
            .class("chip")
            .aria_label(label)
            .on(ev::click, move |_| {
                if let Some((_, take_off)) = CHIPS.get(at) {
                    view::narrow(state, take_off);
                    request_animation_frame(|| focus::to(Id::DrawerTitle));
                }
            })
            .child((span().class("chip-words").child(words), span().aria_hidden("true").child("×"))),
    )
    .into_any()
}

#[cfg(test)]
#[path = "chips_tests.rs"]
mod tests;
