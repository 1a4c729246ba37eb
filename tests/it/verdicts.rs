//! Healthy or not: what no success, silent damage, a handled error, a good build and a probe of a running pod come to.

use super::work::report;
use fivewhys::report::model::{Priority, Report, State};
use serde_json::{Value, json};

fn stamp(second: usize) -> String {
    format!("2026-03-02T{:02}:{:02}:{:02}.000100Z", 10 + second / 3600, second / 60 % 60, second % 60)
}

fn with(second: usize, log: &str, resource: &Value, payload: &Value) -> Value {
    let mut entry = json!({ "timestamp": stamp(second), "insertId": format!("{second}{payload}"),
        "logName": format!("projects/demo/logs/{log}"), "resource": resource });
    for (key, value) in payload.as_object().into_iter().flatten() {
        entry[key] = value.clone();
    }
    entry
}

fn run() -> Value {
    json!({ "type": "cloud_run_revision", "labels": { "service_name": "till", "revision_name": "till-00003-abc",
        "location": "europe-west1", "project_id": "acme" } })
}

fn pod() -> Value {
    json!({ "type": "k8s_container", "labels": { "cluster_name": "c", "container_name": "till", "namespace_name": "shop",
        "pod_name": "till-6d8f9c7b54-k2x9q", "location": "europe-west1", "project_id": "demo" } })
}

fn request(second: usize, method: &str, path: &str, status: u16) -> Value {
    let http = json!({ "requestMethod": method, "requestUrl": format!("https://till.example{path}"), "status": status, "latency": "0.020s" });
    with(
        second,
        "run.googleapis.com%2Frequests",
        &run(),
        &json!({ "httpRequest": http, "severity": "WARNING" }),
    )
}

fn said(second: usize, severity: &str, text: &str) -> Value {
    with(second, "run.googleapis.com%2Fstdout", &run(), &json!({ "textPayload": text, "severity": severity }))
}

fn title(report: &Report) -> String {
    report.findings.first().map_or(String::new(), |f| f.title.plain())
}

fn told(report: &Report) -> String {
    let sentences = report.findings.iter().flat_map(|f| f.cause.iter().chain([&f.impact]));
    sentences.map(|s| s.text.plain()).collect::<Vec<_>>().join(" ")
}

fn headline(report: &Report) -> String {
    report.headline.sentence.plain()
}

fn is_calm(report: &Report) -> bool {
    report.actions.iter().all(|action| action.priority == Priority::P2)
}

#[test]
fn a_service_that_finds_nothing_it_is_asked_for_is_down() {
    let paths = [("GET", "/"), ("GET", "/api/health"), ("POST", "/api/baskets"), ("GET", "/api/baskets")];
    let log: Vec<Value> = (0..12)
        .map(|n| {
            let (method, path) = paths[n % 4];
            request(n * 20, method, path, 404)
        })
        .collect();
    let report = report(&log);
    assert_eq!(title(&report), "No request to till succeeded: all 12 were answered 404");
    assert_eq!(report.findings[0].state, State::Ongoing);
    assert!(report.actions.iter().any(|a| a.priority == Priority::P0), "{:?}", report.actions);
    assert!(!headline(&report).contains("Healthy"), "{}", headline(&report));
    assert!(report.deployments.iter().all(|d| d.outcome != "works"), "{:?}", report.deployments);
}

#[test]
fn a_scanner_that_finds_nothing_is_none_and_no_proof_of_health_either() {
    let holes = ["/.env", "/wp-login.php", "/.git/config", "/phpmyadmin/", "/cgi-bin/x", "/vendor/phpunit/x"];
    let log: Vec<Value> =
        holes.iter().enumerate().map(|(n, path)| request(n * 3, "GET", path, 404)).collect();
    let report = report(&log);
    assert!(is_calm(&report), "{:?}", report.actions);
    assert!(
        headline(&report).starts_with("No failure in this log, and no success either"),
        "{}",
        headline(&report)
    );
}

