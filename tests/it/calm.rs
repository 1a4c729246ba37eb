//! What looks bad and hurts nobody, and what holds a lock or a clock behind others: roll-outs, retried tasks, queries by hand.

use crate::work::report;
use fivewhys::report::model::{Priority, Report};
use serde_json::{Value, json};

/// An entry at a second of an hour.
fn at(second: u32, severity: &str, kind: &str, labels: &Value, payload: &Value) -> Value {
    let mut entry = json!({
        "timestamp": format!("2026-05-04T09:{:02}:{:02}.000200Z", second / 60, second % 60),
        "logName": "projects/demo/logs/stdout",
        "severity": severity,
        "resource": { "type": kind, "labels": labels },
    });
    for (key, value) in payload.as_object().into_iter().flatten() {
        entry[key] = value.clone();
    }
    entry
}

fn pod(second: u32, severity: &str, pod: &str, text: &str) -> Value {
    let labels = json!({ "project_id": "demo", "cluster_name": "c", "namespace_name": "shop", "pod_name": pod, "container_name": "cart" });
    at(second, severity, "k8s_container", &labels, &json!({ "textPayload": text }))
}

fn event(second: u32, kind: &str, pod: &str, reason: &str, text: &str) -> Value {
    let labels =
        json!({ "project_id": "demo", "cluster_name": "c", "namespace_name": "shop", "pod_name": pod });
    let severity = if kind == "Warning" { "WARNING" } else { "INFO" };
    let payload = json!({ "kind": "Event", "type": kind, "reason": reason, "message": text,
        "involvedObject": { "kind": "Pod", "name": pod, "namespace": "shop" } });
    at(
        second,
        severity,
        "k8s_pod",
        &labels,
        &json!({ "jsonPayload": payload, "logName": "projects/demo/logs/events" }),
    )
}

/// One error, then so many calm lines, in a log that is short.
fn one_error_then(calm: u32) -> Report {
    let labels = json!({ "project_id": "demo", "service_name": "till", "revision_name": "till-00001-abc" });
    let said = |second: u32, severity: &str, text: String| {
        at(second, severity, "cloud_run_revision", &labels, &json!({ "textPayload": text }))
    };
    let mut entries: Vec<Value> = (0..8).map(|n| said(n * 5, "INFO", format!("basket {n} priced"))).collect();
    entries.push(said(60, "ERROR", "the receipt could not be printed".to_owned()));
    entries.extend((0..calm).map(|n| said(70 + n * 5, "INFO", format!("basket {n} priced"))));
    report(&entries)
}

#[test]
fn one_error_in_a_short_log_is_a_remark_where_work_goes_on() {
    assert!(urgent(&one_error_then(12)).is_empty(), "{}", titles(&one_error_then(12)));
    assert!(!urgent(&one_error_then(3)).is_empty(), "three lines show little");
}

fn urgent(report: &Report) -> Vec<String> {
    let urgent = report.actions.iter().filter(|action| action.priority < Priority::P2);
    urgent.map(|action| action.what.plain()).collect()
}

fn titles(report: &Report) -> String {
    let titles: Vec<String> = report.findings.iter().map(|finding| finding.title.plain()).collect();
    titles.join("\n")
}

/// A new pod that is not ready yet and comes up; with `fails`, one that is asked for nothing until the log ends.
fn rollout(fails: bool) -> Report {
    let (old, new) = ("cart-5d9f7c6b8-aaaaa", "cart-7c4d8e5f9-bbbbb");
    let mut entries = vec![event(0, "Normal", new, "Started", "Started container cart")];
    for second in [10, 20, 30, 40] {
        entries.push(event(
            second,
            "Warning",
            new,
            "Unhealthy",
            "Readiness probe failed: HTTP probe failed with statuscode: 503",
        ));
    }
    if fails {
        for second in 5..60 {
            entries.push(event(
                second * 10,
                "Warning",
                new,
                "Unhealthy",
                "Readiness probe failed: HTTP probe failed with statuscode: 503",
            ));
        }
        return report(&entries);
    }
    entries.push(event(60, "Normal", old, "Killing", "Stopping container cart"));
    entries.push(pod(61, "ERROR", old, "rpc to client 7 ended: transport is closing"));
    entries.push(pod(62, "ERROR", old, "rpc to client 9 ended: transport is closing"));
    for second in 0..120 {
        entries.push(pod(90 + second * 5, "INFO", new, &format!("cart {second} priced")));
    }
    report(&entries)
}

#[test]
fn a_rollout_whose_pods_come_up_is_calm() {
    let calm = rollout(false);
    assert_eq!(urgent(&calm), Vec::<String>::new(), "{}", titles(&calm));
    let failing = rollout(true);
    assert!(titles(&failing).contains("failed to start"), "{}", titles(&failing));
}

fn task(second: u32, severity: &str, attempt: &str, text: &str) -> Value {
    let labels = json!({ "project_id": "demo", "environment_name": "nightly", "location": "europe-west1" });
    let own = json!({ "workflow": "sales", "task-id": "load_sales", "try-number": attempt, "execution-date": "2026-05-03T00:00:00+00:00" });
    at(
        second,
        severity,
        "cloud_composer_environment",
        &labels,
        &json!({ "textPayload": text, "labels": own }),
    )
}

