//! Incidents of kinds that no other fixture has, written after real shapes: takes logs of our own, checks what an engineer
//! would look for first in the report.

use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::Builder;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::report::model::{Priority, Report, Rich, State};
use serde_json::{Value, json};
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::builtin);

fn report(entries: &[Value]) -> Report {
    let text: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: "log.ndjson".to_owned(), size: text.len() as u64, token: 7 });
    ingest.push(text.as_bytes(), &mut builder);
    let problems = ingest.finish(&mut builder);
    diagnose(&builder.finish().finish(), &KNOWLEDGE, &Options { problems, ..Options::default() })
}

/// `2026-03-04T09:…`, so many milliseconds after nine o'clock.
fn stamp(millis: u64) -> String {
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    format!("2026-03-04T09:{minutes:02}:{:02}.{:03}Z", rest / 1000, rest % 1000)
}

fn entry(millis: u64, log: &str, severity: Option<&str>, more: &Value) -> Value {
    let mut entry = json!({
        "timestamp": stamp(millis),
        "insertId": format!("{millis}-{}", more.to_string().len()),
        "logName": format!("projects/acme/logs/{log}"),
        "resource": { "type": "cloud_run_revision", "labels": {
            "service_name": "desk", "revision_name": "desk-00012-abc", "project_id": "acme", "location": "europe-west1" } },
        "labels": { "instanceId": "00aa11" },
    });
    let fields = entry.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    if let Some(severity) = severity {
        fields.insert("severity".to_owned(), json!(severity));
    }
    entry
}

fn said(millis: u64, text: &str) -> Value {
    entry(millis, "run.googleapis.com%2Fstderr", None, &json!({ "textPayload": text }))
}

fn request(millis: u64, method: &str, path: &str, status: u16, latency: &str) -> Value {
    let severity = match status {
        500.. => "ERROR",
        400..=499 => "WARNING",
        _ => "INFO",
    };
    let http = json!({ "requestMethod": method, "requestUrl": format!("https://desk.example{path}"), "status": status, "latency": latency });
    entry(millis, "run.googleapis.com%2Frequests", Some(severity), &json!({ "httpRequest": http }))
}

fn change(millis: u64, method: &str) -> Value {
    let proto = json!({ "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": method,
        "serviceName": "run.googleapis.com", "resourceName": "namespaces/acme/services/desk", "status": {} });
    entry(millis, "cloudaudit.googleapis.com%2Factivity", Some("NOTICE"), &json!({ "protoPayload": proto }))
}

fn title(report: &Report, at: usize) -> String {
    report.findings.get(at).map_or(String::new(), |f| f.title.plain())
}

fn cause(report: &Report, at: usize) -> String {
    let sentences = report.findings.get(at).map(|f| f.cause.as_slice()).unwrap_or_default();
    sentences.iter().map(|s| s.text.plain()).collect::<Vec<_>>().join(" ")
}

/// Callers that were served until a change of policy are shut out since: that is an incident, though each answer is a 403.
#[test]
fn a_push_subscription_that_lost_its_right_is_no_calm_log() {
    let refusal = "The request was not authenticated. Either allow unauthenticated invocations or set the proper Authorization header.";
    let mut log: Vec<Value> =
        (0..6).map(|n| request(n * 5000, "POST", "/pubsub/push", 200, "0.120s")).collect();
    log.push(change(31_000, "google.cloud.run.v1.Services.SetIamPolicy"));
    for n in 0..12 {
        let mut refused = request(33_000 + n * 3000, "POST", "/pubsub/push", 403, "0s");
        refused.as_object_mut().unwrap().insert("textPayload".to_owned(), json!(refusal));
        log.push(refused);
    }
    let report = report(&log);
    assert_eq!(report.headline.state, State::Ongoing);
    assert!(report.actions.iter().any(|a| a.priority < Priority::P2), "{:?}", report.actions);
    assert!(report.findings[0].impact.text.plain().contains("12 requests were refused"));
    assert!(cause(&report, 0).contains("SetIamPolicy"), "{}", cause(&report, 0));
}

