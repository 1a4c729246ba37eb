//! The report as one HTML file: no script, nothing loaded, its own policy, light, dark and print.
//!
//! Takes a redacted report, gives a document that shows the same sections in the same order as the Markdown form, plus the
//! entries behind each sentence at its end. Maud escapes every text; log text stands in `code` and `pre` only.

mod parts;
mod story;
mod tables;

use super::words;
use crate::report::model::{Cell, Class, Evidence, Part, Report, Section, State};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use parts::{behind, facts, problems, quotes, rich, sentence, sentences};

/// The style; its hash stands in the policy.
const STYLE: &str = include_str!("style.css");
/// SHA-256 of [`STYLE`] in base64; a test compares them.
const STYLE_HASH: &str = "fRMHhOhdfWD+tVUxNAvFNTvXgj+bahUnhsZtfx80wZs=";

/// Renders a report.
pub(super) fn render(report: &Report, redaction: &str) -> String {
    page(words::title(report), &body(report, redaction))
}

/// A document of sections that are made already.
pub(super) fn document(title: &str, sections: &[Section], evidence: &[Evidence]) -> String {
    let behind = Report { evidence: evidence.to_vec(), ..Report::default() };
    let part = |part: &Part| match part {
        Part::Said(text) => html! { p { (rich(text)) } },
        Part::List(all) => parts::sentences(all, &behind),
        Part::Table(head, numbers_from, rows) => {
            let cells = |row: &Vec<Cell>| row.iter().map(|cell| rich(&cell.text)).collect();
            let rows: Vec<Vec<Markup>> = rows.iter().map(cells).collect();
            let head: Vec<&str> = head.iter().map(String::as_str).collect();
            parts::table(&head, *numbers_from, &rows)
        }
    };
    let all = html! {
        @for Section { heading, parts } in sections {
            (section(heading, true, &html! { @for piece in parts { (part(piece)) } }))
        }
    };
    page(title, &all)
}

/// The whole file around a body.
fn page(title: &str, body: &Markup) -> String {
    let policy =
        format!("default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (title) }
                    (body)
                }
            }
        }
    };
    let mut text = words::visible(&page.into_string()).into_owned();
    text.push('\n');
    text
}

fn body(report: &Report, redaction: &str) -> Markup {
    html! {
        (section("Overview", true, &overview(report, redaction)))
        (section("Timeline", report.timeline.is_some(), &tables::timeline(report)))
        (section("Findings", true, &story::findings(report)))
        (section("Five whys", !report.whys.is_empty(), &story::whys(report)))
        (section("Actions", !report.actions.is_empty(), &story::actions(report)))
        (section("What changed", !report.changes.is_empty(), &sentences(&report.changes, report)))
        (section("Severity", !report.severity.is_empty(), &tables::severity(report)))
        (section("Requests", report.requests.is_some(), &tables::requests(report)))
        (section("Patterns", !report.patterns.is_empty(), &tables::patterns(report)))
        @let details = !report.details.is_empty() || !report.deployments.is_empty();
        (section("Technical details", details, &tables::details(report)))
        (section("What works", !report.works.is_empty(), &sentences(&report.works, report)))
        (section("Looked for and not found", !report.not_found.is_empty(), &sentences(&report.not_found, report)))
        @let coverage = report.coverage != Default::default() || !report.warnings.is_empty();
        (section("Coverage", coverage, &coverage_of(report)))
        (section("Raw data", report.raw != Default::default(), &tables::raw(report)))
        (section("Entries behind this report", !report.evidence.is_empty(), &evidence(report)))
    }
}

/// A section with its heading; an empty one is left out.
fn section(heading: &str, stands: bool, body: &Markup) -> Markup {
    html! { @if stands { section { h2 { (heading) } (body) } } }
}

fn overview(report: &Report, redaction: &str) -> Markup {
    let headline = &report.headline;
    let worst = report.findings.iter().map(|finding| finding.class).min();
    let badge = match (headline.state, worst) {
        (State::Healthy, _) | (_, None) => "badge calm",
        (_, Some(class)) => parts::badge(class),
    };
    html! {
        @if !headline.sentence.is_empty() {
            p.lead {
                (rich(&headline.sentence)) (parts::mark(headline.grade, "")) (behind(headline.evidence, report))
            }
            p { "State: " span class=(badge) { (words::state(headline.state)) } }
        }
        @for said in &report.summary { p { (sentence(said, report)) } }
        (facts(&report.overview, report))
        @let urgent: Vec<_> = report.findings.iter().filter(|finding| finding.class == Class::Critical).collect();
        @if urgent.len() > 1 {
            p { "Critical findings:" }
            ul { @for finding in urgent { li { a href=(format!("#{}", finding.id)) { (finding.id) } ": " (rich(&finding.title)) } } }
        }
        p.soft {
            @if let Some(time) = report.generated_at { "Generated " (time.date_time()) " UTC by " (report.generator) ". " }
            @else if !report.generator.is_empty() { "Generated by " (report.generator) ". " }
            (redaction)
        }
    }
}

fn coverage_of(report: &Report) -> Markup {
    let coverage = &report.coverage;
    html! {
        (sentences(&coverage.sentences, report))
        @if !coverage.unexplained.is_empty() {
            p { "Frequent messages that nothing explains:" }
            (quotes(&coverage.unexplained))
        }
        (problems(&report.warnings))
    }
}

/// The entries that links of the report lead to.
fn evidence(report: &Report) -> Markup {
    html! {
        section.entries {
            @for (at, evidence) in report.evidence.iter().enumerate() {
                @if !evidence.quotes.is_empty() {
                    div id=(format!("e{at}")) {
                        p.soft {
                            (words::entries(evidence.entries))
                            @if evidence.entries > evidence.quotes.len() as u64 { ", the first " (evidence.quotes.len()) ":" } @else { ":" }
                        }
                        (quotes(&evidence.quotes))
                    }
                }
            }
        }
    }
}
