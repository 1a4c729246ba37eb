//! Cloudflare Logpush, HTTP requests (developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests) → entries.
//!
//! `EdgeStartTimestamp` as RFC 3339, seconds or nanoseconds; `ClientRequestMethod`, `ClientRequestURI`, `EdgeResponseStatus`.

use super::fields::{has_any, mean_value, micros, request_line, word};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Http};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Cloudflare;

const SHAPE: Shape = Shape {
    time: &["EdgeStartTimestamp", "EdgeEndTimestamp", "Datetime"],
    service: &["ClientRequestHost", "ZoneName"],
    location: &["EdgeColoCode"],
    id: &["RayID"],
    ..Shape::NONE
};

impl Dialect for Cloudflare {
    fn id(&self) -> &'static str {
        "cloudflare"
    }

    fn title(&self) -> &'static str {
        "Cloudflare"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "Cloudflare fields (RayID, EdgeResponseStatus)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        let http = Http {
            method: Cow::Borrowed(word(value, &["ClientRequestMethod"])),
            url: Cow::Borrowed(word(value, &["ClientRequestURI", "ClientRequestPath"])),
            status: word(value, &["EdgeResponseStatus"]).parse().unwrap_or(0),
            latency_micros: micros(word(value, &["OriginResponseDurationMs"]), 1_000),
            user_agent: Cow::Borrowed(word(value, &["ClientRequestUserAgent"])),
            remote: Cow::Borrowed(word(value, &["ClientIP"])),
        };
        entry.message = Cow::Owned(request_line(&http));
        entry.http = Some(http);
        emit(&entry);
        1
    }
}

/// Every request has a ray id and was answered by the edge.
fn points(value: &Value<'_>) -> u32 {
    if value.get("RayID").is_some()
        && has_any(value, &["EdgeResponseStatus", "EdgeStartTimestamp", "EdgeEndTimestamp"])
    {
        100
    } else {
        0
    }
}
