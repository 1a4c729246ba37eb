//! The short way and the long way give the same entries: on records of every kind, on thousands of damaged ones, and on
//! real exports where there are any.

use super::super::Gcp;
use super::Direct;
use crate::entry::{Entry, Severity, Span};
use crate::ingest::dialect::{Dialect, Record, fields};
use crate::ingest::json;
use crate::ingest::text::line_value;
use crate::ingest::value::Value;
use std::path::PathBuf;

const RECORDS: &[&str] = &[
    r#"{"insertId":"66aa","labels":{"instanceId":"00f1","commit-sha":"1f"},"logName":"projects/shop/logs/run.googleapis.com%2Fstderr","receiveTimestamp":"2025-03-01T10:00:00.5Z","resource":{"labels":{"configuration_name":"cart","location":"europe-west1","project_id":"shop","revision_name":"cart-00007-abc","service_name":"cart"},"type":"cloud_run_revision"},"severity":"ERROR","textPayload":"Traceback (most recent call last):\n  File \"a.py\", line 3\nKeyError: 'x'\n","timestamp":"2025-03-01T10:00:00.123456789Z","trace":"projects/shop/traces/ab12","spanId":"1","traceSampled":true}"#,
    r#"{"httpRequest":{"latency":"0.0123s","protocol":"HTTP/1.1","remoteIp":"203.0.113.9","requestMethod":"GET","requestSize":"733","requestUrl":"https://shop.example/cart?x=1","responseSize":"5","serverIp":"192.0.2.1","status":503,"userAgent":"curl/8"},"insertId":"1b","labels":{"instanceId":"00f1"},"logName":"projects/shop/logs/run.googleapis.com%2Frequests","resource":{"labels":{"location":"europe-west1","project_id":"shop","revision_name":"cart-00007-abc","service_name":"cart"},"type":"cloud_run_revision"},"severity":"ERROR","timestamp":"2025-03-01T10:00:01Z","trace":"projects/shop/traces/ab/traces/12"}"#,
    r#"{"insertId":"2c","jsonPayload":{"message":"cart saved","level":"warn","error":{"message":"lock lost","stack":"Error: lock lost\\n    at save (/app/cart.js:3:1)"},"logging.googleapis.com/trace":"projects/shop/traces/77"},"logName":"projects/shop/logs/run.googleapis.com%2Fstdout","resource":{"labels":{"project_id":"shop","service_name":"cart"},"type":"cloud_run_revision"},"timestamp":"2025-03-01T10:00:02Z"}"#,
    r#"{"insertId":"3d","jsonPayload":{"involvedObject":{"name":"cart-1"},"reason":"BackOff","message":"restarting","type":"Warning"},"logName":"projects/shop/logs/events","resource":{"labels":{"pod_name":"cart-1","cluster_name":"c"},"type":"k8s_pod"},"timestamp":"2025-03-01T10:00:03Z"}"#,
    r#"{"insertId":"4e","textPayload":"ready","labels":{"k8s-pod/app":"cart"},"logName":"projects/shop/logs/stdout","resource":{"labels":{"pod_name":"cart-1","container_name":"web","cluster_name":"c"},"type":"k8s_container"},"severity":"200","timestamp":"2025-03-01T10:00:04+01:00"}"#,
    r#"{"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","methodName":"Deploy","serviceName":"run","status":{"code":5,"message":"not found"}},"insertId":"5f","logName":"projects/shop/logs/cloudaudit.googleapis.com%2Factivity","resource":{"labels":{"service_name":"cart"},"type":"cloud_run_revision"},"severity":"NOTICE","timestamp":"2025-03-01T10:00:05Z"}"#,
    r#"{"insertId":"6a","textPayload":"step 1\r\n","labels":{"build_step":"1"},"logName":"projects/shop/logs/cloudbuild","resource":{"labels":{"build_id":"b1","project_id":"shop","build_trigger_id":"t"},"type":"build"},"timestamp":"2025-03-01T10:00:06Z","severity":"INFO"} ,"#,
];

