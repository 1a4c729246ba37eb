//! Google Cloud Logging: LogEntry objects → entries. camelCase as the Logs Explorer, `gcloud logging read` and sinks
//! write them, snake_case as the client libraries dump them, and rows of the Logs Explorer's CSV (the same paths).
//!
//! Fields: cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry; audit payloads:
//! cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog; BigQuery sink columns:
//! cloud.google.com/logging/docs/export/bigquery; Pub/Sub push: cloud.google.com/pubsub/docs/push.

mod audit;
mod direct;
mod origin;
mod platform;
mod repr;
#[cfg(test)]
mod tests;

pub(in crate::ingest) use direct::Direct;

pub(super) use origin::workload;

use super::fields::{http_of, mean_value, pick, request_line, time_of, word};
use super::{Dialect, Head, Record, Score, json_text, payload};
use crate::entry::{Entry, Http, Nanos, Severity};
use crate::ingest::value::Value;
use base64::Engine as _;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Gcp;

/// Labels with longer values are machine data (image lists, tokens) and are left out.
const LABEL_BYTES: usize = 200;

impl Dialect for Gcp {
    fn id(&self) -> &'static str {
        "gcp"
    }

    fn title(&self) -> &'static str {
        "Google Cloud Logging"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "LogEntry fields", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        record.value.as_ref().map_or(0, |value| read(value, record, emit))
    }
}

const TEXT: &[&str] = &["textPayload", "text_payload"];
const JSON: &[&str] = &["jsonPayload", "json_payload", "jsonpayload"];
const PROTO: &[&str] = &["protoPayload", "proto_payload", "protopayload_auditlog", "protopayload"];
const REQUEST: &[&str] = &["httpRequest", "http_request"];
const LOG_NAME: &[&str] = &["logName", "log_name"];
const INSERT_ID: &[&str] = &["insertId", "insert_id"];
const TIME: &[&str] = &["timestamp", "receiveTimestamp", "receive_timestamp"];

/// How unmistakably a value is a LogEntry.
fn points(value: &Value<'_>) -> u32 {
    let entry = match pushed(value) {
        Some(Pushed::Here(entry)) => entry,
        Some(Pushed::Encoded(entry)) => return points(&entry),
        None => value,
    };
    let has = |keys: &[&str]| keys.iter().any(|key| entry.get(key).is_some());
    let payload = has(TEXT) || has(JSON) || has(PROTO) || has(REQUEST);
    let resource =
        entry.path(&["resource", "type"]).is_some() || entry.path(&["resource", "labels"]).is_some();
    if word(entry, LOG_NAME).contains("/logs/") {
        100
    } else if resource && has(TIME) && (payload || has(INSERT_ID)) {
        98
    } else if has(&["receiveTimestamp", "receive_timestamp"]) && has(&["timestamp"]) {
        90
    } else if (payload || resource) && has(TIME) {
        85
    } else if has(INSERT_ID) && has(TIME) {
        70
    } else if payload || has(LOG_NAME) && resource {
        60
    } else {
        0
    }
}

