//! What the numbers of entries tell: runs that do nothing, levels that rise to a limit, calls that become slow, and messages
//! that go on under another severity. Logs of our own, a behaviour each, and beside it the log that must not raise it.

use super::signals::{entry, heart, of_files};
use fivewhys::digest::{Builder, Digest};
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::report::model::{Class, Finding, Priority, Report, Rich, Sentence, State};
use serde_json::{Value, json};

fn report(mut entries: Vec<Value>) -> Report {
    entries.sort_by_key(|entry| entry["timestamp"].as_str().map(str::to_owned));
    of_files(&[("log.ndjson", &entries)])
}

/// An entry with fields of its own instead of a text.
fn fields(millis: u64, service: &str, severity: &str, payload: &Value) -> Value {
    let mut entry = entry(millis, service, severity, "");
    let members = entry.as_object_mut().unwrap();
    members.remove("textPayload");
    members.insert("insertId".to_owned(), json!(format!("{millis}{payload}")));
    members.insert("jsonPayload".to_owned(), payload.clone());
    entry
}

fn plain(sentences: &[Sentence]) -> String {
    sentences.iter().map(|s| s.text.plain()).collect::<Vec<_>>().join(" ")
}

fn finding<'r>(report: &'r Report, words: &str) -> &'r Finding {
    let titles: Vec<String> = report.findings.iter().map(|f| f.title.plain()).collect();
    let found = report.findings.iter().find(|f| f.title.plain().contains(words));
    found.unwrap_or_else(|| panic!("no {words:?} in {titles:?}"))
}

const HOUR: u64 = 3_600_000;

/// Runs of a job, one an hour, each with its number of rows.
fn runs(rows: &[u64], watermark: impl Fn(usize) -> Option<&'static str>) -> Vec<Value> {
    let mut entries = Vec::new();
    for (n, rows) in rows.iter().enumerate() {
        let at = n as u64 * HOUR;
        let mut say = |millis: u64, payload: &Value| {
            let mut entry = fields(at + millis, "", "INFO", payload);
            entry["resource"] = json!({ "type": "cloud_run_job", "labels": {
                "job_name": "ledger-copy", "project_id": "acme", "location": "europe-west1" } });
            entry["labels"] = json!({ "run.googleapis.com/execution_name": format!("ledger-copy-{n:03}") });
            entries.push(entry);
        };
        say(0, &json!({ "message": "copy started" }));
        say(900, &json!({ "message": "page read", "page": 1, "rows": rows }));
        if let Some(watermark) = watermark(n) {
            say(1_500, &json!({ "message": "watermark stored", "watermark": watermark }));
        }
        say(2_000, &json!({ "message": "copy finished", "rows": rows, "skipped_rows": 0, "status": "ok" }));
    }
    entries
}

#[test]
fn a_job_that_reads_nothing_any_more_is_a_finding_with_the_wrong_date() {
    let far = |n: usize| Some(if n == 5 { "2071-01-01T00:00:00Z" } else { "2026-03-02T09:58:00Z" });
    let report = report(runs(&[4100, 3980, 4420, 4015, 4230, 4300, 0, 0, 0, 0], far));
    super::golden::told("job_that_reads_nothing", &report);
    let found = finding(&report, "does nothing in its last 4 runs");
    assert_eq!(found.state, State::Ongoing);
    let cause = plain(&found.cause);
    assert!(
        cause.contains("rows of copy finished is 0 in each of the 4 from 2026-03-02 16:00:02"),
        "{cause}"
    );
    assert!(cause.contains("in the 6 before it was 3,980 to 4,420"), "{cause}");
    assert!(cause.contains("watermark stored has watermark 2071-01-01T00:00:00Z"), "{cause}");
    assert!(cause.contains("45 years ahead of the entry itself"), "{cause}");
    assert!(found.quotes.iter().any(|quote| quote.text == "copy finished (rows: 0)"), "{:?}", found.quotes);
    let action = report.actions.first().unwrap();
    assert_eq!(action.priority, Priority::P1);
    assert!(action.what.plain().contains("Reset watermark"), "{}", action.what.plain());
    assert!(!report.headline.sentence.plain().contains("ealthy"), "{}", report.headline.sentence.plain());
}

#[test]
fn a_job_whose_empty_runs_come_and_go_is_healthy() {
    let none = |_: usize| None;
    for rows in [
        [4100, 0, 4420, 0, 4230, 4300, 0, 0, 0, 0],
        [4100, 3980, 4420, 4015, 4230, 4300, 4100, 0, 0, 4000],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] {
        let report = report(runs(&rows, none));
        assert!(
            report.findings.is_empty(),
            "{rows:?}: {:?}",
            report.findings.first().map(|f| f.title.plain())
        );
    }
}

#[test]
fn counts_in_the_text_of_a_nightly_export_are_read_too() {
    let rows = |n: u64| if n < 12 { 700 + n } else { 0 };
    let nights = (0..20)
        .map(|n| entry(n * HOUR, "books", "INFO", &format!("export finished: {} rows written", rows(n))));
    let report = report(nights.collect());
    let found = finding(&report, "does nothing in its last 8 runs");
    assert!(plain(&found.cause).contains("in the 12 before it was 700 to 711"), "{}", plain(&found.cause));
}