/// A panic that net/http catches ends one request and no process.
#[test]
fn a_caught_go_panic_is_no_crash_loop() {
    let mut log = Vec::new();
    for n in 0..5u64 {
        let at = 10_000 + n * 9000;
        log.push(request(at - 4000, "GET", "/v1/menu", 200, "0.010s"));
        let mut broken = request(at, "GET", "/v1/profile", 503, "0.004s");
        broken.as_object_mut().unwrap().insert("textPayload".to_owned(), json!("The request failed because either the HTTP response was malformed or connection to the instance had an error."));
        log.push(broken);
        let lines = [
            "2026/03/04 09:00:10 http: panic serving 10.0.0.1:41880: runtime error: invalid memory address or nil pointer dereference",
            "goroutine 41 [running]:",
            "main.(*Server).profile(0xc0001a2000, {0x8a5b40, 0xc0003c8000}, 0xc0002f6100)",
            "\t/src/desk/profile.go:57 +0x1f3",
        ];
        log.push(said(at + 2, &lines.join("\n")));
    }
    let report = report(&log);
    assert!(title(&report, 0).contains("A Go handler panicked"), "{}", title(&report, 0));
    assert_eq!(report.findings.len(), 1);
    assert!(report.findings[0].components.iter().any(|c| c.file == "/src/desk/profile.go"));
    assert!(report.deployments.iter().all(|d| d.exits == 0));
}

/// Two pods of one workload that miss the same image are one incident that names the image.
#[test]
fn pods_of_one_workload_that_miss_an_image_are_one_incident() {
    let event = |millis: u64, pod: &str, kind: &str, message: &str| {
        json!({ "timestamp": stamp(millis), "insertId": format!("{millis}{pod}{}", message.len()),
            "severity": if kind == "Warning" { "WARNING" } else { "INFO" }, "logName": "projects/acme/logs/events",
            "resource": { "type": "k8s_pod", "labels": { "cluster_name": "c1", "location": "europe-west1-b", "namespace_name": "shop", "pod_name": pod, "project_id": "acme" } },
            "jsonPayload": { "type": kind, "reason": "Failed", "message": message, "involvedObject": { "kind": "Pod", "name": pod, "namespace": "shop" } } })
    };
    let mut log = Vec::new();
    for (n, pod) in ["till-7d9f8b6c5d-x2x9k", "till-7d9f8b6c5d-q8w7e"].into_iter().enumerate() {
        for round in 0..3u64 {
            let at = 1000 + n as u64 * 2000 + round * 40_000;
            log.push(event(at, pod, "Warning", "Failed to pull image \"shop/till:v9\": rpc error: code = NotFound desc = shop/till:v9: not found"));
            log.push(event(at + 100, pod, "Warning", "Error: ErrImagePull"));
            log.push(event(at + 12_000, pod, "Warning", "Error: ImagePullBackOff"));
        }
    }
    let report = report(&log);
    assert_eq!(report.findings.len(), 1, "{}", title(&report, 1));
    assert!(
        title(&report, 0).contains("till") && title(&report, 0).contains("shop/till:v9"),
        "{}",
        title(&report, 0)
    );
}

/// What was said while another request was served well did not fail this one; and its caller was told that all is well.
#[test]
fn an_error_belongs_to_the_request_in_which_it_was_said() {
    let fk = "save failed: (pymysql.err.IntegrityError) (1452, 'Cannot add or update a child row: a foreign key constraint fails (`shop`.`menus`, CONSTRAINT `menus_ibfk_1` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`))')";
    let log = [
        request(1000, "POST", "/menus", 201, "7.2s"),
        said(8100, fk),
        request(12_000, "POST", "/orders", 500, "0.082s"),
        request(15_000, "GET", "/", 200, "0.010s"),
    ];
    let report = report(&log);
    assert!((0..2).any(|at| title(&report, at) == "POST /orders answered 500"));
    let at = report.findings.iter().position(|f| f.title.plain().contains("foreign key")).unwrap();
    assert!(cause(&report, at).contains("answered 201"), "{}", cause(&report, at));
}

/// A request that fails after two minutes is explained by what stands at its end.
#[test]
fn what_ends_a_long_request_explains_it() {
    let log = [
        request(5000, "POST", "/scan", 500, "125.9s"),
        said(130_880, "parse failed: Expecting ',' delimiter: line 9285 column 6 (char 193894)"),
        request(140_000, "GET", "/", 200, "0.010s"),
    ];
    let report = report(&log);
    assert_eq!(report.findings.len(), 1);
    assert!(title(&report, 0).contains("no valid JSON"), "{}", title(&report, 0));
    assert!(report.findings[0].impact.text.plain().contains("POST /scan"));
}

