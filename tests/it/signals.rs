//! What shows without an error: how failures began, silences, slow stretches, time limits. Logs of our own, a behaviour
//! each, and beside it the log that must not raise it.

use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::Builder;
use fivewhys::entry::Nanos;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::report::model::{Class, Finding, Grade, Report, Sentence, State};
use serde_json::{Value, json};
use std::sync::LazyLock;

pub(super) static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::builtin);

pub(super) fn of_files(files: &[(&str, &[Value])]) -> Report {
    let mut builder = Builder::default();
    for (name, entries) in files {
        let text: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
        let id = FileId { name: (*name).to_owned(), size: text.len() as u64, token: 5 };
        let mut ingest = Ingest::new(id);
        ingest.push(text.as_bytes(), &mut builder);
        ingest.finish(&mut builder);
    }
    diagnose(&builder.finish().finish(), &KNOWLEDGE, &Options::default())
}

/// The report of entries in time order.
fn report(mut entries: Vec<Value>) -> Report {
    entries.sort_by_key(|entry| entry["timestamp"].as_str().map(str::to_owned));
    of_files(&[("log.ndjson", &entries)])
}

fn stamp(millis: u64) -> String {
    let start = Nanos::parse("2026-03-02T10:00:00Z").unwrap().0;
    Nanos(start + i64::try_from(millis).unwrap() * 1_000_000).rfc3339()
}

/// An entry of a service, so many milliseconds after ten o'clock.
pub(super) fn entry(millis: u64, service: &str, severity: &str, text: &str) -> Value {
    json!({
        "timestamp": stamp(millis),
        "severity": severity,
        "insertId": format!("i{millis}{service}{}", text.len()),
        "logName": "projects/acme/logs/run.googleapis.com%2Fstderr",
        "resource": { "type": "cloud_run_revision", "labels": {
            "service_name": service, "revision_name": format!("{service}-r1"), "project_id": "acme" } },
        "labels": { "instanceId": format!("{service}-a") },
        "textPayload": text,
    })
}

fn request(millis: u64, path: &str, status: u16, latency_millis: u64) -> Value {
    let severity = if status >= 500 { "ERROR" } else { "INFO" };
    let mut entry = entry(millis, "ledger", severity, path);
    let fields = entry.as_object_mut().unwrap();
    fields.remove("textPayload");
    fields.insert("logName".to_owned(), json!("projects/acme/logs/run.googleapis.com%2Frequests"));
    fields.insert("insertId".to_owned(), json!(format!("r{millis}{path}")));
    fields.insert(
        "httpRequest".to_owned(),
        json!({ "requestMethod": "GET", "requestUrl": format!("https://ledger.example{path}"), "status": status,
            "latency": format!("{}.{:03}s", latency_millis / 1000, latency_millis % 1000) }),
    );
    entry
}

/// A revision of its own for some entries.
fn revision(mut entry: Value, name: &str) -> Value {
    entry["resource"]["labels"]["revision_name"] = json!(name);
    entry["labels"]["instanceId"] = json!(format!("{name}-a"));
    entry
}

fn plain(sentences: &[Sentence]) -> String {
    sentences.iter().map(|s| s.text.plain()).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn finding<'r>(report: &'r Report, words: &str) -> &'r Finding {
    let titles: Vec<String> = report.findings.iter().map(|f| f.title.plain()).collect();
    report
        .findings
        .iter()
        .find(|f| f.title.plain().contains(words))
        .unwrap_or_else(|| panic!("no {words} in {titles:?}"))
}

/// Every sentence that is no hypothesis links to entries.
#[track_caller]
fn linked(finding: &Finding) {
    let sentences = [&finding.impact, &finding.state_text];
    for sentence in sentences.into_iter().chain(&finding.cause).chain(&finding.symptoms) {
        assert!(
            sentence.grade == Grade::Hypothesis || sentence.evidence.is_some(),
            "{}",
            sentence.text.plain()
        );
    }
}

const MINUTE: u64 = 60_000;

#[test]
fn failures_after_a_quiet_hour_are_told_with_the_quiet() {
    let mut log: Vec<Value> =
        (0..52).map(|n| entry(n * MINUTE, "ledger", "INFO", "settled the books of the day")).collect();
    log.extend((0..40).map(|n| {
        entry(
            52 * MINUTE + 10_000 + n * 6_000,
            "ledger",
            "ERROR",
            &format!("RuntimeError: no book for page {n}"),
        )
    }));
    let report = report(log);
    let found = finding(&report, "no book for page");
    let told = plain(&found.cause);
    assert!(
        told.contains(
            "It began at 2026-03-02 10:52:10 UTC: none in the 52 min 10 s before, then 40 within 3 min 54 s."
        ),
        "{told}"
    );
    linked(found);
}