/// A LogEntry inside a Pub/Sub message.
enum Pushed<'v, 'a> {
    Here(&'v Value<'a>),
    Encoded(Value<'static>),
}

/// The entry in `{"message": {"data": …}, "subscription": …}` (push) or `{"data": …, "messageId": …}` (pull).
fn pushed<'v, 'a>(value: &'v Value<'a>) -> Option<Pushed<'v, 'a>> {
    let message = match value.get("message") {
        Some(message @ Value::Object(_)) => message,
        _ => value,
    };
    if !["messageId", "message_id", "publishTime", "publish_time"]
        .iter()
        .any(|key| message.get(key).is_some())
    {
        return None;
    }
    match message.get("data")? {
        entry @ Value::Object(_) => Some(Pushed::Here(entry)),
        Value::Text(data) => {
            let bytes = base64::engine::general_purpose::STANDARD.decode(data.as_bytes());
            let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
            json_text::parse(text.as_deref().unwrap_or(data)).map(|entry| Pushed::Encoded(entry.into_owned()))
        }
        _ => None,
    }
}

fn read(value: &Value<'_>, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
    match pushed(value) {
        Some(Pushed::Here(entry)) => read_entry(entry, record, emit),
        Some(Pushed::Encoded(entry)) => read_entry(&entry, record, emit),
        None => read_entry(value, record, emit),
    }
}

/// Any object with a payload, a resource or an insert id beside a time is an entry; so is one that names its log.
fn is_entry(value: &Value<'_>) -> bool {
    let has = |keys: &[&str]| pick(value, keys).is_some();
    let payload = has(TEXT) || has(JSON) || has(PROTO) || has(REQUEST);
    has(TIME) && (payload || has(LOG_NAME) || has(INSERT_ID) || value.get("resource").is_some())
        || has(LOG_NAME) && (payload || has(INSERT_ID))
        || has(INSERT_ID) && payload
}

fn read_entry(value: &Value<'_>, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
    if !is_entry(value) {
        return 0;
    }
    let repr = if pick(value, JSON).is_none() {
        pick(value, &["raw_payload"]).and_then(Value::text).and_then(repr::parse)
    } else {
        None
    };
    let json = pick(value, JSON).or(repr.as_ref());
    let proto = pick(value, PROTO).or_else(|| json.filter(|json| audit::is_audit(json)));
    let json = json.filter(|json| !audit::is_audit(json));
    let mut entry = Entry {
        span: record.span,
        audit: proto.is_some_and(|p| !audit::is_request_log(p)),
        ..Entry::default()
    };
    if let Some((time, text)) = TIME.iter().filter_map(|key| value.get(key)).find_map(time_of) {
        (entry.time, entry.time_text) = (Some(time), text);
    }
    entry.written_severity = value.get("severity").and_then(severity).or(record.group_severity);
    entry.source = origin::source(value, json, proto);
    entry.severity_of_stream = origin::severity_of_stream(&entry.source, entry.written_severity);
    entry.http = pick(value, REQUEST)
        .and_then(http_of)
        .filter(|http| !http.url.is_empty() || !http.method.is_empty())
        .or_else(|| proto.and_then(audit::request));
    entry.trace_id = trace_id(value, json);
    entry.insert_id = Some(word(value, INSERT_ID)).filter(|id| !id.is_empty()).map(Cow::Borrowed);
    entry.labels = labels(value, proto);
    say(value, json, proto, &mut entry);
    entry.fields = entry.fields.or_else(|| proto.and_then(audit::fields));
    emit(&entry);
    1 + proto.map_or(0, |proto| audit::request_lines(proto, &entry, emit))
}

/// Fills message, payload level, detail and aside.
fn say<'v>(
    value: &'v Value<'_>,
    json: Option<&'v Value<'_>>,
    proto: Option<&'v Value<'_>>,
    entry: &mut Entry<'v>,
) {
    say_parts(word(value, TEXT), json, proto, entry);
    if entry.message.is_empty() {
        entry.message = Cow::Borrowed(word(value, &["raw_payload", "payload", "message"]));
    }
}

/// Keys with which a line of pairs begins that a logging library wrote.
const PAIRS: [&str; 7] = ["level=", "ts=", "time=", "t=", "lvl=", "msg=", "logger="];
/// Keys of such a line that are neither message nor level, and say nothing of what it is about.
const ASIDE: [&str; 5] = ["ts", "time", "t", "caller", "timestamp"];

/// Fills message, level and fields from a text of `key=value` pairs with a level and a message among them; gives whether it is one.
fn say_pairs<'v>(text: &'v str, entry: &mut Entry<'v>) -> bool {
    if !PAIRS.iter().any(|key| text.starts_with(key)) {
        return false;
    }
    let Some(Value::Object(members)) = payload::within(text.trim_end()) else { return false };
    let mut line = String::new();
    for (key, value) in members {
        let Value::Text(value) = value else { continue };
        match key.as_ref() {
            "msg" | "message" => entry.message = value,
            "level" | "lvl" | "severity" => entry.payload_level = Severity::parse(&value),
            key if ASIDE.contains(&key) || value.is_empty() || value.contains('"') => {}
            key => {
                let quote = if value.contains(' ') { "\"" } else { "" };
                line.push_str(if line.is_empty() { "" } else { " " });
                line.push_str(&format!("{key}={quote}{value}{quote}"));
            }
        }
    }
    let line = Some(Cow::Owned(line)).filter(|line: &Cow<'_, str>| !line.is_empty());
    if entry.written_severity.max(entry.payload_level) >= Some(Severity::Warning) {
        entry.fields = line;
    } else {
        entry.calm_fields = line;
    }
    true
}

