//! A report that was opened from its JSON: that it stands without its log, what still works, and the entries that it quotes.

use super::findings::quote;
use crate::page::ids::Id;
use crate::page::parts::button::button;
use crate::page::state::State;
use crate::page::{format, link, view};
use crate::query::Filter;
use crate::report::model::{Quote, Report};
use leptos::html::{code, div, h2, p, strong};
use leptos::prelude::*;

/// What is not at hand.
const NEEDS_LOG: &str =
    "Entries, search, filters, comparisons and entries as a file need the log: drop it to have them.";

/// The note above the report, or nothing where its log is loaded.
pub fn note(state: State) -> AnyView {
    let Some(file) = state.reopened.get_untracked().filter(|file| file.key != link::LET_GO) else {
        return ().into_any();
    };
    let key = file.key;
    div()
        .class("notice notice-warning")
        .role("note")
        .aria_label("Report without its log")
        .child((
            p().child((
                strong().child("A report without its log."),
                " Opened from ",
                code().class("plain").child(file.name),
                ". ",
                redacted(),
            )),
            p().class("note").child((
                NEEDS_LOG,
                " Exports and copies work as usual. ",
                button("link", "Close this report", move || link::remove(key)),
            )),
        ))
        .into_any()
}

/// What redaction means for it.
pub fn redacted() -> &'static str {
    "Its text is redacted as it was when the report was exported; a stricter level takes out more, none brings anything back."
}

/// That something can't be done here.
pub fn needs_log() -> AnyView {
    p().class("note").child(("This report is here without its log. ", NEEDS_LOG)).into_any()
}

/// The drawer in place of the list of entries.
pub fn drawer(state: State) -> AnyView {
    let Some(shown) = state.drawer.get() else {
        return div()
            .class("drawer-rest")
            .child((
                h2().child("Entries"),
                needs_log(),
                p().class("note").child("Choose an underlined number to see what the report quotes of it."),
            ))
            .into_any();
    };
    let title = if shown.title.is_empty() { "Entries".to_owned() } else { shown.title };
    let quotes = state
        .report
        .with(|report| report.as_ref().map(|report| quoted(&report.report, &shown.filter)))
        .unwrap_or_default();
    let said = match quotes.len() as u64 {
        0 => "The report quotes none of these entries.".to_owned(),
        n => format!("{} of these stand in the report.", format::counted(n, "entry", "entries")),
    };
    let drawn: Vec<AnyView> = quotes.iter().map(|one| quote(state, one)).collect();
    div()
        .class("drawer-body")
        .child((
            div().class("drawer-head").child((
                h2().id(Id::DrawerTitle.name()).tabindex("-1").child(title),
                button("quiet", "Close", move || view::clear(state)),
            )),
            p().class("note").child(said),
            needs_log(),
            drawn,
        ))
        .into_any()
}

/// The entries behind a filter that the report quotes: those of its evidence, else those of the finding with that evidence.
pub fn quoted(report: &Report, filter: &Filter) -> Vec<Quote> {
    let same = report.evidence.iter().zip(0u32..).filter(|(evidence, _)| evidence.filter == *filter);
    let of = same.map(|(evidence, number)| {
        let finding = || report.findings.iter().find(|finding| finding.evidence == Some(number));
        match evidence.quotes.as_slice() {
            [] => finding().map(|finding| finding.quotes.clone()).unwrap_or_default(),
            quotes => quotes.to_vec(),
        }
    });
    of.max_by_key(Vec::len).unwrap_or_default()
}

#[cfg(test)]
#[path = "reopened_tests.rs"]
mod tests;
