//! pino (getpino.io/#/docs/api): JSON lines of Node programs → entries.
//!
//! `level` is a number (10 trace … 60 fatal) or, with a formatter, a word; `time` epoch milliseconds; `err` an object with its stack.

use super::fields::{has_all, has_any, mean_value};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::Entry;
use crate::ingest::value::Value;

/// See the module.
#[derive(Debug)]
pub(super) struct Pino;

const SHAPE: Shape = Shape {
    time: &["time"],
    level: &["level"],
    message: &["msg", "message"],
    detail: &["err.stack", "error.stack"],
    service: &["service.name", "service", "name"],
    instance: &["hostname"],
    trace: &["trace_id", "traceId"],
    log: &["module", "context"],
    ..Shape::NONE
};

impl Dialect for Pino {
    fn id(&self) -> &'static str {
        "pino"
    }

    fn title(&self) -> &'static str {
        "pino"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "pino fields (level, time, pid, hostname)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        emit(&SHAPE.entry(value, record));
        1
    }
}

/// pino writes no `v`, which bunyan does.
fn points(value: &Value<'_>) -> u32 {
    if !has_all(value, &["level", "time"]) || value.get("v").is_some() {
        0
    } else if has_all(value, &["pid", "hostname"]) {
        95
    } else if value.get("time").is_some_and(|time| matches!(time, Value::Number(_)))
        && has_any(value, &["msg", "err"])
    {
        75
    } else {
        0
    }
}
