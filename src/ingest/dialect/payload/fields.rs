//! What a payload states beside its words, as `key=value` pairs on one line.

use super::{ERROR, FALLBACK, MESSAGE, STACK};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// Longest line of fields, longest value in it, and how many there are.
const FIELDS_BYTES: usize = 320;
const VALUE_BYTES: usize = 96;
const FIELDS: usize = 12;

/// Keys that say nothing of what an entry is about: where and when it was written, and its level.
const FORMAL: &[&str] = &[
    "app",
    "asctime",
    "c",
    "caller",
    "component",
    "context",
    "correlationid",
    "created",
    "ctx",
    "date",
    "datetime",
    "endofbatch",
    "env",
    "environment",
    "event_time",
    "exception.message",
    "exception.stacktrace",
    "exception.type",
    "file",
    "filename",
    "func",
    "funcname",
    "function",
    "hostname",
    "insertid",
    "instance",
    "level",
    "level_value",
    "levelname",
    "line",
    "lineno",
    "log_level",
    "logger",
    "logger_name",
    "loggerfqcn",
    "loggername",
    "loglevel",
    "lvl",
    "module",
    "msecs",
    "name",
    "pathname",
    "pid",
    "priority",
    "process",
    "process_name",
    "processname",
    "relativecreated",
    "request_id",
    "requestid",
    "s",
    "service",
    "severity",
    "span",
    "span_id",
    "spanid",
    "stream",
    "syslog_facility",
    "syslog_identifier",
    "t",
    "taskname",
    "thread",
    "thread_id",
    "thread_name",
    "thread_priority",
    "threadid",
    "threadname",
    "threadpriority",
    "time",
    "timestamp",
    "trace",
    "trace_flags",
    "trace_id",
    "trace_sampled",
    "traceflags",
    "traceid",
    "ts",
    "v",
    "version",
];

/// What a payload states at its top beside its words: `table=carts attempt=3`.
pub(in crate::ingest::dialect) fn fields<'v>(payload: &Value<'_>) -> Option<Cow<'v, str>> {
    let Value::Object(members) = payload else { return None };
    let mut line = String::new();
    let mut n = 0;
    for (key, value) in members {
        let is_key = (1..=40).contains(&key.len())
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if let Value::Object(inner) = value
            && is_key
            && SETTINGS.iter().any(|word| key.to_ascii_lowercase().contains(word))
        {
            n += settings(inner, &mut line);
            continue;
        }
        if let Value::Object(inner) = value
            && is_key
            && ANSWERS.contains(&key.to_ascii_lowercase().as_str())
        {
            n += answer(key, inner, &mut line);
            continue;
        }
        let Some(value) = scalar(value).filter(|value| is_key && is_value(value)) else { continue };
        // Such keys are of whoever passes the entry on.
        if key.starts_with(['_', '@']) {
            continue;
        }
        let said = [MESSAGE, FALLBACK, STACK, ERROR].iter().any(|names| names.contains(&key.as_ref()));
        let lower = key.to_ascii_lowercase();
        let is_message = key == "event" && MESSAGE.iter().take(5).all(|name| payload.get(name).is_none());
        if is_message
            || said && !REASONS.contains(&key.as_ref())
            || FORMAL.binary_search(&lower.as_str()).is_ok()
        {
            continue;
        }
        if line.len() + key.len() + value.len() + 4 > FIELDS_BYTES || n == FIELDS {
            break;
        }
        n += 1;
        let quoted = value.contains(' ');
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(key);
        line.push_str(if quoted { "=\"" } else { "=" });
        line.push_str(value);
        line.push_str(if quoted { "\"" } else { "" });
    }
    (!line.is_empty()).then_some(Cow::Owned(line))
}

/// Parts of names of objects that hold settings.
const SETTINGS: [&str; 6] = ["config", "setting", "option", "feature", "flag", "limits"];

/// Names of objects that hold what was answered, and names under which an answer says what is wrong (RFC 6749, 5.2; RFC 9457, 3.1).
const ANSWERS: [&str; 6] = ["body", "problem", "response", "response.body", "response_body", "responsebody"];
const WRONG: [&str; 9] =
    ["code", "detail", "error", "error_code", "error_description", "errorcode", "message", "reason", "title"];

/// Adds what an answer says is wrong, under the name of the answer: `body.error=invalid_token`; gives how many pairs.
fn answer(name: &str, members: &[(Cow<'_, str>, Value<'_>)], line: &mut String) -> usize {
    let mut n = 0;
    for (key, value) in members.iter().filter(|(key, _)| WRONG.contains(&key.as_ref())).take(FIELDS / 2) {
        let Some(value) = scalar(value).filter(|value| is_value(value)) else { continue };
        if line.len() + name.len() + key.len() + value.len() + 5 > FIELDS_BYTES {
            break;
        }
        n += 1;
        line.push_str(if line.is_empty() { "" } else { " " });
        let quote = if value.contains(' ') { "\"" } else { "" };
        line.push_str(&format!("{name}.{key}={quote}{value}{quote}"));
    }
    n
}

/// A text, a number, `true` or `false`.
fn scalar<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    match value {
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        other => other.scalar(),
    }
}

/// Adds the members of an object of settings; gives how many.
fn settings(members: &[(Cow<'_, str>, Value<'_>)], line: &mut String) -> usize {
    let mut n = 0;
    for (key, value) in members.iter().take(FIELDS / 2) {
        let Some(value) = scalar(value).filter(|value| is_value(value) && !value.contains(' ')) else {
            continue;
        };
        let fits = line.len() + key.len() + value.len() + 2 <= FIELDS_BYTES / 2;
        if !fits || key.contains(|c: char| c.is_whitespace() || c == '=') {
            continue;
        }
        n += 1;
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(key);
        line.push('=');
        line.push_str(value);
    }
    n
}

/// Names that are a message where nothing better stands, and a field beside one.
const REASONS: &[&str] = &["reason", "event"];

/// Whether a value fits into a pair on one line.
fn is_value(text: &str) -> bool {
    (1..=VALUE_BYTES).contains(&text.len()) && !text.contains(['\n', '"', '{', '['])
}

#[cfg(test)]
mod tests {
    use super::{FORMAL, fields};
    use crate::ingest::json;

    #[test]
    fn fields_are_what_stands_beside_the_words() {
        assert!(FORMAL.is_sorted());
        let of = |text: &str| {
            let value = json::parse(text).ok()?;
            fields(&value).map(std::borrow::Cow::into_owned)
        };
        assert_eq!(
            of(r#"{"message":"no stock","level":"warn","time":"x","sku":"A-7","left":0}"#).as_deref(),
            Some("sku=A-7 left=0")
        );
        assert_eq!(
            of(r#"{"msg":"refused","reason":"no funds","user":{"id":7}}"#).as_deref(),
            Some("reason=\"no funds\"")
        );
        assert_eq!(of(r#"{"message":"no stock","_PID":"7","pid":3}"#), None);
        assert_eq!(
            of(r#"{"msg":"loaded","broker_options":{"timeout":900,"x":[1]},"cache":true}"#).as_deref(),
            Some("timeout=900 cache=true")
        );
        assert_eq!(
            of(r#"{"msg":"GET /stock -> 401","body":{"error":"invalid_token","error_description":"the token ended","trace":{"a":1}}}"#).as_deref(),
            Some("body.error=invalid_token body.error_description=\"the token ended\"")
        );
    }
}
