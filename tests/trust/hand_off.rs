//! Filters that findings and blind spots carry for other tools: each asks for what its type of resource calls things, and what
//! it asks for is what the finding holds.

use crate::exports::{Form, join};
use crate::invariant::{digest_named, report};
use fivewhys::query::{Filter, parse};
use fivewhys::report::model::Report;
use fivewhys::report::render::hand_off;
use serde_json::{Value, json};

fn entry(n: u32, resource: &Value, log: &str, severity: &str, text: &str) -> Value {
    json!({"timestamp": format!("2025-03-02T10:00:{n:02}Z"), "severity": severity, "insertId": format!("i{n}"),
        "logName": format!("projects/demo/logs/{log}"), "resource": resource, "textPayload": text})
}

fn told(entries: &[Value]) -> Report {
    let texts: Vec<Vec<u8>> = entries.iter().map(|entry| entry.to_string().into_bytes()).collect();
    report(digest_named("export.json", &join(Form::Lines, &texts).0))
}

fn failing(resource: &Value, log: &str) -> Report {
    let entries: Vec<Value> = (0..12)
        .map(|n| match n % 2 {
            0 => entry(n, resource, log, "INFO", &format!("ready {n}")),
            _ => entry(
                n,
                resource,
                log,
                "ERROR",
                &format!("ConnectionError: peer {n} closed the connection early"),
            ),
        })
        .collect();
    told(&entries)
}

fn run() -> Value {
    json!({"type": "cloud_run_revision", "labels": {"service_name": "quay", "revision_name": "quay-1", "project_id": "demo"}})
}

#[track_caller]
fn check(resource: &Value, log: &str, condition: &str, column: &str) {
    let report = failing(resource, log);
    let finding = report.findings.first().expect("a finding");
    let [(_, explorer), (_, command), (_, sql)] = hand_off(&report, &finding.fetch).queries;
    for part in [
        condition,
        "closed the connection",
        "timestamp>=\"2025-03-02T10:00:01Z\"",
        "timestamp<=\"2025-03-02T10:00:11Z\"",
    ] {
        assert!(explorer.contains(part), "{part} is not in {explorer}");
    }
    assert!(
        command.starts_with("gcloud logging read '") && command.contains(" --project=demo "),
        "{command}"
    );
    assert!(sql.contains(column) && sql.contains("FROM `demo.global"), "{sql}");
}

#[test]
fn a_finding_is_asked_for_by_the_labels_of_its_resource() {
    check(
        &run(),
        "run.googleapis.com%2Fstderr",
        "resource.labels.service_name=\"quay\"",
        "JSON_VALUE(resource.labels.service_name) = \"quay\"",
    );
    let job = json!({"type": "cloud_run_job", "labels": {"job_name": "crane", "project_id": "demo"}});
    check(
        &job,
        "run.googleapis.com%2Fstderr",
        "resource.labels.job_name=\"crane\"",
        "JSON_VALUE(resource.labels.job_name) = \"crane\"",
    );
    let pod = json!({"type": "k8s_container", "labels": {"container_name": "web", "pod_name": "web-5d4f9b7c8-x2x9z", "project_id": "demo"}});
    check(
        &pod,
        "stderr",
        "(labels.\"k8s-pod/app\"=\"web\" OR resource.labels.container_name=\"web\")",
        "JSON_VALUE(labels[\"k8s-pod/app\"]) = \"web\"",
    );
}

#[test]
fn requests_are_asked_for_by_status() {
    let entries: Vec<Value> = (0..12)
        .map(|n| {
            let mut one = entry(n, &run(), "run.googleapis.com%2Frequests", "ERROR", "");
            one["httpRequest"] = json!({"requestMethod": "GET", "requestUrl": "https://x.example/a", "status": 503, "latency": "0.5s"});
            one
        })
        .collect();
    let report = told(&entries);
    let finding = report.findings.first().expect("a finding");
    assert_eq!(finding.fetch.statuses, [(503, 503)]);
    assert!(finding.fetch.texts.is_empty(), "{:?}", finding.fetch);
}

#[test]
fn blind_spots_say_what_would_fill_them() {
    let errors: Vec<Value> = (0..50)
        .map(|n| {
            entry(
                n,
                &run(),
                "run.googleapis.com%2Fvarlog%2Fsystem",
                "ERROR",
                &format!("Container called exit({n})."),
            )
        })
        .collect();
    let report = told(&errors);
    let gaps: Vec<&str> = report.coverage.gaps.iter().map(|gap| gap.what.as_str()).collect();
    assert_eq!(
        gaps,
        [
            "What lies before and after",
            "Entries below WARNING",
            "stdout and stderr",
            "The request log",
            "Deployments and other changes from a day before on",
        ]
    );
    for gap in &report.coverage.gaps {
        let [(_, explorer), ..] = hand_off(&report, &gap.filter).queries;
        // What is asked for is read here as well, and asks for the same.
        assert_eq!(parse(&explorer).map(|read| read.services), Ok(vec!["quay".to_owned()]), "{explorer}");
    }
    let mild = &report.coverage.gaps[1].filter;
    assert!(hand_off(&report, mild).queries[0].1.contains("severity=INFO"), "{mild:?}");
}

#[test]
fn a_log_of_another_kind_asks_nobody() {
    let lines: String =
        (0..12).map(|n| format!("2025-03-02 10:00:{n:02} ERROR quay failed to moor\n")).collect();
    let report = report(digest_named("quay.log", lines.as_bytes()));
    assert!(report.findings.iter().all(|finding| finding.fetch.is_empty()));
    assert!(report.coverage.gaps.is_empty() && report.raw.queries.is_empty());
    assert!(!hand_off(&report, &Filter::default()).is_part);
}
