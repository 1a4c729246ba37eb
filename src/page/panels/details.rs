//! Technical details: facts, and what became of each revision, job or build.

use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::facts::facts;
use crate::page::parts::figure::figure;
use crate::page::parts::section::titled;
use crate::page::state::State;
use crate::report::model::Deployment;
use crate::report::render::Redacted;
use leptos::html::{code, div, table, tbody, td, th, thead, tr};
use leptos::prelude::*;
use std::sync::Arc;

/// The section, or nothing.
pub fn details(state: State, report: &Arc<Redacted>) -> AnyView {
    let model = &report.report;
    if model.details.is_empty() && model.deployments.is_empty() {
        return ().into_any();
    }
    titled(
        Id::Details,
        "Technical details",
        (facts(state, report, &model.details), deployments(state, &model.deployments)).into_any(),
    )
}

/// The entries, which can be shown once the lead has told what they are called in a filter.
fn entries(state: State, nth: usize, one: &Deployment) -> AnyView {
    let (name, count) = (one.name.clone(), format::count(one.entries));
    let shown = move || {
        let filter = state.sketch.with(|sketch| sketch.as_ref()?.deployments.get(nth).cloned());
        match filter {
            Some(filter) => figure(state, filter, format!("Entries of {name}"), count.clone()),
            None => count.clone().into_any(),
        }
    };
    td().class("number").child(shown).into_any()
}

fn deployments(state: State, list: &[Deployment]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let number = |n: u64| td().class("number").child(format::count(n));
    let rows: Vec<AnyView> = list
        .iter()
        .enumerate()
        .map(|(nth, one)| {
            let seen = [one.first, one.last];
            tr().child((
                th().scope("row").child(code().class("plain").child(one.name.clone())),
                td().child(one.outcome.clone()),
                entries(state, nth, one),
                number(one.starts),
                number(one.exits),
                number(one.instances),
                td().class("times times-wrap").child(move || state.zone.get().span(seen)),
            ))
            .into_any()
        })
        .collect();
    let head: Vec<AnyView> = [
        ("Revision, job or build", ""),
        ("Outcome", ""),
        ("Entries", "number"),
        ("Starts", "number"),
        ("Failed exits", "number"),
        ("Instances", "number"),
        ("Seen", ""),
    ]
    .into_iter()
    .map(|(name, style)| th().scope("col").class(style).child(name).into_any())
    .collect();
    div()
        .class("scroll")
        .tabindex("0")
        .role("region")
        .aria_label("Revisions, jobs and builds")
        .child(table().child((thead().child(tr().child(head)), tbody().child(rows))))
        .into_any()
}
