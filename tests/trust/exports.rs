//! A seed → a valid export whose records are known: where each stands, and a word that only its entry says.

use crate::dice::Dice;
use serde_json::{Value, json};
use std::ops::Range;

/// How records stand in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One on a line.
    Lines,
    /// One on a line that ends in CR and LF.
    CrLf,
    /// An array with one element on a line.
    ArrayOfLines,
    /// An array, indented.
    Pretty,
    /// An array on one line.
    OneLine,
    /// The member of an object, on one line.
    Member,
    /// The member of an object, indented.
    PrettyMember,
    /// Two groups in the member of an object, on one line.
    Groups,
    /// Objects with such a member, one behind the other.
    Pages,
}

const FORMS: [Form; 9] = [
    Form::Lines,
    Form::CrLf,
    Form::ArrayOfLines,
    Form::Pretty,
    Form::OneLine,
    Form::Member,
    Form::PrettyMember,
    Form::Groups,
    Form::Pages,
];

/// An export.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    pub(crate) form: Form,
    pub(crate) bytes: Vec<u8>,
    /// Where each record stands.
    pub(crate) records: Vec<Range<usize>>,
    /// The word of each.
    pub(crate) words: Vec<String>,
    pub(crate) values: Vec<Value>,
}

/// The export of these dice.
pub(crate) fn export(dice: &mut Dice) -> Export {
    let n = 4 + dice.below(24);
    let kind = dice.below(3);
    let (values, words) = (0..n).map(|n| entry(dice, kind, n)).unzip();
    let form = FORMS[dice.below(FORMS.len() as u64) as usize];
    lay(form, values, words)
}

/// Values in a form.
pub(crate) fn lay(form: Form, values: Vec<Value>, words: Vec<String>) -> Export {
    let texts: Vec<Vec<u8>> = values.iter().map(|value| text(form, value)).collect();
    let (bytes, records) = join(form, &texts);
    Export { form, bytes, records, words, values }
}

/// One record in a form.
pub(crate) fn text(form: Form, value: &Value) -> Vec<u8> {
    if !matches!(form, Form::Pretty | Form::PrettyMember) {
        return value.to_string().into_bytes();
    }
    serde_json::to_string_pretty(value).unwrap().replace('\n', "\n  ").into_bytes()
}

/// Records in a form, and where each stands.
pub(crate) fn join(form: Form, texts: &[Vec<u8>]) -> (Vec<u8>, Vec<Range<usize>>) {
    let (open, between, close) = match form {
        Form::Lines => ("", "\n", "\n"),
        Form::CrLf => ("", "\r\n", "\r\n"),
        Form::ArrayOfLines => ("[\n", ",\n", "\n]\n"),
        Form::Pretty => ("[\n  ", ",\n  ", "\n]\n"),
        Form::OneLine => ("[", ",", "]"),
        Form::Member | Form::Pages => ("{\"n\":2,\"entries\":[", ",", "],\"next\":\"x\"}"),
        Form::PrettyMember => ("{\n\"entries\": [\n  ", ",\n  ", "\n],\n\"next\": null\n}\n"),
        Form::Groups => ("{\"logs_by_severity\":{\"ERROR\":[", ",", "]}}"),
    };
    let border = match form {
        Form::Groups => "],\"INFO\":[",
        Form::Pages => "],\"next\":\"x\"}\n{\"entries\":[",
        _ => between,
    };
    let (mut bytes, mut records) = (open.as_bytes().to_vec(), Vec::new());
    for (n, text) in texts.iter().enumerate() {
        if n > 0 {
            let sign = if n == texts.len() / 2 { border } else { between };
            bytes.extend_from_slice(sign.as_bytes());
        }
        records.push(bytes.len()..bytes.len() + text.len());
        bytes.extend_from_slice(text);
    }
    bytes.extend_from_slice(close.as_bytes());
    (bytes, records)
}

/// A word that stands nowhere else.
fn word(n: u64) -> String {
    let letter = |at: u32| char::from(b'a' + (n / 26u64.pow(at) % 26) as u8);
    format!("quay{}{}{}lock", letter(2), letter(1), letter(0))
}

fn entry(dice: &mut Dice, kind: u64, n: u64) -> (Value, String) {
    let word = word(n);
    let second = n * 3 + dice.below(3);
    let time =
        format!("2025-03-02T10:{:02}:{:02}.{:06}Z", second / 60 % 60, second % 60, dice.below(1_000_000));
    let severity = ["DEBUG", "INFO", "INFO", "WARNING", "ERROR"][dice.below(5) as usize];
    let said = said(dice, &word);
    let value = match kind {
        0 => {
            json!({"time": time, "level": severity.to_lowercase(), "msg": said, "pid": 7, "hostname": "pier-1"})
        }
        1 => {
            let code = [20, 30, 40, 50][dice.below(4) as usize];
            json!({"level": code, "time": 1_740_909_600_000u64 + second * 1000, "pid": 7, "hostname": "pier-1", "msg": said,
                "req": {"id": n, "tags": [{"a": 1}, {"b": [1, 2, {"c": "},{\""}]}]}})
        }
        _ => cloud(dice, n, &time, severity, &said),
    };
    (value, word)
}

fn said(dice: &mut Dice, word: &str) -> String {
    match dice.below(6) {
        0 => format!("{word} took {} ms \"quoted\" \\ back", dice.below(900)),
        1 => format!(
            "Traceback (most recent call last):\n  File \"/app/{word}.py\", line 3, in <module>\n    import {word}\nModuleNotFoundError: No module named '{word}'"
        ),
        2 => format!("{word} {{\"a\": [1, 2]}}, {{\"b\": 3}} ]}}"),
        3 => format!(
            "TypeError: {word} is not a function\n    at sum (/srv/a.js:41:17)\n    at run (/srv/b.js:9:3)"
        ),
        4 => format!("naïve {word} – Grüße 🚢 \u{202e}x"),
        _ => format!("{word} ready"),
    }
}

fn cloud(dice: &mut Dice, n: u64, time: &str, severity: &str, said: &str) -> Value {
    let mut entry = json!({
        "insertId": format!("id{n}"), "timestamp": time, "severity": severity,
        "logName": "projects/demo/logs/run.googleapis.com%2Fstderr",
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": "quay", "revision_name": "quay-00003-abc",
            "location": "europe-west1", "project_id": "demo"}},
        "labels": {"instanceId": format!("00c0ffee{}", dice.below(3))},
    });
    match dice.below(3) {
        0 => {
            entry["jsonPayload"] =
                json!({"message": said, "items": [{"id": 1}, {"id": 2, "of": [{"x": null}]}], "n": 1.5e3});
        }
        1 => {
            let status = [200, 404, 503][dice.below(3) as usize];
            entry["textPayload"] = json!(said);
            entry["httpRequest"] = json!({"requestMethod": "GET", "requestUrl": "https://quay.example.com/a?b=c",
                "status": status, "latency": "0.120s"});
        }
        _ => entry["textPayload"] = json!(said),
    }
    entry
}
