//! What a reader must know first: one sentence, its state, the facts of the overview, warnings.

use super::reopened;
use crate::error::{Code, Problem};
use crate::page::format;
use crate::page::ids::Id;
use crate::page::link;
use crate::page::parts::evidence::evidence;
use crate::page::parts::facts::facts;
use crate::page::parts::notice::notice;
use crate::page::parts::rich::rich;
use crate::page::parts::sentence::sentences;
use crate::page::parts::{badge, evidence as proved};
use crate::page::state::State;
use crate::report::model::Report;
use crate::report::render::{self, Redacted};
use leptos::html::{details, div, h1, p, section, span, summary};
use leptos::prelude::*;
use std::sync::Arc;

/// Losses that stand beside the headline; the others are in the folded list.
const LOSSES: usize = 2;

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
            print_head(state, report),
            p().class("headline-state").child((
                badge::state(head.state),
                span().class("grade").child((format::grade(head.grade), proof)),
            )),
            h1().class("headline-sentence").child(sentence),
            lost(&report.report),
            first_step(&report.report),
            facts(state, report, &report.report.overview),
            sentences(state, report, &report.report.summary),
            warnings(&report.report),
        ))
        .into_any()
}

/// What a printed report has to say of itself: of which files, made when, and what was taken out. Paper alone shows it.
fn print_head(state: State, report: &Arc<Redacted>) -> AnyView {
    let names: Vec<&str> = report.report.raw.files.iter().map(|file| file.name.as_str()).collect();
    let said = format!(
        "{} · made {} UTC by {} · {}",
        names.join(", "),
        format::date_time(report.report.generated_at),
        report.report.generator,
        if state.reopened.with_untracked(|file| file.as_ref().is_some_and(|file| file.key != link::LET_GO)) {
            reopened::redacted().to_owned()
        } else {
            state.level.with_untracked(|level| render::said(*level, &report.replaced))
        }
    );
    p().class("print-head").child(said).into_any()
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

/// Whether a part of the input is missing, so that the headline may not be the whole story.
fn is_loss(problem: &Problem) -> bool {
    !problem.code.is_warning() || matches!(problem.code, Code::WPartial | Code::WTruncated)
}

/// Warnings that stand beside the headline, and the others. Of many losses the first are enough to know that there are some.
fn parted(report: &Report) -> (Vec<&Problem>, Vec<&Problem>) {
    let (mut lost, mut others): (Vec<&Problem>, Vec<&Problem>) =
        report.warnings.iter().partition(|problem| is_loss(problem));
    others.extend(lost.split_off(LOSSES.min(lost.len())));
    (lost, others)
}

/// What is missing, beside the headline that was made without it.
fn lost(report: &Report) -> Option<AnyView> {
    let list: Vec<AnyView> = parted(report).0.into_iter().map(notice).collect();
    (!list.is_empty())
        .then(|| div().class("notices").role("note").aria_label("Missing input").child(list).into_any())
}

fn warnings(report: &Report) -> AnyView {
    let list: Vec<AnyView> = parted(report).1.into_iter().map(notice).collect();
    if list.is_empty() {
        return ().into_any();
    }
    let title = format::counted(list.len() as u64, "warning about the input", "warnings about the input");
    details().class("warnings").child((summary().child(title), div().class("notices").child(list))).into_any()
}
