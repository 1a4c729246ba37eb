//! What ends a process and what only fails meanwhile; what calls waited for; who holds a lock; what is over. Logs of our own.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::work::{report, report_of};
use fivewhys::report::model::{Finding, Report, State};
use serde_json::{Value, json};

pub(super) fn at(second: usize) -> String {
    format!("2026-06-01T{:02}:{:02}:{:02}.000100Z", second / 3600 % 24, second / 60 % 60, second % 60)
}

pub(super) fn entry(second: usize, log: &str, severity: &str, resource: Value, mut payload: Value) -> Value {
    payload["timestamp"] = json!(at(second));
    payload["severity"] = json!(severity);
    super::joined::entry(second, log, resource, payload)
}

/// A line of an instance of a service on Cloud Run.
pub(super) fn said(second: usize, service: &str, instance: &str, severity: &str, words: &str) -> Value {
    let log = if words.starts_with("Container ") || words.starts_with("Memory limit") {
        "run.googleapis.com%2Fvarlog%2Fsystem"
    } else {
        "run.googleapis.com%2Fstderr"
    };
    let labels = json!({ "instanceId": instance });
    entry(
        second,
        log,
        severity,
        super::joined::run(service),
        json!({ "textPayload": words, "labels": labels }),
    )
}

pub(super) fn request(second: usize, service: &str, path: &str, status: u16) -> Value {
    let http = json!({ "requestMethod": "POST", "requestUrl": format!("https://till.example{path}"), "status": status, "latency": "0.020s" });
    entry(
        second,
        "run.googleapis.com%2Frequests",
        "INFO",
        super::joined::run(service),
        json!({ "httpRequest": http }),
    )
}

pub(super) fn titles(report: &Report) -> Vec<String> {
    report.findings.iter().map(|finding| finding.title.plain()).collect()
}

pub(super) fn all(finding: &Finding) -> String {
    let sentences = finding.cause.iter().chain(&finding.symptoms);
    sentences.map(|sentence| sentence.text.plain()).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_ends_a_process_each_time_is_its_cause_even_where_others_live_on() {
    let full = "redis.exceptions.ResponseError: OOM command not allowed when used memory > 'maxmemory'.";
    let mut entries: Vec<Value> = (0..60)
        .map(|n| said(600 + n * 20, "shop", "0a", "WARNING", &format!("could not enqueue: {full}")))
        .collect();
    for n in 0..6 {
        let (second, instance) = (620 + n * 150, format!("0b{n}"));
        entries.push(said(second, "worker", &instance, "INFO", "Connected to redis://10.0.0.3:6379/0"));
        entries.push(said(second + 2, "worker", &instance, "ERROR", full));
        entries.push(said(second + 3, "worker", &instance, "WARNING", "Container called exit(1)."));
    }
    let report = report(&entries);
    let first = titles(&report).first().cloned().unwrap_or_default();
    assert!(first.contains("crash loop") && first.contains("OOM command not allowed"), "{first}");
    assert_eq!(report.findings.len(), 1, "{:?}", titles(&report));
}

#[test]
fn what_fails_meanwhile_is_no_consequence_of_a_process_that_ends_now_and_then() {
    let mut entries = Vec::new();
    for n in 0..6 {
        let (second, instance) = (900 + n * 800, format!("0c{n}"));
        entries.push(said(second - 790, "notes", &instance, "INFO", "Application startup complete."));
        entries.extend((0..30).map(|k| request(second - 700 + k * 20, "notes", "/api/notes", 200)));
        entries.push(said(second, "notes", &instance, "ERROR", "Memory limit of 512 MiB exceeded with 541 MiB used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits"));
        entries.push(said(second + 1, "notes", &instance, "WARNING", "Container terminated on signal 9."));
    }
    let refused =
        "google.api_core.exceptions.PermissionDenied: 403 User not authorized to perform this action.";
    entries.extend(
        (0..20).map(|n| {
            said(1500 + n * 170, "notes", &format!("0c{}", (1400 + n * 170) / 800), "ERROR", refused)
        }),
    );
    let report = report(&entries);
    let found = titles(&report);
    assert!(
        found.iter().any(|title| title.contains("Memory limit") || title.contains("memory")),
        "{found:?}"
    );
    assert!(found.iter().any(|title| title.contains("not authorized")), "{found:?}");
    let memory =
        report.findings.iter().find(|f| f.title.plain().contains("emory")).map(all).unwrap_or_default();
    assert!(!memory.contains("not authorized"), "{memory}");
}

#[test]
fn the_process_that_postgres_names_holds_the_lock() {
    let resource = json!({ "type": "cloudsql_database", "labels": { "database_id": "demo:main", "project_id": "demo" } });
    let line = |second: usize, pid: usize, severity: &str, words: &str| {
        let text = format!(
            "2026-06-01 {} UTC [{pid}]: [1-1] db=shop,user=app {words}",
            at(second).get(11..19).unwrap_or("")
        );
        entry(
            second,
            "cloudsql.googleapis.com%2Fpostgres.log",
            severity,
            resource.clone(),
            json!({ "textPayload": text }),
        )
    };
    let mut entries = vec![line(
        100,
        77,
        "INFO",
        "LOG:  statement: ALTER TABLE carts ADD COLUMN note text NOT NULL DEFAULT made_up()",
    )];
    for n in 0..8 {
        let pid = 4000 + n;
        entries.push(line(110 + n * 20, pid, "INFO", &format!("LOG:  process {pid} still waiting for AccessShareLock on relation 16500 of database 16401 after 1000.{n}06 ms")));
        entries.push(line(
            110 + n * 20,
            pid,
            "INFO",
            &format!("DETAIL:  Process holding the lock: 77. Wait queue: {pid}."),
        ));
        entries.push(line(
            139 + n * 20,
            pid,
            "ERROR",
            "ERROR:  canceling statement due to statement timeout",
        ));
    }
    entries.push(line(300, 77, "INFO", "LOG:  duration: 200000.402 ms  statement: ALTER TABLE carts ADD COLUMN note text NOT NULL DEFAULT made_up()"));
    let report = report(&entries);
    let first = report.findings.first().expect("a finding");
    assert!(first.title.plain().contains("held a lock for 3 min 20 s"), "{}", first.title.plain());
    assert!(all(first).contains("PostgreSQL names process 77"), "{}", all(first));
    assert_eq!(first.confidence.word, "certain");
}

/// A crash is logged at LOG (INFO); what clients are told meanwhile follows from it, and what a statement says is no crash.
#[test]
fn a_crash_of_postgres_explains_that_it_is_in_recovery() {
    let resource = json!({ "type": "cloudsql_database", "labels": { "database_id": "demo:main", "project_id": "demo" } });
    let line = |second: usize, words: &str| {
        let text =
            format!("2026-06-01 {} UTC [1]: [4-1] db=,user= {words}", at(second).get(11..19).unwrap_or(""));
        let log = "cloudsql.googleapis.com%2Fpostgres.log";
        entry(second, log, "INFO", resource.clone(), json!({ "textPayload": text }))
    };
    let told = |crash: &str| {
        let mut entries = vec![said(10, "shop", "a", "INFO", "served 12 carts"), line(300, crash)];
        entries.extend((301..308).map(|second| {
            said(second, "shop", "a", "ERROR", "psycopg2.OperationalError: connection to server at \"10.20.0.3\", port 5432 failed: FATAL:  the database system is in recovery mode")
        }));
        entries.push(said(600, "shop", "a", "INFO", "served 13 carts"));
        titles(&report(&entries))
    };
    let found = told("LOG:  server process (PID 4321) was terminated by signal 6: Aborted");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found.iter().all(|title| title.contains("PostgreSQL process crashed")), "{found:?}");
    let found = told("LOG:  statement: insert into notes values ('(PID 4321) was terminated by signal 6')");
    assert!(found.iter().all(|title| title.contains("PostgreSQL is not ready")), "{found:?}");
}

