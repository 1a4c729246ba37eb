//! Requests: statuses, latency, paths.

use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::bar;
use crate::page::parts::evidence::evidence;
use crate::page::parts::figure::{figure, figure_of};
use crate::page::parts::section::titled;
use crate::page::parts::sentence::sentences;
use crate::page::parts::table::boxed;
use crate::page::state::State;
use crate::page::view;
use crate::query::Filter;
use crate::report::model::{Count, PathRow, Quote, Requests};
use crate::report::render::Redacted;
use leptos::ev;
use leptos::html::{
    button, code, dd, details, dl, dt, h3, li, ol, p, span, strong, summary, table, tbody, td, th, thead, tr,
};
use leptos::prelude::*;
use std::sync::Arc;

/// Characters of a request that are shown.
const WORDS: usize = 160;

/// The section, or nothing where the log holds no requests.
pub fn requests(state: State, report: &Arc<Redacted>) -> AnyView {
    let Some(requests) = &report.report.requests else { return ().into_any() };
    let body = (
        figures(state, report, requests),
        histogram(state),
        paths(state, report, requests),
        slowest(state),
        sentences(state, report, &requests.notes),
    );
    titled(Id::Requests, "Requests", body.into_any())
}

fn figures(state: State, report: &Arc<Redacted>, requests: &Requests) -> AnyView {
    let latency = requests.latency_micros.map(|figures| {
        let names = ["p50", "p95", "p99", "slowest"];
        let shown = names.into_iter().zip(figures).map(|(name, micros)| {
            let before = if name == "p50" { "" } else { ", " };
            (before, name, " ", longer(state, Filter::default(), micros, format!("{name} of all"))).into_any()
        });
        (dt().child("Latency"), dd().child(shown.collect::<Vec<_>>()))
    });
    let all = Filter { request: Some(true), ..Filter::default() };
    let total = figure(state, all, "Requests".into(), format::count(requests.total));
    dl().class("facts")
        .child((
            (dt().child("Requests"), dd().child(total)),
            (dt().child("Statuses"), dd().child(statuses(state, report, None, &requests.statuses))),
            latency,
        ))
        .into_any()
}

/// A latency that opens the requests of a filter that took as long or longer; `what` is its name.
fn longer(state: State, filter: Filter, micros: u64, what: String) -> AnyView {
    let words = format::latency(micros);
    let range = Some((u32::try_from(micros).unwrap_or(u32::MAX), u32::MAX));
    let title = format!("Requests that took {words} or longer");
    figure_of(state, Filter { latency_micros: range, ..filter }, title, what, words)
}

/// The latencies of a class by its upper end: 1, 2 or 5 of a power of ten.
pub fn class(end: u64) -> (u32, u32) {
    let micros = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let is_five = end.to_string().starts_with('5');
    let below = if is_five { end / 5 * 2 } else { end / 2 };
    (micros(if below == 0 { 0 } else { below + 1 }), micros(end))
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
                    td().class("number").child(of_class(state, *end, *n)),
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

/// The requests that took longest, each a button that opens its entry.
fn slowest(state: State) -> AnyView {
    (move || {
        let sketch = state.sketch.get()?;
        let rows: Vec<AnyView> =
            sketch.slowest.iter().map(|(micros, quote)| slow(state, *micros, quote)).collect();
        let list = ol().class("slowest").aria_label("Slowest requests").child(rows);
        (!sketch.slowest.is_empty()).then(|| (h3().child("Slowest requests"), list))
    })
    .into_any()
}

fn slow(state: State, micros: u64, quote: &Quote) -> AnyView {
    let (row, time) = (quote.row, quote.time);
    let words: String = quote.text.lines().next().unwrap_or_default().chars().take(WORDS).collect();
    let title = words.clone();
    let open = move |_| {
        view::show(state, Filter { rows: vec![row], ..Filter::default() }, title.clone());
        state.opened.set(true);
    };
    let clock = move || {
        let zone = state.zone.get();
        format!("{}{}", format::clock(time.map(|time| zone.at(time))), zone.said())
    };
    li().child(button().r#type("button").class("slow").aria_haspopup("dialog").on(ev::click, open).child((
        strong().class("figure").child(format::latency(micros)),
        " ",
        code().class("plain").child(words),
        " ",
        span().class("note").child((clock, " ", quote.source.clone())),
    )))
    .into_any()
}

fn of_class(state: State, end: u64, n: u64) -> AnyView {
    let filter = Filter { latency_micros: Some(class(end)), ..Filter::default() };
    let title = format!("Requests in the class up to {}", format::latency(end));
    figure(state, filter, title, format::count(n))
}

/// Statuses with their numbers; of a path, whose filter is given, they open its requests with that status.
fn statuses(state: State, report: &Arc<Redacted>, of: Option<&Filter>, list: &[Count]) -> AnyView {
    let one = |(i, one): (usize, &Count)| {
        let words = format!("{} × {}", one.what, format::count(one.n));
        let title = format!("Requests with status {}", one.what);
        let shown = match (of, one.what.parse::<u16>()) {
            (Some(of), Ok(status)) if one.evidence.is_none() => {
                figure(state, Filter { statuses: vec![(status, status)], ..of.clone() }, title, words)
            }
            _ => evidence(state, report, one.evidence, title, "figure", words.into_any()),
        };
        (if i > 0 { ", " } else { "" }, shown).into_any()
    };
    list.iter().enumerate().map(one).collect::<Vec<_>>().into_any()
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
        th().scope("col").class("number").child("p99"),
    ));
    let more = (requests.more_paths > 0).then(|| {
        p().class("note")
            .child(format!("{} not listed.", format::counted(requests.more_paths, "path", "paths")))
    });
    (boxed("Paths", table().child((thead().child(head), tbody().child(rows))).into_any()), more).into_any()
}

fn path(state: State, report: &Arc<Redacted>, row: &PathRow) -> AnyView {
    let of = row.evidence.and_then(|n| report.report.evidence.get(n as usize));
    let of = of.map(|evidence| &evidence.filter);
    let latency = |nth: usize, name: &str| {
        let micros = row.latency_micros.as_ref().and_then(|three| three.get(nth));
        micros.map(|micros| match of {
            Some(of) => longer(state, of.clone(), *micros, format!("{}, {name}", row.path)),
            None => format::latency(*micros).into_any(),
        })
    };
    let (p50, p95, p99) = (latency(0, "p50"), latency(1, "p95"), latency(2, "p99"));
    let entries = evidence(
        state,
        report,
        row.evidence,
        row.path.clone(),
        "figure",
        format::count(row.requests).into_any(),
    );
    tr().child((
        th().scope("row").child(code().class("plain").child(row.path.clone())),
        td().class("number").child(entries),
        td().child(statuses(state, report, of, &row.statuses)),
        td().class("number").child(p50),
        td().class("number").child(p95),
        td().class("number").child(p99),
    ))
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn classes_end_where_the_next_begins() {
        assert_eq!([1, 2, 5, 10, 20, 50].map(class), [(0, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, 50)]);
        assert_eq!(class(5_000_000_000), (2_000_000_001, u32::MAX));
    }
}
