//! Who wrote a LogEntry: takes resource, labels and payload, gives [`Source`].
//!
//! Resource types and their labels: cloud.google.com/logging/docs/api/v2/resource-list.

use crate::entry::{Severity, Source};
use crate::ingest::dialect::fields::{pick, word, word_at};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// Whether the platform writes no entry for each request, so that those of the application count.
pub(super) fn has_no_request_log(source: &Source<'_>) -> bool {
    matches!(source.resource.as_ref(), "k8s_container" | "gce_instance" | "generic_node" | "generic_task")
}

/// Labels of a resource that [`source`] gives a place of its own.
pub(super) const PLACED: &[&str] = &[
    "project_id",
    "service_name",
    "function_name",
    "job_name",
    "module_id",
    "database_id",
    "build_id",
    "revision_name",
    "version_id",
    "instance_id",
    "pod_name",
    "container_name",
    "location",
    "zone",
    "region",
    "configuration_name",
];
/// The label that names what a person would name, by how telling it is.
const SERVICE: &[&str] = &[
    "service_name",
    "function_name",
    "job_name",
    "module_id",
    "environment_name",
    "topic_id",
    "subscription_id",
    "queue_id",
    "workflow_id",
    "bucket_name",
    "url_map_name",
    "forwarding_rule_name",
    "backend_service_name",
    "reasoning_engine_id",
    "endpoint_id",
    "job_id",
    "dataset_id",
    "policy_name",
    "gateway_name",
    "router_id",
    "firewall_rule_id",
    "network_id",
    "email_id",
    "service",
    "configuration_name",
];

/// Resource type of Cloud Composer, which is Airflow.
const COMPOSER: &str = "cloud_composer_environment";

/// The origin of an entry.
pub(super) fn source<'v>(
    value: &'v Value<'_>,
    json: Option<&'v Value<'_>>,
    proto: Option<&'v Value<'_>>,
) -> Source<'v> {
    let nothing = &Value::Null;
    let resource = value.path(&["resource", "labels"]).unwrap_or(nothing);
    let labels = value.get("labels").unwrap_or(nothing);
    let log_name = word(value, &["logName", "log_name"]);
    let (project, log) = split_log_name(log_name);
    let kind = word_at(value, &["resource", "type"]);
    let acted = proto.map_or("", |proto| word(proto, &["resourceName"]));
    let mut source = Source {
        project: Cow::Borrowed(first([word(resource, &["project_id"]), project])),
        resource: Cow::Borrowed(kind),
        revision: Cow::Borrowed(first([
            word(resource, &["revision_name", "version_id"]),
            acted_revision(acted, proto),
        ])),
        instance: Cow::Borrowed(first([
            word(labels, &["instanceId", "instance_id"]),
            word(resource, &["pod_name", "instance_id", "node_name", "node_id", "task_id"]),
            word(labels, &["compute.googleapis.com/resource_name"]),
        ])),
        execution: Cow::Borrowed(first([
            word(resource, &["build_id", "execution_name"]),
            word(labels, &["run.googleapis.com/execution_name", "workflows.googleapis.com/execution_id"]),
            segment_after(acted, "executions"),
            if kind == COMPOSER { word(labels, &["task-id"]) } else { "" },
        ])),
        location: Cow::Borrowed(first([
            word(resource, &["location", "zone", "region"]),
            word(labels, &["compute.googleapis.com/zone", "cloud.googleapis.com/location"]),
        ])),
        container: Cow::Borrowed(first([
            word(resource, &["container_name"]),
            word(labels, &["container_name"]),
        ])),
        log,
        ..Source::default()
    };
    source.service = service(kind, resource, labels, json, proto);
    source
}

/// Whether the severity only names the stream: GKE's agent writes INFO for all that a container prints to standard output and
/// ERROR for standard error (cloud.google.com/kubernetes-engine/docs/how-to/view-logs). So do other agents for standard error.
pub(super) fn severity_of_stream(source: &Source<'_>, written: Option<Severity>) -> bool {
    let of_stream = match source.log.rsplit('/').next().unwrap_or("") {
        "stdout" => written == Some(Severity::Info),
        "stderr" => return written == Some(Severity::Error),
        _ => false,
    };
    of_stream && matches!(source.resource.as_ref(), "k8s_container" | "gke_container" | "container")
}

/// Whether payloads have no say in the origin of an entry, whatever they hold: its resource names the service by itself.
pub(super) fn is_settled(value: &Value<'_>) -> bool {
    let kind = word_at(value, &["resource", "type"]);
    let Some(resource) = value.path(&["resource", "labels"]) else { return false };
    if kind.starts_with("k8s_") || kind == "gke_container" || kind == "gke_cluster" {
        return !word(resource, &["container_name"]).is_empty();
    }
    matches!(kind, "build" | "cloudsql_database") || !word(resource, SERVICE).is_empty()
}

fn first<const N: usize>(texts: [&str; N]) -> &str {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or("")
}

