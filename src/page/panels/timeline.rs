//! Entries over time as stacked bars with marks, drawn in SVG, and the same as a table.
//!
//! Bars are paths of one severity each, so that a timeline of any length is a handful of elements.

use super::{lanes, plot};
use crate::entry::{Nanos, Severity};
use crate::page::focus;
use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::button::button;
use crate::page::parts::figure::figure;
use crate::page::parts::section::titled;
use crate::page::parts::sentence::sentences;
use crate::page::parts::swatch::swatch;
use crate::page::parts::table::boxed;
use crate::page::state::State;
use crate::page::view;
use crate::query::Filter;
use crate::report::model::{Mark, Timeline};
use crate::report::render::Redacted;
use leptos::html::{a, details, div, span, summary, table, tbody, td, th, thead, tr};
use leptos::prelude::*;
use leptos::svg;
use std::fmt::Write;
use std::sync::Arc;

/// Names of the five stacked kinds, lowest first.
pub const KINDS: [&str; 5] = ["none or debug", "info", "warning", "error", "critical"];
const STYLES: [&str; 5] =
    ["bars bars-none", "bars bars-info", "bars bars-warning", "bars bars-error", "bars bars-critical"];
/// Height of the drawing in its own units.
pub const HEIGHT: u64 = 100;
/// Height of the two lanes below the bars, where starts and exits are ticked.
pub const LANES: u64 = 24;
/// Kinds of marks with the top and bottom of their strokes: deploys and findings cross the bars, the others have lanes.
const MARKS: [(&str, u64, u64); 4] =
    [("start", 103, 111), ("exit", 115, 123), ("deploy", 0, HEIGHT + LANES), ("finding", 0, HEIGHT)];
/// Rows of the table form; longer timelines are joined to this many.
const TABLE_ROWS: usize = 60;

/// The section, or nothing where no entry has a time.
pub fn timeline(state: State, report: &Arc<Redacted>) -> AnyView {
    let Some(line) = report.report.timeline.as_ref().filter(|line| !line.buckets.is_empty()) else {
        return ().into_any();
    };
    // The drawing stands beside its section, not in it, so that it can stay in view for the whole length of the report.
    (
        titled(Id::Timeline, "Timeline", ().into_any()),
        div().class("timeline").child(plot::plot(state, report, line)),
        div().class("timeline-more").child((
            legend(state, line),
            lanes::lanes(state, report),
            sentences(state, report, &line.notes),
            table_form(state, line),
        )),
    )
        .into_any()
}

/// The bars and the marks of the whole range.
pub fn drawing(line: &Timeline) -> AnyView {
    let bars: Vec<AnyView> = paths(&line.buckets)
        .into_iter()
        .zip(STYLES)
        .filter(|(d, _)| !d.is_empty())
        .map(|(d, style)| svg::path().class(style).attr("d", d).into_any())
        .collect();
    let marks: Vec<AnyView> = MARKS
        .into_iter()
        .filter_map(|(kind, top, bottom)| {
            let mut path = String::new();
            for mark in line.marks.iter().filter(|mark| mark_kind(&mark.kind) == kind) {
                if let Some(x) = place(line, mark.time) {
                    let _ = write!(path, "M{x} {top}V{bottom}");
                }
            }
            let style = format!("mark mark-{kind}");
            (!path.is_empty()).then(|| {
                svg::path()
                    .class(style)
                    .attr("d", path)
                    .attr("vector-effect", "non-scaling-stroke")
                    .into_any()
            })
        })
        .collect();
    (bars, marks).into_any()
}

fn from_button(state: State, first: Nanos, width: i64) -> AnyView {
    let last = Nanos(first.0.saturating_add(width).saturating_sub(1));
    let words = move || state.zone.get().at(first).date_time();
    button("figure", words, move || {
        let filter = Filter { from: Some(first), until: Some(last), ..Filter::default() };
        view::show(state, filter, String::new());
    })
}

/// One path a kind: a rectangle for each bucket that has any, stacked on the kinds below.
pub fn paths(buckets: &[[u64; 5]]) -> [String; 5] {
    let top = buckets.iter().map(|bucket| bucket.iter().sum::<u64>()).max().unwrap_or(1).max(1);
    let mut out: [String; 5] = Default::default();
    for (x, bucket) in buckets.iter().enumerate() {
        let mut below = 0u64;
        for (kind, n) in bucket.iter().enumerate() {
            if *n == 0 {
                continue;
            }
            // Hundredths of a unit in integers; what is there stays visible.
            let height = (n * HEIGHT * 100 / top).max(150);
            let y = (HEIGHT * 100).saturating_sub(below + height);
            below += height;
            if let Some(path) = out.get_mut(kind) {
                let _ = write!(
                    path,
                    "M{x}.06 {}.{:02}h.88v{}.{:02}h-.88z",
                    y / 100,
                    y % 100,
                    height / 100,
                    height % 100
                );
            }
        }
    }
    out
}

/// Numbers over time as bars of one kind, in a drawing of this style.
pub fn over_time(style: &'static str, heights: &[u64]) -> AnyView {
    let stacks: Vec<[u64; 5]> = heights.iter().map(|n| [0, *n, 0, 0, 0]).collect();
    let [_, path, ..] = paths(&stacks);
    svg::svg()
        .class(style)
        .attr("viewBox", format!("0 0 {} {HEIGHT}", heights.len()))
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .child(svg::path().class("bars bars-info").attr("d", path))
        .into_any()
}

