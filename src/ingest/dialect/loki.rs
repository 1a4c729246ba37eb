//! Grafana Loki: answers of its query API, `logcli --output=jsonl`, and what Grafana's Explore saves as JSON → entries.
//!
//! grafana.com/docs/loki/latest/reference/loki-http-api: `data.result` holds streams, each with its labels (`stream`) and its lines
//! (`values`: nanoseconds and text); pushed streams are alike under `streams`. logcli writes an object a line with `labels`, `line`
//! and `timestamp`; Explore a list of `line` with `timestamp` in nanoseconds and its labels under `fields` or `labels`. A line that is
//! JSON itself is read as an application's payload.

use super::fields::{has_all, level_of, mean_value, pick, time_of};
use super::shape::text;
use super::{Dialect, Head, Record, Score, payload};
use crate::entry::{Entry, Source};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Loki;

impl Dialect for Loki {
    fn id(&self) -> &'static str {
        "loki"
    }

    fn title(&self) -> &'static str {
        "Grafana Loki"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "Loki fields (streams with values, or labels, line and timestamp)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref() else { return 0 };
        if let Some(streams) = streams(value) {
            return streams.iter().map(|stream| lines(stream, record, emit)).sum();
        }
        if points(value) == 0 {
            return 0;
        }
        let labels = pick(value, LABELS).unwrap_or(&Value::Null);
        let Some((time, line)) = value.get("timestamp").zip(value.get("line").and_then(Value::text)) else {
            return 0;
        };
        line_of(labels, time, line, record, emit);
        1
    }
}

const LABELS: &[&str] = &["labels", "fields"];

fn streams<'v, 'a>(value: &'v Value<'a>) -> Option<&'v [Value<'a>]> {
    let list = value.path(&["data", "result"]).or_else(|| value.get("streams"));
    match list.or(Some(value).filter(|value| has_all(value, &["stream", "values"])))? {
        Value::List(streams) if streams.iter().any(|s| has_all(s, &["stream", "values"])) => Some(streams),
        one @ Value::Object(_) if has_all(one, &["stream", "values"]) => Some(std::slice::from_ref(one)),
        _ => None,
    }
}

fn points(value: &Value<'_>) -> u32 {
    let is_line = has_all(value, &["line", "timestamp"]) && value.get("line").and_then(Value::text).is_some();
    let labelled = pick(value, LABELS).is_some_and(|labels| matches!(labels, Value::Object(_)));
    if streams(value).is_some() || is_line && labelled { 99 } else { 0 }
}

/// The lines of a stream: pairs of nanoseconds and text, behind which fields of their own may stand.
fn lines(stream: &Value<'_>, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
    let labels = stream.get("stream").unwrap_or(&Value::Null);
    let Some(Value::List(values)) = stream.get("values") else { return 0 };
    let mut count = 0;
    for value in values {
        let Value::List(pair) = value else { continue };
        let [time, line, ..] = pair.as_slice() else { continue };
        let Some(line) = line.text() else { continue };
        line_of(labels, time, line, record, emit);
        count += 1;
    }
    count
}

fn line_of(
    labels: &Value<'_>,
    time: &Value<'_>,
    line: &str,
    record: &Record<'_>,
    emit: &mut dyn FnMut(&Entry<'_>),
) {
    let mut entry = Entry { span: record.span, ..Entry::default() };
    if let Some((time, text)) = time_of(time) {
        (entry.time, entry.time_text) = (Some(time), text);
    }
    let inner = payload::within(line);
    match &inner {
        Some(inner) => payload::say(inner, &mut entry),
        None => {
            entry.message = Cow::Borrowed(super::fields::chomp(line));
            entry.http = super::access::said(line);
        }
    }
    let level = ["level", "detected_level", "severity"].iter().find_map(|key| labels.get(key));
    entry.written_severity = level.and_then(level_of).or(record.group_severity);
    entry.native = level.and_then(super::fields::native_of);
    // A label is of the stream; a line may state its own level.
    entry.severity_of_stream = entry.payload_level.is_some();
    entry.source = source(labels);
    emit(&entry);
}

/// The labels that agents give to streams: Promtail and Alloy on Kubernetes, the Docker driver, systemd.
fn source<'v>(labels: &'v Value<'_>) -> Source<'v> {
    const SERVICE: &[&str] = &[
        "app",
        "app_kubernetes_io_name",
        "service_name",
        "service",
        "compose_service",
        "container",
        "container_name",
        "unit",
        "job",
    ];
    let field = |names: &[&str]| Cow::Borrowed(text(labels, names));
    Source {
        project: field(&["namespace"]),
        resource: Cow::Borrowed(""),
        service: field(SERVICE),
        revision: field(&["version", "revision"]),
        instance: field(&["pod", "instance", "hostname", "host"]),
        execution: Cow::Borrowed(""),
        location: field(&["cluster", "region", "node_name", "node"]),
        log: field(&["filename", "stream"]),
        container: field(&["container", "container_name"]),
    }
}
