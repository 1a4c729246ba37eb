//! The report: outline, sections in the order of the product description, evidence drawer.

use super::{
    actions, changes, coverage, details, entries, exceptions, findings, headline, outline, patterns, raw,
    reopened, requests, severity, timeline, whys, works,
};
use crate::page::focus;
use crate::page::ids::Id;
use crate::page::state::State;
use crate::report::render::Redacted;
use leptos::html::{article, div};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How a section is drawn.
type Draw = fn(State, &Arc<Redacted>) -> AnyView;

/// The sections in the order of the product description.
const SECTIONS: [Draw; 15] = [
    headline::headline,
    timeline::timeline,
    findings::findings,
    whys::whys,
    |_, report| actions::actions(report),
    changes::changes,
    severity::severity,
    requests::requests,
    patterns::patterns,
    |state, _| exceptions::exceptions(state),
    details::details,
    works::works,
    works::not_found,
    coverage::coverage,
    raw::raw,
];

/// Drawn anew for each report: each section in a task of its own, so that none holds the page up.
pub fn report(state: State) -> AnyView {
    (move || {
        let Some(report) = state.report.get() else { return ().into_any() };
        let drawn = RwSignal::new(0usize);
        draw_next(state, drawn);
        let sections: Vec<AnyView> = SECTIONS
            .iter()
            .enumerate()
            .map(|(i, draw)| {
                let report = Arc::clone(&report);
                let is_due = Memo::new(move |_| drawn.get() > i);
                (move || if is_due.get() { draw(state, &report) } else { ().into_any() }).into_any()
            })
            .collect();
        div()
            .class(move || {
                if state.wide.get() && state.drawer.with(Option::is_some) {
                    "sheet sheet-wide"
                } else {
                    "sheet"
                }
            })
            .child((
                outline::outline(state, &report),
                article()
                    .id(Id::Report.name())
                    .class("report")
                    .aria_label("Incident report")
                    .aria_busy(move || if drawn.get() < SECTIONS.len() { "true" } else { "false" })
                    .child((reopened::note(state), sections)),
                entries::drawer(state),
            ))
            .into_any()
    })
    .into_any()
}

/// Lets one more section be drawn, after the browser had a turn.
fn draw_next(state: State, drawn: RwSignal<usize>) {
    set_timeout(
        move || {
            // The report may have gone meanwhile, and its signals with it.
            if let Some(n) = drawn.try_get_untracked() {
                drawn.set(n + 1);
                if n + 1 < SECTIONS.len() {
                    draw_next(state, drawn);
                } else if let Some(id) = state.landing.get_untracked() {
                    state.landing.set(None);
                    focus::once_drawn(move || focus::jump(id.name()));
                }
            }
        },
        Duration::ZERO,
    );
}
