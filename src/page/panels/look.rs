//! How entries and times are shown: columns, lines, order and time zone. Kept by the page while it lives, and nowhere else.

use crate::page::ids::Id;
use crate::page::parts::dialog::modal;
use crate::page::state::State;
use crate::page::zone::{OFFSETS, Zone};
use leptos::ev;
use leptos::html::{div, h3, input, label, option, p, select};
use leptos::prelude::*;

/// What a row can show, in this order. The third is whatever tells most of the entry's origin.
pub const COLUMNS: [&str; 8] =
    ["Time", "Severity", "Source (if there is room)", "Service", "Revision", "Instance", "Log", "Message"];
/// Columns of which a row has one without being asked.
pub const USUAL: [bool; 8] = [true, true, true, false, false, false, false, true];
/// Said below the zones.
const ZONES: &str =
    "Entries, timeline and tables follow. The report's sentences, queries and exports stay in UTC.";

/// The dialog.
pub fn look(state: State) -> AnyView {
    let columns: Vec<AnyView> = COLUMNS
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let is_on = move || state.columns.with(|on| on.get(at).copied().unwrap_or(false));
            let set = move |on: bool| {
                state.columns.update(|all| {
                    if let Some(slot) = all.get_mut(at) {
                        *slot = on;
                    }
                });
            };
            check(format!("column-{at}"), name, Signal::derive(is_on), Box::new(set))
        })
        .collect();
    let flag = |id: &'static str, words: &'static str, signal: RwSignal<bool>| {
        check(id.to_owned(), words, signal.into(), Box::new(move |on| signal.set(on)))
    };
    let lines = (
        flag("look-tall", "Three lines an entry", state.tall),
        flag("look-wrap", "Wrap long lines", state.wrap),
        flag("look-dense", "Close rows", state.dense),
        flag("look-newest", "Newest first", state.newest),
    );
    let body = (
        group("Columns", columns.into_any()),
        group("Rows", lines.into_any()),
        zones(state),
        p().class("note").child(ZONES),
    );
    modal(state, "View", body.into_any())
}

fn group(title: &'static str, body: AnyView) -> AnyView {
    div()
        .class("choices")
        .role("group")
        .aria_label(title)
        .child((h3().child(title), div().class("choices-grid").child(body)))
        .into_any()
}

fn check(id: String, words: &'static str, is_on: Signal<bool>, set: Box<dyn Fn(bool)>) -> AnyView {
    div()
        .class("field-inline")
        .child((
            input()
                .r#type("checkbox")
                .id(id.clone())
                .prop("checked", is_on)
                .on(ev::change, move |event| set(event_target_checked(&event))),
            label().r#for(id).child(words),
        ))
        .into_any()
}

fn zones(state: State) -> AnyView {
    let all = [Zone::Utc, Zone::Local].into_iter().chain(OFFSETS.map(Zone::Fixed));
    let options: Vec<AnyView> = all
        .map(|zone| {
            let words = if zone == Zone::Local { "Local time of this browser".into() } else { zone.name() };
            option()
                .value(zone.key())
                .prop("selected", move || state.zone.get() == zone)
                .child(words)
                .into_any()
        })
        .collect();
    div()
        .class("field")
        .child((
            label().r#for(Id::Zone.name()).child("Times in"),
            select()
                .id(Id::Zone.name())
                .on(ev::change, move |event| state.zone.set(Zone::of_key(&event_target_value(&event))))
                .child(options),
        ))
        .into_any()
}
