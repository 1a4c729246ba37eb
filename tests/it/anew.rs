//! What is new since something stopped working: settings of a run, a switch, a missing setting, a change by the same hand; and what
//! only looks like a failure: a second try that mends it, an attack that was refused. Logs of our own.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::work::report;
use fivewhys::report::model::{Class, Priority, Report};
use serde_json::{Value, json};

/// An entry of the same days of June.
fn entry(second: usize, log: &str, severity: &str, resource: Value, mut payload: Value) -> Value {
    let (day, hour, minute) = (1 + second / 86_400, second / 3600 % 24, second / 60 % 60);
    payload["timestamp"] =
        json!(format!("2026-06-{day:02}T{hour:02}:{minute:02}:{:02}.000100Z", second % 60));
    payload["severity"] = json!(severity);
    super::joined::entry(second, log, resource, payload)
}

fn words(second: usize, severity: &str, text: &str) -> Value {
    entry(
        second,
        "run.googleapis.com%2Fstderr",
        severity,
        super::joined::run("till"),
        json!({ "textPayload": text }),
    )
}

fn object(second: usize, severity: &str, payload: Value) -> Value {
    entry(
        second,
        "run.googleapis.com%2Fstdout",
        severity,
        super::joined::run("till"),
        json!({ "jsonPayload": payload }),
    )
}

fn request(second: usize, path: &str, status: u16) -> Value {
    let http = json!({ "requestMethod": "POST", "requestUrl": format!("https://till.example{path}"), "status": status, "latency": "0.020s" });
    entry(
        second,
        "run.googleapis.com%2Frequests",
        "INFO",
        super::joined::run("till"),
        json!({ "httpRequest": http }),
    )
}

fn first(report: &Report) -> String {
    let finding = report.findings.first().expect("a finding");
    let cause: Vec<String> = finding.cause.iter().map(|said| said.text.plain()).collect();
    format!("{} | {}", finding.title.plain(), cause.join(" "))
}

fn urgent(report: &Report) -> bool {
    report.findings.iter().any(|finding| finding.class != Class::Notice)
        || report.actions.iter().any(|action| action.priority < Priority::P2)
}

/// A job that runs once a day: `(filter, rows)` of each run.
fn runs(days: &[(&str, u32)]) -> Vec<Value> {
    let job = json!({ "type": "cloud_run_job", "labels": { "job_name": "payouts", "location": "europe-west1", "project_id": "demo" } });
    let object = |at: usize, severity: &str, payload: Value| {
        entry(at, "run.googleapis.com%2Fstdout", severity, job.clone(), json!({ "jsonPayload": payload }))
    };
    let run = |(day, (filter, rows)): (usize, &(&str, u32))| {
        let at = day * 86_400 + 7_200;
        [
            object(
                at,
                "INFO",
                json!({ "message": "settings loaded", "state_filter": filter, "run_no": day }),
            ),
            object(
                at + 20,
                "INFO",
                json!({ "message": "payouts complete", "rows": rows, "status": "success" }),
            ),
        ]
    };
    days.iter().enumerate().flat_map(run).collect()
}

#[test]
fn a_job_that_does_nothing_is_told_with_the_setting_that_changed() {
    let days: Vec<(&str, u32)> =
        (0..9).map(|day| if day < 6 { ("paid", 5_000 + day) } else { ("Paid", 0) }).collect();
    let told = first(&report(&runs(&days)));
    assert!(told.contains("does nothing in its last 3 runs"), "{told}");
    assert!(told.contains("state_filter is Paid") && told.contains("it was paid"), "{told}");
    // A run that finds little is no run that finds nothing.
    let days: Vec<(&str, u32)> = (0..9).map(|day| ("paid", if day < 6 { 5_000 } else { 900 })).collect();
    assert!(!urgent(&report(&runs(&days))));
}

#[test]
fn a_switch_is_named_before_what_failed_since() {
    let flag = |said: &str| {
        let calm = (0..40).map(|n| request(n * 5, "/pay", 200));
        let failed = (0..20).flat_map(|n| {
            let at = 260 + n * 5;
            [request(at, "/pay", 500), words(at, "ERROR", "RangeError: rate is out of range")]
        });
        let lines: Vec<Value> = calm.chain([words(240, "INFO", said)]).chain(failed).collect();
        first(&report(&lines))
    };
    let told = flag("feature flag \"new-rates\" changed: off -> on");
    assert!(told.contains("new-rates went from off to on"), "{told}");
    let told = flag("feature flag new-rates enabled: rates come from the new table");
    assert!(told.contains("new-rates went from disabled to enabled"), "{told}");
    let told = flag("the feature of the day is on sale");
    assert!(!told.contains("went from"), "{told}");
}

#[test]
fn a_refused_address_of_the_own_machine_is_traced_to_its_setting() {
    let failing = |start: &str| {
        let failed = (0..12).flat_map(|n| {
            let at = 60 + n * 20;
            let text = "payment failed: connect ECONNREFUSED 127.0.0.1:9090";
            [request(at, "/pay", 502), words(at, "ERROR", text)]
        });
        first(&report(&[words(1, "INFO", start)].into_iter().chain(failed).collect::<Vec<_>>()))
    };
    let told = failing("PAYMENT_URL is not set, using default http://localhost:9090");
    assert!(told.contains("PAYMENT_URL is not set"), "{told}");
    assert!(!failing("METRICS_URL is not set, using default http://localhost:4318").contains("METRICS_URL"));
}

