//! The sections that the report has, as links within the page.

use super::exceptions;
use crate::page::ids::Id;
use crate::page::state::State;
use crate::report::model::Report;
use crate::report::render::Redacted;
use leptos::html::{a, li, nav, ul};
use leptos::prelude::*;
use std::sync::Arc;

/// The sections of a report beside which so many exceptions are shown: id, title, how many things stand in it (0: not said).
pub fn sections(report: &Report, n_exceptions: usize) -> Vec<(Id, &'static str, usize)> {
    let all = [
        (true, Id::Overview, "Overview", 0),
        (report.timeline.is_some(), Id::Timeline, "Timeline", 0),
        (true, Id::Findings, "Findings", report.findings.len()),
        (!report.whys.is_empty(), Id::Whys, "Five whys", 0),
        (!report.actions.is_empty(), Id::Actions, "Actions", report.actions.len()),
        (true, Id::Changes, "What changed", 0),
        (!report.severity.is_empty(), Id::Severity, "Severity", 0),
        (report.requests.is_some(), Id::Requests, "Requests", 0),
        (!report.patterns.is_empty(), Id::Patterns, "Patterns", report.patterns.len()),
        (n_exceptions > 0, Id::Exceptions, "Exceptions", n_exceptions),
        (!report.details.is_empty() || !report.deployments.is_empty(), Id::Details, "Technical details", 0),
        (!report.works.is_empty(), Id::Works, "What works", 0),
        (!report.not_found.is_empty(), Id::NotFound, "Looked for and not found", 0),
        (true, Id::Coverage, "Coverage", 0),
        (true, Id::Raw, "Raw data", 0),
    ];
    all.into_iter().filter(|(there, ..)| *there).map(|(_, id, title, n)| (id, title, n)).collect()
}

/// The outline.
pub fn outline(state: State, report: &Arc<Redacted>) -> AnyView {
    let report = Arc::clone(report);
    let n_exceptions = Memo::new(move |_| state.sketch.with(|sketch| exceptions::count(sketch.as_ref())));
    let rows = move || {
        let row = |(id, title, n): (Id, &'static str, usize)| {
            let label = if n > 0 { format!("{title} ({n})") } else { title.to_owned() };
            li().child(a().href(format!("#{id}")).child(label)).into_any()
        };
        sections(&report.report, n_exceptions.get()).into_iter().map(row).collect::<Vec<AnyView>>()
    };
    nav().class("outline").aria_label("Sections").child(ul().child(rows)).into_any()
}
