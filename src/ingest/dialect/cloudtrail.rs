//! AWS CloudTrail: log records and the output of `lookup-events` → entries.
//!
//! docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html: `eventTime`, `eventSource`,
//! `eventName`, `errorCode` and `errorMessage` where the call failed. `lookup-events` keeps the record as text in `CloudTrailEvent`.

use super::fields::{has_all, mean_value, word, word_at};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score, json_text};
use crate::entry::{Entry, Severity};
use crate::ingest::PRINCIPAL;
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Cloudtrail;

const SHAPE: Shape = Shape {
    time: &["eventTime", "EventTime"],
    project: &["recipientAccountId"],
    service: &["eventSource", "EventSource"],
    location: &["awsRegion"],
    log: &["eventType"],
    id: &["eventID", "EventId"],
    ..Shape::NONE
};

impl Dialect for Cloudtrail {
    fn id(&self) -> &'static str {
        "cloudtrail"
    }

    fn title(&self) -> &'static str {
        "AWS CloudTrail"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "CloudTrail fields (eventTime, eventSource, eventName)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        if let Some(Value::List(records)) = value.get("Records") {
            return records.iter().map(|event| one(event, record, emit)).count();
        }
        one(value, record, emit);
        1
    }
}

/// Both spellings name source and event.
fn points(value: &Value<'_>) -> u32 {
    let own = has_all(value, &["eventTime", "eventSource", "eventName"]);
    let looked_up = has_all(value, &["EventTime", "EventSource", "EventName"]);
    let file = match value.get("Records") {
        Some(Value::List(records)) => records.first().is_some_and(|record| points(record) > 0),
        _ => false,
    };
    if own || looked_up || file { 100 } else { 0 }
}

fn one(value: &Value<'_>, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) {
    let parsed = value.get("CloudTrailEvent").and_then(Value::text).and_then(json_text::parse);
    let full = parsed.as_ref().unwrap_or(value);
    let mut entry = SHAPE.entry(value, record);
    entry.audit = true;
    entry.source.project = Cow::Borrowed(word(full, &["recipientAccountId"]));
    entry.source.location = Cow::Borrowed(word(full, &["awsRegion"]));
    let name = word(value, &["eventName", "EventName"]);
    let (code, message) = (word(full, &["errorCode"]), word(full, &["errorMessage"]));
    entry.message = match (code.is_empty(), message.is_empty()) {
        (true, true) => Cow::Borrowed(name),
        (false, false) => Cow::Owned(format!("{name} failed: {code}: {message}")),
        _ => Cow::Owned(format!("{name} failed: {code}{message}")),
    };
    // CloudTrail has no severities; a refused call is what one looks for.
    entry.payload_level = if code.is_empty() && message.is_empty() { None } else { Some(Severity::Error) };
    let who = [&["userIdentity", "userName"][..], &["userIdentity", "arn"], &["userIdentity", "invokedBy"]]
        .iter()
        .map(|path| word_at(full, path))
        .find(|who| !who.is_empty());
    entry.labels.extend(who.map(|who| (Cow::Borrowed(PRINCIPAL), Cow::Owned(who.to_owned()))));
    emit(&entry);
}
