//! What a reader must know first: one sentence, its state, the facts of the overview, warnings.

use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::evidence::evidence;
use crate::page::parts::facts::facts;
use crate::page::parts::notice::notice;
use crate::page::parts::rich::rich;
use crate::page::parts::sentence::sentences;
use crate::page::parts::{badge, evidence as proved};
use crate::page::state::State;
use crate::report::model::Report;
use crate::report::render::Redacted;
use leptos::html::{details, div, h1, p, section, span, summary};
use leptos::prelude::*;
use std::sync::Arc;

/// The first section.
pub fn headline(state: State, report: &Arc<Redacted>) -> AnyView {
    let head = &report.report.headline;
    let title = head.sentence.plain();
    let sentence =
        evidence(state, report, head.evidence, title.clone(), "headline-proved", rich(&head.sentence));
    let proof = proved::entries(report, head.evidence).map(|n| {
        let shown = format::counted(n, "entry", "entries").into_any();
        (" · ", evidence(state, report, head.evidence, title, "figure", shown))
    });
    section()
        .id(Id::Overview.name())
        .class("section headline")
        .tabindex("-1")
        .aria_label("Overview")
        .child((
            p().class("headline-state").child((
                badge::state(head.state),
                span().class("grade").child((format::grade(head.grade), proof)),
            )),
            h1().class("headline-sentence").child(sentence),
            first_step(&report.report),
            facts(state, report, &report.report.overview),
            sentences(state, report, &report.report.summary),
            warnings(&report.report),
        ))
        .into_any()
}

/// What to do first, so that the first screen answers it.
fn first_step(report: &Report) -> AnyView {
    report
        .actions
        .first()
        .map(|action| {
            let (name, when) = format::priority(action.priority);
            p().class("first-step").child((
                span().class("priority").child(format!("{name} · {when}")),
                " ",
                span().child(rich(&action.what)),
            ))
        })
        .into_any()
}

fn warnings(report: &Report) -> AnyView {
    if report.warnings.is_empty() {
        return ().into_any();
    }
    let list: Vec<AnyView> = report.warnings.iter().map(notice).collect();
    let title =
        format::counted(report.warnings.len() as u64, "warning about the input", "warnings about the input");
    details().class("warnings").child((summary().child(title), div().class("notices").child(list))).into_any()
}
