//! `protoPayload`: audit entries and App Engine's request log → message, request and the lines logged during a request.
//!
//! AuditLog: cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog; BigQuery's job status in
//! it: cloud.google.com/bigquery/docs/reference/auditlogs; RequestLog: google.appengine.logging.v1.

use crate::entry::{Entry, Http, Severity};
use crate::ingest::dialect::fields::{http_of, integer, pick, time_of, word, word_at};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// Whether a payload is an AuditLog (client libraries put it into `jsonPayload`).
pub(super) fn is_audit(payload: &Value<'_>) -> bool {
    word(payload, &["@type"]).ends_with("AuditLog")
        || payload.get("methodName").is_some() && payload.get("serviceName").is_some()
}

/// Whether a payload is the request log of App Engine's first generation.
pub(super) fn is_request_log(payload: &Value<'_>) -> bool {
    word(payload, &["@type"]).ends_with("RequestLog")
}

/// What a reader would read: the error, else the status message, else what was called on what.
pub(super) fn message<'v>(proto: &'v Value<'_>) -> Cow<'v, str> {
    const JOB_ERRORS: &[&[&str]] = &[
        &["serviceData", "jobCompletedEvent", "job", "jobStatus", "error", "message"],
        &["serviceData", "jobInsertResponse", "resource", "jobStatus", "error", "message"],
        &["serviceData", "jobQueryResponse", "job", "jobStatus", "error", "message"],
        &["serviceData", "jobGetQueryResultsResponse", "job", "jobStatus", "error", "message"],
        &["metadata", "jobChange", "job", "jobStatus", "errorResult", "message"],
        &["metadata", "jobInsertion", "job", "jobStatus", "errorResult", "message"],
        &["servicedata_v1_bigquery", "jobCompletedEvent", "job", "jobStatus", "error", "message"],
    ];
    let status = word_at(proto, &["status", "message"]);
    let job = JOB_ERRORS.iter().map(|path| word_at(proto, path)).find(|text| !text.is_empty()).unwrap_or("");
    let answer = word_at(proto, &["response", "error", "message"]);
    if let Some(text) = [status, job, answer].into_iter().find(|text| !text.is_empty()) {
        return Cow::Borrowed(text);
    }
    let (method, resource) = (word(proto, &["methodName"]), word(proto, &["resourceName"]));
    let code = proto.path(&["status", "code"]).and_then(integer).filter(|code| *code != 0);
    let mut text =
        [method, resource].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if let Some(code) = code {
        text.push_str(&format!(" (status code {code})"));
    }
    let who = word_at(proto, &["authenticationInfo", "principalEmail"]);
    if who.contains('@') && !text.is_empty() {
        text.push_str(" by ");
        text.push_str(who);
    }
    let what = deltas(proto);
    if !what.is_empty() {
        text.push_str(": ");
        text.push_str(&what.join(", "));
    }
    Cow::Owned(text)
}

/// Changes of a policy and of a size that are told.
const DELTAS: usize = 6;

/// What a call changed, as far as its entry holds it: roles given and taken (google.iam.v1.logging.AuditData), images, and
/// the number of replicas (a Scale of Kubernetes).
fn deltas(proto: &Value<'_>) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(Value::List(deltas)) = proto.path(&["serviceData", "policyDelta", "bindingDeltas"]) {
        for delta in deltas.iter().take(DELTAS) {
            let (role, member) = (word(delta, &["role"]), word(delta, &["member"]));
            match word(delta, &["action"]) {
                "ADD" => told.push(format!("gives {role} to {member}")),
                "REMOVE" => told.push(format!("takes {role} from {member}")),
                _ => {}
            }
        }
    }
    if let Some(replicas) = proto.path(&["request", "spec", "replicas"]).and_then(integer) {
        told.push(format!("to {replicas} replicas"));
    }
    if let Some(request) = proto.get("request") {
        told.extend(images(request));
        told.extend(firewall(request));
        settings(request, DEPTH, &mut told);
    }
    told.truncate(DELTAS);
    told
}

/// The images that a workload of Kubernetes or a service of Cloud Run shall run: `image R/billing:2.31`, without the digest and without what
/// logs in to the registry.
fn images(request: &Value<'_>) -> Vec<String> {
    const PODS: [&[&str]; 3] = [
        &["spec", "template", "spec", "containers"],
        &["service", "spec", "template", "spec", "containers"],
        &["service", "template", "containers"],
    ];
    let Some(Value::List(containers)) = PODS.iter().find_map(|path| request.path(path)) else {
        return Vec::new();
    };
    let images = containers.iter().map(|container| word(container, &["image"])).take(DELTAS);
    let images = images.filter_map(|image| {
        let image = image.split_once("@sha").map_or(image, |(image, _)| image);
        let image = image.rsplit_once('@').map_or(image, |(_, image)| image);
        let is_name = |b: u8| b.is_ascii_alphanumeric() || b"._-/:".contains(&b);
        let fits =
            image.len() <= 160 && image.bytes().any(|b| b.is_ascii_alphabetic()) && !image.contains("//");
        (fits && image.bytes().all(is_name)).then(|| format!("image {image}"))
    });
    images.collect()
}

/// Levels of a request at which settings stand, and those that are told by their name (compute/docs/reference/rest/v1 securityPolicies
/// and routers, pubsub/docs/reference/rest/v1/projects.subscriptions, sql-admin instances, container nodePools).
const DEPTH: usize = 3;
const SETTINGS: [&str; 18] = [
    "priority",
    "preview",
    "action",
    "minPortsPerVm",
    "maxPortsPerVm",
    "enableDynamicPortAllocation",
    "ackDeadlineSeconds",
    "messageRetentionDuration",
    "maxDeliveryAttempts",
    "dataDiskSizeGb",
    "tier",
    "machineType",
    "targetSize",
    "minNodeCount",
    "maxNodeCount",
    "maxInstanceCount",
    "timeoutSec",
    "state",
];

