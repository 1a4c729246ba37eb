//! Latencies lie in classes, steps begin where they began, and a pattern's entries lie in the buckets of the timeline.

use super::{SLOWEST, classes, sketch, slowest, step};
use crate::diagnose::knowledge::Knowledge;
use crate::diagnose::{Options, diagnose};
use crate::digest::{Builder, Index};
use crate::entry::time::SECOND;
use crate::ingest::{FileId, Ingest};

const LOG: &str = concat!(
    r#"{"timestamp":"2026-03-10T09:00:00Z","severity":"INFO","trace":"projects/p/traces/t1","httpRequest":{"requestMethod":"GET","requestUrl":"/a","status":200,"latency":"0.250s"},"resource":{"type":"cloud_run_revision"},"logName":"projects/p/logs/r","insertId":"1"}"#,
    "\n",
    r#"{"timestamp":"2026-03-10T09:00:01Z","severity":"INFO","trace":"projects/p/traces/t1","textPayload":"query took 200 ms","resource":{"type":"cloud_run_revision"},"logName":"projects/p/logs/r","insertId":"2"}"#,
    "\n",
    r#"{"timestamp":"2026-03-10T09:00:02Z","severity":"INFO","textPayload":"done","resource":{"type":"cloud_run_revision"},"logName":"projects/p/logs/r","insertId":"3"}"#,
    "\n",
);

fn index() -> Index {
    index_of(LOG)
}

fn index_of(log: &str) -> Index {
    let id = FileId { name: "log.ndjson".into(), size: log.len() as u64, token: 1 };
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(id);
    ingest.push(log.as_bytes(), &mut builder);
    let _ = ingest.finish(&mut builder);
    builder.finish().finish()
}

#[test]
fn latencies_lie_in_classes_without_empty_ends() {
    assert_eq!(classes([3_u64, 5, 6, 40].into_iter()), [(5, 2), (10, 1), (20, 0), (50, 1)]);
    assert_eq!(classes(std::iter::empty()), []);
}

#[test]
fn a_request_is_told_when_it_begins_and_a_duration_when_it_ends() {
    let index = index();
    let from = index.row(0).and_then(crate::digest::Row::time).map_or(0, |time| time.0);
    let steps: Vec<_> =
        (0..3).filter_map(|row| step(&index, row)).map(|(at, micros)| (at.0 - from, micros)).collect();
    let expected = [(0, Some(250_000)), (SECOND - 200_000_000, Some(200_000)), (2 * SECOND, None)];
    assert_eq!(steps, expected);
}

#[test]
fn every_pattern_is_drawn_over_the_timeline() {
    let index = index();
    let report = diagnose(&index, &Knowledge::builtin(), &Options::default());
    let sketch = sketch(&index, &report);
    let sums: Vec<u64> = sketch.patterns.iter().map(|buckets| buckets.iter().sum()).collect();
    let entries: Vec<u64> = report.patterns.iter().map(|row| row.entries).collect();
    assert_eq!(sums, entries);
    assert!(!sums.is_empty());
    assert_eq!(sketch.latencies, [(500_000, 1)]);
    let slowest: Vec<_> = sketch.slowest.iter().map(|(micros, quote)| (*micros, quote.row)).collect();
    assert_eq!(slowest, [(250_000, 0)]);
}

#[test]
fn of_many_requests_the_ten_slowest_are_listed_in_their_order() {
    let line = |n: usize| {
        format!(
            r#"{{"timestamp":"2026-03-10T09:00:{n:02}Z","httpRequest":{{"requestMethod":"GET","requestUrl":"/a","status":200,"latency":"0.{:03}s"}},"logName":"projects/p/logs/r","insertId":"{n}"}}"#,
            // Pairs of the same latency, mixed.
            n * 7 % 30 / 2 + 1
        )
    };
    let log: String = (0..30).map(|n| line(n) + "\n").collect();
    let index = index_of(&log);
    let found: Vec<_> =
        slowest(&index).into_iter().map(|(micros, quote)| (micros / 1000, quote.row)).collect();
    assert_eq!(found.len(), SLOWEST);
    assert_eq!(
        found.iter().map(|(millis, _)| *millis).collect::<Vec<_>>(),
        [15, 15, 14, 14, 13, 13, 12, 12, 11, 11]
    );
    assert!(found.chunks(2).all(|pair| pair[0].1 < pair[1].1), "{found:?}");
}
