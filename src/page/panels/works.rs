//! What works, and what was looked for and not found.

use crate::page::ids::Id;
use crate::page::parts::section::titled;
use crate::page::parts::sentence::sentences;
use crate::page::state::State;
use crate::report::model::Sentence;
use crate::report::render::Redacted;
use leptos::prelude::*;
use std::sync::Arc;

fn list(state: State, report: &Arc<Redacted>, id: Id, title: &'static str, all: &[Sentence]) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    titled(id, title, sentences(state, report, all))
}

/// What works.
pub fn works(state: State, report: &Arc<Redacted>) -> AnyView {
    list(state, report, Id::Works, "What works", &report.report.works)
}

/// Looked for and not found.
pub fn not_found(state: State, report: &Arc<Redacted>) -> AnyView {
    list(state, report, Id::NotFound, "Looked for and not found", &report.report.not_found)
}
