//! Payloads of Google's own products that have no message → one in words: executions of Workflows, attempts of Cloud Scheduler and Cloud
//! Tasks, connections through Cloud NAT.
//!
//! Shapes: cloud.google.com/workflows/docs/log-workflow (ExecutionsSystemLog),
//! cloud.google.com/scheduler/docs/logging (AttemptFinished), cloud.google.com/tasks/docs/logging (TaskActivityLog).

use super::super::fields::{word, word_at};
use super::super::json_text;
use crate::entry::Http;
use crate::ingest::value::Value;
use std::borrow::Cow;

/// `Execution FAILED: HTTP server responded with error code 403 (in step "call", routine "main", line: 18)`.
pub(super) fn execution<'v>(json: &'v Value<'_>) -> Option<Cow<'v, str>> {
    if !word(json, &["@type"]).ends_with("ExecutionsSystemLog") {
        return None;
    }
    let state = word(json, &["state"]);
    // A text, or an object with the text as its payload.
    let exception = match word_at(json, &["failure", "exception"]) {
        "" => word_at(json, &["failure", "exception", "payload"]),
        exception => exception,
    };
    let parsed = json_text::parse(exception);
    let reason = parsed.as_ref().map_or("", |parsed| word(parsed, &["message"]));
    let reason = if reason.is_empty() { exception } else { reason };
    let place = word_at(json, &["failure", "source"]);
    let mut text = format!("Execution {state}");
    if !reason.is_empty() {
        text.push_str(": ");
        text.push_str(reason);
    }
    if !place.is_empty() {
        text.push_str(&format!(" ({place})"));
    }
    Some(Cow::Owned(text))
}

/// `AttemptFinished PERMISSION_DENIED: URL_ERROR-ERROR_AUTHENTICATION. Original HTTP response code number = 403 (https://…)`.
pub(super) fn attempt<'v>(json: &'v Value<'_>) -> Option<Cow<'v, str>> {
    let kind = word(json, &["@type"]).rsplit('.').next().unwrap_or("");
    let (what, log) = match kind {
        "AttemptStarted" | "AttemptFinished" => (kind, json),
        "TaskActivityLog" => (
            "Task attempt",
            ["attemptResponseLog", "attemptDispatchLog"].iter().find_map(|key| json.get(key))?,
        ),
        _ => return None,
    };
    let (status, info) = (word(log, &["status"]), word(log, &["debugInfo"]));
    let target = [word(log, &["url"]), word(log, &["targetAddress"]), word(log, &["pubsubTopic"])];
    let target = target.into_iter().find(|text| !text.is_empty()).unwrap_or("");
    let mut text = what.to_owned();
    for (before, part, after) in [(" ", status, ""), (": ", info, ""), (" (", target, ")")] {
        if !part.is_empty() {
            text.push_str(before);
            text.push_str(part);
            text.push_str(after);
        }
    }
    Some(Cow::Owned(text))
}

/// `Cloud NAT egress: DROPPED vm-1 to 203.0.113.7:443 (router edge)`: a dropped connection got no port
/// (cloud.google.com/nat/docs/monitoring, "Log entry format").
pub(super) fn translation<'v>(json: &'v Value<'_>) -> Option<Cow<'v, str>> {
    let (status, gateway) = (word(json, &["allocation_status"]), json.get("gateway_identifiers")?);
    let at = |path: &[&str]| json.path(path).and_then(Value::scalar).unwrap_or_default();
    Some(Cow::Owned(format!(
        "Cloud NAT {}: {status} {} to {}:{} (router {})",
        word(gateway, &["gateway_name"]),
        at(&["endpoint", "vm_name"]),
        at(&["connection", "dest_ip"]),
        at(&["connection", "dest_port"]),
        word(gateway, &["router_name"]),
    )))
}

/// Why a load balancer answered an error itself: `statusDetails: failed_to_connect_to_backend`. Nothing where the backend
/// answered (cloud.google.com/load-balancing/docs/https/https-logging-monitoring).
pub(super) fn balancer<'v>(json: Option<&'v Value<'_>>, http: Option<&Http<'_>>) -> Option<Cow<'v, str>> {
    let details = word(json?, &["statusDetails"]);
    let own = !details.is_empty() && !details.starts_with("response_") && http?.status >= 400;
    let mut text = format!("statusDetails: {details}");
    // Whose rule refused it (cloud.google.com/armor/docs/request-logging); the number of the rule would be one more value of one message.
    let policy = word_at(json?, &["enforcedSecurityPolicy", "name"]);
    if details.starts_with("denied_by") && !policy.is_empty() {
        text.push_str(&format!(" (policy {policy})"));
    }
    own.then_some(Cow::Owned(text))
}
