//! Test helpers: JSON text → records → owned entries, and the fixtures of `tests/data`.

use super::{Dialect, Record, json_text};
use crate::entry::{Entry, Http, Nanos, Severity, Source, Span};
use std::borrow::Cow;

/// An entry with texts of its own, for assertions.
#[derive(Debug, Default, Clone)]
pub(super) struct Owned {
    pub(super) time: Option<Nanos>,
    pub(super) time_text: String,
    pub(super) severity: Option<Severity>,
    pub(super) level: Option<Severity>,
    pub(super) source: Source<'static>,
    pub(super) message: String,
    pub(super) detail: Option<String>,
    pub(super) aside: Option<String>,
    pub(super) http: Option<(String, String, u16, Option<u64>)>,
    pub(super) trace_id: Option<String>,
    pub(super) insert_id: Option<String>,
    pub(super) labels: Vec<(String, String)>,
    pub(super) audit: bool,
}

fn own(entry: &Entry<'_>) -> Owned {
    let text = |text: &Option<Cow<'_, str>>| text.as_ref().map(|text| text.clone().into_owned());
    let http =
        |http: &Http<'_>| (http.method.to_string(), http.url.to_string(), http.status, http.latency_micros);
    Owned {
        time: entry.time,
        time_text: entry.time_text.to_string(),
        severity: entry.written_severity,
        level: entry.payload_level,
        source: entry.source.clone().into_owned(),
        message: entry.message.to_string(),
        detail: text(&entry.detail),
        aside: text(&entry.aside),
        http: entry.http.as_ref().map(http),
        trace_id: text(&entry.trace_id),
        insert_id: text(&entry.insert_id),
        labels: entry.labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        audit: entry.audit,
    }
}

/// A record of this text: JSON if it is, else a plain line.
pub(super) fn record(text: &str) -> Record<'_> {
    let span = Span { offset: 0, len: u32::try_from(text.len()).unwrap_or(u32::MAX) };
    let value = json_text::parse(text);
    Record { value, text, span, group_severity: None }
}

/// The entries a dialect reads from this text.
pub(super) fn read(dialect: &dyn Dialect, text: &str) -> Vec<Owned> {
    let mut entries = Vec::new();
    let count = dialect.entries(&record(text), &mut |entry| entries.push(own(entry)));
    assert_eq!(count, entries.len(), "the count says what was emitted");
    entries
}

/// The only entry a dialect reads from this text.
pub(super) fn one(dialect: &dyn Dialect, text: &str) -> Owned {
    let mut entries = read(dialect, text);
    assert_eq!(entries.len(), 1, "{text}");
    entries.remove(0)
}
