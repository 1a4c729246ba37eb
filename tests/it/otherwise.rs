//! What is otherwise than before: values that a start states, callers that are refused since, and what only looks like a failure.

use super::tied::{all, at, entry, request, said, titles};
use super::work::{report, report_of};
use fivewhys::report::model::{Class, Report};
use serde_json::{Value, json};

/// What an instance states as it starts.
fn started(second: usize, instance: &str, keeps: bool) -> Value {
    said(second, "thumbs", instance, "INFO", &format!("INFO: config loaded: keepFiles={keeps} sizeMb=512"))
}

fn is_calm(report: &Report) -> bool {
    report.findings.iter().all(|finding| finding.class == Class::Notice)
}

#[test]
fn a_value_that_a_start_states_otherwise_is_told() {
    let log = |keeps: bool| {
        let mut entries = vec![started(0, "0a", false), started(1200, "0b", keeps)];
        entries.extend((0..60).map(|n| said(10 + n * 20, "thumbs", "0a", "INFO", "INFO: drawn")));
        entries.extend((0..12).map(|n| {
            said(1500 + n * 30, "thumbs", "0b", "ERROR", "ERROR: OSError: [Errno 28] No space left on device")
        }));
        all(&report(&entries).findings[0])
    };
    let told = log(true);
    assert!(
        told.contains("keepFiles was false before, and first true at 2026-06-01 00:20:00 UTC."),
        "{told}"
    );
    assert!(!log(false).contains("keepFiles was"), "{}", log(false));
}

#[test]
fn a_short_burst_that_is_tried_again_each_time_is_a_notice() {
    let ended = "ERROR: terminating connection due to administrator command";
    let mut entries: Vec<Value> =
        (0..200).map(|n| said(n * 20, "bookings", "0a", "INFO", "INFO: booked")).collect();
    entries.extend((0..7).map(|n| said(2001 + n, "bookings", "0a", "ERROR", ended)));
    assert!(!is_calm(&report(&entries)), "{:?}", titles(&report(&entries)));
    entries
        .extend((0..7).map(|n| {
            said(2012 + n, "bookings", "0a", "WARNING", "WARNING: retrying transaction, attempt 2")
        }));
    let told = report(&entries);
    assert!(is_calm(&told), "{:?}", titles(&told));
    // An error after that is no success.
    entries.push(said(2200, "bookings", "0a", "ERROR", "ERROR: booking lost: no connection"));
    assert!(!is_calm(&report(&entries)), "{:?}", titles(&report(&entries)));
}

#[test]
fn callers_who_were_served_and_are_refused_each_time_since_are_an_incident() {
    let mut entries: Vec<Value> = (0..20).map(|n| request(n * 30, "till", "/hooks/pay", 200)).collect();
    entries.extend((0..20).map(|n| request(700 + n * 30, "till", "/hooks/pay", 400)));
    assert!(!is_calm(&report(&entries)), "{:?}", titles(&report(&entries)));
    // Where some get through, what is wrong is with the others.
    entries.extend((0..6).map(|n| request(710 + n * 90, "till", "/hooks/pay", 200)));
    assert!(is_calm(&report(&entries)), "{:?}", titles(&report(&entries)));
}