/// Fills the same from the payloads and the request; `text` is the text payload, or empty.
fn say_parts<'v>(
    text: &'v str,
    json: Option<&'v Value<'_>>,
    proto: Option<&'v Value<'_>>,
    entry: &mut Entry<'v>,
) {
    if let Some(json) = json {
        say_payload(json, entry);
    }
    if !text.is_empty() && !say_pairs(text, entry) {
        entry.message = Cow::Borrowed(super::fields::chomp(text));
    }
    if entry.message.is_empty()
        && let Some(proto) = proto
    {
        entry.message = audit::message(proto);
    }
    if entry.message.is_empty()
        && let Some(details) = platform::balancer(json, entry.http.as_ref())
    {
        entry.message = details;
    }
    if entry.message.is_empty()
        && let Some(http) = &entry.http
    {
        entry.message = Cow::Owned(request_line(http));
    }
    if entry.message.is_empty()
        && let Some(json) = json
    {
        entry.message = payload::message(json);
    }
    if entry.http.is_none() && !entry.audit && origin::has_no_request_log(&entry.source) {
        entry.http = json.and_then(super::shape::request).or_else(|| match &entry.message {
            Cow::Borrowed(text) => super::access::said(text),
            Cow::Owned(text) => super::access::said(text).map(Http::into_owned),
        });
    }
    let told = entry.written_severity.max(entry.payload_level) >= Some(Severity::Warning);
    match entry.source.resource.as_ref() {
        "k8s_container" if told => place(entry, &[("node", "compute.googleapis.com/resource_name")]),
        "cloud_run_job" => place(entry, TASK),
        _ => {}
    }
}

/// Which task of a job it is, and which attempt at it.
const TASK: &[(&str, &str)] =
    &[("task_index", "run.googleapis.com/task_index"), ("task_attempt", "run.googleapis.com/task_attempt")];

/// Adds labels that say where something ran to the fields: failures of one node or task are told by it.
fn place(entry: &mut Entry<'_>, names: &[(&str, &str)]) {
    let mut line = entry.fields.as_deref().unwrap_or("").to_owned();
    for (name, label) in names {
        let value = entry.labels.iter().find(|(key, _)| key == label).map_or("", |(_, value)| value.as_ref());
        if !value.is_empty() && !value.contains([' ', '"']) {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(&format!("{name}={value}"));
        }
    }
    if !line.is_empty() {
        entry.fields = Some(Cow::Owned(line));
    }
}

/// Whether the fields of a calm entry are read: of one in eight, by the time alone, since reading them takes a while.
fn is_sampled(time: Nanos) -> bool {
    crate::hash::mix(time.0.unsigned_abs(), 0).is_multiple_of(8)
}

/// Last and first words of messages by which a program tells its settings as it starts: said seldom, and never to be missed.
const STARTED: [&str; 7] =
    ["ready", "started", "configured", "loaded", "initialized", "initialised", "starting"];
const STARTS: [&str; 8] =
    ["config", "settings", "starting", "started", "loaded config", "effective", "running with", "initiali"];

/// Whether a message tells of a start. Asked of very many, most of which end in another letter and begin with one.
fn tells_of_start(message: &str) -> bool {
    let ends = || {
        let word = message.rsplit(' ').next().unwrap_or("");
        STARTED.iter().any(|known| word.eq_ignore_ascii_case(known))
    };
    let begins = || {
        STARTS
            .iter()
            .any(|known| message.get(..known.len()).is_some_and(|head| head.eq_ignore_ascii_case(known)))
    };
    matches!(message.as_bytes().last(), Some(b'y' | b'd' | b'g')) && ends()
        || matches!(
            message.as_bytes().first(),
            Some(b'c' | b's' | b'l' | b'e' | b'r' | b'i' | b'C' | b'S' | b'L' | b'E' | b'R' | b'I')
        ) && begins()
}

