//! The severity table: recorded levels, how many, which share.

use crate::entry::Severity;
use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::badge::severity_class;
use crate::page::parts::evidence::evidence;
use crate::page::parts::figure::figure;
use crate::page::parts::section::titled;
use crate::page::parts::sentence::sentences;
use crate::page::state::State;
use crate::query::Filter;
use crate::report::model::SeverityRow;
use crate::report::render::Redacted;
use leptos::html::{div, span, table, tbody, td, th, thead, tr};
use leptos::prelude::*;
use leptos::svg;
use std::sync::Arc;

/// The table, or nothing.
pub fn severity(state: State, report: &Arc<Redacted>) -> AnyView {
    if report.report.severity.is_empty() {
        return ().into_any();
    }
    let effective =
        report.report.severity.iter().any(|row| row.effective > 0 && row.effective != row.entries);
    let rows: Vec<AnyView> = report
        .report
        .severity
        .iter()
        .map(|row| {
            let level = Severity::parse(&row.name).unwrap_or_default();
            let entries = evidence(
                state,
                report,
                row.evidence,
                format!("Recorded severity {}", row.name),
                "figure",
                format::count(row.entries).into_any(),
            );
            tr().child((
                th().scope("row").child(span().class(severity_class(level)).child(row.name.clone())),
                td().class("number").child(entries),
                td().class("number").child(format::per_mille(row.per_mille)),
                td().class("share").child(share(row.per_mille, level)),
                effective.then(|| td().class("number").child(analysed(state, row))),
            ))
            .into_any()
        })
        .collect();
    let head = tr().child((
        th().scope("col").child("Recorded"),
        th().scope("col").class("number").child("Entries"),
        th().scope("col").class("number").child("Share"),
        td(),
        effective.then(|| th().scope("col").class("number").child("As analysed")),
    ));
    let body = (
        div()
            .class("scroll")
            .tabindex("0")
            .role("region")
            .aria_label("Severity table")
            .child(table().child((thead().child(head), tbody().child(rows)))),
        sentences(state, report, &report.report.severity_notes),
    );
    titled(Id::Severity, "Severity", body.into_any())
}

/// How many entries are taken to be of that severity, whatever they were recorded as. Other loggers' names are none.
fn analysed(state: State, row: &SeverityRow) -> AnyView {
    let name = if row.name == "none" { Severity::Default.name() } else { &row.name };
    let count = format::count(row.effective);
    match Severity::ALL.into_iter().find(|level| level.name() == name) {
        _ if row.effective == 0 => ().into_any(),
        Some(level) => figure(state, Filter::of_severities([level]), format!("{name} as analysed"), count),
        None => count.into_any(),
    }
}

/// A bar of a share in per mille.
fn share(per_mille: u64, level: Severity) -> AnyView {
    let style = match level {
        Severity::Default | Severity::Debug => "bars bars-none",
        Severity::Info | Severity::Notice => "bars bars-info",
        Severity::Warning => "bars bars-warning",
        Severity::Error => "bars bars-error",
        _ => "bars bars-critical",
    };
    svg::svg()
        .class("share-bar")
        .attr("viewBox", "0 0 1000 10")
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .child(svg::rect().class(style).attr("width", per_mille.max(4).to_string()).attr("height", "10"))
        .into_any()
}
