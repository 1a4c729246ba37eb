//! The active filter as text to write and to read, in the languages of other tools, and its entries as a file.

use super::{redaction, reopened};
use crate::page::ids::Id;
use crate::page::link;
use crate::page::parts::button::button;
use crate::page::parts::dialog::modal;
use crate::page::parts::hand_off::hand_off;
use crate::page::parts::notice::notice;
use crate::page::state::State;
use crate::query::{Filter, print};
use crate::report::model::Report;
use crate::report::render::EntryFormat;
use leptos::ev;
use leptos::html::{div, h3, label, p, textarea};
use leptos::prelude::*;

/// The dialog.
pub fn query(state: State) -> AnyView {
    state.fault.set(None);
    state.said.set(String::new());
    let tools = |filter: &Filter| {
        state.report.with_untracked(|report| report.as_ref().map(|report| tools(&report.report, filter)))
    };
    let filter = state.drawer.with_untracked(|shown| shown.as_ref().map(|shown| shown.filter.clone()));
    let filter = filter.unwrap_or_default();
    if state.reopened.with_untracked(Option::is_some) {
        return modal(state, "Query", (reopened::needs_log(), tools(&filter)).into_any());
    }
    let text = RwSignal::new(print(&filter));
    let apply = move || link::read_query(text.get_untracked());
    let save = |words: &'static str, format: EntryFormat| {
        let filter = filter.clone();
        button("button", words, move || link::export_entries(&state, filter.clone(), format))
    };
    let body = (
        div().class("field").child((
            label().r#for(Id::Query.name()).child("Query, in the language of Logs Explorer"),
            textarea()
                .id(Id::Query.name())
                .class("query")
                .rows("5")
                .placeholder("severity>=ERROR\n\"connection refused\"")
                .attr("spellcheck", "false")
                .aria_invalid(move || if state.fault.with(Option::is_some) { "true" } else { "false" })
                .prop("value", text.get_untracked())
                .on(ev::input, move |event| text.set(event_target_value(&event)))
                .on(ev::keydown, move |event| {
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                        apply();
                    }
                }),
        )),
        div().role("alert").child(move || state.fault.get().as_ref().map(notice)),
        div().class("buttons").child((
            button("button button-main", "Show these entries", apply),
            save("Save as CSV", EntryFormat::Csv),
            save("Save as NDJSON", EntryFormat::Ndjson),
        )),
        p().class("note").child(move || {
            format!("Redaction, as chosen under Export: {}.", redaction::words(state.level.get()))
        }),
        p().class("note").role("status").child(move || state.said.get()),
        tools(&filter),
    );
    modal(state, "Query", body.into_any())
}

fn tools(report: &Report, filter: &Filter) -> AnyView {
    div()
        .class("hand-off")
        .child((h3().child("The same in other tools"), hand_off(report, filter)))
        .into_any()
}
