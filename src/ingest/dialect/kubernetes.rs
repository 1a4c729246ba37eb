//! Kubernetes events: `kubectl get events -o json` (an EventList or its items) → entries.
//!
//! kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1: `reason`, `message` (`note` in events.k8s.io), `type`
//! Normal or Warning, `involvedObject` (`regarding`), `lastTimestamp` or `eventTime`.

use super::fields::{has_any, mean_value, word};
use super::gcp::workload;
use super::shape::{Shape, text};
use super::{Dialect, Head, Record, Score};
use crate::entry::time::SECOND;
use crate::entry::{Entry, Nanos, Severity};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct Kubernetes;

const SHAPE: Shape = Shape {
    time: &[
        "lastTimestamp",
        "eventTime",
        "deprecatedLastTimestamp",
        "firstTimestamp",
        "metadata.creationTimestamp",
    ],
    message: &["message", "note"],
    service: &["involvedObject.name", "regarding.name", "involvedObject.kind"],
    project: &["metadata.namespace"],
    log: &["source.component", "reportingComponent"],
    location: &["source.host"],
    id: &["metadata.uid"],
    ..Shape::NONE
};

impl Dialect for Kubernetes {
    fn id(&self) -> &'static str {
        "kubernetes"
    }

    fn title(&self) -> &'static str {
        "Kubernetes events"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "Kubernetes event fields (involvedObject, reason)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref() else { return 0 };
        let events = match value.get("items") {
            Some(Value::List(events)) => events.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let fitting = events.iter().filter(|event| points(event) > 0);
        fitting.map(|event| one(event, record, emit)).count()
    }
}

/// An event names its object and a reason.
fn points(value: &Value<'_>) -> u32 {
    if word(value, &["kind"]) == "EventList" {
        return 98;
    }
    if has_any(value, &["involvedObject", "regarding"])
        && has_any(value, &["reason", "message", "note"])
        && !has_any(value, &["logName"])
    {
        98
    } else {
        0
    }
}

fn one(event: &Value<'_>, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) {
    let mut entry = SHAPE.entry(event, record);
    // The names that Google Cloud has for the same things, so that the same rules hold.
    let kind = text(event, &["involvedObject.kind", "regarding.kind"]);
    entry.source.resource = Cow::Borrowed(match kind {
        "Pod" => "k8s_pod",
        "Node" => "k8s_node",
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" => "k8s_cluster",
        other => other,
    });
    // Pods of one workload are its instances.
    if kind == "Pod" {
        let pod = text(event, &["involvedObject.name", "regarding.name"]);
        entry.source.service = Cow::Borrowed(workload(pod));
        entry.source.instance = Cow::Borrowed(pod);
    }
    entry.written_severity = match word(event, &["type"]) {
        "Warning" => Some(Severity::Warning),
        "Normal" => Some(Severity::Info),
        _ => None,
    };
    let (reason, message) = (word(event, &["reason"]), word(event, &["message", "note"]));
    if !reason.is_empty() && !message.is_empty() {
        let again = again(event, entry.time).unwrap_or_default();
        entry.message = Cow::Owned(format!("{reason}: {message}{again}"));
    }
    emit(&entry);
}

/// An event that came again is one object with a count: ` (x23 over 2h10m14s)`, much as `kubectl describe` shows it.
fn again(event: &Value<'_>, last: Option<Nanos>) -> Option<String> {
    let count = text(event, &["count", "series.count"]).parse::<u64>().ok().filter(|count| *count > 1)?;
    let first = Nanos::parse(text(event, &["firstTimestamp", "deprecatedFirstTimestamp", "eventTime"]));
    let secs = last.zip(first).map(|(last, first)| last.0.saturating_sub(first.0) / SECOND);
    Some(match secs.filter(|secs| *secs > 0) {
        Some(secs) => format!(" (x{count} over {}h{}m{}s)", secs / 3_600, secs / 60 % 60, secs % 60),
        None => format!(" (x{count})"),
    })
}
