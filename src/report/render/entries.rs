//! Entries → CSV, NDJSON or lines of text, redacted.

use super::super::model::Told;
use super::words;
use crate::ingest::json;
use crate::redact::Memory;
use serde::{Deserialize, Serialize};

/// How entries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryFormat {
    /// A table with a heading. A cell that a spreadsheet would take for a formula begins with `'`
    /// (owasp.org/www-community/attacks/CSV_Injection).
    Csv,
    /// One record a line as it stands in its file, or an object of its columns where the record is no JSON.
    Ndjson,
    /// One line an entry, for people.
    Text,
}

/// Columns of the table.
const COLUMNS: &str = "timestamp,severity,service,revision,instance,log,status,message,is_sample\n";
/// Characters of a message in the format for people.
const LINE_CHARS: usize = 2_000;

/// Writes entries. `memory` says what goes and remembers placeholders; two walks find what one entry names and another one
/// holds bare. `out` takes the text in pieces.
pub fn entries(told: &[Told], format: EntryFormat, memory: &mut Memory, out: &mut dyn FnMut(&str)) {
    for told in told {
        let _ = written(told, format, memory);
    }
    memory.learn_found();
    if format == EntryFormat::Csv {
        out(COLUMNS);
    }
    for told in told {
        out(&written(told, format, memory));
    }
}

fn written(told: &Told, format: EntryFormat, memory: &mut Memory) -> String {
    match format {
        EntryFormat::Csv => row(told, memory),
        EntryFormat::Ndjson => object(told, memory),
        EntryFormat::Text => line(told, memory),
    }
}

fn row(told: &Told, memory: &mut Memory) -> String {
    let mut text = told.time.map_or(String::new(), crate::entry::Nanos::rfc3339);
    text.push(',');
    text.push_str(told.severity.name());
    for value in [&told.service, &told.revision, &told.instance, &told.log] {
        text.push(',');
        cell(&memory.redact(value), &mut text);
    }
    text.push(',');
    text.push_str(&told.status.map_or(String::new(), |status| status.to_string()));
    text.push(',');
    cell(&memory.redact(&told.message), &mut text);
    text.push_str(if told.is_sample { ",true\n" } else { ",false\n" });
    text
}

/// How a cell begins that a spreadsheet takes for a formula.
pub(super) const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn cell(value: &str, text: &mut String) {
    let acts = value.starts_with(FORMULA);
    if !acts && !value.contains([',', '"', '\n', '\r']) {
        text.push_str(value);
        return;
    }
    text.push('"');
    if acts {
        text.push('\'');
    }
    text.push_str(&value.replace('"', "\"\""));
    text.push('"');
}

fn object(told: &Told, memory: &mut Memory) -> String {
    let is_json = |text: &str| json::parse(text).is_ok();
    let record = told.record.trim().trim_end_matches(',');
    let mut text = String::new();
    if record.starts_with('{') && is_json(record) {
        text = memory.redact(&compact(record)).into_owned();
    }
    // A value without quotes that had to go leaves no JSON behind.
    if text.is_empty() || !is_json(&text) {
        let mut shown = String::new();
        let mut put = |key: &str, value: &str| {
            if !value.is_empty() {
                let value = serde_json::to_string(value).unwrap_or_default();
                shown.push_str(&format!("{}\"{key}\":{value}", if shown.is_empty() { "{" } else { "," }));
            }
        };
        put("timestamp", &told.time.map_or(String::new(), crate::entry::Nanos::rfc3339));
        put("severity", told.severity.name());
        for (key, value) in [
            ("service", &told.service),
            ("revision", &told.revision),
            ("instance", &told.instance),
            ("log", &told.log),
            ("message", &told.message),
        ] {
            put(key, &memory.redact(value));
        }
        put("record", &text);
        put("note", if told.is_sample { "the message is that of another entry of this kind" } else { "" });
        text = shown + "}";
    }
    text.push('\n');
    text
}

/// JSON without the blanks between its parts.
fn compact(text: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    text.chars()
        .filter(|c| {
            let stays = in_string || !c.is_ascii_whitespace();
            if *c == '"' && !escaped {
                in_string = !in_string;
            }
            escaped = in_string && *c == '\\' && !escaped;
            stays
        })
        .collect()
}

fn line(told: &Told, memory: &mut Memory) -> String {
    let time = told.time.map_or("-".into(), crate::entry::Nanos::rfc3339);
    let service = if told.service.is_empty() { &told.log } else { &told.service };
    let message = words::one_line(&memory.redact(&told.message), LINE_CHARS);
    format!(
        "{time} {:<9} {} {message}\n",
        told.severity.name(),
        words::one_line(&memory.redact(service), 100)
    )
}
