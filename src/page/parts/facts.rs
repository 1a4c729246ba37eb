//! Keys and values in, a definition list out.

use super::evidence::evidence;
use super::rich::rich;
use crate::page::format;
use crate::page::state::State;
use crate::report::model::Fact;
use crate::report::render::Redacted;
use leptos::html::{dd, dl, dt, span};
use leptos::prelude::*;
use std::sync::Arc;

/// The list; values of a fact with evidence open it.
pub fn facts(state: State, report: &Arc<Redacted>, list: &[Fact]) -> AnyView {
    let rows: Vec<AnyView> = list
        .iter()
        .map(|fact| {
            let mut values: Vec<AnyView> = Vec::new();
            for (i, value) in fact.values.iter().enumerate() {
                if i > 0 {
                    values.push(", ".into_any());
                }
                values.push(value.clone().into_any());
            }
            if fact.more > 0 {
                values.push(format!(" and {} more", format::count(fact.more)).into_any());
            }
            let title = format!("{}: {}", fact.key, fact.values.join(", "));
            let shown = evidence(state, report, fact.evidence, title, "figure", values.into_any());
            let note = (!fact.note.is_empty()).then(|| span().class("note").child((" ", rich(&fact.note))));
            (dt().child(fact.key.clone()), dd().child((shown, note))).into_any()
        })
        .collect();
    dl().class("facts").child(rows).into_any()
}
