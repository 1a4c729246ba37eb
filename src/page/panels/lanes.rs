//! Revisions or instances below the timeline, one row each: when it spoke and how bad that was, its starts and its exits. A row is a
//! button that adds it to the active filter or takes it off.
//!
//! Colour is never alone: worse entries are taller. A life that ends badly rises from its start to its exit, so that a loop of
//! crashes is a saw.

use super::facets::{Value, choose};
use super::timeline::place;
use crate::diagnose::lanes::{Lane, Lanes, Of};
use crate::digest::Axis;
use crate::entry::Nanos;
use crate::page::format;
use crate::page::state::State;
use crate::page::view;
use crate::report::model::Timeline;
use crate::report::render::Redacted;
use leptos::ev;
use leptos::html::{button, div, h3, li, p, span, ul};
use leptos::prelude::*;
use leptos::svg;
use std::fmt::Write as _;
use std::sync::Arc;

/// The foot of the bars, and the line below them.
const FOOT: u64 = 14;
const LINE: u64 = 15;
/// Top of the slopes.
const SLOPE: u64 = 18;
/// Heights of a drawing: without starts and exits, with starts alone, and with slopes.
const PLAIN: u64 = 16;
const STARTS: u64 = 20;
const SAW: u64 = 28;
/// Heights of the bars of a bucket by its worst kind of entries, in the order of the timeline's kinds.
const HEIGHTS: [u64; 5] = [3, 5, 8, 11, 14];
const STYLES: [&str; 5] =
    ["bars bars-none", "bars bars-info", "bars bars-warning", "bars bars-error", "bars bars-critical"];
/// Said below the lanes.
const LEGEND: &str = "The taller a bar, the worse its worst entry.";
const LEGEND_SAW: &str =
    "The taller a bar, the worse its worst entry. A slope runs from a start to the exit that it led to.";

/// Places among the origins of a filter.
fn origin(of: Of) -> usize {
    match of {
        Of::Revisions => 3,
        Of::Instances => 4,
    }
}

/// The lanes, or nothing where they would tell nothing.
pub fn lanes(state: State, report: &Arc<Redacted>) -> AnyView {
    let report = Arc::clone(report);
    (move || {
        let sketch = state.sketch.get()?;
        let line = report.report.timeline.as_ref()?;
        let Lanes { of, lanes, more } = &sketch.lanes;
        if lanes.is_empty() {
            return None;
        }
        let (title, one, many) = match of {
            Of::Revisions => ("Revisions over time", "revision", "revisions"),
            Of::Instances => ("Instances over time", "instance", "instances"),
        };
        let rows: Vec<AnyView> =
            lanes.iter().map(|lane| li().child(row(state, line, *of, lane)).into_any()).collect();
        let more = (*more > 0).then(|| {
            format!(
                " And {}, with fewer exits, errors and entries.",
                format::counted(*more, &format!("more {one}"), &format!("more {many}"))
            )
        });
        let has_turns = lanes.iter().any(|lane| !lane.exits.is_empty());
        let legend = if has_turns { LEGEND_SAW } else { LEGEND };
        Some(div().class("lanes").child((
            h3().child(title),
            ul().aria_label(title).child(rows),
            p().class("note").child((legend, more)),
        )))
    })
    .into_any()
}

fn row(state: State, line: &Timeline, of: Of, lane: &Lane) -> AnyView {
    let value = Value::Origin(origin(of), lane.name.clone());
    let chosen = {
        let value = value.clone();
        move || {
            let is_on = state.drawer.with(|shown| {
                shown.as_ref().is_some_and(|shown| choose(&mut shown.filter.clone(), &value, false))
            });
            if is_on { "true" } else { "false" }
        }
    };
    let (first, last) = (lane.first, lane.last);
    let times = move || {
        let zone = state.zone.get();
        format!(" from {} to {}{}", zone.at(first).date_time(), zone.at(last).date_time(), zone.said())
    };
    let whole = Axis {
        from: line.from,
        bucket_nanos: line.bucket_nanos,
        buckets: u32::try_from(line.buckets.len()).unwrap_or(u32::MAX),
    };
    let (style, height) = drawn(lane);
    button()
        .r#type("button")
        .class("lane")
        .aria_pressed(chosen)
        .on(ev::click, move |_| {
            view::narrow(state, |filter| {
                choose(filter, &value, true);
            });
        })
        .child((
            span().class("lane-name").child(lane.name.clone()),
            " ",
            span().class("lane-figures").child((figures(lane), span().class("visually-hidden").child(times))),
            svg::svg()
                .class(style)
                .attr("viewBox", move || seen(whole, state.zoom.get(), height))
                .attr("preserveAspectRatio", "none")
                .attr("aria-hidden", "true")
                .child((cells(&lane.buckets), lives(line, lane))),
        ))
        .into_any()
}

