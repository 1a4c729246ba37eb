//! Causes that nothing loud tells of: takes small logs in which the reason stands below the errors, checks that the report leads
//! with it and tells what brought it, and that the same signs alone raise no alarm.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::joined::{cause, entry, run, said, titles};
use super::work::report;
use fivewhys::report::model::{Class, Report};
use serde_json::{Value, json};

fn request(second: usize, revision: &str, status: u16) -> Value {
    let http = json!({ "requestMethod": "POST", "requestUrl": "https://in.example/hooks/forge", "status": status, "latency": "0.020s" });
    let mut entry = entry(
        second,
        "run.googleapis.com%2Frequests",
        run("intake"),
        json!({ "httpRequest": http, "severity": "INFO" }),
    );
    entry["resource"]["labels"]["revision_name"] = json!(revision);
    entry
}

/// A change that an audit entry tells of.
fn change(second: usize, method: &str, resource: &str) -> Value {
    let proto = json!({ "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": method, "status": {},
        "resourceName": resource, "authenticationInfo": { "principalEmail": "kim@example.com" } });
    let of = json!({ "type": "audited_resource", "labels": { "project_id": "demo" } });
    entry(
        second,
        "cloudaudit.googleapis.com%2Factivity",
        of,
        json!({ "protoPayload": proto, "severity": "NOTICE" }),
    )
}

fn is_calm(report: &Report) {
    assert!(report.findings.iter().all(|f| f.class == Class::Notice), "{}", titles(report));
}

/// Deliveries that are refused since a secret got a new version lead, though their lines have no level and something harmless
/// is an ERROR all the time.
#[test]
fn refused_webhooks_tell_of_the_secret_that_was_rotated() {
    let log = |refused: std::ops::Range<usize>, rotated: bool| {
        let mut entries: Vec<Value> = (0..90)
            .map(|n| {
                said(n * 40 + 7, "intake", "ERROR", "metrics: write udp 127.0.0.1:8125: connection refused")
            })
            .collect();
        for n in 0..120 {
            let is_refused = refused.contains(&n);
            let revision = if n < 40 { "intake-00004-abc" } else { "intake-00005-def" };
            entries.push(request(n * 30, revision, if is_refused { 401 } else { 204 }));
            if is_refused {
                let mut line = said(
                    n * 30,
                    "intake",
                    "DEFAULT",
                    "hook: Webhook signature verification failed for forge delivery",
                );
                line["resource"]["labels"]["revision_name"] = json!(revision);
                entries.push(line);
            }
        }
        if rotated {
            let add = "google.cloud.secretmanager.v1.SecretManagerService.AddSecretVersion";
            entries.push(change(500, add, "projects/1/secrets/forge-hook-key/versions/3"));
            entries.push(change(520, add, "projects/1/secrets/mail-token/versions/9"));
        }
        report(&entries)
    };
    let told = log(40..120, true);
    super::golden::told("rotated_secret", &told);
    assert!(told.findings[0].title.plain().contains("signature does not fit"), "{}", titles(&told));
    assert!(cause(&told, 0).contains("forge-hook-key/versions/3"), "{}", cause(&told, 0));
    let secret = cause(&told, 0).split_once("A secret that it names").map(|(_, after)| after.to_owned());
    assert!(secret.is_some_and(|secret| !secret.contains("mail-token")), "{}", cause(&told, 0));
    assert!(told.findings[0].symptoms.iter().any(|s| s.text.plain().contains("401")));
    let few = log(40..43, false);
    assert!(!few.findings.iter().any(|f| f.title.plain().contains("signature") && f.class != Class::Notice));
}

/// What a gateway drops is told at INFO only, and explains what breaks off on the way out in any words.
#[test]
fn a_gateway_without_ports_explains_time_outs_to_the_outside() {
    let nat = |second: usize, status: &str| {
        let payload = json!({ "allocation_status": status, "connection": { "dest_ip": "203.0.113.9", "dest_port": 443, "src_ip": "10.1.0.4" },
            "endpoint": { "vm_name": "vm-a" }, "gateway_identifiers": { "gateway_name": "egress", "router_name": "edge" } });
        let of = json!({ "type": "nat_gateway", "labels": { "gateway_name": "egress", "region": "europe-west1", "router_id": "77" } });
        entry(
            second,
            "compute.googleapis.com%2Fnat_flows",
            of,
            json!({ "jsonPayload": payload, "severity": "INFO" }),
        )
    };
    let mut entries: Vec<Value> = (0..60).map(|n| said(n * 60, "ship", "INFO", "parcel booked")).collect();
    entries.extend((0..20).map(|n| nat(n * n * 4, "OK")));
    is_calm(&report(&entries));
    entries.push(change(1700, "v1.compute.routers.patch", "projects/demo/regions/europe-west1/routers/edge"));
    entries.extend((0..60).map(|n| nat(1800 + n * 30, "DROPPED")));
    for n in 0..25 {
        entries.push(said(1830 + n * 60, "ship", "ERROR", "rates: dial tcp 203.0.113.9:443: i/o timeout"));
        entries.push(said(
            1850 + n * 60,
            "mail",
            "ERROR",
            "send to https://mail.example failed: read ECONNRESET",
        ));
    }
    let told = report(&entries);
    let first = &told.findings[0];
    assert!(first.title.plain().starts_with("Cloud NAT"), "{}", titles(&told));
    assert_eq!(first.class, Class::Critical);
    assert!(cause(&told, 0).contains("routers/edge"), "{}", cause(&told, 0));
    let symptoms: String = first.symptoms.iter().map(|s| s.text.plain()).collect();
    assert!(symptoms.contains("203.0.113.9:443") && symptoms.contains("ECONNRESET"), "{symptoms}");
}

/// Runs that take longer than the pause between their starts meet each other; those that fail alone do not.
#[test]
fn runs_that_overlap_are_told_of_deadlocks_between_them() {
    let log = |takes: usize| {
        let line = |second: usize, run: usize, severity: &str, text: &str| {
            let of = json!({ "type": "cloud_run_job", "labels": { "job_name": "ledger", "location": "europe-west1", "project_id": "demo" } });
            let mut line = entry(
                second,
                "run.googleapis.com%2Fstdout",
                of,
                json!({ "severity": severity, "textPayload": text }),
            );
            line["labels"] = json!({ "run.googleapis.com/execution_name": format!("ledger-r{run}"), "instanceId": format!("i{run}") });
            line
        };
        let mut entries = Vec::new();
        for run in 0..14 {
            let start = run * 300;
            let lasts = if run < 7 { 200 } else { takes };
            entries.push(line(start, run, "INFO", "ledger: begin"));
            if run >= 7 && run % 2 == 0 {
                entries.push(line(
                    start + 90,
                    run,
                    "ERROR",
                    "psycopg2.errors.DeadlockDetected: deadlock detected",
                ));
                entries.push(line(start + 91, run, "WARNING", "Container called exit(1)."));
            } else {
                entries.push(line(start + lasts, run, "INFO", "ledger: booked"));
                entries.push(line(start + lasts + 1, run, "INFO", "Container called exit(0)."));
            }
        }
        report(&entries)
    };
    let told = log(450);
    assert!(told.findings[0].title.plain().starts_with("Runs of ledger overlap"), "{}", titles(&told));
    let text = cause(&told, 0);
    assert!(
        text.contains("runs start 5 min apart") && text.contains("(before, at most 3 min 21 s)"),
        "{text}"
    );
    assert!(told.actions[0].what.plain().contains("no run begin while another"), "{:?}", told.actions[0]);
    assert!(!titles(&log(200)).contains("overlap"));
}