#[test]
fn a_path_asked_for_every_minute_in_vain_is_a_health_check() {
    let line = |second: usize| {
        with(
            second,
            "stdout",
            &json!({"type": "generic_task"}),
            &json!({ "textPayload": "Not Found: /status/" }),
        )
    };
    let log: Vec<Value> = (0..12)
        .flat_map(|n| [line(n * 60), line(n * 60)])
        .enumerate()
        .map(|(n, mut entry)| {
            entry["insertId"] = json!(n.to_string());
            entry
        })
        .collect();
    let report = report(&log);
    assert_eq!(title(&report), "/status/ is asked for every 60 s and never found (24 times)");
    assert!(told(&report).contains("every 60 s, 2 at a time, 12 times in a row"), "{}", told(&report));
    assert!(report.actions.iter().any(|a| a.priority == Priority::P1), "{:?}", report.actions);
    // Paces below ten seconds are not rounded; a stop of the process is told if it comes soon after.
    let beats = |millis: usize, n: usize| {
        let beat = |n: usize| {
            let mut entry = said(0, "INFO", "Not Found: /status/");
            let (seconds, rest) = (n * millis / 1000, n * millis % 1000);
            entry["timestamp"] =
                json!(format!("2026-03-02T10:{:02}:{:02}.{rest:03}Z", seconds / 60, seconds % 60));
            entry["insertId"] = json!(format!("beat{n}"));
            entry
        };
        (0..n).map(beat).collect::<Vec<Value>>()
    };
    assert!(title(&super::work::report(&beats(4_500, 14))).contains("every 4.5 s"));
    for (after, is_told) in [(700, true), (2_700, false)] {
        let mut log = beats(60_000, 12);
        log.push(said(660 + after, "INFO", "[2026-03-02 10:00:00 +0000] [1] [INFO] Handling signal: term"));
        let told = told(&super::work::report(&log));
        assert_eq!(told.contains("the process is asked to stop"), is_told, "{told}");
    }
    // At the pace of people it is nothing.
    let paces = [3, 40, 41, 100, 190, 191, 230, 400, 402, 500, 640, 641];
    let log: Vec<Value> = paces.into_iter().map(line).collect();
    assert!(is_calm(&super::work::report(&log)));
}

#[test]
fn made_up_data_that_counts_as_success_needs_work() {
    let log = |next: &str| -> Vec<Value> {
        (0..8)
            .flat_map(|n| {
                [
                    said(n * 7, "WARNING", "No key for the price service, returning stub data"),
                    said(n * 7 + 1, "INFO", next),
                ]
            })
            .collect()
    };
    let report = report(&log("Successfully priced the basket"));
    super::golden::told("made_up_data", &report);
    assert!(
        told(&report).contains(
            "Each time (8) the same process then reports a success: Successfully priced the basket."
        ),
        "{}",
        told(&report)
    );
    assert!(report.actions.iter().any(|a| a.priority == Priority::P1), "{:?}", report.actions);
    assert!(is_calm(&super::work::report(&log("waiting for the next basket"))));
    // Where made-up data is meant to be, it is none.
    let mut trial = log("Successfully priced the basket");
    for entry in &mut trial {
        entry["resource"]["labels"]["service_name"] = json!("till-staging");
    }
    assert!(is_calm(&super::work::report(&trial)));
    // Of twelve, four that are followed by a success are no rule.
    let mut seldom = log("Successfully priced the basket");
    seldom.truncate(8);
    let stub = |n: usize| said(200 + n * 7, "WARNING", "No key for the price service, returning stub data");
    seldom.extend((0..8).map(stub));
    let told = told(&super::work::report(&seldom));
    assert!(!told.contains("then reports a success"), "{told}");
}

#[test]
fn one_message_put_aside_among_much_work_is_a_remark() {
    let work = |n: usize| said(n * 5, "INFO", &format!("basket {n} was stored"));
    let mut log: Vec<Value> = (0..300).map(work).collect();
    log.push(said(702, "ERROR", "could not read event, sending to baskets.DLT offset=7"));
    let report = report(&log);
    assert!(is_calm(&report), "{:?}", report.actions);
    assert!(report.findings.iter().any(|f| f.title.plain().contains("could not read event")));
}

#[test]
fn a_slip_of_somebody_at_the_databases_prompt_is_a_remark() {
    let resource = json!({ "type": "cloudsql_database", "labels": { "database_id": "demo:main", "region": "europe-west1" } });
    let line = |second: usize, severity: &str, text: &str| {
        with(
            second,
            "cloudsql.googleapis.com%2Fpostgres.log",
            &resource,
            &json!({ "textPayload": text, "severity": severity }),
        )
    };
    let head = "2026-03-02 10:00:00.000 UTC [150]: [12-1] db=app,user=ann";
    let mut log: Vec<Value> = (0..30)
        .map(|n| line(n * 60, "INFO", &format!("{head} LOG:  checkpoint complete: wrote {n} buffers")))
        .collect();
    log.push(line(
        605,
        "ERROR",
        &format!("{head} ERROR:  relation \"baskte\" does not exist at character 15"),
    ));
    assert!(is_calm(&report(&log)), "{:?}", report(&log).actions);
}

