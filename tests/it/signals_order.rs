//! What shows from the order of entries alone: clocks that can't be right, and that no split of the input changes what is told.

use super::signals::{KNOWLEDGE, entry, heart, hosts, of_files, speed};
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::{Builder, Digest};
use fivewhys::error::Code;
use fivewhys::ingest::{FileId, Ingest, Shard, detect};
use fivewhys::report::model::Report;
use serde_json::{Value, json};

#[test]
fn clocks_that_can_not_be_right_are_warned_of() {
    let clocks = |report: &Report| -> Vec<String> {
        report.warnings.iter().filter(|w| w.code == Code::WClock).map(|w| w.detail.clone()).collect()
    };
    let page = |millis: u64, n: u64| {
        let mut entry = entry(millis, "ledger", "INFO", &format!("wrote page {n}"));
        entry["insertId"] = json!(format!("p{n}"));
        entry
    };
    let mut log: Vec<Value> = (0..60).map(|n| page(n * 10_000, n)).collect();
    assert!(clocks(&of_files(&[("log.ndjson", &log)])).is_empty());
    // Set back by five minutes in the middle.
    log = (0..60).map(|n| page(if n < 40 { n * 10_000 } else { n * 10_000 - 300_000 }, n)).collect();
    assert_eq!(
        clocks(&of_files(&[("log.ndjson", &log)])),
        [
            "Times run backwards within one source 1 time, by up to 4 min 50 s: its clock was set back, or the file was put together from pieces."
        ]
    );
    // A file in another order, and steps of a second, are nobody's clock.
    log = (0..60).map(|n| page((n * 47) % 60 * 100_000, n)).collect();
    assert!(clocks(&of_files(&[("log.ndjson", &log)])).is_empty());
    log = (0..60).map(|n| page(n * 10_000 - n % 2 * 11_000.min(n * 10_000), n)).collect();
    assert!(clocks(&of_files(&[("log.ndjson", &log)])).is_empty());
    log = (0..60).map(|n| page(n * 10_000, n)).collect();
    log[3]["timestamp"] = json!("1970-01-01T00:00:09Z");
    let told = clocks(&of_files(&[("log.ndjson", &log)]));
    assert!(
        told[0].starts_with("1 entry is dated before 1990 or after 2099, such as 1970-01-01T00:00:09Z"),
        "{told:?}"
    );
}

#[test]
fn entries_that_were_seen_twice_are_counted_once_and_told() {
    let page = |n: u64| {
        let mut entry = entry(n * 10_000, "ledger", "INFO", &format!("wrote page {n}"));
        entry["insertId"] = json!(format!("p{n}"));
        entry
    };
    let told = |report: &Report| -> Vec<String> {
        let warnings = report.warnings.iter().filter(|w| w.code == Code::WDuplicates);
        warnings.map(|w| w.detail.clone()).collect()
    };
    let log: Vec<Value> = (0..20).map(page).collect();
    assert!(told(&of_files(&[("log.ndjson", &log)])).is_empty());
    let again: Vec<Value> = (15..25).map(page).collect();
    let report = of_files(&[("log.ndjson", &log), ("again.ndjson", &again)]);
    assert_eq!(told(&report), ["5 entries."]);
    assert_eq!(report.raw.entries, 25);
}

/// The digest of a part of a log.
fn part(text: &str, start: u64, end: u64) -> Digest {
    let id = FileId { name: "log.ndjson".to_owned(), size: text.len() as u64, token: 5 };
    let mut builder = Builder::default();
    let plan = detect("log.ndjson", text.as_bytes());
    let mut ingest = Ingest::of_shard(id, &plan, Shard { start, end });
    ingest.push(&text.as_bytes()[usize::try_from(start).unwrap()..], &mut builder);
    ingest.finish(&mut builder);
    builder.finish()
}

#[test]
fn what_shows_without_an_error_is_the_same_for_any_split() {
    let page = |n: u64| {
        let mut entry =
            entry(if n < 40 { n * 10_000 } else { n * 10_000 - 300_000 }, "ledger", "INFO", "wrote a page");
        entry["insertId"] = json!(format!("p{n}"));
        entry
    };
    for log in [heart(20), speed(200, 300, 1200), hosts(30, "gce_instance"), (0..60).map(page).collect()] {
        let text: String = log.iter().map(|entry| format!("{entry}\n")).collect();
        let size = text.len() as u64;
        let edges = [0, size / 7, size / 2, size - size / 5, size];
        let mut parts: Vec<Digest> = edges.windows(2).map(|pair| part(&text, pair[0], pair[1])).collect();
        let mut merged = parts.pop().unwrap();
        parts.into_iter().rev().for_each(|part| merged.merge(part));
        let [one, other] = [part(&text, 0, size), merged].map(|digest| {
            serde_json::to_string(&diagnose(&digest.finish(), &KNOWLEDGE, &Options::default())).unwrap()
        });
        assert!(
            one == other
                && (one.contains("fell silent")
                    || one.contains("as slow")
                    || one.contains("W_CLOCK")
                    || one.contains("WClock")),
            "{one}"
        );
    }
}
