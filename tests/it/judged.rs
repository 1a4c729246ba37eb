//! What weighs how much, what leads to what, and what is over: logs of our own, as people on call meet them.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::tied::{all, at, entry, request, said, titles};
use super::work::{report, report_of};
use fivewhys::report::model::{Class, Priority, Report, State};
use serde_json::{Value, json};

fn actions(report: &Report, priority: Priority) -> String {
    let all = report.actions.iter().filter(|action| action.priority == priority);
    let words = all.flat_map(|action| {
        let steps = action.steps.iter().map(fivewhys::report::model::Rich::plain);
        [action.what.plain(), action.command.clone()].into_iter().chain(steps).collect::<Vec<_>>()
    });
    words.collect::<Vec<_>>().join(" ")
}

fn database(second: usize, pid: u32, words: &str) -> Value {
    let line = format!("{} UTC [{pid}]: [1-1] db=ledger,user=app {words}", at(second));
    let resource = json!({ "type": "cloudsql_database", "labels": { "database_id": "acme:ledger-pg", "project_id": "acme" } });
    let severity = if words.starts_with("LOG") { "INFO" } else { "ERROR" };
    entry(
        second,
        "cloudsql.googleapis.com%2Fpostgres.log",
        severity,
        resource,
        json!({ "textPayload": line }),
    )
}

fn audit(second: usize, method: &str, resource: &str, request: Value) -> Value {
    let proto = json!({
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": method, "resourceName": resource,
        "authenticationInfo": { "principalEmail": "ops@acme.example" }, "request": request,
    });
    let kind = json!({ "type": "audited_resource", "labels": { "project_id": "acme" } });
    entry(second, "cloudaudit.googleapis.com%2Factivity", "NOTICE", kind, json!({ "protoPayload": proto }))
}

/// Calm work of a service.
fn work(from: usize, until: usize, step: usize, service: &str, words: &str) -> Vec<Value> {
    (from..until)
        .step_by(step)
        .map(|second| said(second, service, "0a", "INFO", &format!("INFO: {words} {second}")))
        .collect()
}

#[test]
fn a_retry_that_does_not_stop_the_work_is_a_notice() {
    let mut entries = work(0, 3600, 10, "rater", "batch received");
    entries.extend((0..12).map(|n| {
        let words = format!("ERROR: write aborted, retrying: transaction {n} was wounded by another");
        said(205 + n * 280, "rater", "0a", "ERROR", &words)
    }));
    let calm = report(&entries);
    assert!(calm.findings.iter().all(|finding| finding.class == Class::Notice), "{:?}", titles(&calm));
    assert!(all(&calm.findings[0]).contains("tries again"), "{}", all(&calm.findings[0]));
    // Where nothing else is said, the same words are a failure that goes on.
    let alone: Vec<Value> = entries.iter().filter(|entry| entry["severity"] == "ERROR").cloned().collect();
    assert!(report(&alone).findings.iter().any(|finding| finding.class != Class::Notice));
}

#[test]
fn what_a_database_refuses_is_a_notice_where_its_callers_cope_and_its_parts_are_no_failures() {
    let mut entries = work(0, 3600, 20, "intake", "event taken");
    for n in 0..12 {
        let second = 300 + n * 200;
        entries.push(database(
            second,
            77,
            "ERROR:  duplicate key value violates unique constraint \"events_key\"",
        ));
        entries.push(database(second, 77, &format!("DETAIL:  Key (id)=(evt_{n}) already exists.")));
        entries.push(database(second, 77, "STATEMENT:  INSERT INTO events (id) VALUES ($1)"));
        entries.push(said(second + 1, "intake", "0a", "INFO", "INFO: event already recorded"));
    }
    let coped = report(&entries);
    assert_eq!(coped.findings.len(), 1, "{:?}", titles(&coped));
    assert_eq!(coped.findings[0].class, Class::Notice);
    assert_eq!(coped.findings[0].counts[0].n, 12, "failures and not lines");
    for n in 0..12 {
        entries.push(said(301 + n * 200, "intake", "0a", "ERROR", "ERROR: the event is lost"));
    }
    assert!(report(&entries).findings.iter().any(|finding| finding.class != Class::Notice));
}

