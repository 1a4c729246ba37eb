//! Go's slog, go-kit and their kin: JSON lines or logfmt → entries (Prometheus, Grafana, many command line tools).
//!
//! pkg.go.dev/log/slog#JSONHandler: `time`, `level`, `msg`; go-kit and logrus: `ts` or `time`, `level`, `msg`, `caller`; logfmt
//! (brandur.org/logfmt): the same as `key=value` pairs on one line.

use super::fields::{has_all, has_any, mean};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::Entry;
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Go;

const SHAPE: Shape = Shape {
    time: &["ts", "time", "timestamp", "t"],
    level: &["level", "lvl", "severity"],
    message: &["msg", "message"],
    service: &["service", "app", "component"],
    instance: &["hostname", "host", "instance"],
    log: &["logger", "component", "caller"],
    trace: &["trace_id", "traceId", "traceID"],
    ..Shape::NONE
};

impl Dialect for Go {
    fn id(&self) -> &'static str {
        "go"
    }

    fn title(&self) -> &'static str {
        "Go structured log (slog, go-kit, logfmt)"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean(head, "ts, level, msg as text or key=value", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let line = if record.value.is_none() { logfmt(record.text) } else { None };
        let Some(value) = record.value.as_ref().or(line.as_ref()) else { return 0 };
        if !has_any(value, SHAPE.message) && !has_any(value, SHAPE.time) {
            return 0;
        }
        emit(&SHAPE.entry(value, record));
        1
    }
}

/// A text time beside `msg`; `caller` is go-kit's.
fn points(record: &Record<'_>) -> u32 {
    match &record.value {
        Some(value) => value_points(value),
        None => logfmt(record.text).map_or(0, |value| if has_any(&value, SHAPE.time) { 90 } else { 70 }),
    }
}

fn value_points(value: &Value<'_>) -> u32 {
    let time = has_any(value, &["ts", "time"]) && !matches!(value.get("ts"), Some(Value::Number(_)));
    if !time || !has_all(value, &["level", "msg"]) {
        0
    } else if value.get("caller").is_some() {
        85
    } else {
        70
    }
}

/// Parses a line of `key=value` pairs, values bare or quoted. A line that has other words is none.
pub(super) fn logfmt(line: &str) -> Option<Value<'_>> {
    let mut members = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        if key.is_empty() || key.contains([' ', '"', '{']) {
            return None;
        }
        let (value, tail) = match after.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => {
                let end = after.find(' ').unwrap_or(after.len());
                (Cow::Borrowed(after.get(..end)?), after.get(end..)?)
            }
        };
        members.push((Cow::Borrowed(key), Value::Text(value)));
        rest = tail.trim_start();
    }
    (members.len() > 1).then_some(Value::Object(members))
}

fn quoted_value(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut end = 0;
    let bytes = text.as_bytes();
    while *bytes.get(end)? != b'"' {
        end += if bytes.get(end) == Some(&b'\\') { 2 } else { 1 };
    }
    let inner = text.get(..end)?;
    let value = if inner.contains('\\') {
        Cow::Owned(inner.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\""))
    } else {
        Cow::Borrowed(inner)
    };
    Some((value, text.get(end + 1..)?))
}
