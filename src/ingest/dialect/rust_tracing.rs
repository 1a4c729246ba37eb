//! Rust's tracing (docs.rs/tracing-subscriber, `fmt().json()`): JSON lines → entries.
//!
//! `fields.message` is the text (the other fields stand beside it), `target` the module, `span` and `spans` the context.

use super::fields::{has_all, mean_value};
use super::shape::{Shape, text};
use super::{Dialect, Head, Record, Score, payload};
use crate::entry::Entry;
use crate::ingest::value::Value;

/// See the module.
#[derive(Debug)]
pub(super) struct RustTracing;

const SHAPE: Shape = Shape {
    time: &["timestamp"],
    level: &["level"],
    message: &["fields.message", "message"],
    service: &["service"],
    log: &["target"],
    instance: &["hostname"],
    trace: &["span.trace_id"],
    ..Shape::NONE
};

impl Dialect for RustTracing {
    fn id(&self) -> &'static str {
        "rust-tracing"
    }

    fn title(&self) -> &'static str {
        "Rust tracing"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "tracing fields (level, fields, target)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        if let Some(fields) = value.get("fields") {
            let beside = payload::beside(fields, &entry.message, entry.written_severity);
            entry.detail = entry.detail.or(beside.detail);
            entry.aside = entry.aside.or(beside.aside);
            entry.figures = beside.figures;
            if text(value, &["fields.message"]).is_empty() {
                entry.message = payload::message(fields);
            }
            let level = entry.written_severity;
            payload::state(fields, level, &mut entry);
        }
        emit(&entry);
        1
    }
}

/// `fields` is an object, or flattened beside `target`.
fn points(value: &Value<'_>) -> u32 {
    let fields = matches!(value.get("fields"), Some(Value::Object(_)));
    if fields && has_all(value, &["level", "target"]) {
        97
    } else if has_all(value, &["timestamp", "level", "target"]) {
        80
    } else {
        0
    }
}
