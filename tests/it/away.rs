//! What is away, used up or past its end, and who hangs on it: a database that was stopped, a pool whose connections leak, the call after which
//! requests hang, tokens and values that are their client's fault. Logs of our own.

#![allow(clippy::needless_pass_by_value, reason = "payloads are written where they are used")]

use super::tied::{all, at, entry, said, titles};
use super::work::report;
use fivewhys::report::model::{Class, Report};
use serde_json::{Value, json};

/// A request of the service, with its latency in seconds and its trace.
fn request(second: usize, status: u16, latency: usize, trace: usize) -> Value {
    let http = json!({ "requestMethod": "POST", "requestUrl": "https://parcels.example/labels", "status": status, "latency": format!("{latency}s") });
    let severity = if status >= 500 {
        "ERROR"
    } else if status >= 400 {
        "WARNING"
    } else {
        "INFO"
    };
    let mut line = entry(
        second,
        "run.googleapis.com%2Frequests",
        severity,
        super::joined::run("parcels"),
        json!({ "httpRequest": http, "labels": { "instanceId": "0a" } }),
    );
    line["trace"] = json!(format!("projects/demo/traces/{trace:032x}"));
    line["insertId"] = json!(format!("r{second}-{trace}"));
    line
}

/// A payload of the service, with its trace.
fn payload(second: usize, severity: &str, trace: usize, payload: Value) -> Value {
    let mut line = entry(
        second,
        "run.googleapis.com%2Fstdout",
        severity,
        super::joined::run("parcels"),
        json!({ "jsonPayload": payload, "labels": { "instanceId": "0a" } }),
    );
    line["trace"] = json!(format!("projects/demo/traces/{trace:032x}"));
    line["insertId"] = json!(format!("p{second}-{trace}-{}", line["jsonPayload"]));
    line
}

/// A line of the only PostgreSQL server.
fn server(second: usize, severity: &str, words: &str) -> Value {
    let resource = json!({ "type": "cloudsql_database", "labels": { "database_id": "demo:main", "project_id": "demo" } });
    let text = format!("2026-06-01 {} UTC [1]: [7-1] {words}", at(second).get(11..19).unwrap_or(""));
    entry(
        second,
        "cloudsql.googleapis.com%2Fpostgres.log",
        severity,
        resource,
        json!({ "textPayload": text }),
    )
}

fn calm(service: &str) -> impl Iterator<Item = Value> + '_ {
    (0..200).map(move |n| said(n * 10, service, "0a", "INFO", "INFO: label printed"))
}

#[test]
fn a_database_that_was_stopped_is_one_finding_with_all_who_missed_it() {
    let told = |port: usize| {
        let mut entries: Vec<Value> = calm("parcels").collect();
        entries.push(server(700, "INFO", "LOG:  received immediate shutdown request"));
        entries.push(server(940, "INFO", "LOG:  database system is ready to accept connections"));
        for n in 0..12 {
            let words = "Error: connect ECONNREFUSED 10.0.0.5:5432";
            entries.push(said(705 + n * 18, "parcels", "0a", "ERROR", words));
            let words =
                format!("connection to server at \"10.0.0.5\", port {port} failed: Connection refused");
            entries.push(said(707 + n * 18, "invoices", "0b", "ERROR", &words));
        }
        report(&entries)
    };
    let report = told(5432);
    super::golden::told("stopped_database", &report);
    let first = report.findings.first().expect("a finding");
    let (title, words) = (first.title.plain(), all(first));
    assert!(title.starts_with("PostgreSQL main was stopped and away for 4 min"), "{title}");
    assert!(words.contains("received immediate shutdown request"), "{words}");
    assert_eq!(report.findings.len(), 1, "{:?}", titles(&report));
    // What does not answer at another port is another server.
    assert!(told(6379).findings.len() > 1, "{:?}", titles(&told(6379)));
}

/// A pool that is used up from second 1,200 on, with leaks told since then.
fn pool(leaks: &[usize], more: Option<&str>) -> Report {
    let mut entries: Vec<Value> = calm("parcels").collect();
    for second in leaks {
        let words = format!(
            "Connection leak detection triggered for org.postgresql.jdbc.PgConnection@{second:08x} on thread exec-3, stack trace follows\njava.lang.Exception: Apparent connection leak detected\n\tat com.zaxxer.hikari.HikariDataSource.getConnection(HikariDataSource.java:127)\n\tat com.acme.parcels.Export.open(Export.java:63)"
        );
        entries.push(said(*second, "parcels", "0a", "WARNING", &words));
    }
    for n in 0..20 {
        let words = "java.sql.SQLTransientConnectionException: Pool-1 - Connection is not available, request timed out after 30004ms (total=10, active=10, idle=0, waiting=6)";
        entries.push(said(1_200 + n * 30, "parcels", "0a", "ERROR", words));
    }
    entries.extend(more.map(|words| said(1_150, "parcels", "0a", "INFO", words)));
    report(&entries)
}

