//! The report: outline, sections in the order of the product description, evidence drawer.

use super::{
    actions, coverage, details, entries, findings, headline, outline, patterns, raw, requests, severity,
    timeline, whys, works,
};
use crate::page::ids::Id;
use crate::page::state::State;
use leptos::html::{article, div};
use leptos::prelude::*;

/// Drawn anew for each report.
pub fn report(state: State) -> AnyView {
    (move || {
        let Some(report) = state.report.get() else { return ().into_any() };
        let sections: Vec<AnyView> = vec![
            headline::headline(state, &report),
            timeline::timeline(state, &report),
            findings::findings(state, &report),
            whys::whys(state, &report),
            actions::actions(&report),
            severity::severity(state, &report),
            requests::requests(state, &report),
            patterns::patterns(state, &report),
            details::details(state, &report),
            works::works(state, &report),
            works::not_found(state, &report),
            coverage::coverage(state, &report),
            raw::raw(state, &report),
        ];
        div()
            .class("sheet")
            .child((
                outline::outline(&report),
                article().id(Id::Report.name()).class("report").aria_label("Incident report").child(sections),
                entries::drawer(state),
            ))
            .into_any()
    })
    .into_any()
}
