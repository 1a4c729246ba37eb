//! Where a finding came from: how sure it is, the rule that knows its messages, and the entries that the rule matched.

use crate::page::format;
use crate::page::parts::button::button;
use crate::page::parts::evidence::{entries, evidence};
use crate::page::parts::rich::rich;
use crate::page::state::State;
use crate::page::view;
use crate::protocol::Rule;
use crate::report::model::Finding;
use crate::report::render::Redacted;
use leptos::html::{code, dd, details, div, dl, dt, p, pre, span, strong, summary};
use leptos::prelude::*;
use std::sync::Arc;

/// Said of findings without a rule.
const BY_TRACE: &str = "No rule speaks of these messages. Their entries stand together by their exception and the frames that it came through.";
const BY_WORDS: &str = "No rule speaks of these messages. Their entries stand together by severity, by their words and by what followed them; \
the grade beside each sentence says how it was found.";

/// The line about confidence, and what opens below it.
pub fn origin(state: State, report: &Arc<Redacted>, one: &Finding) -> AnyView {
    let sure = (!one.confidence.word.is_empty()).then(|| {
        let reason = (!one.confidence.reason.is_empty()).then(|| (": ", rich(&one.confidence.reason)));
        p().class("origin note").child((strong().child(capital(&one.confidence.word)), reason, "."))
    });
    let label = format!("{}: where this came from", one.id);
    let body = details().class("origin").child((
        summary().aria_label(label).child("Where this came from"),
        rules(state, one),
        behind(state, report, one),
    ));
    (sure, body).into_any()
}

/// All entries of the finding.
fn behind(state: State, report: &Arc<Redacted>, one: &Finding) -> Option<AnyView> {
    let n = entries(report, one.evidence)?;
    let words = format!("All {} of {}", format::counted(n, "entry", "entries"), one.id);
    let title = format!("{} {}", one.id, one.title.plain());
    Some(p().child(evidence(state, report, one.evidence, title, "link", words.into_any())).into_any())
}

/// The rules as far as they are known here; else their names alone.
fn rules(state: State, one: &Finding) -> AnyView {
    if one.signatures.is_empty() {
        return p().child(if one.chain.is_empty() { BY_WORDS } else { BY_TRACE }).into_any();
    }
    let (id, names) = (one.id.clone(), one.signatures.join(", "));
    (move || {
        let known: Vec<Rule> = state.sketch.with(|sketch| {
            let all = sketch.iter().flat_map(|sketch| &sketch.rules);
            all.filter(|rule| rule.finding == id).cloned().collect()
        });
        if known.is_empty() {
            return p().child(("Rule: ", code().class("plain").child(names.clone()))).into_any();
        }
        known.into_iter().map(|known| rule(state, known)).collect::<Vec<_>>().into_any()
    })
    .into_any()
}

fn rule(state: State, rule: Rule) -> AnyView {
    let whose = if rule.is_own { "Your rule" } else { "Rule" };
    let row = |name: &'static str, value: AnyView| (dt().child(name), dd().child(value)).into_any();
    let says = |name, text: &str| (!text.is_empty()).then(|| row(name, text.to_owned().into_any()));
    let anchors: Vec<AnyView> = rule
        .anchors
        .iter()
        .enumerate()
        .map(|(n, anchor)| (if n > 0 { " or " } else { "" }, code().child(anchor.clone())).into_any())
        .collect();
    let (n, filter, title) = (rule.entries, rule.filter, format!("{} matched {}", rule.finding, rule.id));
    let matched = (n > 0).then(|| {
        let words = format!("{} that it matched", format::counted(n, "entry", "entries"));
        p().child(button("link", words, move || view::show(state, filter.clone(), title.clone())))
    });
    div()
        .class("rule")
        .child((
            dl().class("facts").child((
                row(whose, (span().child(rule.title), " ", code().class("plain").child(rule.id)).into_any()),
                row("Kind", rule.role.into_any()),
                says("Says", &rule.what),
                says("Means", &rule.impact),
                (!anchors.is_empty()).then(|| row("Looks for", anchors.into_any())),
                row(
                    "Then matches",
                    pre().class("rule-text").tabindex("0").child(code().child(rule.regex)).into_any(),
                ),
            )),
            matched,
        ))
        .into_any()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