#[test]
fn what_a_service_cannot_reach_leads_what_fails_in_it_a_little_later() {
    let mut entries: Vec<Value> = (0..120).map(|n| request(n * 5, "catalog", "/p", 200)).collect();
    for n in 0..50 {
        let refused = "Error: connect ECONNREFUSED 10.0.4.12:6379\n    at TCPConnectWrap.afterConnect (node:net:1595:16)";
        entries.push(said(600 + n * 12, "catalog", "0a", "ERROR", refused));
    }
    for n in 0..60 {
        let error = "TimeoutError: ResourceRequest timed out\n    at Pool.acquire (/srv/lib/pool.js:88:9)";
        entries.push(said(680 + n * 8, "catalog", "0a", "ERROR", error));
        entries.push(request(680 + n * 8, "catalog", "/p", 503));
    }
    let told = report(&entries);
    let main = &told.findings[0];
    assert!(main.title.plain().contains("ECONNREFUSED 10.0.4.12:6379"), "{:?}", titles(&told));
    assert!(
        all(main).contains("TimeoutError") && all(main).contains("80 s before the first failure"),
        "{}",
        all(main)
    );
    assert!(
        actions(&told, Priority::P0).contains("port 6379 is Redis's"),
        "{}",
        actions(&told, Priority::P0)
    );
}

#[test]
fn a_scheduler_tells_of_what_it_calls() {
    let mut entries = work(0, 7200, 60, "sync", "tick done");
    for n in 0..12 {
        let second = 3000 + n * 300;
        entries.push(said(second, "sync", "0a", "ERROR", "Traceback (most recent call last):\n  File \"/app/main.py\", line 4, in tick\n    go()\nKeyError: 'batch'"));
        let payload = json!({ "@type": "type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished", "jobName": "projects/acme/locations/x/jobs/sync-5m", "status": "INTERNAL", "url": "https://sync-dk2m6wbjkq-as.a.run.app/tick", "debugInfo": "URL_ERROR-ERROR_OTHER. Original HTTP response code number = 500" });
        let resource =
            json!({ "type": "cloud_scheduler_job", "labels": { "job_id": "sync-5m", "project_id": "acme" } });
        entries.push(entry(
            second + 1,
            "cloudscheduler.googleapis.com%2Fexecutions",
            "ERROR",
            resource,
            json!({ "jsonPayload": payload }),
        ));
    }
    let told = report(&entries);
    assert_eq!(told.findings.iter().filter(|f| f.class != Class::Notice).count(), 1, "{:?}", titles(&told));
    assert!(
        all(&told.findings[0]).contains("A scheduled call failed (12 times)"),
        "{}",
        all(&told.findings[0])
    );
}

#[test]
fn work_that_is_done_again_and_a_revision_that_serves_nobody_are_over() {
    let mut entries = work(0, 1800, 300, "export", "invoices exported");
    entries.extend((0..9).map(|n| {
        let words = format!(
            "ERROR: Secret Version [projects/5/secrets/erp-key/versions/4] is in DISABLED state. ({n})"
        );
        said(1800 + n * 300, "export", "0a", "ERROR", &words)
    }));
    entries.extend(work(4500, 4501, 1, "export", "invoices exported"));
    entries.extend(work(0, 4600, 100, "other", "alive"));
    let told = report(&entries);
    assert_eq!(told.findings[0].state, State::Ended, "{}", told.findings[0].state_text.text.plain());
    assert!(told.findings[0].state_text.text.plain().contains("invoices exported"));
}

#[test]
fn what_was_paused_by_hand_and_not_resumed_is_told() {
    let job = "projects/acme/locations/x/jobs/refresh-token";
    let pause = audit(600, "google.cloud.scheduler.v1.CloudScheduler.PauseJob", job, json!({ "name": job }));
    let resume =
        audit(900, "google.cloud.scheduler.v1.CloudScheduler.ResumeJob", job, json!({ "name": job }));
    let mut entries = work(0, 7200, 60, "sync", "tick done");
    entries.push(pause);
    let told = report(&entries);
    assert!(
        titles(&told).iter().any(|title| title.starts_with("refresh-token was stopped by hand")),
        "{:?}",
        titles(&told)
    );
    assert!(told.findings.iter().all(|finding| finding.class == Class::Notice), "nothing fails of it here");
    entries.push(resume);
    assert!(report(&entries).findings.is_empty());
}

