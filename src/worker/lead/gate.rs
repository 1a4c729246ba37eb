//! What may leave the lead: takes unredacted data and a level, gives redacted data. Every path goes through
//! [`render::redact`] or [`render::render`]; quotes travel inside the report they belong to, so that a value has the
//! same placeholder in the drawer as in the report.

use crate::entry::Nanos;
use crate::protocol::message::ExportFormat;
use crate::redact::Level;
use crate::report::model::{Evidence, Quote, Report};
use crate::report::render::{self, Redacted};

/// The report for the page.
pub(super) fn report(report: &Report, level: Level) -> Redacted {
    render::redact(report, level)
}

/// The report as text, with this time of generation.
pub(super) fn text(
    report: &Report,
    format: ExportFormat,
    level: Level,
    generated_at: Option<Nanos>,
) -> String {
    let stamped = Report { generated_at, ..report.clone() };
    render::render(&stamped, format.format(), level)
}

/// Quotes that are not in the report.
pub(super) fn quotes(report: &Report, quotes: Vec<Quote>, level: Level) -> Vec<Quote> {
    if level == Level::Off {
        return quotes;
    }
    let mut extended = report.clone();
    extended.evidence.push(Evidence { quotes, ..Evidence::default() });
    render::redact(&extended, level).report.evidence.pop().map(|evidence| evidence.quotes).unwrap_or_default()
}

/// One text that is not in the report.
pub(super) fn one(report: &Report, text: String, level: Level) -> String {
    quotes(report, vec![Quote { text, ..Quote::default() }], level)
        .pop()
        .map(|quote| quote.text)
        .unwrap_or_default()
}
