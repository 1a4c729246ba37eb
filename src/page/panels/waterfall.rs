//! The entries of one trace as bars over time: each begins where it began and is as long as it lasted. What says nothing of a
//! duration is a tick. Each bar has its figures in words and opens its entry.

use super::list::place_of;
use crate::entry::Nanos;
use crate::page::format;
use crate::page::ids::Id;
use crate::page::link;
use crate::page::parts::badge;
use crate::page::state::State;
use crate::protocol::Step;
use crate::query::Filter;
use leptos::ev;
use leptos::html::{button, div, li, ol, p, span};
use leptos::prelude::*;
use leptos::svg;

/// Length of the drawing in its own units, and the shortest bar.
const LONG: u64 = 1000;
const SHORT: u64 = 4;
/// Characters of a message beside its bar.
const WORDS: usize = 120;
/// Said below the bars.
const RULE: &str = "A request is drawn from its time on, a duration in a message up to its time; a tick says nothing of a duration.";
/// Said where nothing lasts.
const TICKS: &str = "No entry of this trace says how long it took.";

/// The steps that arrived last, with the filter they belong to and how many are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The filter.
    pub filter: Filter,
    /// Its steps.
    pub steps: Vec<Step>,
    /// How many more there are.
    pub more: u64,
}

/// Whether the active filter is about one trace.
pub fn is_one_trace(state: State) -> bool {
    state.drawer.with(|shown| shown.as_ref().is_some_and(|shown| shown.filter.traces.len() == 1))
}

/// Begin and end of all steps, and whether any of them lasts.
pub fn extent(steps: &[Step]) -> Option<(Nanos, Nanos, bool)> {
    let from = steps.iter().map(|step| step.from).min()?;
    let until = steps.iter().map(end).max()?;
    Some((from, until, steps.iter().any(|step| step.micros.is_some())))
}

fn end(step: &Step) -> Nanos {
    let nanos = i64::try_from(step.micros.unwrap_or(0)).unwrap_or(i64::MAX).saturating_mul(1000);
    Nanos(step.from.0.saturating_add(nanos))
}

/// Where a bar begins and how long it is, in units of the drawing.
pub fn bar(step: &Step, from: Nanos, until: Nanos) -> (u64, u64) {
    let whole = until.0.saturating_sub(from.0).max(1);
    let units = |nanos: i64| {
        let share = i128::from(nanos.max(0)) * i128::from(LONG) / i128::from(whole);
        u64::try_from(share).unwrap_or(LONG).min(LONG)
    };
    let x = units(step.from.0.saturating_sub(from.0)).min(LONG - SHORT);
    (x, (units(end(step).0.saturating_sub(from.0)).saturating_sub(x)).max(SHORT))
}

/// The bars of the active filter.
pub fn waterfall(state: State) -> AnyView {
    Effect::new(move |_| {
        let filter = state.drawer.with(|shown| shown.as_ref().map(|shown| shown.filter.clone()));
        if let Some(filter) = filter {
            link::ask_steps(&state, filter);
        }
    });
    div()
        .class("waterfall")
        .role("region")
        .aria_label("Waterfall")
        .child(move || {
            let filter = state.drawer.with(|shown| shown.as_ref().map(|shown| shown.filter.clone()));
            state.trace.with(|trace| {
                let trace = trace.as_ref().filter(|trace| Some(&trace.filter) == filter.as_ref());
                trace.map_or_else(|| p().class("note").child("Looking.").into_any(), |one| bars(state, one))
            })
        })
        .into_any()
}

fn bars(state: State, trace: &Trace) -> AnyView {
    let Some((from, until, lasts)) = extent(&trace.steps) else {
        return p().class("note").child("No entry of this trace has a time.").into_any();
    };
    let lasted = u64::try_from(until.0.saturating_sub(from.0) / 1000).unwrap_or(0);
    let rows: Vec<AnyView> = trace.steps.iter().map(|step| row(state, step, (from, until))).collect();
    let more = (trace.more > 0).then(|| {
        let more = format::counted(trace.more, "later entry is", "later entries are");
        p().class("note").child(format!("{more} not drawn."))
    });
    (
        p().class("waterfall-axis").child(span().class("step-scale").child((
            span().child(format::clock(Some(state.zone.get().at(from)))),
            span().child(format!("+{}", format::latency(lasted))),
        ))),
        ol().class("waterfall-steps").child(rows),
        more,
        p().class("note").child(if lasts { RULE } else { TICKS }),
    )
        .into_any()
}

/// The whole begins at no time at all, and not at so many microseconds.
fn since(micros: u64) -> String {
    if micros == 0 { "0".into() } else { format::latency(micros) }
}

fn row(state: State, step: &Step, (from, until): (Nanos, Nanos)) -> AnyView {
    let (x, width) = bar(step, from, until);
    let begun = u64::try_from(step.from.0.saturating_sub(from.0) / 1000).unwrap_or(0);
    let lasted = step.micros.map_or(String::new(), |micros| format!(", {}", format::latency(micros)));
    let style = if step.micros.is_some() { "step-bar" } else { "step-bar step-tick" };
    let (place, number) = (step.place, step.quote.row);
    let open = move |_| {
        link::ask_rows(place.saturating_sub(1));
        state.at.set(place_of(state, place));
        state.opened.set(true);
    };
    let is_open = move || {
        let shown = super::list::line_at(state, state.at.get()).map(|line| line.quote.row);
        if state.opened.get() && shown == Some(number) { "true" } else { "false" }
    };
    let text: String = step.quote.text.lines().next().unwrap_or_default().chars().take(WORDS).collect();
    li().child(
        button()
            .r#type("button")
            .class("step")
            .attr("id", move || (state.at.get() == place_of(state, place)).then(|| Id::EntryAt.name()))
            .aria_expanded(is_open)
            .on(ev::click, open)
            .child((
                span()
                    .class("step-head")
                    .child((badge::severity(step.quote.severity), span().class("step-text").child(text))),
                svg::svg()
                    .class("step-line")
                    .attr("viewBox", format!("0 0 {LONG} 10"))
                    .attr("preserveAspectRatio", "none")
                    .attr("aria-hidden", "true")
                    .child(
                        svg::rect()
                            .class(style)
                            .attr("x", x.to_string())
                            .attr("y", "1")
                            .attr("width", width.to_string())
                            .attr("height", "8"),
                    ),
                span().class("step-figures").child(format!("+{}{lasted}", since(begun))),
            )),
    )
    .into_any()
}

#[cfg(test)]
#[path = "waterfall_tests.rs"]
mod tests;
