//! Requests: statuses, latency, paths.

use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::bar;
use crate::page::parts::evidence::evidence;
use crate::page::parts::section::titled;
use crate::page::parts::sentence::sentences;
use crate::page::parts::table::boxed;
use crate::page::state::State;
use crate::report::model::{Count, PathRow, Requests};
use crate::report::render::Redacted;
use leptos::html::{code, dd, details, dl, dt, p, summary, table, tbody, td, th, thead, tr};
use leptos::prelude::*;
use std::sync::Arc;

/// The section, or nothing where the log holds no requests.
pub fn requests(state: State, report: &Arc<Redacted>) -> AnyView {
    let Some(requests) = &report.report.requests else { return ().into_any() };
    let body = (
        figures(state, report, requests),
        histogram(state),
        paths(state, report, requests),
        sentences(state, report, &requests.notes),
    );
    titled(Id::Requests, "Requests", body.into_any())
}

fn figures(state: State, report: &Arc<Redacted>, requests: &Requests) -> AnyView {
    let latency = requests.latency_micros.map(|[p50, p95, p99, max]| {
        let of = format::latency;
        (
            dt().child("Latency"),
            dd().child(format!("p50 {}, p95 {}, p99 {}, slowest {}", of(p50), of(p95), of(p99), of(max))),
        )
    });
    dl().class("facts")
        .child((
            (dt().child("Requests"), dd().child(format::count(requests.total))),
            (dt().child("Statuses"), dd().child(statuses(state, report, &requests.statuses))),
            latency,
        ))
        .into_any()
}

/// How many requests took how long, in classes that the latencies reach.
fn histogram(state: State) -> AnyView {
    (move || {
        let classes = state.sketch.with(|sketch| sketch.as_ref().map(|sketch| sketch.latencies.clone()))?;
        let most = classes.iter().map(|(_, n)| *n).max().filter(|_| classes.len() > 1)?;
        let rows: Vec<AnyView> = classes
            .iter()
            .map(|(end, n)| {
                let share = n.saturating_mul(bar::WHOLE) / most.max(1);
                tr().child((
                    th().scope("row").class("number").child(format::latency(*end)),
                    td().class("number").child(format::count(*n)),
                    td().class("share").child(bar::share(0, share)),
                ))
                .into_any()
            })
            .collect();
        let head = tr().child((
            th().scope("col").class("number").child("Up to"),
            th().scope("col").class("number").child("Requests"),
            td(),
        ));
        let table = table().class("histogram").child((thead().child(head), tbody().child(rows)));
        let table = boxed("Latencies by class", table.into_any());
        Some(details().child((summary().child("Latencies by class"), table)))
    })
    .into_any()
}

fn statuses(state: State, report: &Arc<Redacted>, list: &[Count]) -> AnyView {
    let items: Vec<AnyView> = list
        .iter()
        .enumerate()
        .map(|(i, one)| {
            let shown = format!("{} × {}", one.what, format::count(one.n)).into_any();
            let comma = if i > 0 { ", " } else { "" };
            (
                comma,
                evidence(
                    state,
                    report,
                    one.evidence,
                    format!("Requests with status {}", one.what),
                    "figure",
                    shown,
                ),
            )
                .into_any()
        })
        .collect();
    items.into_any()
}

fn paths(state: State, report: &Arc<Redacted>, requests: &Requests) -> AnyView {
    if requests.paths.is_empty() {
        return ().into_any();
    }
    let rows: Vec<AnyView> = requests.paths.iter().map(|row| path(state, report, row)).collect();
    let head = tr().child((
        th().scope("col").child("Path"),
        th().scope("col").class("number").child("Requests"),
        th().scope("col").child("Statuses"),
        th().scope("col").class("number").child("p50"),
        th().scope("col").class("number").child("p95"),
    ));
    let more = (requests.more_paths > 0).then(|| {
        p().class("note")
            .child(format!("{} not listed.", format::counted(requests.more_paths, "path", "paths")))
    });
    (boxed("Paths", table().child((thead().child(head), tbody().child(rows))).into_any()), more).into_any()
}

fn path(state: State, report: &Arc<Redacted>, row: &PathRow) -> AnyView {
    let (p50, p95) = row
        .latency_micros
        .map_or((String::new(), String::new()), |[a, b]| (format::latency(a), format::latency(b)));
    let figure = evidence(
        state,
        report,
        row.evidence,
        row.path.clone(),
        "figure",
        format::count(row.requests).into_any(),
    );
    tr().child((
        th().scope("row").child(code().class("plain").child(row.path.clone())),
        td().class("number").child(figure),
        td().child(statuses(state, report, &row.statuses)),
        td().class("number").child(p50),
        td().class("number").child(p95),
    ))
    .into_any()
}
