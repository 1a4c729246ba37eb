//! What a cap leaves out is told with its count, and the same for any split.

use crate::dice::Dice;
use crate::exports::{Form, join};
use crate::invariant::holds;
use fivewhys::error::Code;
use fivewhys::report::model::Report;
use serde_json::{Value, json};

fn entry(n: usize, text: &str) -> Value {
    let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
    json!({"timestamp": format!("2025-03-02T{hour:02}:{minute:02}:{second:02}Z"), "severity": "ERROR", "insertId": format!("i{n}"),
        "logName": "projects/demo/logs/run.googleapis.com%2Fstderr",
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": "quay", "revision_name": "quay-1"}}, "textPayload": text})
}

/// Words that no other number has, and no digits, which would be masked.
fn word(n: usize) -> String {
    let letter = |at: u32| char::from(b'a' + (n / 26usize.pow(at) % 26) as u8);
    format!("{}{}{}x", letter(2), letter(1), letter(0))
}

fn report(entries: impl Iterator<Item = Value>) -> Report {
    let texts: Vec<Vec<u8>> = entries.map(|entry| entry.to_string().into_bytes()).collect();
    holds(&join(Form::Lines, &texts).0, &mut Dice(7)).unwrap()
}

fn limits(report: &Report) -> Vec<&str> {
    let all = report.warnings.iter().filter(|problem| problem.code == Code::WLimit);
    all.map(|problem| problem.detail.as_str()).collect()
}

#[track_caller]
fn says(report: &Report, words: &str) {
    assert!(limits(report).iter().any(|text| text.contains(words)), "{words:?} in {:#?}", limits(report));
}

#[test]
fn a_log_within_all_caps_has_no_such_warning() {
    assert!(limits(&report((0..60).map(|n| entry(n, "could not connect")))).is_empty());
}

#[test]
fn failures_that_were_not_tried_as_causes_are_counted() {
    let failed = |n: usize| {
        let word = word(n);
        let text = format!(
            "Traceback (most recent call last):\n  File \"/app/{word}.py\", line 3, in {word}\n    {word}()\n{word}.{word}Error: no {word}"
        );
        entry(n * 120, &text)
    };
    says(&report((0..530).map(failed)), "18 kinds of failure were not tried as the cause of others");
}

#[test]
fn statements_that_the_pattern_table_did_not_compare_are_counted() {
    let texts = (0..8_200).map(|n| entry(n, &format!("the {} broke", word(n))).to_string().into_bytes());
    let bytes = join(Form::Lines, &texts.collect::<Vec<_>>()).0;
    let told = crate::invariant::report(crate::invariant::digest(&bytes, &mut || usize::MAX));
    says(&told, "8 kinds of statements were not compared with others for the table of patterns");
}

#[test]
fn keys_of_labels_beyond_the_cap_are_told() {
    let labelled = |n: usize| {
        let mut entry = entry(n, "could not connect");
        entry["labels"] = json!({format!("key-{}", word(n)): "x", "shared": format!("value {n}")});
        entry
    };
    let few = report((0..30).map(labelled));
    let fact = |report: &Report, key: &str| report.details.iter().find(|fact| fact.key == key).cloned();
    assert!(limits(&few).is_empty());
    assert_eq!(fact(&few, "More labels").unwrap().values, ["7 keys not listed"]);
    says(&report((0..80).map(labelled)), "more keys of labels than are kept: 64 of them are");
}

#[test]
fn values_of_labels_beyond_those_listed_are_counted() {
    let labelled = |n: usize| {
        let mut entry = entry(n, "could not connect");
        entry["labels"] = json!({"shared": format!("value {}", n % 6)});
        entry
    };
    let told = report((0..30).map(labelled));
    let fact = told.details.iter().find(|fact| fact.key == "Label shared").unwrap();
    assert_eq!((fact.values.len(), fact.more), (4, 2));
}

#[test]
fn long_messages_and_traces_are_told() {
    let long = format!("failed {}", "word ".repeat(4_000));
    says(&report((0..3).map(|n| entry(n, &long))), "1 kind of message reaches the length");
    let frames: String = (0..450).map(|n| format!("\tat a.b.C{n}.run(C.java:{n})\n")).collect();
    let trace = format!("Exception in thread \"main\" a.b.CException: failed\n{frames}");
    says(&report((0..3).map(|n| entry(n, &trace))), "1 stack trace has 64 exceptions or 400 frames, or more");
}

#[test]
fn traces_of_more_entries_than_are_read_are_counted() {
    let line = |n: usize| {
        let text = match n {
            0 => "Exception in thread \"main\" a.b.CException: failed".to_owned(),
            n => format!("\tat a.b.{}.run({}.java:{n})", word(n), word(n)),
        };
        let mut entry = entry(0, &text);
        entry["timestamp"] = json!(format!("2025-03-02T10:00:00.{n:06}Z"));
        entry["insertId"] = json!(format!("i{n:04}"));
        entry
    };
    says(&report((0..450).map(line)), "1 stack trace is more than 400 entries long");
}

#[test]
fn entries_beyond_those_listed_as_evidence_are_told() {
    // Requests of one shape, of which some failed: no shape says exactly these.
    let request = |n: usize| {
        let mut entry = entry(n, "");
        entry["httpRequest"] = json!({"requestMethod": "GET", "requestUrl": "https://quay.example.com/a",
            "status": if n.is_multiple_of(3) { 200 } else { 503 }, "latency": "0.1s"});
        entry
    };
    says(&report((0..1_500).map(request)), "stand more than 500 entries: the first 500 of each are listed");
}

#[test]
fn folders_too_deep_are_counted() {
    let root = std::env::temp_dir().join(format!("fivewhys-deep-{}", std::process::id()));
    let deep: std::path::PathBuf = (0..35).map(|_| "d").collect();
    std::fs::create_dir_all(root.join(deep)).unwrap();
    std::fs::write(root.join("a.json"), entry(1, "ready").to_string() + "\n").unwrap();
    let done =
        std::process::Command::new(env!("CARGO_BIN_EXE_fivewhys")).arg("report").arg(&root).output().unwrap();
    std::fs::remove_dir_all(&root).unwrap();
    let said = String::from_utf8_lossy(&done.stderr) + String::from_utf8_lossy(&done.stdout);
    assert!(said.contains("1 folder is more than 32 levels deep"), "{said}");
}