/// Where an instant stands on the x axis, in buckets.
pub fn place(line: &Timeline, time: Nanos) -> Option<String> {
    let past = time.0.checked_sub(line.from.0)?;
    let hundredths = i128::from(past) * 100 / i128::from(line.bucket_nanos.max(1));
    let end = i128::try_from(line.buckets.len()).ok()? * 100;
    (0..=end).contains(&hundredths).then(|| format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

fn mark_kind(kind: &str) -> &'static str {
    match kind {
        "exit" => "exit",
        "deploy" => "deploy",
        "first" | "last" => "finding",
        _ => "start",
    }
}

/// What the bars and marks are; a number of entries opens these, a number of marks leads to them in the table.
fn legend(state: State, line: &Timeline) -> AnyView {
    let end = line.bucket_nanos.saturating_mul(i64::try_from(line.buckets.len()).unwrap_or(i64::MAX));
    let until = Nanos(line.from.0.saturating_add(end).saturating_sub(1));
    let kinds = KINDS.iter().enumerate().filter_map(|(band, name)| {
        let n: u64 = line.buckets.iter().filter_map(|bucket| bucket.get(band)).sum();
        let severities = Severity::ALL.into_iter().filter(|severity| severity.band() == band);
        let filter =
            Filter { from: Some(line.from), until: Some(until), ..Filter::of_severities(severities) };
        let style = STYLES.get(band).copied().unwrap_or_default();
        let shown = figure(state, filter, format!("Entries of severity {name}"), format::count(n));
        (n > 0).then(|| span().class("key").child((swatch(style), format!("{name} "), shown)).into_any())
    });
    let marks = ["start", "exit", "deploy", "finding"].into_iter().filter_map(|kind| {
        let n = line.marks.iter().filter(|mark| mark_kind(&mark.kind) == kind).count() as u64;
        let style = format!("key key-mark key-{kind}");
        let shown = button("figure", format::count(n), || focus::unfold(Id::Marks));
        (n > 0).then(|| span().class(style).child((format!("{} ", mark_words(kind)), shown)).into_any())
    });
    let rows: Vec<AnyView> = kinds.chain(marks).collect();
    div().class("timeline-legend").child(rows).into_any()
}

fn mark_words(kind: &str) -> &'static str {
    match kind {
        "start" => "starts",
        "exit" => "exits",
        "deploy" => "deploys",
        _ => "first and last of findings",
    }
}

/// The timeline as a table, and its marks.
fn table_form(state: State, line: &Timeline) -> AnyView {
    let step = line.buckets.len().div_ceil(TABLE_ROWS).max(1);
    let rows: Vec<AnyView> = line
        .buckets
        .chunks(step)
        .enumerate()
        .filter(|(_, chunk)| chunk.iter().flatten().any(|n| *n > 0))
        .map(|(i, chunk)| {
            let start = line
                .from
                .0
                .saturating_add(line.bucket_nanos.saturating_mul(i64::try_from(i * step).unwrap_or(0)));
            let cells: Vec<AnyView> = (0..KINDS.len())
                .map(|kind| {
                    let n: u64 = chunk.iter().filter_map(|bucket| bucket.get(kind)).sum();
                    td().class("number")
                        .child(if n > 0 { format::count(n) } else { String::new() })
                        .into_any()
                })
                .collect();
            let width = line.bucket_nanos.saturating_mul(i64::try_from(chunk.len()).unwrap_or(1));
            tr().child((th().scope("row").child(from_button(state, Nanos(start), width)), cells)).into_any()
        })
        .collect();
    let head: Vec<AnyView> =
        KINDS.iter().map(|name| th().scope("col").class("number").child(*name).into_any()).collect();
    let marks: Vec<AnyView> = line.marks.iter().map(|mark| mark_row(state, mark)).collect();
    let counts = table().child((
        thead().child(
            tr().child((th().scope("col").child(move || format!("From{}", state.zone.get().said())), head)),
        ),
        tbody().child(rows),
    ));
    details()
        .class("as-table")
        .child((
            summary().child("Timeline as a table"),
            boxed("Timeline as a table", counts.into_any()),
            (!marks.is_empty()).then(|| boxed("Marks of the timeline", table_of_marks(state, marks))),
        ))
        .into_any()
}

fn table_of_marks(state: State, marks: Vec<AnyView>) -> AnyView {
    let head = tr().child((
        th().scope("col").child(move || format!("Time{}", state.zone.get().said())),
        th().scope("col").child("Mark"),
    ));
    table()
        .id(Id::Marks.name())
        .tabindex("-1")
        .aria_label("Marks of the timeline")
        .child((thead().child(head), tbody().child(marks)))
        .into_any()
}

/// A mark: its instant opens the entries of that instant, its words lead to its finding.
fn mark_row(state: State, mark: &Mark) -> AnyView {
    let time = mark.time;
    let words = move || state.zone.get().at(time).date_time();
    let instant = if state.reopened.with_untracked(Option::is_some) {
        words.into_any()
    } else {
        let filter = Filter { from: Some(time), until: Some(time), ..Filter::default() };
        let title = mark.label.clone();
        button("figure", words, move || view::show(state, filter.clone(), title.clone()))
    };
    let what = if mark.finding.is_empty() {
        mark.label.clone().into_any()
    } else {
        let label = format!("{} ({}, {} entry)", mark.label, mark.finding, mark.kind);
        a().class("finding-link").href(format!("#{}-article", mark.finding)).child(label).into_any()
    };
    tr().child((th().scope("row").class("times").child(instant), td().child(what))).into_any()
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
