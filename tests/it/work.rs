//! Work that is slow or done twice, settings listed together, audit trails, words that only sound bad: what a report says.

use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::Builder;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::report::model::Report;
use serde_json::{Value, json};

/// The report of these entries.
pub(super) fn report(entries: &[Value]) -> Report {
    let text: Vec<String> = entries.iter().map(Value::to_string).collect();
    report_of("log.ndjson", text.join("\n").as_bytes())
}

/// The report of a file.
pub(super) fn report_of(name: &str, bytes: &[u8]) -> Report {
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: name.into(), size: bytes.len() as u64, token: 7 });
    ingest.push(bytes, &mut builder);
    ingest.finish(&mut builder);
    diagnose(&builder.finish().finish(), &Knowledge::builtin(), &Options::default())
}

/// What a worker says at a second.
fn said(second: u32, text: &str) -> Value {
    entry("depot-00002-abc", second, "stderr", &json!({ "textPayload": text }))
}

fn entry(revision: &str, second: u32, log: &str, payload: &Value) -> Value {
    let mut entry = json!({
        "timestamp": format!("2026-03-02T10:{:02}:{:02}.000100Z", second / 60, second % 60),
        "logName": format!("projects/demo/logs/run.googleapis.com%2F{log}"),
        "resource": { "type": "cloud_run_revision", "labels": {
            "service_name": "depot", "revision_name": revision, "location": "europe-west1", "project_id": "demo" } },
    });
    for (key, value) in payload.as_object().into_iter().flatten() {
        entry[key] = value.clone();
    }
    entry
}

fn titles(report: &Report) -> Vec<String> {
    report.findings.iter().map(|finding| finding.title.plain()).collect()
}

#[test]
fn slow_steps_are_named_one_by_one() {
    let report = report(&[
        said(0, "[JOB 7f31c2aa] step 1: parcel service returned in 212400ms"),
        said(100, "[JOB 7f31c2aa] step 2: label generated in 73601ms"),
        said(130, "[JOB 7f31c2aa] step 3: label uploaded in 23999ms"),
        said(140, "[JOB 7f31c2aa] step 4: cache loaded in 12ms"),
    ]);
    let first = &report.findings[0];
    let title = first.title.plain();
    assert!(title.contains("parcel service returned") && title.contains("212.4 s"), "{title}");
    assert!(title.contains("label generated") && title.contains("73.6 s"), "{title}");
    let cause: Vec<String> = first.cause.iter().map(|sentence| sentence.text.plain()).collect();
    let cause = cause.join(" ");
    assert!(cause.contains("label uploaded") && !cause.contains("cache loaded"), "{cause}");
}

#[test]
fn a_deploy_that_states_its_time_is_no_slow_step() {
    let report = report(&[entry(
        "",
        0,
        "x",
        &json!({ "logName": "projects/demo/logs/cloudaudit.googleapis.com%2Fsystem_event", "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": "/InternalServices.ReplaceInternalService",
            "status": { "message": "Ready condition status changed to True for Revision depot-00002-abc with message: Deploying revision succeeded in 41.2s." } } }),
    )]);
    assert_eq!(titles(&report), Vec::<String>::new());
}

#[test]
fn work_taken_up_twice_is_told() {
    let begun = "Processing LABEL job 0b51cc3e-70a1-4a39-9d6e-2f9a63d1c001 for depot north";
    let twice = report(&[
        said(0, begun),
        said(6, begun),
        said(90, "Job 0b51cc3e-70a1-4a39-9d6e-2f9a63d1c001 failed: printer is busy"),
        said(95, "Job 0b51cc3e-70a1-4a39-9d6e-2f9a63d1c001 completed successfully in 9ms"),
    ]);
    assert!(
        titles(&twice).iter().any(|title| title.contains("processed more than once")),
        "{:?}",
        titles(&twice)
    );
    let retry = report(&[
        said(0, begun),
        said(5, "Job 0b51cc3e-70a1-4a39-9d6e-2f9a63d1c001 failed: printer is busy"),
        said(65, begun),
    ]);
    assert!(!titles(&retry).iter().any(|title| title.contains("more than once")), "{:?}", titles(&retry));
}

#[test]
fn few_suspects_and_none_from_status_lines() {
    let mut entries: Vec<Value> = (0..5)
        .map(|n| {
            said(
                n,
                &format!(
                    "{}: could not read the shelf",
                    ["amber", "birch", "cedar", "dune", "elm"][n as usize]
                ),
            )
        })
        .collect();
    assert!(report(&entries).findings.len() <= 2);
    entries.clear();
    entries.push(said(0, "SUMMARY: 12 checks. Recent: [ 'a1:failed', 'b2:done' ]"));
    entries.push(said(1, "paid back 1 coin for failed parcel 12"));
    entries.push(said(2, "no queued parcels found"));
    assert_eq!(titles(&report(&entries)), Vec::<String>::new());
}

#[test]
fn an_audit_trail_reads_as_calm_and_says_who() {
    let call = |second: u32, method: &str| {
        json!({
            "timestamp": format!("2026-03-02T10:00:{second:02}Z"), "severity": "NOTICE",
            "logName": "projects/demo/logs/cloudaudit.googleapis.com%2Factivity",
            "resource": { "type": "gce_instance", "labels": { "project_id": "demo" } },
            "protoPayload": { "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": method,
                "authenticationInfo": { "principalEmail": "kim@example.com" }, "status": {} },
        })
    };
    let report = report(&[call(0, "v1.compute.instances.insert"), call(5, "v1.compute.firewalls.insert")]);
    let headline = report.headline.sentence.plain();
    assert!(headline.contains("audit trail of 2 calls by kim@example.com"), "{headline}");
    assert!(report.findings.is_empty());
}

#[test]
fn an_error_that_nobody_saw_is_no_plain_health() {
    let report = report(&[
        said(0, "parcel stored"),
        said(
            1,
            "writing the summary failed: cannot access local variable 'ledger' where it is not associated with a value",
        ),
        said(2, "answer sent"),
    ]);
    let headline = report.headline.sentence.plain();
    assert!(headline.starts_with("No outage"), "{headline}");
    assert!(report.whys.len() >= 3);
    let steps: String =
        report.actions.iter().flat_map(|a| &a.steps).map(fivewhys::report::model::Rich::plain).collect();
    assert!(steps.contains("Do not swallow"), "{steps}");
}