#[test]
fn what_tests_print_in_a_build_that_ends_well_is_no_failure() {
    let resource = json!({ "type": "build", "labels": { "build_id": "7d0e5c1a-2f4b-4c60-9a53-b9f16f3f8e77", "project_id": "demo" } });
    let line = |second: usize, text: &str| {
        with(second, "cloudbuild", &resource, &json!({ "textPayload": text, "severity": "INFO" }))
    };
    let steps = |end: &str| -> Vec<Value> {
        [
            "starting build \"7d0e5c1a-2f4b-4c60-9a53-b9f16f3f8e77\"",
            "Step #1 - \"test\": Error: connect ECONNREFUSED 127.0.0.1:5432",
            "Step #1 - \"test\":     at TCPConnectWrap.afterConnect (node:net:1555:16)",
            "Step #1 - \"test\": Tests:       170 passed, 170 total",
            "Finished Step #1 - \"test\"",
            end,
        ]
        .iter()
        .enumerate()
        .map(|(n, text)| line(n * 3, text))
        .collect()
    };
    let good = report(&steps("DONE"));
    assert_eq!(good.findings.len(), 0, "{}", title(&good));
    assert_eq!(good.deployments[0].outcome, "completed");
    let bad = report(&steps("ERROR: build step 1 \"node\" failed: step exited with non-zero status: 1"));
    assert!(!bad.findings.is_empty());
}

#[test]
fn a_probe_that_fails_on_a_pod_that_was_up_is_no_failed_start() {
    let work = |n: usize| {
        with(
            n * 20,
            "stdout",
            &pod(),
            &json!({ "textPayload": format!("basket {n} was stored"), "severity": "INFO" }),
        )
    };
    let probe = |second: usize| {
        let resource = json!({ "type": "k8s_pod", "labels": { "cluster_name": "c", "namespace_name": "shop",
            "pod_name": "till-6d8f9c7b54-k2x9q", "location": "europe-west1", "project_id": "demo" } });
        let event = json!({ "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "Unhealthy",
            "message": "Readiness probe failed: Get \"http://10.0.0.7:8080/ready\": context deadline exceeded",
            "involvedObject": { "kind": "Pod", "name": "till-6d8f9c7b54-k2x9q", "namespace": "shop" } });
        with(second, "events", &resource, &json!({ "jsonPayload": event, "severity": "WARNING" }))
    };
    let mut log: Vec<Value> = (0..60).map(work).collect();
    log.extend((0..5).map(|n| probe(900 + n * 30)));
    let report = report(&log);
    assert!(!title(&report).contains("failed to start"), "{}", title(&report));
    assert!(report.findings.iter().all(|f| f.state != State::Ongoing || f.first.is_some()));
}

#[test]
fn an_access_log_of_a_web_server_is_read_as_requests() {
    let line = |n: usize| {
        let (path, status) = if n >= 60 && n.is_multiple_of(3) {
            ("/baskets", 502)
        } else {
            (["/baskets", "/", "/a.css"][n % 3], 200)
        };
        format!(
            "203.0.113.{} - - [02/Mar/2026:10:{:02}:{:02} +0000] \"GET {path} HTTP/1.1\" {status} 512 \"-\" \"Mozilla/5.0\"\n",
            n % 200,
            n / 6,
            n % 6 * 10
        )
    };
    let text: String = (0..120).map(line).collect();
    let report = super::work::report_of("access.log", text.as_bytes());
    assert_eq!(title(&report), "GET /baskets answered 502");
    assert_eq!(report.findings[0].counts[0].n, 20);
    assert_eq!(report.requests.map(|r| r.total), Some(120));
}

#[test]
fn requests_that_an_application_logs_count_where_the_platform_logs_none() {
    let log = |resource: &Value| -> Vec<Value> {
        (0..30)
            .map(|n| {
                let status = if n >= 10 { 500 } else { 201 };
                let payload = json!({ "message": "request completed", "level": "info", "responseTime": 35,
                    "req": { "method": "POST", "url": "/baskets" }, "res": { "statusCode": status } });
                with(n * 5, "stdout", resource, &json!({ "jsonPayload": payload, "severity": "INFO" }))
            })
            .collect()
    };
    let pods = report(&log(&pod()));
    assert_eq!(title(&pods), "POST /baskets answered 500");
    assert!(pods.actions.iter().any(|a| a.priority == Priority::P0), "{:?}", pods.actions);
    // On Cloud Run the platform tells of them.
    assert!(report(&log(&run())).requests.is_none());
}
