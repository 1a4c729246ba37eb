//! Railway: deployment logs as JSON or the dashboard's CSV → entries.
//!
//! docs.railway.com/guides/logs: `message`, `timestamp` with nanoseconds, `attributes.level`, `tags` with ids of project, service,
//! deployment and replica. In the CSV `attributes` and `tags` are cells of JSON, and `severity` is a column. Whatever is
//! written to stderr has level `error`; the text's own level is more to the point where it has one.

use super::fields::{has_all, mean_value, word};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score, json_text, payload};
use crate::entry::Entry;
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Railway;

const SHAPE: Shape = Shape {
    time: &["timestamp"],
    message: &["message"],
    project: &["tags.project"],
    service: &["tags.serviceName", "tags.service"],
    revision: &["tags.deployment"],
    instance: &["tags.replica"],
    execution: &[],
    ..Shape::NONE
};

impl Dialect for Railway {
    fn id(&self) -> &'static str {
        "railway"
    }

    fn title(&self) -> &'static str {
        "Railway"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "Railway fields (message, tags, attributes)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let parsed = |key: &str| value.get(key).and_then(Value::text).and_then(json_text::parse);
        let (tag_cell, attribute_cell) = (parsed("tags"), parsed("attributes"));
        let tags = tag_cell.as_ref().or_else(|| value.get("tags"));
        let attributes = attribute_cell.as_ref().or_else(|| value.get("attributes"));
        let mut entry = SHAPE.entry(value, record);
        if let Some(tags) = tags {
            entry.source.project = Cow::Borrowed(word(tags, &["project"]));
            entry.source.service = Cow::Borrowed(short(word(tags, &["serviceName", "service"])));
            entry.source.revision = Cow::Borrowed(word(tags, &["deployment"]));
            entry.source.instance = Cow::Borrowed(word(tags, &["replica"]));
        }
        let level = attributes.and_then(payload::level).or_else(|| payload::level(value));
        entry.written_severity = level.or(record.group_severity);
        entry.severity_of_stream = true;
        if word(value, &["message"]).is_empty()
            && let Some(attributes) = attributes
        {
            entry.message = payload::message(attributes);
        }
        emit(&entry);
        1
    }
}

/// The name of a service as a person says it. Railway gives a UUID where the export has no name: its first block is what
/// the dashboard's addresses begin with, and tells two services apart.
fn short(name: &str) -> &str {
    let blocks: Vec<&str> = name.split('-').collect();
    let is_uuid = blocks.iter().map(|block| block.len()).eq([8, 4, 4, 4, 12])
        && name.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if is_uuid { name.get(..8).unwrap_or(name) } else { name }
}

/// `tags` with a deployment, beside `attributes`.
fn points(value: &Value<'_>) -> u32 {
    let cell = |key: &str| value.get(key).and_then(Value::text).is_some_and(|text| text.starts_with('{'));
    let tags =
        ["deployment", "service", "environment"].iter().any(|key| value.path(&["tags", key]).is_some());
    if tags && value.get("timestamp").is_some() {
        100
    } else if cell("tags") && has_all(value, &["timestamp", "message"]) {
        95
    } else if cell("attributes") && has_all(value, &["timestamp", "message", "severity"]) {
        85
    } else {
        0
    }
}
