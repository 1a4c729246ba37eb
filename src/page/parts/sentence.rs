//! A graded sentence in, the sentence with its grade and the number of entries behind it out.

use super::evidence::{entries, evidence};
use super::rich::rich;
use crate::page::format;
use crate::page::state::State;
use crate::report::model::{Grade, Sentence};
use crate::report::render::Redacted;
use leptos::html::{li, span, ul};
use leptos::prelude::*;
use std::sync::Arc;

/// One sentence; a button if entries prove it.
pub fn sentence(state: State, report: &Arc<Redacted>, sentence: &Sentence) -> AnyView {
    let behind = entries(report, sentence.evidence);
    let shown = (
        span().class("sentence-text").child(rich(&sentence.text)),
        " ",
        span().class(grade_class(sentence.grade)).child((known(sentence), behind.map(counted))),
    )
        .into_any();
    if behind.is_none() {
        return span().class("sentence").child(shown).into_any();
    }
    evidence(state, report, sentence.evidence, sentence.text.plain(), "sentence sentence-proved", shown)
}

/// A list of sentences, or nothing.
pub fn sentences(state: State, report: &Arc<Redacted>, list: &[Sentence]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let items: Vec<AnyView> =
        list.iter().map(|one| li().child(sentence(state, report, one)).into_any()).collect();
    ul().class("sentences").child(items).into_any()
}

/// ` · 16 entries`, the number marked as what opens.
fn counted(n: u64) -> AnyView {
    (" · ", span().class("opens").child(format::counted(n, "entry", "entries"))).into_any()
}

/// `derived: count of exits`.
pub fn known(sentence: &Sentence) -> String {
    let grade = format::grade(sentence.grade);
    if sentence.rule.is_empty() { grade.to_owned() } else { format!("{grade}: {}", sentence.rule) }
}

fn grade_class(grade: Grade) -> &'static str {
    match grade {
        Grade::Observed | Grade::Derived => "grade",
        Grade::Hypothesis => "grade grade-hypothesis",
    }
}
