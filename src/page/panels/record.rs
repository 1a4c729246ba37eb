//! One entry in full: its record, what can be copied of it, and the entries around it.

use super::alike::alike;
use super::list::{line_at, step, turn};
use crate::entry::{Nanos, time::SECOND};
use crate::page::format;
use crate::page::link;
use crate::page::parts::badge;
use crate::page::parts::button::button;
use crate::page::parts::copy::copy;
use crate::page::parts::json::{Kind, json, pieces};
use crate::page::state::State;
use crate::page::view;
use crate::page::view::typed;
use crate::protocol::Record;
use crate::query::Filter;
use leptos::html::{div, p, section, span};
use leptos::prelude::*;

/// Nanoseconds on each side of "around it".
const AROUND: i64 = 30 * SECOND;

/// The present entry, while it is open.
pub fn record(state: State) -> AnyView {
    let row = Memo::new(move |_| {
        state.opened.get().then(|| line_at(state, state.at.get())).flatten().map(|line| line.quote.row)
    });
    Effect::new(move |_| {
        if let Some(row) = row.get() {
            link::ask_entry(&state, row);
        }
    });
    (move || state.opened.get().then(|| pane(state, row))).into_any()
}

fn pane(state: State, row: Memo<Option<u32>>) -> AnyView {
    let title = move || {
        line_at(state, state.at.get()).map(|line| {
            let (quote, zone) = (line.quote, state.zone.get());
            let time = format::date_time(quote.time.map(|time| zone.at(time)));
            (
                span().class("time").child(format!("{time}{}", zone.said())),
                badge::severity(quote.severity),
                span().class("entry-source").child(quote.source),
            )
        })
    };
    section()
        .class("record-pane")
        .aria_label("Entry")
        .child((
            div().class("record-head").child((
                p().class("entry-line").child(title),
                button("quiet", "Close entry", move || close(state)),
            )),
            div().class("tools").child((
                button("quiet", "Previous", move || turn(state, -1)),
                button("quiet", "Next", move || turn(state, 1)),
                move || tools(state, row.get()),
            )),
            move || full(state, row.get()),
        ))
        .into_any()
}

/// Closes the entry; focus goes back to its row.
pub fn close(state: State) {
    state.opened.set(false);
    step(state, 0);
}

/// The record that was asked for, if it has arrived.
fn arrived(state: State, row: Option<u32>) -> Option<Record> {
    state.record.get().filter(|record| Some(record.row) == row)
}

fn tools(state: State, row: Option<u32>) -> Option<AnyView> {
    let record = arrived(state, row)?;
    let line = line_at(state, state.at.get_untracked()).filter(|line| Some(line.quote.row) == row);
    let around = line.as_ref().and_then(|line| line.quote.time).map(|time| {
        let filter = Filter {
            from: Some(Nanos(time.0.saturating_sub(AROUND))),
            until: Some(Nanos(time.0.saturating_add(AROUND))),
            ..Filter::default()
        };
        ("± 30 s", filter)
    });
    let links: Vec<AnyView> = alike(line.as_ref(), &record.text)
        .into_iter()
        .chain(around)
        .map(|(words, filter)| {
            button("quiet", words, move || view::show(state, filter.clone(), words.to_owned()))
        })
        .collect();
    let id =
        string_of(&record.text, "insertId").map(|id| copy("Copy insertId filter", format!("insertId={id}")));
    let is_json = record.text.starts_with('{');
    let whole = copy(if is_json { "Copy as JSON" } else { "Copy entry" }, record.text.clone());
    Some((links, whole, id).into_any())
}

fn full(state: State, row: Option<u32>) -> Option<AnyView> {
    let record = arrived(state, row)?;
    let note = (!record.note.is_empty()).then(|| p().class("note").child(record.note.clone()));
    let wanted = state.drawer.with(|shown| shown.as_ref().map(|shown| typed(&shown.filter).to_owned()));
    Some((note, json(&record.text, &wanted.unwrap_or_default())).into_any())
}

/// The string that stands behind a key of JSON text, with its quotes.
pub fn string_of<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let mut is_next = false;
    for (kind, piece) in pieces(text) {
        match kind {
            Kind::Key => is_next = piece.trim_matches('"') == key,
            Kind::String if is_next => return Some(piece),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
