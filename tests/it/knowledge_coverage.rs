//! Shared corpus, if there is one → printed share of its error and warning texts that a specific signature recognises.
//!
//! Reads JSON exports only, with a walker of its own: what counts here is the knowledge, not the readers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, clippy::disallowed_methods)] // a test that fails may panic, and tells figures

use fivewhys::diagnose::knowledge::Knowledge;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn shared() -> PathBuf {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared"));
    std::env::var_os("FIVEWHYS_SHARED").map_or(beside, PathBuf::from)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "json" || e == "jsonl" || e == "md" || e == "txt") {
            found.push(path);
        }
    }
}

fn decoded(bytes: &[u8]) -> String {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.as_chunks().0.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] | rest => String::from_utf8_lossy(rest).into_owned(),
    }
}

/// Every object of a file that looks like an entry.
fn entries(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['{', '[']) {
        rest = &rest[start..];
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                walk(value, &mut found);
                rest = &rest[stream.byte_offset()..];
            }
            _ => rest = &rest[1..],
        }
    }
    found
}

fn walk(value: Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| walk(item, found)),
        Value::Object(map) => {
            let keys = [
                "textPayload",
                "jsonPayload",
                "protoPayload",
                "logName",
                "insertId",
                "timestamp",
                "severity",
            ];
            let python = ["text_payload", "json_payload", "insert_id"];
            let known = keys.iter().chain(&python).filter(|key| map.contains_key(**key)).count();
            if known >= 2 && !map.contains_key("logs_by_severity") {
                found.push(Value::Object(map));
            } else {
                map.into_iter().for_each(|(_, item)| walk(item, found));
            }
        }
        _ => {}
    }
}

/// The main text of an entry.
fn text(entry: &Value) -> Option<String> {
    for key in ["textPayload", "text_payload"] {
        if let Some(text) = entry[key].as_str().filter(|text| !text.trim().is_empty()) {
            return Some(text.to_owned());
        }
    }
    for key in ["jsonPayload", "json_payload"] {
        for inner in ["message", "msg", "event", "content", "MESSAGE", "log"] {
            if let Some(text) = entry[key][inner].as_str().filter(|text| !text.trim().is_empty()) {
                return Some(text.to_owned());
            }
        }
    }
    entry["protoPayload"]["status"]["message"].as_str().map(str::to_owned)
}

fn is_bad(entry: &Value, text: &str) -> bool {
    let severity = entry["severity"].as_str().or_else(|| entry["jsonPayload"]["level"].as_str());
    let level = severity.filter(|s| *s != "DEFAULT").map(str::to_uppercase);
    let head: String = text.chars().take(120).collect();
    match level {
        Some(level) => {
            matches!(level.as_str(), "ERROR" | "CRITICAL" | "WARNING" | "WARN" | "ALERT" | "EMERGENCY")
        }
        None => {
            ["ERROR", "WARNING", "CRITICAL", "Traceback", "Error:"].iter().any(|word| head.contains(word))
        }
    }
}

#[test]
fn share_of_corpus_errors_that_are_known() {
    let folder = shared().join("corpus/gcp");
    if !folder.is_dir() {
        println!("skipped: share_of_corpus_errors_that_are_known: no shared test data");
        return;
    }
    let knowledge = Knowledge::builtin();
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let (mut all, mut known, mut by_signature) = (0, 0, BTreeMap::<String, usize>::new());
    let mut unknown = BTreeMap::<String, usize>::new();
    let mut calm = BTreeMap::<String, usize>::new();
    for path in paths {
        for entry in entries(&decoded(&std::fs::read(&path).unwrap())) {
            let Some(text) = text(&entry) else {
                continue;
            };
            let found = knowledge.matches(&text);
            let signatures: Vec<_> = found.iter().map(|m| &knowledge.signatures()[m.signature]).collect();
            if !is_bad(&entry, &text) {
                if let Some(first) = signatures.first().filter(|s| !s.role.is_benign()) {
                    let head: String = text.chars().take(100).collect();
                    *calm.entry(format!("{} {:?}", first.id, head)).or_default() += 1;
                }
                continue;
            }
            all += 1;
            match signatures.iter().find(|s| !s.generic) {
                Some(signature) => {
                    known += 1;
                    *by_signature.entry(signature.id.clone()).or_default() += 1;
                }
                None => {
                    let head: String = text.lines().last().unwrap_or_default().chars().take(110).collect();
                    let head = head.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
                    *unknown.entry(head).or_default() += 1;
                }
            }
        }
    }
    println!("known: {known} of {all} error and warning texts, {} signatures seen", by_signature.len());
    for (title, map) in [("seen", by_signature), ("unknown", unknown), ("calm", calm)] {
        let mut list: Vec<_> = map.into_iter().collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        list.iter().take(400).for_each(|(text, count)| println!("{title} {count:5} {text}"));
    }
    assert!(known * 100 >= all * 85, "{known} of {all}");
}