#[test]
fn a_call_that_ran_out_of_time_is_told_with_what_it_was_at() {
    let resource = json!({ "type": "cloud_function", "labels": { "function_name": "rates", "region": "europe-west1", "project_id": "demo" } });
    let line = |second: usize, n: usize, severity: &str, words: &str| {
        let payload = json!({ "textPayload": words, "labels": { "execution_id": format!("x{n}"), "instance_id": format!("i{n}") } });
        entry(second, "cloudfunctions.googleapis.com%2Fcloud-functions", severity, resource.clone(), payload)
    };
    let entries: Vec<Value> = (0..10)
        .flat_map(|n| {
            let (second, slow) = (n * 300, n > 5);
            let took = if slow { 60 } else { 1 };
            let end = if slow {
                "Function execution took 60002 ms, finished with status: 'timeout'"
            } else {
                "Function execution took 934 ms, finished with status: 'ok'"
            };
            [
                line(second, n, "DEBUG", "Function execution started"),
                line(second, n, "INFO", "requesting https://fx.acme.example/v2/latest"),
                line(second + took, n, "DEBUG", end),
            ]
        })
        .collect();
    let report = report(&entries);
    super::golden::told("function_out_of_time", &report);
    let first = report.findings.first().expect("a finding");
    assert!(all(first).contains("requesting https://fx.acme.example/v2/latest"), "{}", all(first));
    assert!(all(first).contains("4 of 10 calls"), "{}", all(first));
    let advice = report.actions.first().map(|action| action.what.plain()).unwrap_or_default();
    assert!(advice.contains("fx.acme.example"), "{advice}");
}