/// What a rollback ended says so.
#[test]
fn a_failure_between_two_changes_names_both() {
    let mut log = vec![change(100_000, "google.cloud.run.v1.Services.ReplaceService")];
    log.extend((0..30).map(|n| request(n * 3000, "GET", "/find", 200, "0.020s")));
    for n in 0..8u64 {
        log.push(request(104_000 + n * 4000, "GET", "/find", 500, "0.030s"));
        log.push(said(104_020 + n * 4000, "Traceback (most recent call last):\n  File \"/app/find/api.py\", line 52, in find\n    hits = index.query(q, limit=9)\nTypeError: Index.query() got an unexpected keyword argument 'limit'"));
    }
    log.push(change(140_000, "google.cloud.run.v1.Services.ReplaceService"));
    log.extend((0..30).map(|n| request(142_000 + n * 3000, "GET", "/find", 200, "0.020s")));
    let report = report(&log);
    assert_eq!(report.findings[0].state, State::Ended);
    let cause = cause(&report, 0);
    assert!(
        cause.contains("The last change before it") && cause.contains("The first change after it"),
        "{cause}"
    );
    assert!(report.whys.iter().any(|why| why.question == Rich::text("What changed before it began?")));
}

/// Railway's level names the stream; the text has the real one.
#[test]
fn a_level_in_the_text_beats_the_name_of_a_stream() {
    let line = |millis: u64, text: &str| {
        json!({ "message": text, "attributes": { "level": "info" }, "timestamp": stamp(millis),
            "tags": { "project": "p", "environment": "e", "service": "c03893f1-40dd-475f-9a6d-47578a09303a", "deployment": "d" } })
    };
    let report = report(&[
        line(0, "Starting Container"),
        line(900, "[Desk] 1      2026-03-04 09:00:00.542    WARN [Cart] Price list is old"),
        line(
            10_900,
            "[Desk] 1      2026-03-04 09:00:10.604   ERROR  init() takes longer than 10 seconds - {\"phase\":\"init\"}",
        ),
    ]);
    assert_eq!(title(&report, 0), "init() takes longer than 10 seconds");
    let service = report.overview.iter().find(|fact| fact.key == "Service").unwrap();
    assert_eq!(service.values, ["c03893f1"]);
}

/// Warnings that a program says in one breath are one notice.
#[test]
fn warnings_said_together_are_one_notice() {
    let warning = |millis: u64, text: &str| {
        entry(millis, "run.googleapis.com%2Fstdout", Some("WARNING"), &json!({ "textPayload": text }))
    };
    let mut log: Vec<Value> = (0..10).map(|n| request(n * 4000, "GET", "/", 200, "0.010s")).collect();
    for n in 0..4u64 {
        log.push(warning(1000 + n * 7000, "name of the guest is short"));
        log.push(warning(1002 + n * 7000, "nothing known about the guest"));
    }
    let report = report(&log);
    assert_eq!(report.headline.state, State::Healthy);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].variants.len(), 2);
}

/// GKE's severity names the stream: what a program says of the level counts, and pods that are not ready yet are no failure.
#[test]
fn a_calm_cluster_raises_no_alarm() {
    let pod = |millis: u64, log: &str, severity: &str, name: &str, payload: &Value| {
        json!({
            "timestamp": stamp(millis), "insertId": format!("{millis}-{name}"), "severity": severity,
            "logName": format!("projects/acme/logs/{log}"), "jsonPayload": payload,
            "resource": { "type": if log == "events" { "k8s_pod" } else { "k8s_container" }, "labels": {
                "cluster_name": "main", "namespace_name": "desk", "pod_name": name, "container_name": "desk",
                "project_id": "acme", "location": "europe-west1" } },
        })
    };
    let mut log = Vec::new();
    for n in 0..6 {
        let name = format!("desk-6d4c8b77f5-{n}k2v7");
        let event = json!({ "reason": "Unhealthy", "type": "Warning", "involvedObject": { "kind": "Pod", "name": name },
            "message": "Readiness probe failed: Get \"http://10.4.1.9:8080/ready\": dial tcp 10.4.1.9:8080: connect: connection refused" });
        log.push(pod(n * 60_000, "events", "WARNING", &name, &event));
        let line = json!({ "message": "I0304 09:00:11.120000       1 leaderelection.go:281] successfully renewed lease" });
        log.push(pod(n * 60_000 + 3000, "stderr", "ERROR", &name, &line));
    }
    let calm = report(&log);
    assert!(calm.actions.iter().all(|action| action.priority == Priority::P2), "{}", title(&calm, 0));
    for n in 0..5 {
        let line = json!({ "level": 50, "msg": "order refused: no stock table" });
        log.push(pod(400_000 + n * 9000, "stdout", "INFO", "desk-6d4c8b77f5-0k2v7", &line));
    }
    assert!(title(&report(&log), 0).contains("no stock table"));
}