fn service<'v>(
    kind: &str,
    resource: &'v Value<'_>,
    labels: &'v Value<'_>,
    json: Option<&'v Value<'_>>,
    proto: Option<&'v Value<'_>>,
) -> Cow<'v, str> {
    // An environment of Airflow runs many workflows: what fails is one of them.
    let workflow = if kind == COMPOSER { word(labels, &["workflow"]) } else { "" };
    if !workflow.is_empty() {
        return Cow::Borrowed(workflow);
    }
    if kind == "build" {
        // Trigger ids are random; a trigger's name is written only where the build's substitutions were logged.
        let name = word(labels, &["build_trigger_name", "trigger_name"]);
        return Cow::Borrowed(first([name, "cloud-build"]));
    }
    if kind == "cloudsql_database" {
        let id = word(resource, &["database_id"]);
        return Cow::Borrowed(id.rsplit_once(':').map_or(id, |(_, name)| name));
    }
    if kind.starts_with("k8s_") || kind == "gke_container" || kind == "gke_cluster" {
        return Cow::Borrowed(first([
            word(labels, &["k8s-pod/app", "k8s-pod/app_kubernetes_io/name", "k8s-pod/k8s-app"]),
            word(resource, &["container_name"]),
            json.map_or("", |json| match involved(json, "kind") {
                "Pod" => workload(involved(json, "name")),
                _ => involved(json, "name"),
            }),
            workload(word(resource, &["pod_name"])),
            word(resource, &["node_name", "cluster_name"]),
        ]));
    }
    let acted = proto.map_or("", |proto| word(proto, &["resourceName"]));
    let named = first([
        word(resource, SERVICE),
        word(resource, &["database_id"]).rsplit(':').next().unwrap_or(""),
        word(labels, &["compute.googleapis.com/resource_name"]),
        segment_after(acted, "services"),
        segment_after(acted, "jobs"),
        segment_after(acted, "functions"),
        segment_after(acted, "instances"),
        word(resource, &["container_name", "cluster_name", "node_id", "instance_id", "resource_container"]),
        json.map_or("", |json| word_at(json, &["serviceContext", "service"])),
        proto.map_or("", |proto| word(proto, &["serviceName"])),
    ]);
    Cow::Borrowed(named)
}

/// The workload of a pod: its name without the replica set's hash and the pod's suffix.
pub(in crate::ingest::dialect) fn workload(pod: &str) -> &str {
    let Some((rest, suffix)) = pod.rsplit_once('-') else { return pod };
    // A stateful set numbers its pods.
    if suffix.len() <= 2 && !suffix.is_empty() && suffix.bytes().all(|b| b.is_ascii_digit()) {
        return rest;
    }
    if suffix.len() != 5 {
        return pod;
    }
    match rest.rsplit_once('-') {
        Some((name, hash)) if (8..=10).contains(&hash.len()) && hash.bytes().any(|b| b.is_ascii_digit()) => {
            name
        }
        _ => rest,
    }
}

/// `projects/P/logs/run.googleapis.com%2Fstderr` → (`P`, `run.googleapis.com/stderr`); a bare log id stays as it is.
fn split_log_name(name: &str) -> (&str, Cow<'_, str>) {
    let (holder, id) = match name.split_once("/logs/") {
        Some((holder, id)) => (holder, id),
        None => ("", name),
    };
    let project = holder.strip_prefix("projects/").unwrap_or("");
    let log = if id.contains("%2F") || id.contains("%2f") {
        Cow::Owned(id.replace("%2F", "/").replace("%2f", "/"))
    } else {
        Cow::Borrowed(id)
    };
    (project, log)
}

/// The path segment after one of this name: `segment_after("namespaces/p/revisions/r", "revisions")` is `r`.
fn segment_after<'v>(path: &'v str, name: &str) -> &'v str {
    let mut segments = path.split('/');
    segments.find(|segment| *segment == name).and_then(|_| segments.next()).unwrap_or("")
}

/// The revision an audit entry is about, where the resource leaves it empty.
fn acted_revision<'v>(acted: &'v str, proto: Option<&'v Value<'_>>) -> &'v str {
    let named = segment_after(acted, "revisions");
    let answered = proto
        .and_then(|proto| proto.get("response"))
        .filter(|response| word(response, &["kind"]) == "Revision");
    let answered = answered.map_or("", |response| word_at(response, &["metadata", "name"]));
    first([named, answered])
}

fn involved<'v>(json: &'v Value<'_>, key: &str) -> &'v str {
    pick(json, &["involvedObject", "regarding"]).map_or("", |object| word(object, &[key]))
}

/// A Kubernetes event that GKE exported: `Reason: message`.
pub(super) fn kubernetes_event<'v>(json: &'v Value<'_>) -> Option<Cow<'v, str>> {
    pick(json, &["involvedObject", "regarding"])?;
    let (reason, message) = (word(json, &["reason"]), word(json, &["message", "note"]));
    match (reason.is_empty(), message.is_empty()) {
        (false, false) => Some(Cow::Owned(format!("{reason}: {message}"))),
        (true, false) => Some(Cow::Borrowed(message)),
        (false, true) => Some(Cow::Borrowed(reason)),
        (true, true) => None,
    }
}

/// The level of an exported Kubernetes event: its `type` is `Normal` or `Warning`.
pub(super) fn event_level(json: &Value<'_>) -> Option<Severity> {
    pick(json, &["involvedObject", "regarding"])?;
    match word(json, &["type"]) {
        "Warning" => Some(Severity::Warning),
        "Normal" => Some(Severity::Info),
        _ => None,
    }
}