#[test]
fn a_try_that_a_second_one_mends_is_no_alarm() {
    let sent = |again: bool| {
        let calm = (0..30).map(|n| words(n * 3, "INFO", "mail sent"));
        let failed = [
            object(100, "ERROR", json!({ "message": "send m-70315 failed: 503 Service Unavailable" })),
            words(
                101,
                "INFO",
                if again { "retrying m-70315 in 4s (attempt 2 of 5)" } else { "queue is empty" },
            ),
            words(106, "INFO", "batch finished"),
        ];
        report(&calm.chain(failed).collect::<Vec<_>>())
    };
    assert!(!urgent(&sent(true)));
    assert!(urgent(&sent(false)));
}

#[test]
fn an_attack_that_the_program_refused_is_no_failure() {
    let calm = (0..40).map(|n| request(n * 5, "/slots", 200));
    let attack = words(
        90,
        "ERROR",
        "ValidationError: Invalid date: ' OR 1=1--\n    at parseDate (/app/slots.js:14:11)",
    );
    assert!(!urgent(&report(&calm.chain([attack]).collect::<Vec<_>>())));
}

#[test]
fn requests_that_are_too_large_are_an_incident_of_their_own() {
    let shop = |n: usize| {
        (0..60)
            .map(|at| request(at * 10, "/cart", 200))
            .chain((0..n).map(|at| request(7 + at * 20, "/photos", 413)))
    };
    let many = report(&shop(25).collect::<Vec<_>>());
    assert!(first(&many).contains("25 requests refused as too large") && urgent(&many), "{}", first(&many));
    assert!(!urgent(&report(&shop(3).collect::<Vec<_>>())));
    // Who asks for what is never served is no caller whose work stops.
    let calm = (0..60).map(|at| request(at * 10, "/cart", 200));
    let probes = (0..25).map(|at| request(7 + at * 20, "/wp-login.php", 429));
    assert!(!urgent(&report(&calm.chain(probes).collect::<Vec<_>>())));
}

#[test]
fn errors_of_the_programs_own_paths_and_statements_are_no_scan() {
    for text in [
        "Template error: invalid include ../../layout/base.html",
        "ProgrammingError: invalid ORDER BY clause [SQL: SELECT 1 UNION ALL SELECT 2]",
    ] {
        let calm = (0..40).map(|n| request(n * 5, "/cart", 200));
        let failed = (0..30).map(|n| words(3 + n * 6, "ERROR", text));
        assert!(urgent(&report(&calm.chain(failed).collect::<Vec<_>>())), "{text}");
    }
}

#[test]
fn the_words_of_a_job_are_new_only_if_no_level_had_them() {
    let told = |level: &str| {
        let job = json!({ "type": "cloud_run_job", "labels": { "job_name": "payouts", "location": "europe-west1", "project_id": "demo" } });
        let said = |at: usize, severity: &str, payload: Value| {
            entry(at, "run.googleapis.com%2Fstdout", severity, job.clone(), json!({ "jsonPayload": payload }))
        };
        let run = |day: usize| {
            let at = day * 86_400 + 7_200;
            let skipped = |n: usize| {
                said(at + 5 + n, if day < 6 { level } else { "DEBUG" }, json!({ "message": "row left out" }))
            };
            let rows = if day < 6 { 5_000 } else { 0 };
            let end = said(at + 20, "INFO", json!({ "message": "payouts complete", "rows": rows }));
            let n = if day < 6 && level.is_empty() { 0 } else { 4 };
            (0..n).map(skipped).chain([end]).collect::<Vec<_>>()
        };
        first(&report(&(0..9).flat_map(run).collect::<Vec<_>>()))
    };
    assert!(told("").contains("never said before: row left out"), "{}", told(""));
    assert!(!told("INFO").contains("never said before"), "{}", told("INFO"));
}

#[test]
fn times_centuries_apart_are_told() {
    let line = |time: &str, text: &str| json!({ "timestamp": time, "severity": "ERROR", "service": "a", "message": text });
    let log = [
        line("1678-01-01T00:00:00Z", "settings ttl=0s loaded"),
        line("2262-04-11T23:47:10Z", "settings ttl=5s loaded"),
        line("2262-04-11T23:47:10Z", "connection refused"),
    ];
    assert!(!report(&log).findings.is_empty());
}

#[test]
fn a_warning_that_data_is_dropped_needs_work() {
    let collector = |text: &str| {
        let calm = (0..60).map(|n| request(n * 10, "/events", 204));
        let lines = (0..20).map(|n| words(300 + n * 9, "WARNING", text));
        urgent(&report(&calm.chain(lines).collect::<Vec<_>>()))
    };
    assert!(collector("insert returned errors, dropping 21 rows"));
    assert!(!collector("cache is stale, refreshing in background"));
}
