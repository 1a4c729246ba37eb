//! zap and Caddy (pkg.go.dev/go.uber.org/zap, caddyserver.com/docs/logging): JSON lines of Go programs → entries.
//!
//! `ts` is epoch seconds with a fraction; Caddy's access log has `request`, `status` and `duration` (seconds).

use super::fields::{has_all, mean_value, micros, request_line};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::Entry;
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Zap;

const SHAPE: Shape = Shape {
    time: &["ts"],
    level: &["level"],
    message: &["msg"],
    service: &["service", "app"],
    log: &["logger"],
    instance: &["hostname"],
    trace: &["trace_id", "traceId"],
    ..Shape::NONE
};

impl Dialect for Zap {
    fn id(&self) -> &'static str {
        "zap"
    }

    fn title(&self) -> &'static str {
        "zap, Caddy"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "zap fields (level, ts in seconds, msg)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        if let Some(http) = entry.http.as_mut() {
            http.latency_micros =
                value.get("duration").and_then(Value::scalar).and_then(|text| micros(text, 1_000_000));
            if entry.message == "handled request" {
                entry.message = Cow::Owned(request_line(http));
            }
        }
        emit(&entry);
        1
    }
}

/// A numeric `ts` tells zap from the other Go libraries.
fn points(value: &Value<'_>) -> u32 {
    let number = matches!(value.get("ts"), Some(Value::Number(_)));
    if number && has_all(value, &["level", "msg"]) { 92 } else { 0 }
}
