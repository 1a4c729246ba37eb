//! Any JSON object with a time, a level or a message under a common name → entries: the dialect of last resort for JSON.
//!
//! Names are compared without regard to case and looked for at the top and one level down.

use super::fields::{is_blank, level_of, mean_value, native_of, time_of};
use super::shape::Shape;
use super::{Dialect, Head, Record, Score, json_text, payload};
use crate::entry::{Entry, Severity};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Json;

impl Dialect for Json {
    fn id(&self) -> &'static str {
        "json"
    }

    fn title(&self) -> &'static str {
        "JSON"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "JSON objects with a common time or message field", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let line = if record.value.is_none() { json_text::parse(record.text) } else { None };
        let Some(value) = record.value.as_ref().or(line.as_ref()) else { return 0 };
        let Some(entry) = entry(value, record) else { return 0 };
        emit(&entry);
        1
    }
}

/// The more of time, message and level there is, the likelier a log; always below a dialect that knows its fields.
fn points(value: &Value<'_>) -> u32 {
    let Value::Object(members) = value else { return 0 };
    if members.is_empty() {
        return 0;
    }
    let time = find(value, TIME).is_some_and(|time| time_of(time).is_some()) || instant(value).is_some();
    let message = find(value, MESSAGE).is_some();
    let level = find(value, LEVEL).is_some_and(|level| level_of(level).is_some());
    match (time, message, level) {
        (true, true, true) => 50,
        (true, true, false) => 40,
        (true, false, true) => 35,
        (true, false, false) => 25,
        (false, true, true) => 20,
        // Without time and level any configuration file would be a log.
        (false, ..) => 0,
    }
}

const TIME: &[&str] = &[
    "timestamp",
    "@timestamp",
    "time",
    "ts",
    "@t",
    "datetime",
    "date",
    "eventtime",
    "event_time",
    "timestampms",
    "timestamp_ms",
    "created_at",
    "createdat",
    "created",
    "logged_at",
    "asctime",
    "receivetimestamp",
    "starttime",
    "start_time",
    "lasttimestamp",
    "t",
    "when",
    "_time",
    "timeunixnano",
    "instant",
];
const LEVEL: &[&str] = &[
    "level",
    "severity",
    "levelname",
    "level_name",
    "loglevel",
    "log_level",
    "log.level",
    "lvl",
    "@l",
    "priority",
    "status_level",
];
const MESSAGE: &[&str] = &[
    "message",
    "msg",
    "@message",
    "@m",
    "@mt",
    "textpayload",
    "event",
    "log",
    "content",
    "text",
    "body",
    "short_message",
    "description",
    "error",
    "err",
    "errormessage",
    "error_message",
    "reason",
];
const SERVICE: &[&str] = &[
    "service",
    "service.name",
    "servicename",
    "service_name",
    "app",
    "application",
    "program",
    "appname",
    "function",
    "container_name",
    "type",
];
const INSTANCE: &[&str] =
    &["instance", "instanceid", "instance_id", "hostname", "host", "pod", "pod_name", "container_id"];
const LOG: &[&str] =
    &["logger", "logger_name", "loggername", "name", "module", "component", "source", "stream", "cl"];
const TRACE: &[&str] =
    &["trace_id", "traceid", "trace", "dd.trace_id", "request_id", "requestid", "correlation_id"];

/// Maps an object, if it has a time or a message.
pub(super) fn entry<'v>(value: &'v Value<'_>, record: &Record<'_>) -> Option<Entry<'v>> {
    let time = find(value, TIME).and_then(time_of).or_else(|| instant(value));
    let said = find(value, MESSAGE).map(payload::message).filter(|said| !said.is_empty());
    if time.is_none() && said.is_none() {
        return None;
    }
    let mut entry = Entry { span: record.span, ..Shape::NONE.entry(value, record) };
    if let Some((time, text)) = time {
        (entry.time, entry.time_text) = (Some(time), text);
    }
    let level = find(value, LEVEL);
    entry.written_severity = level.and_then(level_of).or(record.group_severity);
    entry.native = level.and_then(native_of);
    if let Some(said) = said {
        entry.message = said;
    }
    if entry.detail.is_none() {
        let is_failed = entry.http.as_ref().is_some_and(|http| http.status >= 500);
        let failing = entry.written_severity.max(is_failed.then_some(Severity::Error));
        let beside = payload::beside(value, &entry.message, failing);
        let told = entry.written_severity >= Some(Severity::Warning);
        let detail = if told { payload::with_item(value, beside.detail) } else { beside.detail };
        (entry.detail, entry.aside) = (detail, beside.aside);
        entry.figures = beside.figures;
        payload::state(value, failing, &mut entry);
    }
    let text = |names| Cow::Borrowed(find(value, names).and_then(Value::text).unwrap_or(""));
    entry.source.service = text(SERVICE);
    entry.source.instance = text(INSTANCE);
    entry.source.log = text(LOG);
    entry.trace_id = trace(value);
    Some(entry)
}

/// The id of the request that an object belongs to.
pub(super) fn trace<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    find(value, TRACE).and_then(Value::text).filter(|id| !id.is_empty()).map(Cow::Borrowed)
}

/// log4j's `"instant": {"epochSecond", "nanoOfSecond"}`.
fn instant<'v>(value: &'v Value<'_>) -> Option<(crate::entry::Nanos, Cow<'v, str>)> {
    time_of(value.get("instant")?)
}

/// The first of these names at the top, else one level down, in any case.
fn find<'v, 'a>(value: &'v Value<'a>, names: &[&str]) -> Option<&'v Value<'a>> {
    let here = |value: &'v Value<'a>| {
        let Value::Object(members) = value else { return None };
        let named = |name: &&str| {
            members.iter().find(|(key, found)| key.eq_ignore_ascii_case(name) && !is_blank(found))
        };
        names.iter().find_map(named).map(|(_, found)| found)
    };
    here(value).or_else(|| {
        let Value::Object(members) = value else { return None };
        members.iter().filter(|(key, _)| is_envelope(key)).find_map(|(_, inner)| here(inner))
    })
}

/// Objects that log shippers wrap an application's fields in. Any other inner object speaks of something else: a user's
/// `created_at` is no time of an entry.
fn is_envelope(key: &str) -> bool {
    const ENVELOPES: &[&str] = &[
        "@fields",
        "fields",
        "log",
        "data",
        "payload",
        "record",
        "event",
        "attributes",
        "message",
        "_source",
        "body",
        "meta",
    ];
    ENVELOPES.iter().any(|name| name.eq_ignore_ascii_case(key))
}
