//! Docker's json-file driver (docs.docker.com/engine/logging/drivers/json-file): JSON lines → entries.
//!
//! `log` is the line with its line end, `stream` stdout or stderr; a line that is JSON itself is read as an application's payload.

use super::fields::{has_all, mean_value, word};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score, payload};
use crate::entry::Entry;
use crate::ingest::value::Value;

/// See the module.
#[derive(Debug)]
pub(super) struct Docker;

const SHAPE: Shape = Shape {
    time: &["time"],
    message: &["log"],
    log: &["stream"],
    service: &["attrs.tag", "attrs.com.docker.compose.service"],
    container: &["attrs.name"],
    ..Shape::NONE
};

impl Dialect for Docker {
    fn id(&self) -> &'static str {
        "docker"
    }

    fn title(&self) -> &'static str {
        "Docker json-file"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "json-file fields (log, stream, time)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        let inner = payload::within(word(value, &["log"]));
        if let Some(inner) = &inner {
            payload::say(inner, &mut entry);
        }
        emit(&entry);
        1
    }
}

/// The driver writes these and at most `attrs`.
fn points(value: &Value<'_>) -> u32 {
    if has_all(value, &["log", "stream", "time"]) { 97 } else { 0 }
}