/// Fills what the application's own object says.
fn say_payload<'v>(json: &'v Value<'_>, entry: &mut Entry<'v>) {
    entry.payload_level = payload::level(json).or_else(|| origin::event_level(json));
    let of_platform = origin::kubernetes_event(json).or_else(|| platform::execution(json));
    let of_platform = of_platform.or_else(|| platform::translation(json));
    // All of this log is INFO.
    if word(json, &["allocation_status"]) == "DROPPED" {
        (entry.payload_level, entry.severity_of_stream) = (Some(Severity::Warning), true);
    }
    let spoken = if of_platform.is_none() { payload::spoken(json) } else { None };
    // What the platform says of itself is put into words as a whole.
    let is_own = spoken.is_some();
    let said = of_platform.or(spoken).or_else(|| platform::attempt(json));
    let level = entry.written_severity.max(entry.payload_level);
    let beside = payload::beside(json, said.as_deref().unwrap_or(""), level);
    let told = level >= Some(Severity::Warning);
    let detail = if told { payload::with_item(json, beside.detail) } else { beside.detail };
    (entry.detail, entry.aside) = (detail, beside.aside);
    entry.figures = beside.figures;
    // Jobs tell of their work at INFO.
    if is_own && (told || entry.source.resource == "cloud_run_job") {
        entry.fields = payload::fields(json);
    } else if is_own && (entry.time.is_some_and(is_sampled) || said.as_deref().is_some_and(tells_of_start)) {
        entry.calm_fields = payload::fields(json);
    }
    entry.message = said.unwrap_or_default();
}

/// A severity by name, or by number: 0, 100 … 800.
fn severity(value: &Value<'_>) -> Option<Severity> {
    value.scalar().and_then(severity_of)
}

fn severity_of(text: &str) -> Option<Severity> {
    match text.parse::<u32>() {
        Ok(number) => u8::try_from(number / 100).ok().map(Severity::from_rank),
        Err(_) => Severity::parse(text),
    }
}

fn trace_id<'v>(value: &'v Value<'_>, json: Option<&'v Value<'_>>) -> Option<Cow<'v, str>> {
    let own = word(value, &["trace"]);
    let text = if own.is_empty() { payload_trace(json) } else { own };
    let id = bare_trace(text);
    (!id.is_empty()).then_some(Cow::Borrowed(id))
}

/// The trace that an application's own object names.
fn payload_trace<'v>(json: Option<&'v Value<'_>>) -> &'v str {
    json.map_or("", |json| word(json, &["logging.googleapis.com/trace"]))
}

/// A trace id without its project.
fn bare_trace(text: &str) -> &str {
    // By hand: every entry passes, and a search for a text is dear to set up.
    let named = |slash: &usize| text.get(..=*slash).is_some_and(|head| head.ends_with("/traces/"));
    let found = memchr::memrchr_iter(b'/', text.as_bytes()).find(named);
    found.and_then(|slash| text.get(slash + 1..)).unwrap_or(text)
}

/// Labels of the entry, those of the resource that `source` has no place for, and what an audit entry is about (its
/// message may show only how it ended).
fn labels<'v>(value: &'v Value<'_>, proto: Option<&'v Value<'_>>) -> Vec<(Cow<'v, str>, Cow<'v, str>)> {
    let mut labels = Vec::new();
    let mut keep = |key: &'v str, value: &'v str| {
        if !value.is_empty() && value.len() <= LABEL_BYTES {
            labels.push((Cow::Borrowed(key), Cow::Borrowed(value)));
        }
    };
    if let Some(Value::Object(members)) = value.get("labels") {
        for (key, member) in members.iter().filter(|(key, _)| key != "instanceId") {
            keep(key, member.scalar().unwrap_or(""));
        }
    }
    if let Some(Value::Object(members)) = value.path(&["resource", "labels"]) {
        for (key, member) in members.iter().filter(|(key, _)| !origin::PLACED.contains(&key.as_ref())) {
            keep(key, member.scalar().unwrap_or(""));
        }
    }
    for key in ["methodName", "resourceName"] {
        keep(key, proto.map_or("", |proto| word(proto, &[key])));
    }
    let who =
        proto.map_or("", |proto| super::fields::word_at(proto, &["authenticationInfo", "principalEmail"]));
    keep(crate::ingest::PRINCIPAL, who);
    labels
}
