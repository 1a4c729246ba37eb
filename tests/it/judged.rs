//! What weighs how much, what leads to what, and what is over: logs of our own, as people on call meet them.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::tied::{all, at, entry, request, said, titles};
use super::work::report;
use fivewhys::report::model::{Class, Priority, Report, State};
use serde_json::{Value, json};

pub(super) fn actions(report: &Report, priority: Priority) -> String {
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
    super::golden::told("refusals_coped_with", &coped);
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
    super::golden::told("unreachable_store", &told);
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
    super::golden::told("paused_by_hand", &told);
    assert!(
        titles(&told).iter().any(|title| title.starts_with("refresh-token was stopped by hand")),
        "{:?}",
        titles(&told)
    );
    assert!(told.findings.iter().all(|finding| finding.class == Class::Notice), "nothing fails of it here");
    let failing = |words: &str| {
        let lines = (0..40).map(|n| said(3_000 + n * 60, "sync", "0a", "ERROR", words));
        report(&entries.iter().cloned().chain(lines).collect::<Vec<_>>())
    };
    let tie = "It may be behind what fails since";
    let causes = |told: &Report| told.findings.iter().map(all).collect::<String>();
    let stale = failing("ERROR: the upload was refused: token is two hours old");
    assert!(stale.whys[0].question.plain().contains("What is missing?"), "{:?}", stale.whys);
    let tied = causes(&stale);
    assert!(tied.contains(tie), "{tied}");
    let apart = causes(&failing("ERROR: the upload was refused: disk is full"));
    assert!(!apart.contains(tie), "{apart}");
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
fn a_health_check_that_goes_on_makes_no_outage_a_notice() {
    let mut entries = work(0, 1200, 5, "till", "charge ok");
    entries.extend(work(0, 3600, 5, "till", "GET /healthz 200"));
    entries.extend((0..200).map(|n| {
        said(
            1201 + n * 12,
            "till",
            "0a",
            "ERROR",
            &format!("ERROR: charge failed, retrying: provider said no ({n})"),
        )
    }));
    let told = report(&entries);
    assert!(told.findings[0].class != Class::Notice, "{:?}", titles(&told));
    // Another service is no caller because it speaks.
    let mut entries = work(0, 3600, 1, "cron", "tick");
    for n in 0..12 {
        let words = "ERROR:  duplicate key value violates unique constraint \"events_key\"";
        entries.push(database(300 + n * 200, 77, words));
    }
    assert!(!all(&report(&entries).findings[0]).contains("copes"), "nobody is known to have asked");
}

#[test]
fn what_fails_beside_the_work_is_no_outage_and_an_error_in_code_has_its_own_reason() {
    let mut entries = work(0, 3600, 5, "orders", "job done");
    entries.extend((0..40).map(|n| {
        let words =
            format!("ERROR: telemetry upload {n} failed: getaddrinfo ENOTFOUND telemetry.example.net");
        said(1200 + n * 60, "orders", "0a", "ERROR", &words)
    }));
    let told = report(&entries);
    assert!(told.findings.iter().all(|finding| finding.class != Class::Critical), "{:?}", titles(&told));
    let mut entries = work(0, 600, 5, "orders", "order stored");
    for n in 0..50 {
        entries.push(said(
            600 + n * 30,
            "orders",
            "0a",
            "ERROR",
            "Error: connect ECONNREFUSED 10.0.0.3:6379",
        ));
    }
    for n in 0..40 {
        let bug = "Traceback (most recent call last):\n  File \"/app/pay.py\", line 9, in pay\n    total(x)\nAttributeError: 'Cart' object has no attribute 'amount'";
        entries.push(said(695 + n * 31, "orders", "0a", "ERROR", bug));
    }
    assert_eq!(report(&entries).findings.len(), 2, "two matters");
}

#[test]
fn what_was_taken_up_again_under_any_name_is_not_told_as_stopped() {
    for method in ["ResumeJob", "DeleteJob", "UpdateJob"] {
        let mut entries = work(0, 7200, 60, "sync", "tick done");
        let call = |second: usize, method: &str, project: &str| {
            let method = format!("google.cloud.scheduler.v1.CloudScheduler.{method}");
            audit(second, &method, &format!("projects/{project}/locations/x/jobs/refresh"), json!({}))
        };
        entries.push(call(600, "PauseJob", "acme"));
        entries.push(call(900, method, "1234567890"));
        assert!(report(&entries).findings.is_empty(), "{method}: {:?}", titles(&report(&entries)));
    }
    let rule = json!({ "alloweds": [{ "IPProtocol": "tcp", "ports": ["22"] }], "sourceRanges": ["0.0.0.0/0"], "disabled": true });
    let off = report(&[audit(10, "v1.compute.firewalls.insert", "projects/acme/global/firewalls/ops", rule)]);
    assert!(off.findings.is_empty(), "{:?}", titles(&off));
}