#[test]
fn an_event_counts_as_often_as_it_says_and_names_its_pod() {
    let event = |count: u32| {
        let waiting = json!({
            "kind": "Event", "type": "Warning", "reason": "FailedScheduling", "count": count,
            "involvedObject": { "kind": "Pod", "name": "mongo-2", "namespace": "shop" },
            "message": "0/4 nodes are available: 4 node(s) had volume node affinity conflict.",
            "firstTimestamp": "2026-06-01T03:48:46Z", "lastTimestamp": "2026-06-01T05:59:00Z", "metadata": { "uid": "u1" },
        });
        let calm = (0..12).map(|n| {
            json!({
                "kind": "Event", "type": "Normal", "reason": "Completed", "count": 1,
                "involvedObject": { "kind": "Job", "name": format!("mail-{n}"), "namespace": "shop" }, "message": "Job completed",
                "firstTimestamp": format!("2026-06-01T03:{:02}:00Z", n), "lastTimestamp": format!("2026-06-01T03:{:02}:00Z", n),
                "metadata": { "uid": format!("j{n}") },
            })
        });
        let items: Vec<Value> = calm.chain([waiting]).collect();
        let list = json!({ "kind": "EventList", "apiVersion": "v1", "items": items });
        report_of("events.json", list.to_string().as_bytes())
    };
    let told = event(23);
    let finding = &told.findings[0];
    assert!(finding.class != Class::Notice, "{:?}", titles(&told));
    let state = finding.state_text.text.plain();
    assert!(
        state.contains("counted 23 times, from 2026-06-01 03:48:46 to 2026-06-01 05:59:00 UTC"),
        "{state}"
    );
    assert!(all(finding).contains("pod mongo-2"), "{}", all(finding));
    assert!(is_calm(&event(1)), "{:?}", titles(&event(1)));
}

#[test]
fn work_that_its_caller_gave_up_is_told_to_be_done_once_more_with_each_try() {
    let target = "https://payouts-7xk2-ew.a.run.app/tasks/payouts";
    let failed = |second: usize| {
        let payload = json!({
            "@type": "type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished",
            "jobName": "projects/acme/locations/europe-west1/jobs/payouts", "targetType": "HTTP", "url": target,
            "status": "DEADLINE_EXCEEDED", "debugInfo": "URL_TIMEOUT-TIMEOUT_WEB. Original HTTP response code number = 0",
        });
        let resource = json!({ "type": "cloud_scheduler_job", "labels": { "job_id": "payouts", "location": "europe-west1", "project_id": "acme" } });
        entry(
            second,
            "cloudscheduler.googleapis.com%2Fexecutions",
            "ERROR",
            resource,
            json!({ "jsonPayload": payload }),
        )
    };
    let log = |ends: usize| {
        let mut entries: Vec<Value> = (0..3).map(|n| failed(7380 + n * 190)).collect();
        entries.extend((0..ends).map(|n| {
            said(
                7460 + n * 190,
                "payouts",
                "0a",
                "INFO",
                &format!("INFO: run r-{n} finished: 96 sent, 0 errors"),
            )
        }));
        entries.extend((0..40).map(|n| said(n * 180, "payouts", "0a", "INFO", "INFO: rates read")));
        let told = report(&entries);
        told.findings.iter().map(all).collect::<Vec<_>>().join(" ")
    };
    assert!(
        log(3).contains("The work may have been done all the same, and once more with each try"),
        "{}",
        log(3)
    );
    assert!(!log(1).contains("done all the same"), "{}", log(1));
}

#[test]
fn the_name_of_a_file_states_no_failure() {
    let line = |n: usize, words: &str| {
        let resource = json!({ "type": "k8s_container", "labels": {
            "project_id": "acme", "location": "us-central1", "cluster_name": "main", "namespace_name": "media",
            "pod_name": "worker-7f9c-x1", "container_name": "worker" } });
        entry(n, "stderr", "ERROR", resource, json!({ "textPayload": words }))
    };
    let log = |words: &str| {
        let mut entries: Vec<Value> =
            (0..60).map(|n| line(n * 30, "frame=  120 fps= 30 q=28.0 size=  512kB")).collect();
        entries.extend((0..12).map(|n| line(5 + n * 120, words)));
        report(&entries)
    };
    let told = log("[hls @ 0x55d0] Opening 'out/error_slate_000.ts' for writing");
    assert!(is_calm(&told), "{:?}", titles(&told));
    let told = log("[hls @ 0x55d0] error writing 'out/slate_000.ts'");
    assert!(!told.findings.is_empty(), "{}", at(0));
}
