//! Tests over all dialects: which one wins on which fixture, and what each reads.

use super::testing::{one, read, record};
use super::{ALL, Head};
use crate::entry::Severity;
use std::fmt::Write as _;

fn fixture(id: &str, name: &str) -> Vec<String> {
    let folder = id.replace('-', "_");
    let path = format!("{}/tests/data/{folder}/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    text.lines().map(str::to_owned).collect()
}

fn scores(lines: &[String]) -> Vec<(u32, &'static str)> {
    let head = Head { name: "x.log", records: lines.iter().map(|line| record(line)).collect() };
    let mut scores: Vec<_> = ALL.iter().map(|dialect| (dialect.score(&head).points, dialect.id())).collect();
    scores.sort_by(|a, b| b.cmp(a));
    scores
}

#[test]
fn the_right_dialect_wins_on_every_fixture() {
    let mut matrix = String::new();
    for dialect in ALL {
        for name in ["sample.log", "near_miss.log"] {
            let scores = scores(&fixture(dialect.id(), name));
            let told: Vec<String> = scores
                .iter()
                .filter(|(points, _)| *points > 0)
                .map(|(points, id)| format!("{id} {points}"))
                .collect();
            let _ = writeln!(matrix, "{}/{name}: {}", dialect.id(), told.join(", "));
            if name == "sample.log" {
                assert_eq!(scores[0].1, dialect.id(), "{told:?}");
                assert!(scores[0].0 > scores[1].0, "{}: {told:?}", dialect.id());
            } else {
                assert_ne!((scores[0].0 > 0, scores[0].1), (true, dialect.id()), "near miss: {told:?}");
            }
        }
    }
    insta::assert_snapshot!(matrix);
}

#[test]
fn every_record_of_a_sample_has_time_and_message() {
    for dialect in ALL {
        for line in fixture(dialect.id(), "sample.log") {
            let entries = read(*dialect, &line);
            assert!(!entries.is_empty(), "{}: {line}", dialect.id());
            for entry in entries {
                assert!(!entry.message.is_empty(), "{}: {line}", dialect.id());
                let untimed = dialect.id() == "kubectl" && !line.contains("2025") || line.starts_with("Mar");
                assert_eq!(entry.time.is_none(), untimed, "{}: {line}", dialect.id());
            }
        }
    }
}

#[test]
fn what_each_dialect_reads() {
    let mut told = String::new();
    for dialect in ALL {
        for line in fixture(dialect.id(), "sample.log") {
            for entry in read(*dialect, &line) {
                let time =
                    entry.time.map_or_else(|| format!("({})", entry.time_text), crate::entry::Nanos::rfc3339);
                let level =
                    [entry.severity, entry.level].map(|level| level.map_or("-", Severity::name)).join("/");
                let source = entry.source.fields().join("|");
                let _ = writeln!(told, "{}: {time} {level} {source} {:?}", dialect.id(), entry.message);
                for (name, text) in
                    [("detail", &entry.detail), ("aside", &entry.aside), ("trace", &entry.trace_id)]
                {
                    if let Some(text) = text {
                        let _ = writeln!(told, "    {name} {text:?}");
                    }
                }
                if let Some(http) = entry.http {
                    let _ = writeln!(told, "    http {http:?}");
                }
            }
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn ids_are_unique_and_sorted() {
    let ids: Vec<&str> = ALL.iter().map(|dialect| dialect.id()).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
}

#[test]
fn no_dialect_takes_an_empty_object() {
    for dialect in ALL {
        assert!(read(*dialect, "{}").is_empty(), "{}", dialect.id());
    }
}

#[test]
fn a_level_of_the_wrapper_is_used_where_the_record_has_none() {
    let json = ALL.iter().find(|dialect| dialect.id() == "json").unwrap();
    let mut record = record(r#"{"time":"2025-03-01T10:00:00Z","message":"x"}"#);
    record.group_severity = Some(Severity::Error);
    let mut seen = None;
    json.entries(&record, &mut |entry| seen = entry.written_severity);
    assert_eq!(seen, Some(Severity::Error));
    assert_eq!(one(*json, record.text).severity, None);
}

#[test]
fn every_dialect_stands_in_the_table_of_formats() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats.md");
    let table = std::fs::read_to_string(path).unwrap();
    for dialect in ALL {
        let row = format!("| `{}` | {} |", dialect.id(), dialect.title());
        assert!(table.contains(&row), "{row}");
    }
}
