//! Something that entries prove in, a button that shows those entries out (or the thing alone, if nothing is behind it).

use crate::page::state::State;
use crate::page::view;
use crate::report::render::Redacted;
use leptos::ev;
use leptos::html::button;
use leptos::prelude::*;
use std::sync::Arc;

/// Wraps a view. `title` heads the drawer; `style` is the class of the button.
pub fn evidence(
    state: State,
    report: &Arc<Redacted>,
    evidence: Option<u32>,
    title: String,
    style: &'static str,
    shown: AnyView,
) -> AnyView {
    let Some(number) =
        evidence.filter(|n| report.report.evidence.get(*n as usize).is_some_and(|e| e.entries > 0))
    else {
        return shown;
    };
    let report = Arc::clone(report);
    button()
        .r#type("button")
        .class(style)
        .aria_haspopup("dialog")
        .on(ev::click, move |_| view::show_evidence(state, &report.report, number, title.clone()))
        .child(shown)
        .into_any()
}

/// How many entries stand behind a number of the evidence list.
pub fn entries(report: &Redacted, evidence: Option<u32>) -> Option<u64> {
    evidence
        .and_then(|n| report.report.evidence.get(n as usize))
        .map(|evidence| evidence.entries)
        .filter(|n| *n > 0)
}
