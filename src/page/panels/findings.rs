//! Findings, cause first: what, how bad, how often, why it is believed, and the lines that show it.

use super::origin;
use crate::page::format;
use crate::page::ids::Id;
use crate::page::parts::evidence::evidence;
use crate::page::parts::rich::rich;
use crate::page::parts::section::titled;
use crate::page::parts::sentence::{sentence, sentences};
use crate::page::parts::{badge, evidence as proved};
use crate::page::state::State;
use crate::report::model::{ChainLink, Component, Finding, Quote};
use crate::report::render::Redacted;
use leptos::html::{
    article, blockquote, code, details, div, h3, h4, li, ol, p, pre, span, strong, summary, ul,
};
use leptos::prelude::*;
use std::sync::Arc;

/// Files and quotes that are seen at once.
const FILES: usize = 5;
const QUOTES: usize = 2;

/// All findings, or why there are none.
pub fn findings(state: State, report: &Arc<Redacted>) -> AnyView {
    let list: Vec<AnyView> = report.report.findings.iter().map(|one| finding(state, report, one)).collect();
    titled(Id::Findings, "Findings", (list, sentences(state, report, &report.report.no_findings)).into_any())
}

fn finding(state: State, report: &Arc<Redacted>, one: &Finding) -> AnyView {
    let heading = format!("finding-{}", one.id);
    let seen = [one.first, one.last];
    article()
        .id(format!("{}-article", one.id))
        .class("finding")
        .tabindex("-1")
        .aria_labelledby(heading.clone())
        .child((
            p().class("finding-state").child((
                badge::class(one.class),
                badge::state(one.state),
                span().class("note").child(move || state.zone.get().span(seen)),
            )),
            h3().id(heading).child((span().class("finding-id").child(one.id.clone()), " ", rich(&one.title))),
            counts(state, report, one),
            p().class("statement").child(sentence(state, report, &one.impact)),
            p().class("statement").child(sentence(state, report, &one.state_text)),
            part("Cause", sentences(state, report, &one.cause), !one.cause.is_empty()),
            chain(&one.chain),
            components(&one.components),
            quotes(state, report, one),
            part("Consequences", sentences(state, report, &one.symptoms), !one.symptoms.is_empty()),
            part("Also seen as", sentences(state, report, &one.variants), !one.variants.is_empty()),
            origin::origin(state, report, one),
        ))
        .into_any()
}

fn part(title: &'static str, body: AnyView, there: bool) -> AnyView {
    there.then(|| div().class("part").child((h4().child(title), body))).into_any()
}

fn counts(state: State, report: &Arc<Redacted>, one: &Finding) -> AnyView {
    let items: Vec<AnyView> = one
        .counts
        .iter()
        .map(|count| {
            let title = format!("{}: {} {}", one.id, format::count(count.n), count.what);
            let shown = (strong().child(format::count(count.n)), " ", count.what.clone()).into_any();
            li().child(evidence(state, report, count.evidence, title, "figure", shown)).into_any()
        })
        .collect();
    ul().class("counts").aria_label("Counts").child(items).into_any()
}

fn chain(links: &[ChainLink]) -> AnyView {
    if links.is_empty() {
        return ().into_any();
    }
    let items: Vec<AnyView> = links
        .iter()
        .map(|link| {
            let relation = (!link.relation.is_empty())
                .then(|| span().class("note").child(format!("{} ", link.relation)));
            let colon = if link.kind.is_empty() || link.message.is_empty() { "" } else { ": " };
            let text = code().child(format!("{}{colon}{}", link.kind, link.message));
            let place = (!link.place.is_empty())
                .then(|| div().class("note").child(("at ", code().class("plain").child(link.place.clone()))));
            li().child((relation, text, place)).into_any()
        })
        .collect();
    part("Exception, outermost first", ol().class("chain").child(items).into_any(), true)
}

fn components(list: &[Component]) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let mut items: Vec<AnyView> = list.iter().map(component).collect();
    let rest = items.split_off(items.len().min(FILES));
    let more =
        folded(rest.len(), "more file", "more files", |rest| ul().class("components").child(rest), rest);
    part("Your files involved", (ul().class("components").child(items), more).into_any(), true)
}

fn component(one: &Component) -> AnyView {
    let line = one.line.map(|line| format!(":{line}")).unwrap_or_default();
    let function = (!one.function.is_empty())
        .then(|| span().class("note").child((" in ", code().child(one.function.clone()))));
    let statement = (!one.statement.is_empty())
        .then(|| pre().class("statement-line").child(code().child(one.statement.clone())));
    li().child((code().child(format!("{}{line}", one.file)), function, statement)).into_any()
}

fn quotes(state: State, report: &Arc<Redacted>, one: &Finding) -> AnyView {
    if one.quotes.is_empty() {
        return ().into_any();
    }
    let mut items: Vec<AnyView> = one.quotes.iter().map(|one| quote(state, one)).collect();
    let rest = items.split_off(items.len().min(QUOTES));
    let more = folded(rest.len(), "more quoted entry", "more quoted entries", |rest| div().child(rest), rest);
    let all = proved::entries(report, one.evidence).map(|n| {
        let label = format!("All {}", format::counted(n, "entry", "entries"));
        evidence(
            state,
            report,
            one.evidence,
            format!("{} {}", one.id, one.title.plain()),
            "link",
            label.into_any(),
        )
    });
    part("Evidence", (items, more, all).into_any(), true)
}

/// What comes after the first few, behind a line that opens it; or nothing.
fn folded<V: IntoAny>(
    n: usize,
    one: &str,
    many: &str,
    draw: impl Fn(Vec<AnyView>) -> V,
    rest: Vec<AnyView>,
) -> Option<AnyView> {
    let title = format::counted(n as u64, one, many);
    (n > 0).then(|| details().class("more").child((summary().child(title), draw(rest).into_any())).into_any())
}

/// One quoted entry.
pub fn quote(state: State, quote: &Quote) -> AnyView {
    let time = quote.time;
    blockquote()
        .class("quote")
        .child((
            p().class("quote-head").child((
                span().class("time").child(move || {
                    let zone = state.zone.get();
                    format!("{}{}", format::clock(time.map(|time| zone.at(time))), zone.said())
                }),
                badge::severity(quote.severity),
                span().class("note").child(quote.source.clone()),
            )),
            pre().class("quote-text").tabindex("0").child(code().child(quote.text.clone())),
        ))
        .into_any()
}
