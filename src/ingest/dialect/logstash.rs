//! logstash-logback-encoder and Spring Boot's logstash format (github.com/logfellow/logstash-logback-encoder): JSON lines → entries.
//!
//! `level` and `level_value` (40000 is ERROR), `logger_name`, `thread_name`, `stack_trace`.

use super::fields::{has_all, has_any, mean_value};
use super::shape::{Shape, at};
use super::{Dialect, Head, Record, Score};
use crate::entry::Entry;
use crate::ingest::value::Value;

/// See the module.
#[derive(Debug)]
pub(super) struct Logstash;

const SHAPE: Shape = Shape {
    time: &["@timestamp", "timestamp"],
    level: &["level", "level_value", "severity"],
    message: &["message"],
    detail: &["stack_trace", "exception.stacktrace"],
    service: &["app", "application", "service", "spring.application.name"],
    instance: &["HOSTNAME", "host", "hostname"],
    log: &["logger_name", "logger", "loggerName"],
    trace: &["traceId", "trace_id"],
    ..Shape::NONE
};

impl Dialect for Logstash {
    fn id(&self) -> &'static str {
        "logstash"
    }

    fn title(&self) -> &'static str {
        "logback, logstash"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "logback fields (@timestamp, level, logger_name)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        emit(&SHAPE.entry(value, record));
        1
    }
}

/// `@timestamp` alone is shared with other Elastic formats.
fn points(value: &Value<'_>) -> u32 {
    if !has_any(value, &["@timestamp"]) || at(value, "log.level").is_some() {
        0
    } else if has_any(value, &["logger_name", "thread_name", "level_value", "@version"]) {
        88
    } else if has_all(value, &["level", "message"]) {
        60
    } else {
        0
    }
}