#[test]
fn a_job_whose_next_execution_succeeds_is_over() {
    let job = json!({ "type": "cloud_run_job", "labels": { "job_name": "migrate", "location": "europe-west1", "project_id": "demo" } });
    let line = |second: usize, n: usize, severity: &str, words: &str| {
        let labels = json!({ "run.googleapis.com/execution_name": format!("migrate-{n}"), "instanceId": format!("0{n}") });
        let log = if words.starts_with("Container ") {
            "run.googleapis.com%2Fvarlog%2Fsystem"
        } else {
            "run.googleapis.com%2Fstderr"
        };
        entry(second, log, severity, job.clone(), json!({ "textPayload": words, "labels": labels }))
    };
    let mut entries = Vec::new();
    for n in 0..4 {
        entries.push(line(
            n * 400,
            n,
            "ERROR",
            "alembic.util.exc.CommandError: Can't locate revision identified by '9c41f0d27ab3'",
        ));
        entries.push(line(n * 400 + 1, n, "WARNING", "Container called exit(255)."));
    }
    let standing = report(&entries);
    assert_eq!(standing.findings.first().map(|f| f.state), Some(State::Ongoing));
    entries.push(line(2000, 9, "INFO", "Running upgrade 9c41f0d27ab3 -> b7703e15c9d4"));
    entries.push(line(2001, 9, "INFO", "Container called exit(0)."));
    let over = report(&entries);
    let first = over.findings.first().expect("a finding");
    assert!(matches!(first.state, State::Ended | State::Superseded), "{:?}", first.state);
    // What identifies a revision is no password.
    assert!(first.title.plain().contains("9c41f0d27ab3"), "{}", first.title.plain());
}

#[test]
fn what_tests_print_while_all_of_them_pass_is_no_failure() {
    let line = |second: usize, words: &str| format!("{} {words}\n", at(second));
    let run = |sum: &str| {
        [
            line(1, "> till@4.1.0 test"),
            line(2, " RUN  v2.1.9 ~/till"),
            line(3, "stderr | tests/cart.test.ts > logs the error"),
            line(4, "Error: boom"),
            line(4, "    at tests/cart.test.ts:31:11"),
            line(5, sum),
        ]
        .concat()
    };
    let passed = report_of("test.txt", run("      Tests  7 passed (7)").as_bytes());
    assert!(passed.findings.is_empty(), "{:?}", titles(&passed));
    let failed = report_of("test.txt", run("      Tests  1 failed | 6 passed (7)").as_bytes());
    assert!(!failed.findings.is_empty());
}

#[test]
fn a_rule_that_keeps_people_out_is_an_incident_and_one_that_stops_attacks_is_not() {
    let resource = json!({ "type": "http_load_balancer", "labels": { "url_map_name": "um-till", "project_id": "demo" } });
    let line = |second: usize, path: &str, status: u16| {
        let http = json!({ "requestMethod": "POST", "requestUrl": format!("https://till.example{path}"), "status": status, "latency": "0.020s" });
        let mut payload = json!({ "httpRequest": http });
        if status == 403 {
            payload["jsonPayload"] = json!({ "@type": "type.googleapis.com/google.cloud.loadbalancing.type.LoadBalancerLogEntry", "statusDetails": "denied_by_security_policy", "enforcedSecurityPolicy": { "name": "edge", "priority": 1200, "outcome": "DENY" } });
        }
        entry(second, "requests", if status == 403 { "WARNING" } else { "INFO" }, resource.clone(), payload)
    };
    let calm: Vec<Value> = (0..60).map(|n| line(n * 20, "/checkout", 200)).collect();
    let attacks = (0..30).map(|n| line(600 + n * 7, "/.env", 403));
    let report_of_attacks = report(&calm.iter().cloned().chain(attacks).collect::<Vec<_>>());
    assert!(report_of_attacks.findings.is_empty(), "{:?}", titles(&report_of_attacks));
    let refused = (0..30).map(|n| line(1300 + n * 10, "/checkout", 403));
    let report = report(&calm.into_iter().chain(refused).collect::<Vec<_>>());
    let first = titles(&report).first().cloned().unwrap_or_default();
    assert!(first.contains("refused by a rule of the security policy"), "{first}");
}

#[test]
fn builds_that_fail_for_one_cause_are_one_finding() {
    let entries: Vec<Value> = (0..3)
        .flat_map(|n| {
            let build = json!({ "type": "build", "labels": { "build_id": format!("b{n}-4f1c"), "project_id": "demo" } });
            let line = move |second: usize, words: &str| {
                entry(n * 900 + second, "cloudbuild", "INFO", build.clone(), json!({ "textPayload": words }))
            };
            [
                line(1, "Step #0 - \"Build\": verifying example.com/acme/ledger@v1.4.2: checksum mismatch"),
                line(2, "Step #0 - \"Build\": The command '/bin/sh -c go mod download' returned a non-zero code: 1"),
                line(3, "ERROR: build step 0 \"gcr.io/cloud-builders/docker\" failed: step exited with non-zero status: 1"),
            ]
        })
        .collect();
    let report = report(&entries);
    let found = titles(&report);
    assert!(found.first().is_some_and(|title| title.starts_with("3 builds failed")), "{found:?}");
    assert_eq!(found.len(), 1, "{found:?}");
}
