//! OpenTelemetry logs in OTLP/JSON: batches of `resourceLogs` → entries, one a log record.
//!
//! opentelemetry.io/docs/specs/otel/logs/data-model and …/protocol/file-exporter: `resourceLogs` → `scopeLogs` →
//! `logRecords` with `timeUnixNano` (text), `severityNumber` 1–24, `body`, `attributes`. Written in camelCase or, by some
//! agents, in snake_case; a single log record is read too.

use super::fields::{compact, is_blank, level_of, mean_value, native_of, pick, time_of, word};
use super::{Dialect, Head, Record, Score, payload, shape};
use crate::entry::{Entry, Native, Severity, Source};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Otlp;

const RESOURCES: &[&str] = &["resourceLogs", "resource_logs"];
const SCOPES: &[&str] = &["scopeLogs", "scope_logs", "instrumentationLibraryLogs"];
const RECORDS: &[&str] = &["logRecords", "log_records", "logs"];
const TIME: &[&str] = &["timeUnixNano", "time_unix_nano", "observedTimeUnixNano", "observed_time_unix_nano"];
/// How deep batches are looked for inside other objects.
const DEPTH: u32 = 2;

impl Dialect for Otlp {
    fn id(&self) -> &'static str {
        "otlp"
    }

    fn title(&self) -> &'static str {
        "OpenTelemetry (OTLP/JSON)"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "resourceLogs or log records with timeUnixNano", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        record.value.as_ref().map_or(0, |value| batches(value, DEPTH, record, emit))
    }
}

fn points(value: &Value<'_>) -> u32 {
    let batch =
        |value: &Value<'_>| RESOURCES.iter().any(|key| matches!(value.get(key), Some(Value::List(_))));
    let single = |value: &Value<'_>| {
        pick(value, TIME).is_some() && pick(value, &["body", "severityNumber", "severity_number"]).is_some()
    };
    let inner = |value: &Value<'_>| match value {
        Value::Object(members) => {
            members.iter().any(|(_, member)| batch(member) || member.get("input").is_some_and(batch))
        }
        _ => false,
    };
    if batch(value) || single(value) {
        100
    } else if inner(value) {
        60
    } else {
        0
    }
}

fn batches(value: &Value<'_>, depth: u32, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
    if pick(value, TIME).is_some() {
        log(value, &Value::Null, "", record, emit);
        return 1;
    }
    let mut count = 0;
    if let Some(Value::List(resources)) = pick(value, RESOURCES) {
        for batch in resources {
            count += resource(batch, record, emit);
        }
    } else if let (Value::Object(members), true) = (value, depth > 0) {
        for (_, member) in members {
            count += batches(member, depth - 1, record, emit);
        }
    }
    count
}

fn resource(batch: &Value<'_>, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
    let nothing = Value::Null;
    let attributes = batch.path(&["resource", "attributes"]).unwrap_or(&nothing);
    let mut count = 0;
    let Some(Value::List(scopes)) = pick(batch, SCOPES) else { return 0 };
    for scope in scopes {
        let name = scope.get("scope").map_or("", |scope| word(scope, &["name"]));
        let Some(Value::List(logs)) = pick(scope, RECORDS) else { continue };
        for one in logs.iter().filter(|one| matches!(one, Value::Object(members) if !members.is_empty())) {
            log(one, attributes, name, record, emit);
            count += 1;
        }
    }
    count
}

