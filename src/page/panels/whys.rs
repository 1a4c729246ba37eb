//! Five whys: a question, its graded answer, other answers that would fit.

use crate::page::ids::Id;
use crate::page::parts::rich::rich;
use crate::page::parts::section::titled;
use crate::page::parts::sentence::{sentence, sentences};
use crate::page::state::State;
use crate::report::render::Redacted;
use leptos::html::{div, li, ol, p, span};
use leptos::prelude::*;
use std::sync::Arc;

/// The chain of what is shown: with what a comparison tells, where one is shown.
pub fn whys(state: State, report: &Arc<Redacted>) -> AnyView {
    let report = Arc::clone(report);
    let compared = Memo::new(move |_| {
        state.changes.with(|changes| match changes {
            Some(Ok(compared)) => Some(Arc::clone(&compared.report)),
            _ => None,
        })
    });
    (move || chain(state, &compared.get().unwrap_or_else(|| Arc::clone(&report)))).into_any()
}

/// The chain, or nothing.
fn chain(state: State, report: &Arc<Redacted>) -> AnyView {
    if report.report.whys.is_empty() {
        return ().into_any();
    }
    let items: Vec<AnyView> = report
        .report
        .whys
        .iter()
        .map(|why| {
            let others = (!why.alternatives.is_empty()).then(|| {
                div().class("alternatives").child((
                    span().class("note").child("Would also fit"),
                    sentences(state, report, &why.alternatives),
                ))
            });
            li().child((
                p().class("question").child(rich(&why.question)),
                p().class("statement").child(sentence(state, report, &why.answer)),
                others,
            ))
            .into_any()
        })
        .collect();
    titled(Id::Whys, "Five whys", ol().class("whys").child(items).into_any())
}
