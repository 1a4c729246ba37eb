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
    let proof =
        span().class(grade_class(sentence.grade)).child(proof(sentence, entries(report, sentence.evidence)));
    let shown = (span().class("sentence-text").child(rich(&sentence.text)), " ", proof).into_any();
    if entries(report, sentence.evidence).is_none() {
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

/// `derived: count of exits · 16 entries`.
pub fn proof(sentence: &Sentence, entries: Option<u64>) -> String {
    let mut words = String::from(format::grade(sentence.grade));
    if !sentence.rule.is_empty() {
        words.push_str(": ");
        words.push_str(&sentence.rule);
    }
    if let Some(n) = entries {
        words.push_str(" · ");
        words.push_str(&format::counted(n, "entry", "entries"));
    }
    words
}

fn grade_class(grade: Grade) -> &'static str {
    match grade {
        Grade::Observed | Grade::Derived => "grade",
        Grade::Hypothesis => "grade grade-hypothesis",
    }
}