fn settings(value: &Value<'_>, depth: usize, told: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value.scalar().or_else(|| boolean(value)) {
                    Some(text) if SETTINGS.contains(&key.as_ref()) && (1..=40).contains(&text.len()) => {
                        told.push(format!("{key} {text}"));
                    }
                    None if depth > 1 => settings(value, depth - 1, told),
                    _ => {}
                }
            }
        }
        Value::List(items) => items.iter().take(DELTAS).for_each(|item| settings(item, depth, told)),
        _ => {}
    }
}

fn boolean(value: &Value<'_>) -> Option<&'static str> {
    match value {
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        _ => None,
    }
}

/// What a rule of a firewall lets through or not: `INGRESS allow tcp:22 from 0.0.0.0/0`
/// (compute/docs/reference/rest/v1/firewalls; audit entries write `alloweds` and `denieds`).
fn firewall(request: &Value<'_>) -> Option<String> {
    let list = |keys: &[&str]| match pick(request, keys) {
        Some(Value::List(items)) => items.as_slice(),
        _ => &[],
    };
    let (allowed, denied) = (list(&["alloweds", "allowed"]), list(&["denieds", "denied"]));
    let (verb, rules) = if allowed.is_empty() { ("deny", denied) } else { ("allow", allowed) };
    let what: Vec<String> = rules
        .iter()
        .take(DELTAS)
        .map(|rule| {
            let protocol = word(rule, &["IPProtocol", "ipProtocol"]);
            let ports = match rule.get("ports") {
                Some(Value::List(ports)) => {
                    ports.iter().filter_map(Value::scalar).collect::<Vec<_>>().join("+")
                }
                _ => String::new(),
            };
            if ports.is_empty() { protocol.to_owned() } else { format!("{protocol}:{ports}") }
        })
        .collect();
    let direction = word(request, &["direction"]);
    let (side, ranges) = match direction {
        "EGRESS" => ("to", list(&["destinationRanges"])),
        _ => ("from", list(&["sourceRanges"])),
    };
    let ranges: Vec<&str> = ranges.iter().filter_map(Value::scalar).take(DELTAS).collect();
    let direction = if direction.is_empty() { "INGRESS" } else { direction };
    let reach = if ranges.is_empty() { String::new() } else { format!(" {side} {}", ranges.join(" ")) };
    let off = if matches!(request.get("disabled"), Some(Value::Bool(true))) { "(disabled) " } else { "" };
    (!what.is_empty()).then(|| format!("{direction} {verb} {off}{}{reach}", what.join(" ")))
}

/// Who called what on what and from where, of a call that failed, with what it asked for by name: `principal=a@b method=M
/// resource=R from=192.0.2.1 account_id=c`.
pub(super) fn fields<'v>(proto: &Value<'_>) -> Option<Cow<'v, str>> {
    proto.path(&["status", "code"]).and_then(integer).filter(|code| *code != 0)?;
    let mut pairs = vec![
        ("principal", word_at(proto, &["authenticationInfo", "principalEmail"])),
        ("method", word(proto, &["methodName"])),
        ("resource", word(proto, &["resourceName"])),
        ("from", word_at(proto, &["requestMetadata", "callerIp"])),
    ];
    if let Some(Value::Object(members)) = proto.get("request") {
        let named =
            members.iter().filter(|(key, _)| key == "id" || key.ends_with("_id") || key.ends_with("Id"));
        pairs.extend(named.map(|(key, value)| (key.as_ref(), value.scalar().unwrap_or(""))));
    }
    let is_word = |text: &str| (1..=160).contains(&text.len()) && !text.contains([' ', '"', '='].as_slice());
    let line: Vec<String> = pairs
        .into_iter()
        .filter(|(_, value)| is_word(value))
        .take(7)
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    (!line.is_empty()).then(|| Cow::Owned(line.join(" ")))
}

/// The request of a request log.
pub(super) fn request<'v>(proto: &'v Value<'_>) -> Option<Http<'v>> {
    if !is_request_log(proto) {
        return None;
    }
    let mut http = http_of(proto)?;
    http.url = Cow::Borrowed(word(proto, &["resource"]));
    http.remote = Cow::Borrowed(word(proto, &["ip"]));
    Some(http)
}

/// Emits what the application logged during a request; gives the number of lines.
pub(super) fn request_lines(
    proto: &Value<'_>,
    parent: &Entry<'_>,
    emit: &mut dyn FnMut(&Entry<'_>),
) -> usize {
    let Some(Value::List(lines)) = pick(proto, &["line"]) else { return 0 };
    let mut count = 0;
    for line in lines.iter().filter(|_| is_request_log(proto)) {
        let (time, time_text) = line
            .get("time")
            .and_then(time_of)
            .map_or((parent.time, Cow::Borrowed("")), |(t, s)| (Some(t), s));
        emit(&Entry {
            span: parent.span,
            time,
            time_text,
            written_severity: line.get("severity").and_then(Value::text).and_then(Severity::parse),
            source: parent.source.clone(),
            message: Cow::Borrowed(word(line, &["logMessage"])),
            trace_id: parent.trace_id.clone(),
            ..Entry::default()
        });
        count += 1;
    }
    count
}
