//! PostgreSQL's jsonlog (`log_destination = jsonlog`): JSON lines → entries.
//!
//! postgresql.org/docs/current/runtime-config-logging.html, "Using JSON-Format Log Output": `error_severity` is the level (LOG, ERROR,
//! FATAL …), `message`, `detail`, `hint` and `statement` what is said, `state_code` SQLSTATE; keys without a value are left out.

use super::fields::{has_all, has_any, mean_value, word};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Native, Severity};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Postgres;

const SHAPE: Shape = Shape {
    time: &["timestamp"],
    message: &["message"],
    service: &["application_name"],
    project: &["dbname"],
    log: &["backend_type"],
    ..Shape::NONE
};

/// What a server says below a message, in the order and under the names of its text format.
const BELOW: [(&str, &str); 5] = [
    ("DETAIL", "detail"),
    ("HINT", "hint"),
    ("QUERY", "internal_query"),
    ("CONTEXT", "context"),
    ("STATEMENT", "statement"),
];

impl Dialect for Postgres {
    fn id(&self) -> &'static str {
        "postgres"
    }

    fn title(&self) -> &'static str {
        "PostgreSQL jsonlog"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "PostgreSQL fields (error_severity, session_id, message)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        // The program that is connected is no writer of the log: the server is.
        entry.source.service = Cow::Borrowed("postgres");
        entry.source.project = Cow::Borrowed("");
        let level = word(value, &["error_severity"]);
        entry.written_severity = severity(level);
        entry.native = Native::parse(level);
        let below: Vec<String> = BELOW
            .iter()
            .map(|(name, key)| (name, word(value, &[key])))
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| format!("{name}:  {text}"))
            .collect();
        let is_told = entry.written_severity >= Some(Severity::Warning);
        if !below.is_empty() && is_told {
            entry.detail = Some(Cow::Owned(below.join("\n")));
        }
        emit(&entry);
        1
    }
}

/// The server's levels (src/backend/utils/error/elog.c, `error_severity`); FATAL ends a session, PANIC the server.
fn severity(level: &str) -> Option<Severity> {
    Some(match level.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "DEBUG" => Severity::Debug,
        "LOG" | "INFO" => Severity::Info,
        "NOTICE" => Severity::Notice,
        "WARNING" => Severity::Warning,
        "ERROR" => Severity::Error,
        "FATAL" => Severity::Critical,
        "PANIC" => Severity::Alert,
        _ => return None,
    })
}

/// `error_severity` beside what every line of the server has.
fn points(value: &Value<'_>) -> u32 {
    let is_line = has_all(value, &["timestamp", "error_severity"]) && has_any(value, &["session_id", "pid"]);
    if is_line && severity(word(value, &["error_severity"])).is_some() { 100 } else { 0 }
}
