//! The evidence drawer: the entries behind what was chosen, a search among them, and one entry in full.

use crate::page::format;
use crate::page::ids::Id;
use crate::page::link;
use crate::page::parts::badge;
use crate::page::parts::copy::copy;
use crate::page::parts::json::json;
use crate::page::state::State;
use crate::protocol::Record;
use crate::query::Filter;
use crate::report::model::Quote;
use leptos::ev;
use leptos::html::{aside, button, div, h2, input, label, li, ol, p, span};
use leptos::prelude::*;

/// The drawer's column; says what it is for while nothing is chosen.
pub fn drawer(state: State) -> AnyView {
    aside()
        .id(Id::Drawer.name())
        .class(move || if state.drawer.with(Option::is_some) { "drawer drawer-open" } else { "drawer" })
        .aria_label("Evidence")
        .child(move || match state.drawer.get() {
            None => p()
                .class("drawer-hint note")
                .child("Choose any underlined sentence or number to see the entries behind it.")
                .into_any(),
            Some(shown) => open(state, shown.title, shown.filter),
        })
        .into_any()
}

fn open(state: State, title: String, filter: Filter) -> AnyView {
    request_animation_frame(|| super::super::focus::to(Id::DrawerTitle));
    div()
        .class("drawer-body")
        .child((
            div().class("drawer-head").child((
                h2().id(Id::DrawerTitle.name()).tabindex("-1").child(title),
                button()
                    .r#type("button")
                    .class("quiet")
                    .on(ev::click, move |_| state.close_drawer())
                    .child("Close"),
            )),
            search(state, filter.clone()),
            p().class("note drawer-count")
                .child(move || state.listed.with(|listed| summary(listed.total, listed.rows.len()))),
            ol().class("entries").child(For(ForProps::builder()
                .each(move || state.listed.get().rows)
                .key(|quote| (quote.row, quote.offset))
                .children(move |quote| entry(state, &quote))
                .build())),
            more(state, filter),
        ))
        .into_any()
}

/// `16 entries`, `first 100 of 1,204 entries`.
pub fn summary(total: Option<u64>, listed: usize) -> String {
    match total {
        None => "Looking.".into(),
        Some(total) if (listed as u64) < total && listed > 0 => format!(
            "First {} of {}, in time order",
            format::count(listed as u64),
            format::counted(total, "entry", "entries")
        ),
        Some(total) => format::counted(total, "entry", "entries"),
    }
}

fn search(state: State, filter: Filter) -> AnyView {
    let ask = move |text: String| {
        link::ask_entries(&state, filter.with_text(&text), 0);
    };
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
                .on(ev::input, move |event| ask(event_target_value(&event))),
        ))
        .into_any()
}

fn more(state: State, filter: Filter) -> AnyView {
    (move || {
        let (total, listed) =
            state.listed.with(|listed| (listed.total.unwrap_or(0), listed.rows.len() as u64));
        let filter = filter.clone();
        (listed > 0 && listed < total).then(|| {
            button()
                .r#type("button")
                .class("button")
                .on(ev::click, move |_| link::ask_entries(&state, filter.clone(), listed))
                .child(format!(
                    "Show {} more",
                    format::count((total - listed).min(u64::from(link::PAGE_ROWS)))
                ))
        })
    })
    .into_any()
}

fn entry(state: State, quote: &Quote) -> AnyView {
    let row = quote.row;
    let is_open = Memo::new(move |_| state.opened.get() == Some(row));
    let head = button()
        .r#type("button")
        .class("entry-head")
        .aria_expanded(move || if is_open.get() { "true" } else { "false" })
        .on(ev::click, move |_| {
            state.record.set(None);
            if is_open.get_untracked() {
                state.opened.set(None);
            } else {
                state.opened.set(Some(row));
                link::ask_entry(&state, row);
            }
        })
        .child((
            span().class("entry-line").child((
                span().class("time").child(format::clock(quote.time)),
                badge::severity(quote.severity),
                span().class("entry-source").child(quote.source.clone()),
            )),
            span().class("entry-text").child(quote.text.clone()),
        ));
    li().class("entry").child((head, move || is_open.get().then(|| state.record.get().map(full)))).into_any()
}

fn full(record: Record) -> AnyView {
    let note = (!record.note.is_empty()).then(|| p().class("note").child(record.note.clone()));
    div().class("entry-full").child((note, json(&record.text), copy("Copy entry", record.text))).into_any()
}
