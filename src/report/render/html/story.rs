//! Findings, five whys and actions as HTML.

use super::super::words;
use super::parts::{badge, behind, code, quotes, rich, sentence, sentences};
use crate::report::model::{Action, ChainLink, Component, Finding, Priority, Report, Sentence};
use maud::{Markup, html};

/// All findings, or a sentence that there is none.
pub(super) fn findings(report: &Report) -> Markup {
    html! {
        @for said in &report.no_findings { p { (sentence(said, report)) } }
        @if report.findings.is_empty() && report.no_findings.is_empty() { p { (words::NO_FINDINGS) } }
        @for finding in &report.findings { (one(finding, report)) }
    }
}

fn one(finding: &Finding, report: &Report) -> Markup {
    let counts = finding.counts.iter().map(|count| format!("{} {}", words::number(count.n), count.what));
    let counts = counts.collect::<Vec<_>>().join(", ");
    html! {
        article id=(finding.id) {
            h3 { (finding.id) ": " (rich(&finding.title)) }
            p { "Severity: " span class=(badge(finding.class)) { (words::class(finding.class)) } ", " (words::state(finding.state)) }
            (lead("Impact", std::slice::from_ref(&finding.impact), report))
            (lead("State", std::slice::from_ref(&finding.state_text), report))
            @if !counts.is_empty() { p { b { "Counts: " } (counts) } }
            @let span = words::span(finding.first, finding.last);
            @if !span.is_empty() { p { b { "Seen: " } (span) } }
            (lead("Cause", &finding.cause, report))
            (chain(&finding.chain))
            (components(&finding.components))
            @if !finding.quotes.is_empty() {
                p { b { "Evidence:" } (behind(finding.evidence, report)) }
                (quotes(&finding.quotes))
            }
            @if !finding.symptoms.is_empty() { p { b { "Symptoms of this cause:" } } (sentences(&finding.symptoms, report)) }
            @if !finding.variants.is_empty() { p { b { "Other wordings:" } } (sentences(&finding.variants, report)) }
            @if !finding.confidence.word.is_empty() {
                p {
                    b { "Confidence: " } (finding.confidence.word)
                    @if !finding.confidence.reason.is_empty() { ": " (rich(&finding.confidence.reason)) }
                }
            }
            @if !finding.signatures.is_empty() {
                p { b { "Recognised by: " } @for (at, id) in finding.signatures.iter().enumerate() { @if at > 0 { ", " } (code(id)) } }
            }
        }
    }
}

fn lead(label: &str, said: &[Sentence], report: &Report) -> Markup {
    html! {
        @if said.iter().any(|said| !said.text.is_empty()) {
            p { b { (label) ": " } @for said in said { (sentence(said, report)) " " } }
        }
    }
}

fn chain(links: &[ChainLink]) -> Markup {
    html! {
        @if !links.is_empty() {
            p { b { @if links.len() > 1 { "Error chain, root last:" } @else { "Error:" } } }
            ol {
                @for link in links {
                    @let both = !link.kind.is_empty() && !link.message.trim().is_empty();
                    li {
                        @if !link.relation.is_empty() { (link.relation) " " }
                        (code(&format!("{}{}{}", link.kind, if both { ": " } else { "" }, link.message)))
                        @if !link.place.is_empty() { " at " (code(&link.place)) }
                    }
                }
            }
        }
    }
}

fn components(components: &[Component]) -> Markup {
    html! {
        @if !components.is_empty() {
            p { b { "Affected components, innermost first:" } }
            ul {
                @for component in components {
                    @let line = component.line.map(|line| format!(":{line}")).unwrap_or_default();
                    li {
                        (code(&format!("{}{line}", component.file)))
                        @if !component.function.is_empty() && component.function != "<module>" { " in " (code(&component.function)) }
                        @if !component.statement.is_empty() { ": " (code(&component.statement)) }
                    }
                }
            }
        }
    }
}

/// The whys.
pub(super) fn whys(report: &Report) -> Markup {
    html! {
        @for (at, why) in report.whys.iter().enumerate() {
            h3 { "Why " (at + 1) ": " (rich(&why.question)) }
            p { (sentence(&why.answer, report)) }
            @if !why.alternatives.is_empty() { p { "Other answers that would fit:" } (sentences(&why.alternatives, report)) }
        }
    }
}

/// Actions by priority.
pub(super) fn actions(report: &Report) -> Markup {
    html! {
        @for priority in [Priority::P0, Priority::P1, Priority::P2] {
            @let all: Vec<_> = report.actions.iter().filter(|action| action.priority == priority).collect();
            @if !all.is_empty() {
                h3 { (words::priority(priority)) }
                ul { @for action in all { (item(action)) } }
            }
        }
    }
}

fn item(action: &Action) -> Markup {
    html! {
        li {
            (rich(&action.what))
            @if !action.finding.is_empty() { " " a.behind href=(format!("#{}", action.finding)) { (action.finding) } }
            @if !action.steps.is_empty() || !action.verify.is_empty() {
                ul {
                    @for step in &action.steps { li { (rich(step)) } }
                    @if !action.verify.is_empty() { li { "Verify: " (rich(&action.verify)) } }
                }
            }
            @if !action.command.is_empty() { pre { code { (words::visible(&action.command)) } } }
        }
    }
}