#[test]
fn an_attempt_that_failed_and_was_made_again_claims_no_false_success() {
    let raised = "Task failed with exception\nTraceback (most recent call last):\n  File \"/home/airflow/gcs/dags/sales.py\", line 12, in load_sales\n    rows = client.run()\ngoogle.api_core.exceptions.TooManyRequests: 429 Exceeded rate limits: too many table update operations for this table";
    let marked = |state: &str| {
        format!("Marking task as {state}. dag_id=sales, task_id=load_sales, execution_date=20260503T000000")
    };
    let report = report(&[
        task(0, "INFO", "1", "Executing <Task(PythonOperator): load_sales> on 2026-05-03 00:00:00+00:00"),
        task(60, "ERROR", "1", raised),
        task(61, "INFO", "1", &marked("UP_FOR_RETRY")),
        task(360, "INFO", "2", "Executing <Task(PythonOperator): load_sales> on 2026-05-03 00:00:00+00:00"),
        task(420, "INFO", "2", &marked("SUCCESS")),
    ]);
    assert!(!titles(&report).contains("reports success"), "{}", titles(&report));
    assert_eq!(urgent(&report), Vec::<String>::new());
}

fn query(second: u32, who: &str, text: &str) -> Value {
    let proto = json!({ "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "serviceName": "bigquery.googleapis.com",
        "methodName": "google.cloud.bigquery.v2.JobService.InsertJob", "resourceName": format!("projects/demo/jobs/j{second}"),
        "authenticationInfo": { "principalEmail": who }, "status": { "code": 3, "message": text } });
    let labels = json!({ "project_id": "demo", "location": "EU" });
    let payload = json!({ "protoPayload": proto, "logName": "projects/demo/logs/cloudaudit.googleapis.com%2Fdata_access" });
    at(second, "ERROR", "bigquery_project", &labels, &payload)
}

#[test]
fn wrong_queries_of_a_person_are_no_incident_and_those_of_a_workload_are_one() {
    let of = |who: &str| -> Report {
        let entries: Vec<Value> = (0..12)
            .map(|n| query(n * 200, who, "Unrecognized name: regoin; Did you mean region? at [3:8]"))
            .collect();
        report(&entries)
    };
    assert_eq!(urgent(&of("ana@demo.example")), Vec::<String>::new());
    assert_ne!(urgent(&of("etl@demo.iam.gserviceaccount.com")), Vec::<String>::new());
}

fn database(second: u32, severity: &str, text: &str) -> Value {
    let labels = json!({ "project_id": "demo", "database_id": "demo:main" });
    at(
        second,
        severity,
        "cloudsql_database",
        &labels,
        &json!({ "textPayload": text, "logName": "projects/demo/logs/cloudsql.googleapis.com%2Fpostgres.log" }),
    )
}

#[test]
fn the_change_of_a_table_is_named_behind_lock_timeouts() {
    let mut entries: Vec<Value> = (0..20)
        .map(|n| {
            database(300 + n * 15, "ERROR", "ERROR:  canceling statement due to lock timeout at character 13")
        })
        .collect();
    entries.push(database(610, "INFO", "LOG:  duration: 320000.112 ms  statement: ALTER TABLE carts ADD COLUMN origin text NOT NULL DEFAULT origin_of()"));
    let report = report(&entries);
    let first = report.findings.first().map(|finding| finding.title.plain()).unwrap_or_default();
    assert!(
        first.contains("ALTER TABLE carts")
            && first.contains("ran for 5 min 20 s while others waited for a lock"),
        "{}",
        titles(&report)
    );
    // One that began after the failures holds nothing that they waited for.
    entries.pop();
    entries.push(database(
        900,
        "INFO",
        "LOG:  duration: 20000.112 ms  statement: ALTER TABLE carts ADD COLUMN origin text",
    ));
    assert!(!titles(&super::work::report(&entries)).contains("while others waited"));
}

#[test]
fn the_clock_of_the_node_stands_with_the_tokens_that_it_refuses() {
    let mut entries: Vec<Value> = (0..30)
        .map(|n| {
            pod(
                200 + n * 20,
                "WARNING",
                "cart-5d9f7c6b8-aaaaa",
                "authentication failed: NotBeforeError: jwt not active",
            )
        })
        .collect();
    let node = json!({ "project_id": "demo", "cluster_name": "c", "node_name": "pool-1-x" });
    entries.push(at(
        400,
        "INFO",
        "k8s_node",
        &node,
        &json!({ "jsonPayload": { "MESSAGE": "System clock wrong by 281.5 seconds, step not allowed" } }),
    ));
    let report = report(&entries);
    let first = &report.findings[0];
    assert!(first.title.plain().starts_with("Two clocks differ"), "{}", titles(&report));
    let told: Vec<String> = first.symptoms.iter().map(|s| s.text.plain()).collect();
    assert!(told.iter().any(|s| s.contains("System clock wrong by 281.5 seconds")), "{told:?}");
}

#[test]
fn the_answer_of_a_provider_is_part_of_what_failed() {
    let labels = json!({ "project_id": "demo", "service_name": "mail", "revision_name": "mail-00001-abc" });
    let refused = |second: u32| {
        let payload = json!({ "event": "letter_not_sent", "level": "error", "status": 401,
            "body": "{\"errors\":[{\"message\":\"Your trial period is over\",\"field\":null}]}" });
        at(second, "DEFAULT", "cloud_run_revision", &labels, &json!({ "jsonPayload": payload }))
    };
    let report = report(&[refused(10), refused(70), refused(130)]);
    assert!(titles(&report).contains("letter_not_sent: Your trial period is over"), "{}", titles(&report));
}