/// Entries of a text by the long way, in words; `None` where it is no record.
fn long(text: &str, span: Span, group: Option<Severity>) -> Option<Vec<String>> {
    let value = line_value(text, crate::ingest::framing::Stray::Unusual).ok()??;
    let record = Record { value: Some(value), text, span, group_severity: group };
    let mut entries = Vec::new();
    Gcp.entries(&record, &mut |entry| entries.push(words(entry)));
    Some(entries)
}

fn words(entry: &Entry<'_>) -> String {
    format!("{:?}", Entry { source_key: 0, ..entry.clone() })
}

/// Whether the short way reads a text; where it does, both ways must agree.
#[track_caller]
fn agree(direct: &mut Direct, text: &str) -> bool {
    let span = Span { offset: 7, len: u32::try_from(text.len()).unwrap_or(0) };
    let group = Some(Severity::Notice);
    let mut entries = Vec::new();
    let is_read = direct.read(text, span, group, &mut |entry| {
        if entry.source_key != 0 {
            assert_eq!(entry.source_key, crate::hash::parts(entry.source.fields()), "{text}");
        }
        entries.push(words(entry));
    });
    assert!(is_read || entries.is_empty());
    if is_read {
        assert_eq!(Some(entries), long(text, span, group), "{text}");
    }
    is_read
}

#[test]
fn both_ways_give_the_same_entries() {
    let mut direct = Direct::default();
    let read: Vec<bool> = RECORDS.iter().map(|text| agree(&mut direct, text)).collect();
    assert_eq!(read, [true, true, true, false, true, false, true]);
    // The second time everything that repeats is known.
    RECORDS.iter().for_each(|text| {
        agree(&mut direct, text);
    });
}

#[test]
fn damaged_records_give_the_same_entries() {
    const PIECES: &[&str] = &[
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\\",
        "\\n",
        "\\ud800",
        "null",
        "1",
        "{}",
        "\"\"",
        " ",
        "\n",
        "é",
        "\"severity\":\"INFO\",",
        "\"message\":\"x\",",
        "\"status\":null,",
        "\"labels\":[],",
        "\"timestamp\":1,",
        "\"resource\":{\"type\":\"x\"},",
        "\"trace\":\"\",",
        "NaN",
        "\"textPayload\":\"y\",",
    ];
    let mut direct = Direct::default();
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below.max(1)
    };
    let mut n_read = 0;
    for round in 0..30_000 {
        let mut text = RECORDS.get(round % RECORDS.len()).copied().unwrap_or("").to_owned();
        for _ in 0..=random(2) {
            let at = text.floor_char_boundary(random(text.len()));
            let to = text.floor_char_boundary((at + random(4) * random(6)).min(text.len()));
            // Often where a member begins, so that what is put in is whole.
            let at =
                if random(2) == 0 { text.get(..at).and_then(|t| t.rfind('"')).unwrap_or(at) } else { at };
            text.replace_range(at..to.max(at), PIECES.get(random(PIECES.len())).copied().unwrap_or(""));
        }
        n_read += usize::from(agree(&mut direct, &text));
    }
    assert!((1_000..25_000).contains(&n_read), "{n_read}");
}

#[allow(clippy::print_stdout, reason = "a skipped test says so")]
#[test]
fn real_exports_give_the_same_entries() {
    let beside = || concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into();
    let folder: PathBuf = std::env::var_os("FIVEWHYS_SHARED").unwrap_or_else(beside).into();
    let mut files = Vec::new();
    let mut folders = vec![folder.join("corpus/gcp")];
    while let Some(folder) = folders.pop() {
        for found in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = found.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    if files.is_empty() {
        println!("skipped: real_exports_give_the_same_entries: no shared test data");
        return;
    }
    let mut direct = Direct::default();
    let mut counts = [0usize; 2];
    for file in files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let texts: Vec<String> = match json::parse(&text) {
            Ok(Value::List(items)) => items.iter().map(fields::compact).collect(),
            _ => text.lines().filter(|line| line.starts_with('{')).map(str::to_owned).collect(),
        };
        for text in &texts {
            if let Some(count) = counts.get_mut(usize::from(agree(&mut direct, text))) {
                *count += 1;
            }
        }
    }
    let [by_long, by_short] = counts;
    assert!(by_short > by_long, "{by_short} of {} records were read the short way", by_short + by_long);
}