fn log(
    value: &Value<'_>,
    resource: &Value<'_>,
    scope: &str,
    record: &Record<'_>,
    emit: &mut dyn FnMut(&Entry<'_>),
) {
    let nothing = Value::Null;
    let attributes = value.get("attributes").unwrap_or(&nothing);
    let mut entry = Entry { span: record.span, ..Entry::default() };
    if let Some((time, text)) = TIME.iter().filter_map(|key| value.get(key)).find_map(time_of) {
        (entry.time, entry.time_text) = (Some(time), text);
    }
    let word_level = pick(value, &["severityText", "severity_text"]).and_then(level_of);
    let number = pick(value, &["severityNumber", "severity_number"]).and_then(numbered);
    entry.written_severity = number.or(word_level);
    entry.native = match pick(value, &["severityText", "severity_text"]) {
        Some(word) => native_of(word),
        None => pick(value, &["severityNumber", "severity_number"]).and_then(native),
    };
    entry.source = source(resource, scope);
    entry.trace_id =
        Some(word(value, &["traceId", "trace_id"])).filter(|id| !id.is_empty()).map(Cow::Borrowed);
    entry.message = value.get("body").map(text_of).unwrap_or_default();
    let (kind, what) = (attribute(attributes, "exception.type"), attribute(attributes, "exception.message"));
    let stack = attribute(attributes, "exception.stacktrace");
    let thrown =
        if kind.is_empty() || what.is_empty() { format!("{kind}{what}") } else { format!("{kind}: {what}") };
    if entry.message.is_empty() {
        entry.message = Cow::Owned(thrown.clone());
    }
    let object = plain(attributes);
    let level = entry.written_severity;
    let beside = payload::beside(&object, &entry.message, level);
    (entry.detail, entry.aside) = (beside.detail, beside.aside);
    entry.figures = beside.figures;
    if !stack.is_empty() {
        entry.detail = Some(stack);
    } else if !thrown.is_empty() && !entry.message.contains(&thrown) {
        entry.detail = Some(Cow::Owned(thrown));
    }
    entry.http = shape::request(&object);
    payload::state(&object, level, &mut entry);
    if entry.message.is_empty() && !is_blank(value) {
        entry.message = Cow::Owned(compact(value));
    }
    emit(&entry);
}

fn source<'v>(resource: &'v Value<'_>, scope: &'v str) -> Source<'v> {
    let first = |names: &[&str]| {
        names.iter().map(|name| attribute(resource, name)).find(|text| !text.is_empty()).unwrap_or_default()
    };
    Source {
        project: first(&["gcp.project_id", "cloud.account.id"]),
        resource: Cow::Borrowed(""),
        service: first(&["service.name", "k8s.deployment.name", "faas.name"]),
        revision: first(&["service.version", "faas.version"]),
        instance: first(&["service.instance.id", "k8s.pod.name", "host.name", "faas.instance"]),
        execution: first(&["k8s.job.name"]),
        location: first(&["cloud.region", "cloud.availability_zone"]),
        log: Cow::Borrowed(scope),
        container: first(&["k8s.container.name", "container.name"]),
    }
}

/// An attribute's text; attributes are a list of `{"key", "value": {"stringValue"}}` or a plain object.
fn attribute<'v>(attributes: &'v Value<'_>, name: &str) -> Cow<'v, str> {
    match attributes {
        Value::List(items) => items
            .iter()
            .find(|item| word(item, &["key"]) == name)
            .and_then(|item| item.get("value"))
            .map(text_of)
            .unwrap_or_default(),
        _ => attributes.get(name).map(text_of).unwrap_or_default(),
    }
}

/// Attributes as an object with plain members, whichever way they are written.
fn plain<'v>(attributes: &'v Value<'_>) -> Value<'v> {
    let member = |key: &'v str, value: &'v Value<'_>| {
        let is_number = |value: &Value<'_>| {
            matches!(value, Value::Number(_)) || pick(value, &["intValue", "doubleValue"]).is_some()
        };
        let text = text_of(value);
        let value = if is_number(value) { Value::Number(text) } else { Value::Text(text) };
        (Cow::Borrowed(key), value)
    };
    Value::Object(match attributes {
        Value::List(items) => items
            .iter()
            .filter_map(|item| Some(member(item.get("key")?.text()?, item.get("value")?)))
            .collect(),
        Value::Object(members) => members.iter().map(|(key, value)| member(key, value)).collect(),
        _ => Vec::new(),
    })
}

/// The text of an AnyValue.
fn text_of<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    if let Some(text) = value.scalar() {
        return Cow::Borrowed(text);
    }
    let Value::Object(members) = value else { return Cow::Borrowed("") };
    match members.first() {
        None => Cow::Borrowed(""),
        Some((key, inner)) if key.to_ascii_lowercase().ends_with("value") => {
            inner.scalar().map_or_else(|| Cow::Owned(compact(inner)), Cow::Borrowed)
        }
        Some(_) => Cow::Owned(compact(value)),
    }
}

fn native(number: &Value<'_>) -> Option<Native> {
    match number.scalar()?.parse::<u32>() {
        Ok(1..=4) => Some(Native::Trace),
        Ok(21..=24) => Some(Native::Fatal),
        Ok(_) => None,
        Err(_) => number.text()?.rsplit('_').next().and_then(Native::parse),
    }
}

/// Severity numbers: 1–4 trace, 5–8 debug, 9–12 info, 13–16 warn, 17–20 error, 21–24 fatal.
fn numbered(value: &Value<'_>) -> Option<Severity> {
    match value.scalar()?.parse::<u32>() {
        Ok(1..=8) => Some(Severity::Debug),
        Ok(9..=12) => Some(Severity::Info),
        Ok(13..=16) => Some(Severity::Warning),
        Ok(17..=20) => Some(Severity::Error),
        Ok(21..=24) => Some(Severity::Critical),
        Ok(_) => None,
        Err(_) => value.text().and_then(|name| name.rsplit('_').next()).and_then(Severity::parse),
    }
}
