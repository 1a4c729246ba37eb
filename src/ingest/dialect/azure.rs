//! Azure: activity log, resource logs and Application Gateway's access log → entries.
//!
//! learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema and …/resource-logs-schema: `level`, `operationName`,
//! `resultType`, `eventTimestamp` or `time`; the Python SDK writes snake_case. Access log: `properties.httpMethod`, `requestUri`,
//! `httpStatus`.

use super::fields::{has_any, mean_value, micros, request_line};
use super::shape::{Shape, text};
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Http};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Azure;

const SHAPE: Shape = Shape {
    time: &["eventTimestamp", "event_timestamp", "time", "timeStamp", "TimeGenerated"],
    level: &["level", "Level", "properties.level"],
    project: &["subscriptionId", "subscription_id"],
    service: &[
        "resourceProviderName.value",
        "resource_provider_name.value",
        "backendPoolName",
        "category.value",
        "category",
    ],
    instance: &["properties.instanceId"],
    location: &["location"],
    log: &["category.value", "category"],
    trace: &["correlationId", "correlation_id"],
    id: &["eventDataId", "event_data_id"],
    ..Shape::NONE
};

impl Dialect for Azure {
    fn id(&self) -> &'static str {
        "azure"
    }

    fn title(&self) -> &'static str {
        "Azure Monitor"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "Azure fields (operationName, resourceId, status)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref().filter(|value| points(value) > 0) else { return 0 };
        let mut entry = SHAPE.entry(value, record);
        entry.source.resource = Cow::Borrowed(text(value, &["resourceType.value", "resource_type.value"]));
        entry.http = request(value);
        let resource = text(value, &["resourceId", "resource_id", "resourceUri"]);
        if let Some((_, name)) = resource.rsplit_once('/') {
            entry.source.service = Cow::Borrowed(name);
        }
        if let Some(http) = &entry.http {
            entry.message = Cow::Owned(request_line(http));
        } else {
            entry.audit = true;
            let who = text(value, &["caller"]);
            if !who.is_empty() {
                entry.labels.push((Cow::Borrowed(crate::ingest::PRINCIPAL), Cow::Borrowed(who)));
            }
            let said = text(
                value,
                &[
                    "properties.statusMessage",
                    "properties.message",
                    "properties.log",
                    "resultDescription",
                    "description",
                ],
            );
            let operation = text(
                value,
                &["operationName.value", "operation_name.value", "operationName", "operation_name"],
            );
            let status = text(value, &["status.value", "resultType", "status", "result_type"]);
            // The activity log often repeats the operation as its message.
            let said = if said == operation { "" } else { said };
            entry.message = match (said.is_empty(), status.is_empty()) {
                (false, _) => Cow::Owned(format!("{operation}: {said}")),
                (true, false) => Cow::Owned(format!("{operation} {status}")),
                (true, true) => Cow::Borrowed(operation),
            };
        }
        emit(&entry);
        1
    }
}

/// An operation on a resource, in either spelling.
fn points(value: &Value<'_>) -> u32 {
    let operation = has_any(value, &["operationName", "operation_name"]);
    let resource = has_any(value, &["resourceId", "resource_id", "resourceUri"]);
    if operation && resource && has_any(value, SHAPE.time) { 98 } else { 0 }
}

fn request<'v>(value: &'v Value<'_>) -> Option<Http<'v>> {
    let url = text(value, &["properties.requestUri", "properties.originalRequestUriWithArgs"]);
    (!url.is_empty()).then(|| Http {
        method: Cow::Borrowed(text(value, &["properties.httpMethod"])),
        url: Cow::Borrowed(url),
        status: text(value, &["properties.httpStatus"]).parse().unwrap_or(0),
        latency_micros: micros(text(value, &["properties.timeTaken"]), 1_000_000),
        user_agent: Cow::Borrowed(text(value, &["properties.userAgent"])),
        remote: Cow::Borrowed(text(value, &["properties.clientIP"])),
    })
}
