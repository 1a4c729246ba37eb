//! The report as Markdown: what goes into a ticket.
//!
//! Takes a redacted report, gives CommonMark with GFM tables, sections in the order of the product description. A report
//! stays under [`MOST_BYTES`]: where the first try is longer, quotes and tables are cut shorter and it is written again.

mod plain;
mod sections;
mod story;
mod tables;
mod write;

use super::words;
use crate::report::model::{Cell, Class, Evidence, Finding, Part, Report, Section};
use write::escape;
use write::{rich, sentence};

/// Longest report written, in bytes; what a ticket system takes.
const MOST_BYTES: usize = 60_000;

/// How much of each long thing is shown.
pub(super) struct Limits {
    code_chars: usize,
    quotes: usize,
    quote_lines: usize,
    quote_chars: usize,
    rows: usize,
    list: usize,
    findings: usize,
}

const LIMITS: [Limits; 4] = [
    Limits {
        code_chars: 240,
        quotes: 6,
        quote_lines: 20,
        quote_chars: 300,
        rows: 25,
        list: 24,
        findings: 40,
    },
    Limits {
        code_chars: 200,
        quotes: 5,
        quote_lines: 15,
        quote_chars: 200,
        rows: 15,
        list: 16,
        findings: 30,
    },
    Limits { code_chars: 160, quotes: 3, quote_lines: 9, quote_chars: 160, rows: 10, list: 10, findings: 20 },
    Limits { code_chars: 120, quotes: 2, quote_lines: 4, quote_chars: 120, rows: 6, list: 6, findings: 12 },
];

/// Words that open nothing in Markdown, on one line.
pub(super) fn inert(text: &str) -> String {
    escape(text)
}

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// GitHub and all that knows its tables.
    GitHub,
    /// CommonMark and nothing more.
    Plain,
}

impl Flavour {
    /// Markdown with tables as this flavour has it.
    pub(super) fn of(self, text: String) -> String {
        if self == Flavour::Plain { plain::plain(&text) } else { text }
    }
}

/// Renders a report.
pub(super) fn render(report: &Report, redaction: &str, flavour: Flavour) -> String {
    let mut text = String::new();
    for limits in &LIMITS {
        text = flavour.of(render_within(report, redaction, limits));
        if text.len() <= MOST_BYTES {
            return text;
        }
    }
    cut(text)
}

/// One finding alone, as it stands in the report.
pub(super) fn finding(report: &Report, finding: &Finding) -> String {
    let [limits, ..] = &LIMITS;
    story::finding(finding, report, limits)
}

/// A document of sections that are made already.
pub(super) fn document(title: &str, sections: &[Section], evidence: &[Evidence]) -> String {
    let [limits, ..] = &LIMITS;
    let mut out = format!("# {title}\n");
    for Section { heading, parts } in sections {
        let mut body = String::new();
        for part in parts {
            match part {
                Part::Said(text) => body.push_str(&format!("{}\n\n", rich(text, limits))),
                Part::List(all) => {
                    for said in all {
                        let entries = write::behind_sentence(said, evidence);
                        body.push_str(&format!("- {}{entries}\n", sentence(said, limits)));
                    }
                    body.push('\n');
                }
                Part::Table(head, numbers_from, rows) => {
                    let cells = |row: &Vec<Cell>| {
                        row.iter().map(|cell| write::rich_cell(&cell.text, limits)).collect()
                    };
                    let head: Vec<&str> = head.iter().map(String::as_str).collect();
                    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
                    body.push_str(&format!("{}\n", write::table(&head, *numbers_from, &rows)));
                }
            }
        }
        section(heading, &body, &mut out);
    }
    if out.len() > MOST_BYTES { cut(out) } else { out }
}

/// The last resort: cut at a line, and say so.
fn cut(mut text: String) -> String {
    const SAID: &str =
        "\n\n*Cut here: the report is longer than a ticket takes. The HTML and JSON forms hold all of it.*\n";
    let most = MOST_BYTES - SAID.len() - 8;
    let at = text
        .char_indices()
        .take_while(|(at, _)| *at <= most)
        .filter(|(_, c)| *c == '\n')
        .map(|(at, _)| at)
        .last();
    text.truncate(at.unwrap_or(0));
    let open = text.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1;
    if open {
        text.push_str("\n```");
    }
    text.push_str(SAID);
    text
}

fn render_within(report: &Report, redaction: &str, limits: &Limits) -> String {
    let mut out = format!("# {}\n", words::title(report));
    overview(report, redaction, limits, &mut out);
    section("Timeline", &tables::timeline(report, limits), &mut out);
    section("Findings", &story::findings(report, limits), &mut out);
    section("Five whys", &story::whys(report, limits), &mut out);
    section("Actions", &story::actions(report, limits), &mut out);
    section("What changed", &sections::sentences(&report.changes, report, limits), &mut out);
    section("Severity", &tables::severity(report, limits), &mut out);
    section("Requests", &tables::requests(report, limits), &mut out);
    section("Patterns", &tables::patterns(report, limits), &mut out);
    section("Technical details", &sections::details(report, limits), &mut out);
    section("What works", &sections::sentences(&report.works, report, limits), &mut out);
    section("Looked for and not found", &sections::sentences(&report.not_found, report, limits), &mut out);
    section("Coverage", &sections::coverage(report, limits), &mut out);
    section("Raw data", &sections::raw(report, limits), &mut out);
    out
}

/// A section with its heading, left out where there is nothing to say.
fn section(heading: &str, body: &str, out: &mut String) {
    if !body.trim().is_empty() {
        out.push_str(&format!("\n## {heading}\n\n{}\n", body.trim_end()));
    }
}

fn overview(report: &Report, redaction: &str, limits: &Limits, out: &mut String) {
    let mut body = String::new();
    if !report.headline.sentence.is_empty() {
        let mark =
            words::grade(report.headline.grade, "").map(|mark| format!(" *{mark}*")).unwrap_or_default();
        let sentence = write::rich(&report.headline.sentence, limits);
        body.push_str(&format!(
            "**{sentence}**{mark}\n\n**State:** {}\n\n",
            words::state(report.headline.state)
        ));
    }
    for said in &report.summary {
        body.push_str(&format!("{}\n\n", sentence(said, limits)));
    }
    body.push_str(&sections::facts(&report.overview, limits));
    let urgent = report.findings.iter().filter(|finding| finding.class == Class::Critical);
    let list: Vec<String> = urgent
        .map(|finding| format!("- {}: {}\n", escape(&finding.id), rich(&finding.title, limits)))
        .collect();
    if list.len() > 1 {
        body.push_str(&format!("\nCritical findings:\n\n{}", list.concat()));
    }
    body.truncate(body.trim_end().len());
    body.push_str("\n\n");
    if let Some(time) = report.generated_at {
        body.push_str(&format!("Generated {} UTC by {}. ", time.date_time(), escape(&report.generator)));
    } else if !report.generator.is_empty() {
        body.push_str(&format!("Generated by {}. ", escape(&report.generator)));
    }
    body.push_str(&escape(redaction));
    section("Overview", &body, out);
}