#[test]
fn failures_spread_over_the_log_have_no_beginning() {
    let log = (0..60).map(|n| entry(n * MINUTE, "ledger", "ERROR", "RuntimeError: no book for the page"));
    let report = report(log.collect());
    let told = plain(&finding(&report, "no book").cause);
    assert!(!told.contains("It began"), "{told}");
}

#[test]
fn a_step_in_the_share_of_a_path_names_the_revision_that_came_with_it() {
    let mut log = Vec::new();
    for n in 0..200 {
        let (status, name) = if n >= 150 && n % 10 != 0 { (500, "ledger-r2") } else { (200, "ledger-r1") };
        let name = if n >= 150 { "ledger-r2" } else { name };
        log.push(revision(request(n * 10_000, "/books", status, 20), name));
    }
    let report = report(log);
    let found = finding(&report, "/books");
    let told = plain(&found.cause);
    assert!(
        told.contains("Of the requests to GET /books, 0 of 151 (0.0 %) were answered with 5xx before 2026-03-02 10:25:10 UTC, and 45 of 49 (91.8 %) since."),
        "{told}"
    );
    assert!(
        told.contains("The revision ledger-r2 appears for the first time 10 s before the first failure"),
        "{told}"
    );
    let why = report.whys.iter().find(|w| w.question.plain() == "Why did it begin at that time?").unwrap();
    assert!(why.answer.text.plain().contains("ledger-r2"));
    linked(found);
}

#[test]
fn load_that_grew_before_the_failures_is_named() {
    let mut log: Vec<Value> = (0..40).map(|n| request(n * 60_000, "/books", 200, 20)).collect();
    log.extend((0..300).map(|n| request(40 * MINUTE + n * 500, "/books", 200, 20)));
    log.extend((0..60).map(|n| {
        entry(
            41 * MINUTE + n * 1000,
            "ledger",
            "ERROR",
            "RuntimeError: no free connection in the pool of books",
        )
    }));
    let report = report(log);
    let told = plain(&finding(&report, "no free connection").cause);
    assert!(told.contains("The load grew from 2026-03-02 10:40:00 UTC on, 60 s before the first failure: 40 in the 40 min before, then 300 requests within"), "{told}");
}

/// A service with a heartbeat every 30 s until the given minute, and other entries until the hour is full.
pub(super) fn heart(until: u64) -> Vec<Value> {
    let beats =
        (0..until * 2).map(|n| entry(n * 30_000 + n % 3 * 100, "ledger", "INFO", "heartbeat of the clerk"));
    let rest = (0..97).map(|n| entry(n * 37_000, "ledger", "INFO", "wrote a page of the book"));
    beats.chain(rest).collect()
}

#[test]
fn a_heartbeat_that_stops_while_its_service_goes_on_is_a_warning() {
    let report = report(heart(20));
    let found = finding(&report, "heartbeat of the clerk fell silent");
    assert_eq!((found.class, found.state), (Class::Warning, State::Ongoing));
    assert_eq!(
        found.title.plain(),
        "heartbeat of the clerk fell silent: every 30 s until 10:19:30 UTC, then not for 39 min 42 s"
    );
    let told = plain(&found.cause);
    assert!(told.contains("came every 30 s, 40 times until 2026-03-02 10:19:30 UTC"), "{told}");
    assert!(told.contains("while 65 other entries of the same service follow"), "{told}");
    assert!(report.headline.sentence.plain().contains("fell silent"), "{:?}", report.headline);
    linked(found);
}

