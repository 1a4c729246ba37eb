//! The active filter as text to write and to read, in the languages of other tools, and its entries as a file.

use super::{export, reopened};
use crate::order::Order as _;
use crate::page::ids::Id;
use crate::page::link;
use crate::page::parts::button::button;
use crate::page::parts::copy::copy_of;
use crate::page::parts::dialog::modal;
use crate::page::parts::notice::notice;
use crate::page::state::State;
use crate::query::explorer::{self, Scope};
use crate::query::{Filter, print, sql};
use crate::report::model::Report;
use crate::report::render::EntryFormat;
use leptos::ev;
use leptos::html::{code, div, h3, label, p, span, textarea};
use leptos::prelude::*;

/// Shortest piece of a pattern that is good to search for.
const PIECE: usize = 8;
/// Said where a part of the filter has no counterpart.
const PARTLY: &str = "Chosen entries, findings and files have no counterpart there and are left out.";

/// The dialog.
pub fn query(state: State) -> AnyView {
    state.fault.set(None);
    state.said.set(String::new());
    let tools = |filter: &Filter| {
        state.report.with_untracked(|report| report.as_ref().map(|report| hand_off(&report.report, filter)))
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
            format!("Redaction, as chosen under Export: {}.", export::words(state.level.get()))
        }),
        p().class("note").role("status").child(move || state.said.get()),
        tools(&filter),
    );
    modal(state, "Query", body.into_any())
}

fn hand_off(report: &Report, filter: &Filter) -> AnyView {
    let known = known(report);
    let mut filter = filter.clone();
    let files = &report.raw.files;
    filter.from = filter.from.or_else(|| files.iter().filter_map(|file| file.first).min());
    filter.until = filter.until.or_else(|| files.iter().filter_map(|file| file.last).max());
    let is_part = !(filter.rows.is_empty() && filter.findings.is_empty() && filter.files.is_empty());
    let scope = Scope { texts: pieces(report, &filter.shapes), ..known };
    let text = explorer::print(&filter, &scope);
    let project =
        if scope.project.is_empty() { String::new() } else { format!(" --project={}", scope.project) };
    let gcloud = format!(
        "gcloud logging read '{}'{project} --limit=10000 --format=json > logs.json",
        text.replace('\n', " AND ").replace('\'', "'\\''")
    );
    let sql = sql::print(&filter, &scope);
    let rows: Vec<AnyView> = [("Logs Explorer", text), ("Command", gcloud), ("Log Analytics", sql)]
        .into_iter()
        .map(|(title, text)| {
            div()
                .class("command")
                .child((
                    div()
                        .class("command-head")
                        .child((span().child(title), copy_of("Copy", title, text.clone()))),
                    code().class("command-text").tabindex("0").child(text),
                ))
                .into_any()
        })
        .collect();
    let note = is_part.then(|| p().class("note").child(PARTLY));
    div().class("hand-off").child((h3().child("The same in other tools"), note, rows)).into_any()
}

/// Resource and project, as the report's own queries have them.
fn known(report: &Report) -> Scope {
    let after = |lead: &str, end: char| -> String {
        let texts = report.raw.queries.iter().map(|query| query.text.as_str());
        let found = texts.filter_map(|text| text.split_once(lead)).map(|(_, rest)| rest);
        found.filter_map(|rest| rest.split(end).next()).next().unwrap_or_default().to_owned()
    };
    // It stands unquoted in a command; what is no name of a project is left out.
    let mut project = after(" --project=", ' ');
    if !project.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c)) {
        project.clear();
    }
    Scope { resource: after("resource.type=\"", '"'), project, texts: Vec::new() }
}

/// The longest constant piece of each pattern of the report that a filter names.
pub fn pieces(report: &Report, shapes: &[u32]) -> Vec<String> {
    let of =
        |evidence: Option<u32>| report.evidence.get(evidence? as usize).map(|found| &found.filter.shapes);
    let mut texts: Vec<String> = report
        .patterns
        .iter()
        .filter(|row| of(row.evidence).is_some_and(|all| all.iter().any(|shape| shapes.contains(shape))))
        .filter_map(|row| row.template.split("<*>").map(str::trim).max_by_key(|piece| piece.len()))
        .filter(|piece| piece.len() >= PIECE)
        .map(str::to_owned)
        .collect();
    texts.order();
    texts.dedup();
    texts
}
