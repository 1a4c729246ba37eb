//! How much of the trouble is explained, and what the log can't tell.

use super::findings::quote;
use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::hand_off::folded;
use crate::page::parts::section::titled;
use crate::page::parts::sentence::sentences;
use crate::page::state::State;
use crate::report::model::{Coverage, Gap};
use crate::report::render::Redacted;
use leptos::html::{details, p, summary};
use leptos::prelude::*;
use std::sync::Arc;

/// The section.
pub fn coverage(state: State, report: &Arc<Redacted>) -> AnyView {
    let coverage = &report.report.coverage;
    let quotes: Vec<AnyView> = coverage.unexplained.iter().map(|one| quote(state, one)).collect();
    let unexplained = (!quotes.is_empty())
        .then(|| details().child((summary().child("Frequent messages that nothing explains"), quotes)));
    let share = coverage.sentences.is_empty().then(|| p().child(explained(coverage)));
    let gap = |gap: &Gap| folded(format!("Fetch what is missing: {}", gap.what), &report.report, &gap.filter);
    let gaps: Vec<AnyView> = coverage.gaps.iter().map(gap).collect();
    titled(
        Id::Coverage,
        "Coverage",
        (share, sentences(state, report, &coverage.sentences), gaps, unexplained).into_any(),
    )
}

/// How much is explained, in a sentence.
pub fn explained(coverage: &Coverage) -> String {
    match coverage.troubled {
        0 => "No entry is a warning or worse.".into(),
        troubled => format!(
            "{} of {} are explained ({}).",
            format::count(coverage.explained),
            format::counted(troubled, "entry of WARNING and above", "entries of WARNING and above"),
            format::per_mille(coverage.explained * 1000 / troubled)
        ),
    }
}
