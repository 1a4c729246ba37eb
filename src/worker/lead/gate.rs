//! What may leave the lead: takes unredacted data and a level, gives redacted data. Every path goes through
//! [`render`]; what is asked after the report was shown goes with the memory of its redaction, so that a value has the same
//! placeholder everywhere.

use crate::entry::Nanos;
use crate::protocol::export::ExportFormat;
use crate::protocol::sides::Changed;
use crate::redact::{Level, Memory};
use crate::report::model::{Boundary, Comparison, Quote, Report};
use crate::report::render::{self, Redacted};

/// The report for the page, and the memory of its redaction.
pub(super) fn report(report: &Report, level: Level, words: &[String]) -> (Redacted, Memory) {
    render::redact_shown(report, level, words)
}

/// The report as text, with this time of generation; `reopened` if it was opened from its JSON.
pub(super) fn text(
    report: &Report,
    reopened: bool,
    format: ExportFormat,
    level: Level,
    words: &[String],
    generated_at: Option<Nanos>,
) -> String {
    let stamped = Report { generated_at, ..report.clone() };
    let render = if reopened { render::render_again } else { render::render_with };
    render(&stamped, format.format(), level, words)
}

/// One finding as Markdown; empty if there is none.
pub(super) fn finding(report: &Report, number: u32, level: Level, words: &[String]) -> String {
    render::render_finding(report, number as usize, level, words).unwrap_or_default()
}

/// A comparison for the page, and the report with what it tells.
pub(super) fn changes(told: Comparison, report: &Report, memory: &mut Memory) -> Changed {
    let report = render::redact_again(report, memory);
    let sections = render::comparison_sections(told, &report.report.changes, memory);
    Changed { sections, report }
}

/// A comparison as text.
pub(super) fn changes_text(
    told: &Comparison,
    format: ExportFormat,
    level: Level,
    words: &[String],
) -> String {
    render::render_comparison(told, format.format(), level, words)
}

/// Changes of revision.
pub(super) fn boundaries(boundaries: Vec<Boundary>, memory: &mut Memory) -> Vec<Boundary> {
    render::boundaries(boundaries, memory)
}

/// Quotes that are not in the report.
pub(super) fn quotes(mut quotes: Vec<Quote>, memory: &mut Memory) -> Vec<Quote> {
    render::quotes(&mut quotes, memory);
    quotes
}

/// A record as its file has it: JSON stays JSON, with its own escapes for what acts.
pub(super) fn record(text: String, memory: &mut Memory) -> String {
    let text = memory.for_files(|memory| one(text, memory));
    if text.starts_with(['{', '[']) {
        render::json_visible(&text)
    } else {
        render::visible(&text).into_owned()
    }
}

/// Texts that are not in the report, in their places.
pub(super) fn texts(texts: Vec<&mut String>, memory: &mut Memory) {
    let quoted = texts.iter().map(|text| Quote { text: (*text).clone(), ..Quote::default() }).collect();
    for (text, quote) in texts.into_iter().zip(quotes(quoted, memory)) {
        *text = quote.text;
    }
}

/// One text that is not in the report.
pub(super) fn one(text: String, memory: &mut Memory) -> String {
    quotes(vec![Quote { text, ..Quote::default() }], memory).pop().map(|quote| quote.text).unwrap_or_default()
}
