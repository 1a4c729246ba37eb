//! Vercel: runtime logs as JSON lines → entries.
//!
//! vercel.com/docs/drains/reference/logs: one record a request with `level`, `timestamp` in milliseconds, `message`, `requestPath`,
//! `requestMethod`, `responseStatusCode`, `deploymentId`; `logs` holds the lines of the request.

use super::fields::{has_all, has_any, mean_value, request_line, word};
use super::shape::{Shape, text};
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Http};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Vercel;

const SHAPE: Shape = Shape {
    time: &["timestamp", "timestampInMs"],
    level: &["level", "type"],
    message: &["message"],
    project: &["projectId", "project"],
    service: &["projectName", "domain", "host"],
    revision: &["deploymentId"],
    instance: &["instanceId"],
    location: &["region", "executionRegion"],
    log: &["source"],
    trace: &["traceId", "requestId"],
    id: &["id", "requestId"],
    ..Shape::NONE
};

impl Dialect for Vercel {
    fn id(&self) -> &'static str {
        "vercel"
    }

    fn title(&self) -> &'static str {
        "Vercel"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "Vercel fields (requestPath, responseStatusCode, deploymentId)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        entry.http = request(value);
        // All members but the message are the platform's.
        (entry.fields, entry.calm_fields) = (None, None);
        if word(value, &["message"]).trim().is_empty() {
            let line = match value.get("logs") {
                Some(Value::List(lines)) => lines.first().map_or("", |line| word(line, &["message"])),
                _ => "",
            };
            entry.message = match &entry.http {
                Some(http) if line.is_empty() => Cow::Owned(request_line(http)),
                _ => Cow::Borrowed(line),
            };
        }
        emit(&entry);
        1
    }
}

/// A request's path and status in camelCase beside a deployment or level.
fn points(value: &Value<'_>) -> u32 {
    let request = has_any(value, &["requestPath", "responseStatusCode", "proxy"]);
    if request
        && has_any(value, &["deploymentId", "level", "domain", "projectId"])
        && has_any(value, &["timestamp", "timestampInMs"])
    {
        95
    } else if has_all(value, &["deploymentId", "projectId", "timestamp"]) {
        90
    } else {
        0
    }
}

fn request<'v>(value: &'v Value<'_>) -> Option<Http<'v>> {
    let url = text(value, &["requestPath", "path", "proxy.path"]);
    let status = text(value, &["responseStatusCode", "statusCode", "proxy.statusCode"]).parse().unwrap_or(0);
    (!url.is_empty()).then(|| Http {
        method: Cow::Borrowed(text(value, &["requestMethod", "proxy.method"])),
        url: Cow::Borrowed(url),
        status,
        latency_micros: None,
        user_agent: Cow::Borrowed(text(value, &["requestUserAgent", "clientUserAgent"])),
        remote: Cow::Borrowed(text(value, &["clientIp", "proxy.clientIp"])),
    })
}