#[test]
fn an_audit_entry_says_what_it_changed() {
    let rule = json!({ "direction": "INGRESS", "alloweds": [{ "IPProtocol": "tcp", "ports": ["22"] }], "sourceRanges": ["0.0.0.0/0"] });
    let open = report(&[audit(
        10,
        "v1.compute.firewalls.insert",
        "projects/acme/global/firewalls/ops",
        rule.clone(),
    )]);
    assert!(titles(&open)[0].contains("lets everybody in"), "{:?}", titles(&open));
    assert_eq!(open.findings[0].class, Class::Notice);
    let mut narrow = rule;
    narrow["sourceRanges"] = json!(["10.0.0.0/8"]);
    let narrow =
        report(&[audit(10, "v1.compute.firewalls.insert", "projects/acme/global/firewalls/ops", narrow)]);
    assert!(narrow.findings.is_empty(), "{:?}", titles(&narrow));
    assert!(narrow.patterns[0].template.contains("INGRESS allow"), "{}", narrow.patterns[0].template);
}

#[test]
fn a_process_that_runs_for_minutes_is_no_failed_start_and_the_same_work_ends_it() {
    let mut entries = Vec::new();
    let pod = |second: usize, name: &str, severity: &str, words: &str| {
        let labels = json!({ "cluster_name": "c", "namespace_name": "prod", "pod_name": name, "container_name": "thumbs", "project_id": "acme", "location": "x" });
        entry(
            second,
            "stdout",
            severity,
            json!({ "type": "k8s_container", "labels": labels }),
            json!({ "textPayload": words }),
        )
    };
    for n in 0..120 {
        entries.push(pod(n * 10, "thumbs-6c9b-aaaa1", "INFO", &format!("made image {n}")));
    }
    for n in 0..4 {
        let start = 100 + n * 240;
        entries.push(pod(start, "thumbs-6c9b-bbbb2", "INFO", "worker starting"));
        entries.push(pod(start + 120, "thumbs-6c9b-bbbb2", "INFO", "processing batch 77 (18432x18432)"));
        let labels = json!({ "cluster_name": "c", "namespace_name": "prod", "pod_name": "thumbs-6c9b-bbbb2", "project_id": "acme", "location": "x" });
        let event = json!({ "kind": "Event", "type": "Warning", "reason": "OOMKilling", "message": format!("Memory cgroup out of memory: Killed process {} (python3)", 900 + n), "involvedObject": { "kind": "Pod", "name": "thumbs-6c9b-bbbb2", "namespace": "prod" } });
        entries.push(entry(
            start + 150,
            "events",
            "WARNING",
            json!({ "type": "k8s_pod", "labels": labels }),
            json!({ "jsonPayload": event }),
        ));
    }
    let told = report(&entries);
    let main = &told.findings[0];
    assert!(!main.impact.text.plain().contains("fail to start"), "{}", main.impact.text.plain());
    assert!(
        all(main).contains("processing batch 77") && all(main).contains("thumbs-6c9b-aaaa1"),
        "{}",
        all(main)
    );
    assert!(
        actions(&told, Priority::P0).contains("First aid: take what"),
        "{}",
        actions(&told, Priority::P0)
    );
}

#[test]
fn what_one_of_many_instances_says_is_looked_at_there() {
    let mut entries = Vec::new();
    for n in 0..240 {
        entries.push(said(
            n * 5,
            "search",
            ["0a", "0b", "0c", "0d"][n % 4],
            "INFO",
            &format!("INFO: query {n} answered"),
        ));
    }
    for n in 0..40 {
        let words = format!(
            "ERROR: query failed: dial tcp: lookup db.prod.svc on 10.96.0.10:53: read udp 10.4.3.9:{}->10.96.0.10:53: i/o timeout",
            40_000 + n
        );
        entries.push(said(600 + n * 15, "search", "0c", "ERROR", &words));
    }
    let told = report(&entries);
    assert!(told.whys.iter().any(|why| why.question.plain() == "Where does it happen?"), "{:?}", told.whys);
    assert!(actions(&told, Priority::P0).contains("take 0c out"), "{}", actions(&told, Priority::P0));
}