#[test]
fn connections_that_leak_long_before_the_pool_is_used_up_lead() {
    let title = |report: &Report| report.findings.first().map(|f| f.title.plain()).unwrap_or_default();
    let early = [300, 420, 500, 700, 900, 1_100];
    let report = pool(&early, None);
    super::golden::told("connection_leak", &report);
    assert!(
        title(&report).starts_with("A connection leak uses up the pool: 6 connections"),
        "{}",
        title(&report)
    );
    assert!(title(&report).contains("Export.java:63"), "{}", title(&report));
    // Who waits for a slow database holds a connection for long, too.
    let late = [1_180, 1_190, 1_195, 1_210, 1_230];
    assert!(!title(&pool(&late, None)).contains("leak uses up"), "{}", title(&pool(&late, None)));
    let back = "Previously reported leaked connection org.postgresql.jdbc.PgConnection@0000012c on thread exec-3 was returned to the pool (unleaked)";
    assert!(
        !title(&pool(&early, Some(back))).contains("leak uses up"),
        "{}",
        title(&pool(&early, Some(back)))
    );
    super::golden::told("connections_given_back", &pool(&early, Some(back)));
    // Eleven of which one came back are the whole pool of ten; of thirty most are back, whatever is exported of it.
    let several = |n: usize| (0..n).map(|k| 300 + k * 25).collect::<Vec<_>>();
    assert!(
        title(&pool(&several(11), Some(back))).starts_with("A connection leak"),
        "{}",
        title(&pool(&several(11), Some(back)))
    );
    assert!(
        !title(&pool(&several(30), Some(back))).contains("leak uses up"),
        "{}",
        title(&pool(&several(30), Some(back)))
    );
}

#[test]
fn requests_that_hang_are_told_with_what_each_said_last() {
    let told = |also: bool| {
        let mut entries = Vec::new();
        for n in 0..60 {
            let (second, fails) = (n * 30, (20..40).contains(&n));
            entries.push(payload(second, "INFO", n, json!({ "message": "label asked for" })));
            if fails || also {
                let words = "calling https://rates.example/v2";
                entries.push(payload(second + 1, "INFO", n, json!({ "message": words })));
            }
            if !fails && !also {
                entries.push(payload(second + 2, "INFO", n, json!({ "message": "label printed" })));
            }
            entries.push(request(second, if fails { 504 } else { 200 }, if fails { 60 } else { 1 }, n));
        }
        report(&entries)
    };
    let first = told(false).findings.first().map(|f| (f.title.plain(), all(f))).expect("a finding");
    assert!(first.0.starts_with("Requests hang after calling https://rates.example/v2"), "{}", first.0);
    assert!(first.1.contains("in 20 of the 20 failed requests"), "{}", first.1);
    // Where others say the same last, it tells nothing.
    let first = told(true).findings.first().map(|f| f.title.plain()).unwrap_or_default();
    assert!(!first.contains("hang after"), "{first}");
}

/// Requests of which a part is refused with a status from the start on, each with an error that states a status and who asked.
fn refusals(status: u16, stated: u16, words: &str, client: &str) -> Report {
    let mut entries = Vec::new();
    for n in 0..90 {
        let fails = n % 3 == 0;
        entries.push(request(n * 20, if fails { status } else { 200 }, 1, n));
        let message = if fails { words } else { "label printed" };
        let client = if fails { client } else { "bay-2" };
        let severity = if fails { "ERROR" } else { "INFO" };
        let line =
            json!({ "message": message, "client": client, "status": if fails { stated } else { 200 } });
        entries.push(payload(n * 20, severity, n, line));
    }
    report(&entries)
}

#[test]
fn values_and_tokens_that_are_the_clients_fault_are_notices() {
    let is_calm = |told: &Report| told.findings.iter().all(|finding| finding.class == Class::Notice);
    let wrong = "ValidationError: weight must be a number";
    assert!(
        is_calm(&refusals(422, 422, wrong, "bay-9")),
        "{:?}",
        titles(&refusals(422, 422, wrong, "bay-9"))
    );
    // The status of what the service itself calls is no client's fault.
    let upstream = "the depot refused the label";
    assert!(
        !is_calm(&refusals(500, 422, upstream, "bay-9")),
        "{:?}",
        titles(&refusals(500, 422, upstream, "bay-9"))
    );
    let ended = "authentication failed: TokenExpiredError: jwt expired";
    let told = refusals(401, 401, ended, "bay-9");
    assert!(is_calm(&told), "{:?}", titles(&told));
    let words: String = told.findings.iter().map(all).collect();
    assert!(words.contains("It is one caller's, and the service answers others"), "{words}");
    // Of everybody it is no one caller's.
    let words: String = refusals(401, 401, ended, "bay-2").findings.iter().map(all).collect();
    assert!(!words.contains("It is one caller's"), "{words}");
}

#[test]
fn what_an_answer_says_is_wrong_stands_beside_the_message() {
    let mut entries: Vec<Value> =
        (0..40).map(|n| payload(n * 30, "INFO", n, json!({ "message": "stock read", "page": n }))).collect();
    for n in 0..10 {
        let body = json!({ "error": "invalid_token", "error_description": "the token ended on 2026-05-31" });
        let line = json!({ "message": "GET /stock -> 401", "body": body });
        entries.push(payload(1_250 + n * 20, "ERROR", 100 + n, line));
    }
    let words: String = report(&entries).findings.iter().map(all).collect();
    assert!(words.contains("body.error_description=the token ended on 2026-05-31"), "{words}");
}
