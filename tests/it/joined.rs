//! What belongs together and what does not: takes small logs, checks which failures become one finding, what a finding says of
//! what it shares, and what is no incident because the program goes on.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::work::report;
use fivewhys::report::model::{Class, Priority, Report};
use serde_json::{Value, json};

pub(crate) fn entry(second: usize, log: &str, resource: Value, more: Value) -> Value {
    let mut entry = json!({
        "timestamp": format!("2026-03-02T{:02}:{:02}:{:02}.000200Z", 10 + second / 3600, second / 60 % 60, second % 60),
        "insertId": format!("{second}-{}", more.to_string().len()),
        "logName": format!("projects/demo/logs/{log}"),
        "resource": resource,
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        entry[key] = value.clone();
    }
    entry
}

pub(crate) fn run(service: &str) -> Value {
    json!({ "type": "cloud_run_revision", "labels": { "service_name": service, "revision_name": format!("{service}-00004-abc"),
        "location": "europe-west1", "project_id": "demo" } })
}

pub(crate) fn said(second: usize, service: &str, severity: &str, text: &str) -> Value {
    entry(
        second,
        "run.googleapis.com%2Fstdout",
        run(service),
        json!({ "severity": severity, "textPayload": text }),
    )
}

fn is_calm(report: &Report) {
    assert!(report.actions.iter().all(|a| a.priority == Priority::P2), "{:?}", report.actions);
    assert!(report.findings.iter().all(|f| f.class == Class::Notice), "{}", titles(report));
}

pub(crate) fn titles(report: &Report) -> String {
    report.findings.iter().map(|f| f.title.plain()).collect::<Vec<_>>().join(" | ")
}

pub(crate) fn cause(report: &Report, at: usize) -> String {
    let sentences = report.findings.get(at).map(|f| f.cause.as_slice()).unwrap_or_default();
    sentences.iter().map(|s| s.text.plain()).collect::<Vec<_>>().join(" ")
}

/// A program that says it does without what it can't reach has no incident.
#[test]
fn what_the_program_says_it_does_without_is_a_notice() {
    let refused = "connect to cache failed: dial tcp 10.9.0.4:6379: connect: connection refused";
    let log = |after: &str| {
        vec![
            said(0, "till", "INFO", "starting"),
            said(4, "till", "ERROR", refused),
            said(4, "till", "WARNING", after),
            said(5, "till", "INFO", "listening on 8080"),
            said(90, "till", "INFO", "order 7 stored"),
        ]
    };
    let optional = report(&log("cache is not required in this environment, continuing without it"));
    is_calm(&optional);
    assert!(cause(&optional, 0).contains("does without"), "{}", cause(&optional, 0));
    let needed = report(&log("cache is needed for sessions"));
    assert!(needed.findings.iter().any(|f| f.class != Class::Notice), "{}", titles(&needed));
}

/// A consumer that sets a broken message aside goes on.
#[test]
fn a_message_set_aside_is_a_notice() {
    let log = [
        said(0, "till", "INFO", "order 7 stored"),
        said(
            4,
            "till",
            "ERROR",
            "cannot parse order, sending to orders.v2.DLT offset=1200: unexpected token",
        ),
        said(90, "till", "INFO", "order 8 stored"),
    ];
    is_calm(&report(&log));
}

/// A warning that is said with each failure is no matter of its own.
#[test]
fn warnings_said_with_each_failure_belong_to_it() {
    let mut log = Vec::new();
    for n in 0..9 {
        log.push(said(60 + n * 40, "till", "ERROR", "cannot post entries: ledger answered 418"));
        log.push(said(60 + n * 40, "till", "WARNING", "batch is kept for later"));
        log.push(said(70 + n * 40, "till", "WARNING", "price list is older than a day"));
    }
    let report = report(&log);
    assert_eq!(report.findings.len(), 2, "{}", titles(&report));
    let told = report.findings[0].symptoms.iter().any(|s| s.text.plain().contains("batch is kept for later"));
    assert!(told, "{:?}", report.findings[0].symptoms);
}

/// A message with what its payload states beside it.
pub(crate) fn stated(second: usize, service: &str, severity: &str, payload: Value) -> Value {
    entry(
        second,
        "run.googleapis.com%2Fstdout",
        run(service),
        json!({ "severity": severity, "jsonPayload": payload }),
    )
}

/// What all failures state and others state otherwise is told.
#[test]
fn fields_that_failures_share_are_told() {
    let mut log = Vec::new();
    for n in 0..6 {
        let (at, used) = (n * 50, 70 + 4 * n);
        log.push(stated(
            at,
            "till",
            "ERROR",
            json!({ "message": "cannot store the row", "table": "carts", "row": 100 + n }),
        ));
        log.push(stated(
            at + 7,
            "till",
            "WARNING",
            json!({ "message": "row stored at second try", "table": "orders" }),
        ));
        log.push(stated(
            at + 20,
            "till",
            "WARNING",
            json!({ "message": "disk is filling", "used_percent": used }),
        ));
    }
    let report = report(&log);
    assert!(
        cause(&report, 0).contains("All 6 have table=carts (elsewhere also orders)"),
        "{}",
        cause(&report, 0)
    );
    let quotes = &report.findings[0].quotes;
    assert!(quotes.iter().any(|q| q.text.contains("row=100 table=carts")), "{quotes:?}");
}

/// What every entry of the log states tells nothing of one failure.
#[test]
fn fields_that_all_entries_share_are_not_told() {
    let mut log = Vec::new();
    for n in 0..5 {
        log.push(stated(
            n * 50,
            "till",
            "ERROR",
            json!({ "message": "cannot store the row", "tenant": "acme" }),
        ));
        log.push(stated(
            n * 50 + 7,
            "till",
            "WARNING",
            json!({ "message": "row stored at second try", "tenant": "acme" }),
        ));
    }
    assert!(!cause(&report(&log), 0).contains("tenant"), "{}", cause(&report(&log), 0));
}

/// Three services can't reach one private address: one failure of what they share.
#[test]
fn one_private_address_that_several_services_miss_is_one_finding() {
    let mut log = Vec::new();
    for n in 0..6 {
        log.push(said(20 + n * 30, "till", "ERROR", "dial tcp 10.9.0.4:5432: i/o timeout"));
        log.push(said(25 + n * 30, "desk", "ERROR", "Error: connect ETIMEDOUT 10.9.0.4:5432"));
        log.push(said(29 + n * 30, "mail", "ERROR", "lookup failed: connection to 10.9.0.4:5432 timed out"));
        log.push(said(31 + n * 30, "mail", "ERROR", "cache at 10.9.0.77:6379 timed out"));
    }
    let report = report(&log);
    let shared = cause(&report, 0);
    assert!(shared.contains("desk, mail and till could not reach"), "{shared}");
    assert!(shared.contains("Which of both is broken the log does not show"), "{shared}");
}

/// A service that waits for another one says so, and the other one's own failures are named there.
#[test]
fn the_service_that_a_failure_names_is_told_in_it() {
    let mut log = Vec::new();
    for n in 0..6 {
        log.push(said(10 + n * 30, "risk-score", "ERROR", "model file is not readable"));
        log.push(said(
            40 + n * 30,
            "till",
            "ERROR",
            "POST http://risk-score.shop.svc:8080/v1 gave up after 10 s",
        ));
    }
    let report = report(&log);
    let at = report.findings.iter().position(|f| f.title.plain().contains("gave up after 10 s")).unwrap();
    assert!(
        cause(&report, at).contains("It names risk-score, which tells of failures of its own"),
        "{}",
        cause(&report, at)
    );
    let other = 1 - at;
    assert!(!cause(&report, other).contains("It names"), "{}", cause(&report, other));
}

fn denied(principal: &str, method: &str) -> Value {
    let proto = json!({ "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": method, "serviceName": "iam.googleapis.com",
        "resourceName": "projects/demo", "authenticationInfo": { "principalEmail": principal }, "requestMetadata": { "callerIp": "192.0.2.7" },
        "request": { "account_id": "helper" },
        "status": { "code": 7, "message": "Permission \"iam.serviceAccounts.create\" denied on resource (or it may not exist)." } });
    let resource = json!({ "type": "service_account", "labels": { "project_id": "demo" } });
    entry(
        30,
        "cloudaudit.googleapis.com%2Factivity",
        resource,
        json!({ "severity": "ERROR", "protoPayload": proto }),
    )
}

/// Of a refused call the report says who called what and from where; a workload that makes accounts is to be looked into first.
#[test]
fn a_refused_call_is_told_with_who_made_it() {
    let method = "google.iam.admin.v1.CreateServiceAccount";
    let workload = report(&[
        said(0, "till", "INFO", "order 1 stored"),
        denied("shop@demo.iam.gserviceaccount.com", method),
    ]);
    let told = cause(&workload, 0);
    for part in ["shop@demo.iam.gserviceaccount.com", "192.0.2.7", method, "account_id=helper"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(workload.actions[0].what.plain().contains("Grant nothing before that"), "{:?}", workload.actions);
    let person = report(&[said(0, "till", "INFO", "order 1 stored"), denied("ana@shop.example", method)]);
    assert!(!person.actions.iter().any(|a| a.what.plain().contains("suspicious")), "{:?}", person.actions);
}

/// The role was taken away three minutes before: that is no hypothesis among others.
#[test]
fn the_entry_that_speaks_for_a_hypothesis_is_named() {
    let proto = json!({ "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": "SetIamPolicy", "serviceName": "cloudresourcemanager.googleapis.com",
        "resourceName": "projects/demo", "authenticationInfo": { "principalEmail": "ci@demo.iam.gserviceaccount.com" }, "status": {},
        "serviceData": { "policyDelta": { "bindingDeltas": [ { "action": "REMOVE", "role": "roles/pubsub.publisher", "member": "serviceAccount:till@demo.iam.gserviceaccount.com" } ] } } });
    let project = json!({ "type": "project", "labels": { "project_id": "demo" } });
    let mut log = vec![entry(
        100,
        "cloudaudit.googleapis.com%2Factivity",
        project,
        json!({ "severity": "NOTICE", "protoPayload": proto }),
    )];
    log.extend((0..9).map(|n| {
        said(
            280 + n * 20,
            "till",
            "ERROR",
            "publish: rpc error: code = PermissionDenied desc = User not authorized",
        )
    }));
    let report = report(&log);
    assert!(cause(&report, 0).contains("takes roles/pubsub.publisher from"), "{}", cause(&report, 0));
    let last = report.whys.last().map(|why| why.answer.text.plain()).unwrap_or_default();
    assert!(
        last.contains("The role was taken away") && last.contains("For it speaks what the log holds"),
        "{last}"
    );
    let first = &report.actions[0];
    assert!(first.what.plain().contains("give the role back"), "{:?}", report.actions);
    assert!(first.command.contains("gcloud projects add-iam-policy-binding demo"), "{}", first.command);
}

/// A deploy of another service is no change of the one that fails.
#[test]
fn a_change_of_another_service_is_not_told() {
    let deploy = |service: &str| {
        let proto = json!({ "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": "google.cloud.run.v1.Services.ReplaceService",
            "serviceName": "run.googleapis.com", "resourceName": format!("namespaces/demo/services/{service}"), "status": {} });
        entry(
            100,
            "cloudaudit.googleapis.com%2Factivity",
            run(service),
            json!({ "severity": "NOTICE", "protoPayload": proto }),
        )
    };
    let log = |service: &str| {
        let mut log = vec![deploy(service)];
        log.extend((0..30).map(|n| said(n * 11, "mail", "INFO", "letter sent")));
        log.extend((0..9).map(|n| said(180 + n * 20, "till", "ERROR", "the drawer is stuck")));
        log
    };
    assert!(cause(&report(&log("till")), 0).contains("ReplaceService"));
    assert!(!cause(&report(&log("mail")), 0).contains("ReplaceService"));
}