#[test]
fn builds_that_end_with_the_same_messages_are_one_incident() {
    let line = |second: usize, build: &str, words: &str| {
        let labels = json!({ "build_id": build, "build_trigger_id": "t", "project_id": "acme" });
        entry(
            second,
            "cloudbuild",
            "INFO",
            json!({ "type": "build", "labels": labels }),
            json!({ "textPayload": words }),
        )
    };
    let mut entries = Vec::new();
    for (n, build) in ["b1", "b2", "b3"].into_iter().enumerate() {
        let start = n * 1800;
        for (k, words) in [
            format!("starting build \"{build}\""),
            "Step #1 - \"docker\": checking the lock of the warehouse".to_owned(),
            "Step #1 - \"docker\": error: the lock of the warehouse is held by nobody".to_owned(),
            "Step #1 - \"docker\": giving up on the warehouse".to_owned(),
            "ERROR".to_owned(),
            "ERROR: build step 1 \"gcr.io/cloud-builders/docker\" failed: step exited with non-zero status: 1".to_owned(),
        ]
        .iter()
        .enumerate()
        {
            entries.push(line(start + k, build, words));
        }
    }
    let told = report(&entries);
    assert!(titles(&told)[0].starts_with("3 builds failed"), "{:?}", titles(&told));
    assert_eq!(told.findings.len(), 1, "{:?}", titles(&told));
}

#[test]
fn a_unit_that_systemd_gave_up_is_down() {
    let line = |second: usize, unit: &str, identifier: &str, priority: u8, words: &str| {
        let micros = 1_780_300_000_000_000_u64 + second as u64 * 1_000_000;
        json!({ "__REALTIME_TIMESTAMP": micros.to_string(), "__CURSOR": format!("c{second}-{words}"), "PRIORITY": priority.to_string(), "_SYSTEMD_UNIT": unit, "SYSLOG_IDENTIFIER": identifier, "MESSAGE": words, "_HOSTNAME": "edge" })
    };
    let mut lines: Vec<Value> =
        (0..60).map(|n| line(n * 15, "exporter.service", "exporter", 6, "scrape ok")).collect();
    for n in 0..5 {
        let second = 300 + n * 2;
        lines.push(line(
            second,
            "proxy.service",
            "proxy",
            1,
            "parsing [/etc/proxy/proxy.cfg:41] : unknown keyword 'reqrep'",
        ));
        lines.push(line(
            second,
            "init.scope",
            "systemd",
            5,
            "proxy.service: Main process exited, code=exited, status=1/FAILURE",
        ));
        lines.push(line(
            second,
            "init.scope",
            "systemd",
            4,
            "proxy.service: Failed with result 'exit-code'.",
        ));
        lines.push(line(
            second,
            "init.scope",
            "systemd",
            6,
            &format!("proxy.service: Scheduled restart job, restart counter is at {}.", n + 1),
        ));
    }
    lines.push(line(311, "init.scope", "systemd", 4, "proxy.service: Start request repeated too quickly."));
    lines.push(line(311, "init.scope", "systemd", 3, "Failed to start proxy.service - Proxy."));
    lines.sort_by_key(|line| line["__REALTIME_TIMESTAMP"].to_string());
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let told = report_of("log.ndjson", text.as_bytes());
    let main = &told.findings[0];
    assert!(main.title.plain().starts_with("proxy.service is in a crash loop"), "{:?}", titles(&told));
    assert_eq!((main.state, main.class), (State::Ongoing, Class::Critical));
    assert_eq!(main.counts[0].n, 5, "{:?}", main.counts);
    assert!(
        actions(&told, Priority::P0).contains("Correct line 41 of /etc/proxy/proxy.cfg"),
        "{}",
        actions(&told, Priority::P0)
    );
}

#[test]
fn levels_of_other_names_are_counted_by_them() {
    let line = |n: usize, level: Value| json!({ "time": at(n), "level": level, "msg": format!("said {n}"), "logger": "x" });
    let levels = [json!("TRACE"), json!("DEBUG"), json!("FATAL"), json!("info"), json!("info")];
    let text: String =
        levels.iter().enumerate().map(|(n, level)| format!("{}\n", line(n, level.clone()))).collect();
    let rows: Vec<(String, u64)> = report_of("log.ndjson", text.as_bytes())
        .severity
        .iter()
        .map(|row| (row.name.clone(), row.entries))
        .collect();
    let row = |name: &str, n: u64| (name.to_owned(), n);
    assert_eq!(rows, [row("FATAL", 1), row("INFO", 2), row("DEBUG", 1), row("TRACE", 1)]);
}