#[test]
fn a_log_that_ends_with_its_heartbeat_is_healthy() {
    for log in
        [heart(60), (0..40).map(|n| entry(n * 30_000, "ledger", "INFO", "heartbeat of the clerk")).collect()]
    {
        let report = report(log);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}

#[test]
fn a_silence_that_the_log_explains_is_no_finding() {
    // It says that it stops; another instance takes over; a job is done with its work; another file ends later.
    let mut stopped = heart(20);
    stopped.push(entry(20 * MINUTE, "ledger", "INFO", "the clerk is shutting down"));
    let mut replaced = heart(20);
    for entry in &mut replaced {
        if entry["timestamp"].as_str() > Some(stamp(20 * MINUTE).as_str()) {
            entry["labels"]["instanceId"] = json!("ledger-b");
        }
    }
    let retries = |n: u64| entry(n * 2000, "ledger", "INFO", "waiting for the vault, attempt 7");
    let waited =
        (0..30).map(retries).chain((60..99).map(|n| entry(n * 37_000, "ledger", "INFO", "wrote a page")));
    for log in [stopped, replaced, waited.collect()] {
        let report = report(log);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
    let beats: Vec<Value> =
        (0..40).map(|n| entry(n * 30_000, "ledger", "INFO", "heartbeat of the clerk")).collect();
    let pages: Vec<Value> = (0..97).map(|n| entry(n * 37_000, "ledger", "INFO", "wrote a page")).collect();
    let report = of_files(&[("a.ndjson", &beats), ("b.ndjson", &pages)]);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn a_service_that_is_silent_while_others_go_on_is_told_as_such() {
    let mut log: Vec<Value> = (0..15).map(|n| request(n * MINUTE, "/tasks/close", 200, 20)).collect();
    log.extend((0..97).map(|n| entry(n * 37_000, "archive", "INFO", "wrote a page of the book")));
    let report = report(log);
    let found = finding(&report, "Everything of ledger fell silent");
    assert!(plain(&found.cause).contains("nor anything else of ledger, while"), "{}", plain(&found.cause));
}

/// Entries of two hosts, irregular; the second one until the given minute.
pub(super) fn hosts(until: u64, resource: &str) -> Vec<Value> {
    let of = |host: &str, n: u64| {
        let mut entry = entry(n * 7000 + n * n % 11 * 500, "archive", "INFO", "moved a box");
        entry["resource"] = json!({ "type": resource, "labels": { "project_id": "acme", "instance_id": host, "pod_name": host, "container_name": "archive", "namespace_name": "n", "cluster_name": "c" } });
        entry["labels"] = json!({});
        entry["insertId"] = json!(format!("{host}{n}"));
        entry
    };
    (0..500).map(|n| of("4711", n)).chain((0..until * 60 / 7).map(|n| of("4712", n))).collect()
}

#[test]
fn a_host_that_falls_silent_beside_others_is_told_unless_its_platform_scales() {
    let report = report(hosts(30, "gce_instance"));
    let found = finding(&report, "Everything of 4712 fell silent: never more than");
    assert!(
        plain(&found.cause).contains("4712 logged 257 entries, never more than 9.5 s apart, until"),
        "{}",
        plain(&found.cause)
    );
    linked(found);
    assert!(self::report(hosts(58, "gce_instance")).findings.is_empty());
    assert!(self::report(hosts(30, "cloud_run_revision")).findings.is_empty());
    // Of few entries nobody knows how they come.
    let mut seldom = hosts(30, "gce_instance");
    let mut n = 0;
    seldom.retain(|entry| {
        n += 1;
        entry["resource"]["labels"]["instance_id"] == "4711" || n % 6 == 0
    });
    assert!(self::report(seldom).findings.is_empty());
}

#[test]
fn requests_that_stop_or_surge_are_remarks_beside_the_timeline() {
    let mut log: Vec<Value> =
        (0..400).map(|n| request(n * 4000 + n * n % 13 * 300, "/books", 200, 20)).collect();
    log.extend(
        (0..120).map(|n| entry(n * 30_000 + n * n % 17 * 900, "ledger", "INFO", "wrote a page of the book")),
    );
    let stopped = report(log.clone());
    let notes = |report: &Report| plain(&report.timeline.as_ref().unwrap().notes);
    assert!(notes(&stopped).contains("No request after 2026-03-02 10:26:3"), "{}", notes(&stopped));
    assert!(stopped.findings.is_empty(), "{:?}", stopped.findings);
    // Six minutes without a request are nothing where 50 s went by without one before, nor are five after which the log ends.
    for (pause, until) in [(50_000, 26), (4000, 1)] {
        let mut log: Vec<Value> = (0..120).map(|n| request(n * pause, "/books", 200, 20)).collect();
        log.extend((0..until).map(|n| entry(120 * pause + n * 15_000, "ledger", "INFO", "wrote a page")));
        assert!(!notes(&report(log)).contains("No request after"), "{pause}");
    }
    log.retain(|entry| entry.get("httpRequest").is_none());
    log.extend((0..20).map(|n| request(n * 2 * MINUTE, "/books", 200, 20)));
    log.extend((0..300).map(|n| request(40 * MINUTE + n * 500, "/books", 200, 20)));
    let surged = report(log);
    assert!(notes(&surged).contains("Requests came much more often from 2026-03-02 10:40:00 UTC on: 20 in the 40 min before, then 300 within"), "{}", notes(&surged));
}

#[test]
fn the_time_between_two_exports_is_no_quiet_before_a_surge() {
    let traffic = |from: u64, n: u64| -> Vec<Value> {
        (0..n).map(|n| request(from + n * 1000 + n * n % 7 * 90, "/books", 200, 20)).collect()
    };
    let (early, late) = (traffic(0, 60), traffic(300 * MINUTE, 90));
    let notes =
        |report: &Report| report.timeline.as_ref().map(|timeline| plain(&timeline.notes)).unwrap_or_default();
    let told = notes(&of_files(&[("monday.ndjson", &early), ("tuesday.ndjson", &late)]));
    assert!(!told.contains("much more often"), "{told}");
    // In one export the same time was logged, and nobody asked.
    let whole = [early, late].concat();
    let told = notes(&of_files(&[("both.ndjson", &whole)]));
    assert!(told.contains("Requests came much more often"), "{told}");
}

#[test]
fn a_pause_of_everything_is_a_remark_and_no_finding() {
    let beat = |n: u64| entry(n * 30_000, "ledger", "INFO", "heartbeat of the clerk");
    let report = report((0..30).chain(70..99).map(beat).collect());
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let told = plain(&report.coverage.sentences);
    assert!(
        told.contains("Nothing at all is logged from 2026-03-02 10:14:30 to 10:35:00 for 20 min 30 s"),
        "{told}"
    );
}

/// Requests of a path, every 5 s, fast until the given one and slow from there on.
pub(super) fn speed(slow_from: u64, slow_until: u64, slow_millis: u64) -> Vec<Value> {
    let latency =
        |n: u64| if (slow_from..slow_until).contains(&n) { slow_millis + n % 7 * 40 } else { 80 + n % 7 * 5 };
    (0..300).map(|n| request(n * 5000, "/books", 200, latency(n))).collect()
}

#[test]
fn a_path_that_became_slow_is_told_with_numbers() {
    let report = report(speed(200, 300, 1200));
    let found = finding(&report, "GET /books became 13 times as slow: p50 95 ms → 1.3 s");
    assert_eq!((found.class, found.state), (Class::Warning, State::Ongoing));
    let told = plain(&found.cause);
    assert!(told.contains("p50 95 ms → 1.3 s, p95 110 ms → 1.4 s from 2026-03-02 10:16:40 UTC on (200 requests before, 100 in it)"), "{told}");
    linked(found);
    let report = self::report(speed(100, 160, 1200));
    assert_eq!(finding(&report, "became 13 times as slow").state, State::Ended);
}

#[test]
fn of_two_paths_that_became_slow_the_one_that_cost_more_leads() {
    let renamed = |mut entry: Value| {
        entry["httpRequest"]["requestUrl"] = json!("https://ledger.example/accounts");
        entry["insertId"] = json!(format!("a{}", entry["insertId"].as_str().unwrap()));
        entry
    };
    let mut log = speed(200, 300, 4000);
    log.extend(speed(200, 300, 1200).into_iter().map(renamed));
    let title = report(log).findings.first().map(|f| f.title.plain()).unwrap_or_default();
    assert!(title.starts_with("GET /books became"), "{title}");
}

#[test]
fn small_or_short_slowdowns_are_nothing() {
    // Three times as slow but nobody feels it; slow but not three times; ten slow requests; slow from the beginning.
    let mixed =
        (0..300).map(|n| request(n * 5000, "/books", 200, if n % 9 == 0 { 2000 } else { 80 })).collect();
    for log in [speed(200, 300, 250), speed(200, 210, 1200), speed(0, 100, 1200), mixed] {
        let report = report(log);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}

#[test]
fn a_worker_timeout_owns_the_request_that_began_so_long_before() {
    let mut log: Vec<Value> = (0..30).map(|n| request(n * 20_000, "/books", 200, 40)).collect();
    for n in 0..3u64 {
        log.push(request(120_000 + n * 100_000, "/books/yearly", 504, 30_000));
        log.push(entry(
            150_400 + n * 100_000,
            "ledger",
            "CRITICAL",
            "[2026-03-02 10:00:00 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:7)",
        ));
    }
    let report = report(log);
    let found = finding(&report, "WORKER TIMEOUT");
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    let told = plain(&found.cause);
    assert!(
        told.contains(
            "3 of 3 failed requests ended within 2 s of it, at the same place, and began about 30 s before"
        ),
        "{told}"
    );
    linked(found);
}
