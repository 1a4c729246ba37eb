//! CloudWatch Logs: events of `get-log-events`, `filter-log-events` and rows of the console's CSV → entries.
//!
//! docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_OutputLogEvent.html and …/API_FilteredLogEvent.html: `timestamp` in
//! epoch milliseconds, `message` the line (an application's JSON is read as its payload), `logStreamName`, `eventId`.

use super::fields::{epoch, has_all, has_any, mean_value};
use super::shape::{Shape, text};
use super::{Dialect, Head, Record, Score, payload};
use crate::entry::Entry;
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Cloudwatch;

const SHAPE: Shape = Shape {
    time: &["timestamp", "@timestamp"],
    message: &["message", "@message"],
    log: &["logGroupName", "@log"],
    instance: &["logStreamName", "@logStream"],
    id: &["eventId", "@ptr"],
    ..Shape::NONE
};

impl Dialect for Cloudwatch {
    fn id(&self) -> &'static str {
        "cloudwatch"
    }

    fn title(&self) -> &'static str {
        "AWS CloudWatch Logs"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(
            head,
            "CloudWatch fields (timestamp in ms, message, ingestionTime or logStreamName)",
            points,
        )
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref() else { return 0 };
        let events = match value.get("events") {
            Some(Value::List(events)) => events.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let fitting = events.iter().filter(|event| points(event) > 0);
        fitting.map(|event| one(event, record, emit)).count()
    }
}

/// The console's CSV has nothing but a time in milliseconds and a message.
fn points(value: &Value<'_>) -> u32 {
    if let Some(Value::List(events)) = value.get("events") {
        return events.first().map_or(0, points);
    }
    let millis = value.get("timestamp").and_then(Value::scalar).and_then(epoch).is_some();
    if has_all(value, &["@timestamp", "@message"]) {
        90
    } else if !millis || value.get("message").is_none() {
        0
    } else if has_any(value, &["ingestionTime", "eventId", "logStreamName"]) {
        96
    } else if matches!(value, Value::Object(members) if members.len() == 2) {
        70
    } else {
        0
    }
}

fn one(event: &Value<'_>, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) {
    let mut entry = SHAPE.entry(event, record);
    let stream = text(event, &["logStreamName", "@logStream"]);
    if let Some([function, version, instance]) = of_lambda(stream) {
        entry.source.service = Cow::Borrowed(function);
        entry.source.revision = Cow::Borrowed(version);
        entry.source.instance = Cow::Borrowed(instance);
    }
    // Streams of ECS read `prefix/container/task`.
    let mut parts = stream.split('/');
    if let (Some(prefix), Some(_), Some(task), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    {
        entry.source.service = Cow::Borrowed(prefix);
        entry.source.instance = Cow::Borrowed(task);
    }
    let inner = payload::within(text(event, &["message", "@message"]));
    if let Some(inner) = &inner {
        payload::say(inner, &mut entry);
    }
    emit(&entry);
}

/// Function, version and instance of a stream of Lambda's: `2025/03/01/resize[57]7df94d38`, where the function stands in it
/// (docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html). `$LATEST` is no version.
fn of_lambda(stream: &str) -> Option<[&str; 3]> {
    let mut parts = stream.splitn(4, '/');
    let is_date = (0..3).all(|_| {
        parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    });
    let (function, rest) = parts.next().filter(|_| is_date)?.split_once('[')?;
    let (version, instance) = rest.split_once(']')?;
    Some([function, if version == "$LATEST" { "" } else { version }, instance])
}