#[test]
fn a_message_that_only_changed_its_severity_has_not_fallen_silent() {
    let level = |n: u64| if n < 60 { "INFO" } else { "WARNING" };
    let say = |n: u64| {
        fields(n * 60_000, "ledger", level(n), &json!({ "message": "buffer state", "fill": n, "node": "a" }))
    };
    let mut entries: Vec<Value> = (0..120).map(say).collect();
    entries.extend((0..240).map(|n| entry(n * 30_000 + 7, "ledger", "INFO", &format!("posted booking {n}"))));
    let told = report(entries.clone());
    let titles: Vec<String> = told.findings.iter().map(|f| f.title.plain()).collect();
    assert!(!titles.iter().any(|title| title.contains("silent")), "{titles:?}");
    // And without what follows it has.
    entries.retain(|entry| entry["severity"] != "WARNING");
    finding(&report(entries), "buffer state fell silent");
    assert!(heart(1).len() < 100_000);
}

/// A disk that fills up, a reindex said once as it began, and writes that fail when it is full.
fn filling(full: bool) -> Vec<Value> {
    let mut entries = Vec::new();
    for n in 0..48u64 {
        let used = if full { (40 + n.saturating_sub(8) * 2).min(97) } else { 40 + n % 2 };
        for node in ["disk-0", "disk-1"] {
            let payload = json!({ "message": "disk state", "node": node, "usedPercent": used });
            entries.push(fields(n * 300_000, "shelf", "INFO", &payload));
        }
        entries.push(entry(n * 300_000 + 40, "shelf", "INFO", "stored a page"));
    }
    entries.push(entry(8 * 300_000 + 90_000, "shelf", "INFO", "reindex of shelf_v2 begun by operator"));
    for n in 0..30u64 {
        entries.push(entry(
            11_400_000 + n * 60_000,
            "shelf",
            "ERROR",
            "store failed: IndexFrozen: writes are blocked",
        ));
    }
    entries
}

#[test]
fn a_level_that_rose_to_its_limit_before_the_failures_is_told_with_what_began_it() {
    let told = report(filling(true));
    let found = finding(&told, "IndexFrozen");
    let cause = plain(&found.cause);
    assert!(cause.contains("usedPercent of disk state (disk-0) rose from 40 % to 97 %"), "{cause}");
    assert!(cause.contains("1 other rises the same way"), "{cause}");
    assert!(cause.contains("reindex of shelf_v2 begun by operator"), "{cause}");
    assert!(
        told.whys.iter().any(|why| why.question == Rich::text("What had grown when it began?")),
        "{:?}",
        told.whys
    );
    let calm = report(filling(false));
    let cause = plain(&finding(&calm, "IndexFrozen").cause);
    assert!(!cause.contains("usedPercent"), "{cause}");
}

/// Calls to another service in free text, slow from the thirtieth minute on, with a change said just before.
fn calls(slow: u64, failures: bool) -> Vec<Value> {
    let mut entries = Vec::new();
    for n in 0..120u64 {
        let took = if n < 60 { 150 + n % 40 } else { slow + n % 70 };
        let text = format!("POST http://rates.internal:8080/v1/quote -> 200 in {took} ms");
        entries.push(entry(n * 30_000 + took, "till", "INFO", &text));
    }
    entries.push(entry(1_000, "rates", "INFO", "ready to quote"));
    let loaded = "model loaded name=rates-7 size_mb=900";
    for at in [60 * 30_000 - 20_000, 60 * 30_000 - 19_000] {
        entries.push(entry(at, "rates", "INFO", loaded));
    }
    if failures {
        for n in 0..12u64 {
            let text = "checkout failed: PoolEmpty: no connection free after 30 s";
            entries.push(entry(60 * 30_000 + 90_000 + n * 40_000, "till", "ERROR", text));
        }
    }
    entries
}

#[test]
fn calls_that_became_slow_before_the_failures_are_told_with_the_change_before_them() {
    let told = report(calls(9_000, true));
    let found = finding(&told, "PoolEmpty");
    let cause = plain(&found.cause);
    assert!(
        cause.contains("Calls to POST http://rates.internal:8080/v1/quote became slow: p50 1"),
        "{cause}"
    );
    assert!(cause.contains("model loaded name=rates-7"), "{cause}");
    let alone = report(calls(9_000, false));
    let found = finding(&alone, "POST http://rates.internal:8080/v1/quote became");
    assert_eq!(found.class, Class::Warning);
    assert!(report(calls(300, false)).findings.is_empty());
}

#[test]
fn figures_are_the_same_for_any_split_and_order() {
    let mut entries = runs(&[41, 39, 44, 40, 42, 0, 0, 0], |_| None);
    entries.extend(filling(true));
    let digest = |part: &[Value], offset: u64| {
        let text: String = part.iter().map(|entry| format!("{entry}\n")).collect();
        let mut builder = Builder::default();
        let id = FileId { name: format!("part{offset}.ndjson"), size: text.len() as u64, token: offset };
        let mut ingest = Ingest::new(id);
        ingest.push(text.as_bytes(), &mut builder);
        ingest.finish(&mut builder);
        builder.finish()
    };
    let figures = |digest: Digest| {
        let index = digest.finish();
        let named = index.figures().iter().map(|f| {
            (index.row(f.row).unwrap().time(), index.figure_name(f.name).unwrap().to_owned(), f.value)
        });
        let mut all: Vec<_> = named.collect();
        all.sort();
        all
    };
    let (head, tail) = entries.split_at(60);
    let mut one = digest(head, 1);
    one.merge(digest(tail, 2));
    let mut other = digest(tail, 2);
    other.merge(Digest::from_bytes(&digest(head, 1).to_bytes()).unwrap());
    let all = figures(one);
    assert!(all.len() > 90);
    assert_eq!(all, figures(other));
}