/// How a lane is drawn, and how high.
fn drawn(lane: &Lane) -> (&'static str, u64) {
    match (lane.starts.is_empty(), lane.exits.is_empty()) {
        (true, true) => ("lane-line", PLAIN),
        (false, true) => ("lane-line lane-line-starts", STARTS),
        (_, false) => ("lane-line lane-line-saw", SAW),
    }
}

/// `3 starts · 3 exits · 8 errors · 26 entries`.
pub fn figures(lane: &Lane) -> String {
    let [starts, exits] = [&lane.starts, &lane.exits].map(|times| times.len() as u64);
    let all = [
        (starts, "start", "starts"),
        (exits, "exit", "exits"),
        (lane.errors, "error", "errors"),
        (lane.entries, "entry", "entries"),
    ];
    let words = all.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| format::counted(n, one, many));
    words.collect::<Vec<_>>().join(" · ")
}

/// The part of the drawing that is in view, in buckets of the whole range.
pub fn seen(whole: Axis, zoom: Option<Axis>, height: u64) -> String {
    let shown = zoom.unwrap_or(whole);
    let hundredths = |nanos: i64| i128::from(nanos) * 100 / i128::from(whole.bucket_nanos.max(1));
    let from = hundredths(shown.from.0.saturating_sub(whole.from.0));
    let wide = hundredths(shown.bucket_nanos.saturating_mul(i64::from(shown.buckets)));
    let decimal = |n: i128| format!("{}.{:02}", n / 100, n % 100);
    format!("{} 0 {} {height}", decimal(from), decimal(wide.max(1)))
}

/// A bar for each bucket that has entries, as tall as its worst one is bad.
fn cells(buckets: &[[u64; 5]]) -> AnyView {
    let drawn = bars(buckets).into_iter().zip(STYLES).filter(|(d, _)| !d.is_empty());
    let all: Vec<AnyView> =
        drawn.map(|(d, style)| svg::path().class(style).attr("d", d).into_any()).collect();
    all.into_any()
}

/// One path a kind.
pub fn bars(buckets: &[[u64; 5]]) -> [String; 5] {
    let mut out: [String; 5] = Default::default();
    for (x, bucket) in buckets.iter().enumerate() {
        let worst = bucket.iter().rposition(|n| *n > 0);
        let found = worst.and_then(|kind| Some((out.get_mut(kind)?, HEIGHTS.get(kind)?)));
        if let Some((path, height)) = found {
            let _ = write!(path, "M{x}.06 {}h.88v{height}h-.88z", FOOT - height);
        }
    }
    out
}

/// Where it was alive, with its starts and exits.
fn lives(line: &Timeline, lane: &Lane) -> AnyView {
    let [flat, saw] = alive(line, lane);
    let bottom = drawn(lane).1;
    let ticks = |times: &[Nanos], top: u64| -> String {
        let places = times.iter().filter_map(|time| place(line, *time));
        places.map(|x| format!("M{x} {top}V{bottom}")).collect()
    };
    let paths: Vec<AnyView> = [
        ("lane-flat", flat),
        ("lane-saw", saw),
        ("mark mark-start", ticks(&lane.starts, bottom - 4)),
        ("mark mark-exit", ticks(&lane.exits, SLOPE)),
    ]
    .into_iter()
    .filter(|(_, d)| !d.is_empty())
    .map(|(style, d)| {
        svg::path().class(style).attr("d", d).attr("vector-effect", "non-scaling-stroke").into_any()
    })
    .collect();
    paths.into_any()
}

/// Stretches that go on, as flat bars, and those that end with an exit, as slopes. After an exit nothing is drawn until the next start;
/// where starts are not told, the next life begins with the exit before it.
pub fn alive(line: &Timeline, lane: &Lane) -> [String; 2] {
    let (mut flat, mut saw) = (String::new(), String::new());
    let mut starts = lane.starts.iter().copied().peekable();
    let (mut begun, mut is_alive) = (lane.first, true);
    for exit in &lane.exits {
        let mut started = None;
        while let Some(start) = starts.next_if(|start| start <= exit) {
            started = started.or(Some(start));
        }
        if let Some(start) = started {
            if is_alive && begun < start {
                stretch(&mut flat, line, begun, start, false);
            }
            begun = start;
        }
        stretch(&mut saw, line, begun, *exit, true);
        (begun, is_alive) = (*exit, false);
    }
    if let Some(start) = starts.next() {
        if is_alive {
            stretch(&mut flat, line, begun, start, false);
        }
        (begun, is_alive) = (start, true);
    }
    if is_alive {
        stretch(&mut flat, line, begun, lane.last.max(begun), false);
    }
    [flat, saw]
}

fn stretch(path: &mut String, line: &Timeline, from: Nanos, until: Nanos, rises: bool) {
    let (Some(a), Some(b)) = (place(line, from), place(line, until)) else { return };
    if rises {
        let _ = write!(path, "M{a} {SAW}L{b} {SLOPE}V{SAW}z");
    } else {
        let _ = write!(path, "M{a} {LINE}H{b}");
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
