//! Where a failure comes from: takes logs of several tasks, pods and nodes, checks that a finding says which of them fail.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::joined::{cause, entry, titles};
use super::work::report;
use fivewhys::report::model::State;
use serde_json::json;

/// Tasks of Airflow are pieces of work of their own: one that failed once and then worked is not the cause of another's failures.
#[test]
fn failures_of_different_tasks_are_different_failures() {
    let task = |second, dag: &str, task: &str, severity: &str, text: &str| {
        let resource = json!({ "type": "cloud_composer_environment", "labels": { "environment_name": "etl", "project_id": "demo", "location": "europe-west1" } });
        entry(
            second,
            "airflow-worker",
            resource,
            json!({ "severity": severity, "textPayload": text, "labels": { "workflow": dag, "task-id": task } }),
        )
    };
    let failed = |what: &str| {
        format!(
            "Task failed with exception\nTraceback (most recent call last):\n  File \"/dags/x.py\", line 4, in go\n    run()\n{what}"
        )
    };
    let mut log = vec![
        task(10, "contacts", "pull", "ERROR", &failed("TimeoutError: the address book is slow")),
        task(11, "contacts", "pull", "INFO", "Marking task as UP_FOR_RETRY. dag_id=contacts, task_id=pull"),
        task(300, "contacts", "pull", "INFO", "Marking task as SUCCESS. dag_id=contacts, task_id=pull"),
    ];
    for n in 0..4 {
        log.push(task(
            900 + n * 600,
            "sales",
            "load",
            "ERROR",
            &failed("ValueError: no figure in column price"),
        ));
        log.push(task(
            901 + n * 600,
            "sales",
            "load",
            "INFO",
            "Marking task as FAILED. dag_id=sales, task_id=load",
        ));
        log.push(task(
            1200 + n * 600,
            "sales",
            "wait",
            "INFO",
            "Marking task as SUCCESS. dag_id=sales, task_id=wait",
        ));
    }
    let report = report(&log);
    assert!(titles(&report).starts_with("load"), "{}", titles(&report));
    assert!(report.findings[0].title.plain().contains("no figure in column price"), "{}", titles(&report));
    assert!(!report.findings[0].variants.iter().any(|v| v.text.plain().contains("address book")));
    assert_eq!(report.findings[0].state, State::Ongoing);
}

/// All failures come from the pods of one node, and the node says why.
#[test]
fn failures_of_one_node_are_told_with_it() {
    let pod = |second, n: usize, severity: &str, text: &str| {
        let resource = json!({ "type": "k8s_container", "labels": { "cluster_name": "c", "container_name": "till", "namespace_name": "shop",
            "pod_name": format!("till-7c9d-{n}"), "location": "europe-west1", "project_id": "demo" } });
        entry(
            second,
            "stdout",
            resource,
            json!({ "severity": severity, "textPayload": text,
            "labels": { "compute.googleapis.com/resource_name": format!("node-{}", n / 2) } }),
        )
    };
    let mut log = Vec::new();
    for n in 0..60 {
        log.push(pod(n * 10, n % 6, "INFO", "order stored"));
    }
    for n in 0..10 {
        log.push(pod(100 + n * 40, n % 2, "ERROR", "no answer from the ledger"));
        log.push(pod(117 + n * 40, 2 + n % 4, "WARNING", "price list is older than a day"));
    }
    let report = report(&log);
    let told = cause(&report, 0);
    assert!(told.contains("All of it comes from 2 of the 6 instances"), "{told}");
    assert!(told.contains("node=node-0"), "{told}");
}

/// Of a job with many tasks the report says which failed, and how many did not.
#[test]
fn the_failing_task_of_a_job_is_named() {
    let line = |second, task: usize, attempt: usize, severity: &str, log: &str, text: &str| {
        let resource = json!({ "type": "cloud_run_job", "labels": { "job_name": "thumbs", "location": "europe-west1", "project_id": "demo" } });
        entry(
            second,
            log,
            resource,
            json!({ "severity": severity, "textPayload": text, "labels": {
            "run.googleapis.com/execution_name": "thumbs-x7k2p", "run.googleapis.com/task_index": task.to_string(),
            "run.googleapis.com/task_attempt": attempt.to_string(), "instanceId": format!("00ab{task}{attempt}") } }),
        )
    };
    let mut log = Vec::new();
    for task in 0..5 {
        log.push(line(10 + task, task, 0, "INFO", "run.googleapis.com%2Fstdout", "picture read"));
        if task != 3 {
            log.push(line(
                30 + task,
                task,
                0,
                "INFO",
                "run.googleapis.com%2Fvarlog%2Fsystem",
                "Container called exit(0).",
            ));
        }
    }
    for attempt in 0..3 {
        let at = 40 + attempt * 20;
        log.push(line(
            at,
            3,
            attempt,
            "ERROR",
            "run.googleapis.com%2Fstderr",
            "ValueError: the picture has no pixels",
        ));
        log.push(line(
            at + 1,
            3,
            attempt,
            "WARNING",
            "run.googleapis.com%2Fvarlog%2Fsystem",
            "Container called exit(1).",
        ));
    }
    let report = report(&log);
    let told = cause(&report, 0);
    assert!(
        told.contains("Of the job's tasks 1 failed: index 3 (attempts 0, 1 and 2); 4 others ended"),
        "{told}"
    );
}
