//! The drawer: the active filter in chips and a search box, its entries, and one of them in full. At rest it says what can
//! be done.

use super::{chips, list, record};
use crate::entry::Severity;
use crate::page::format;
use crate::page::ids::Id;
use crate::page::state::{Listed, State};
use crate::page::view;
use crate::query::Filter;
use leptos::ev;
use leptos::html::{aside, button, div, h2, input, label, li, p, ul};
use leptos::prelude::*;

/// Filters to begin with.
const BEGINNINGS: [(&str, &[Severity]); 3] = [
    ("All entries", &[]),
    (
        "Warnings and worse",
        &[Severity::Warning, Severity::Error, Severity::Critical, Severity::Alert, Severity::Emergency],
    ),
    ("Errors and worse", &[Severity::Error, Severity::Critical, Severity::Alert, Severity::Emergency]),
];

/// The drawer's column.
pub fn drawer(state: State) -> AnyView {
    let is_open = Memo::new(move |_| state.drawer.with(Option::is_some));
    aside()
        .id(Id::Drawer.name())
        .class(move || if is_open.get() { "drawer drawer-open" } else { "drawer" })
        .aria_label("Evidence")
        .child(move || if is_open.get() { open(state) } else { rest(state) })
        .into_any()
}

fn rest(state: State) -> AnyView {
    let rows: Vec<AnyView> = BEGINNINGS
        .iter()
        .map(|(words, severities)| {
            let begin = move |_| {
                view::show(state, Filter::of_severities(severities.iter().copied()), (*words).to_owned());
            };
            li().child(button().r#type("button").class("link").on(ev::click, begin).child(*words)).into_any()
        })
        .collect();
    div()
        .class("drawer-rest")
        .child((
            h2().child("Entries"),
            p().class("note").child(
                "Choose an underlined number to see the entries behind it, or drag over the timeline to see those of a span.",
            ),
            ul().child(rows),
        ))
        .into_any()
}

fn open(state: State) -> AnyView {
    div()
        .class("drawer-body")
        .child((
            div().class("drawer-head").child((
                h2().id(Id::DrawerTitle.name()).tabindex("-1").child(move || title(state)),
                div().class("tools").child((
                    switch(state.wide, "Full width"),
                    button()
                        .r#type("button")
                        .class("quiet")
                        .on(ev::click, move |_| view::clear(state))
                        .child("Close"),
                )),
            )),
            chips::chips(state),
            search(state),
            div().class("drawer-tools").child((
                p().class("note").child(move || state.listed.with(summary)),
                div()
                    .class("tools")
                    .child((switch(state.newest, "Newest first"), switch(state.tall, "Three lines"))),
            )),
            div()
                .class(move || if state.opened.get() { "drawer-panes drawer-split" } else { "drawer-panes" })
                .child((list::list(state), record::record(state))),
        ))
        .into_any()
}

fn title(state: State) -> String {
    state.drawer.with(|shown| match shown {
        Some(shown) if !shown.title.is_empty() => shown.title.clone(),
        Some(shown) if shown.filter.is_empty() => "All entries".into(),
        _ => "Entries".into(),
    })
}

/// `16 entries`.
pub fn summary(listed: &Listed) -> String {
    match listed.total {
        None => "Looking.".into(),
        Some(0) => "No entry passes. Take off a restriction above, or press Esc.".into(),
        Some(total) => format::counted(total, "entry", "entries"),
    }
}

/// A button that is pressed or not.
fn switch(signal: RwSignal<bool>, label: &'static str) -> AnyView {
    button()
        .r#type("button")
        .class("quiet switch")
        .aria_pressed(move || if signal.get() { "true" } else { "false" })
        .on(ev::click, move |_| signal.update(|on| *on = !*on))
        .child(label)
        .into_any()
}

fn search(state: State) -> AnyView {
    let text = move || state.drawer.with(|shown| shown.as_ref().map(|s| s.filter.text.clone()));
    div()
        .class("drawer-search")
        .child((
            label().r#for(Id::Search.name()).class("visually-hidden").child("Search these entries"),
            input()
                .r#type("search")
                .id(Id::Search.name())
                .placeholder("Search these entries")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .prop("value", move || text().unwrap_or_default())
                .on(ev::input, move |event| view::retype(state, event_target_value(&event))),
        ))
        .into_any()
}
