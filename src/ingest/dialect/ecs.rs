//! Elastic Common Schema (elastic.co/docs/reference/ecs, ecs-logging): JSON lines → entries.
//!
//! Keys are written dotted (`log.level`) or nested; `error.stack_trace` holds the stack.

use super::fields::mean_value;
use super::shape::{Shape, at, text};
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Http};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Ecs;

const SHAPE: Shape = Shape {
    time: &["@timestamp"],
    level: &["log.level"],
    message: &["message"],
    detail: &["error.stack_trace"],
    project: &["cloud.project.id", "cloud.account.id"],
    service: &["service.name"],
    revision: &["service.version"],
    instance: &["service.node.name", "host.name", "host.hostname"],
    location: &["cloud.region"],
    log: &["log.logger", "event.dataset"],
    container: &["container.name"],
    trace: &["trace.id"],
    ..Shape::NONE
};

impl Dialect for Ecs {
    fn id(&self) -> &'static str {
        "ecs"
    }

    fn title(&self) -> &'static str {
        "Elastic Common Schema"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "ECS fields (@timestamp, log.level, ecs.version)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        entry.http = request(value).or(entry.http);
        emit(&entry);
        1
    }
}

/// `ecs.version` is required; older agents leave it out but write `log.level`.
fn points(value: &Value<'_>) -> u32 {
    if value.get("@timestamp").is_none() {
        0
    } else if at(value, "ecs.version").is_some() {
        98
    } else if at(value, "log.level").is_some() {
        90
    } else {
        0
    }
}

fn request<'v>(value: &'v Value<'_>) -> Option<Http<'v>> {
    let method = text(value, &["http.request.method"]);
    let url = text(value, &["url.original", "url.full", "url.path"]);
    if method.is_empty() || url.is_empty() {
        return None;
    }
    Some(Http {
        method: Cow::Borrowed(method),
        url: Cow::Borrowed(url),
        status: text(value, &["http.response.status_code"]).parse().unwrap_or(0),
        latency_micros: text(value, &["event.duration"]).parse::<u64>().ok().map(|nanos| nanos / 1_000),
        user_agent: Cow::Borrowed(text(value, &["user_agent.original"])),
        remote: Cow::Borrowed(text(value, &["client.ip", "source.ip"])),
    })
}
