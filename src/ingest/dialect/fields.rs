//! Field reading that all dialects share: takes values of any type, gives times, levels, texts, requests and scores.
//!
//! Nothing here knows a vendor; what a key means in a dialect stands in the dialect's own file.

use super::{Head, Record, Score};
use crate::entry::{Http, Nanos, Native, Severity};
use crate::ingest::value::Value;
use std::borrow::Cow;
use std::fmt::Write as _;

/// The first of these keys that holds anything but null, an empty text, list or object.
pub(super) fn pick<'v, 'a>(value: &'v Value<'a>, keys: &[&str]) -> Option<&'v Value<'a>> {
    keys.iter().filter_map(|key| value.get(key)).find(|found| !is_blank(found))
}

/// Whether a value says nothing.
pub(super) fn is_blank(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The first non-empty text or number under these keys, or the empty text.
pub(super) fn word<'v>(value: &'v Value<'_>, keys: &[&str]) -> &'v str {
    keys.iter()
        .filter_map(|key| value.get(key))
        .filter_map(Value::scalar)
        .find(|text| !text.is_empty())
        .unwrap_or("")
}

/// [`word`] below an object, such as `resource` → `labels`.
pub(super) fn word_at<'v>(value: &'v Value<'_>, path: &[&str]) -> &'v str {
    value.path(path).and_then(Value::scalar).unwrap_or("")
}

/// Whether this is an object that has every key.
pub(super) fn has_all(value: &Value<'_>, keys: &[&str]) -> bool {
    keys.iter().all(|key| value.get(key).is_some())
}

/// Whether this is an object that has one of the keys.
pub(super) fn has_any(value: &Value<'_>, keys: &[&str]) -> bool {
    keys.iter().any(|key| value.get(key).is_some())
}

/// A number without its fraction.
pub(super) fn integer(value: &Value<'_>) -> Option<i64> {
    let text = value.scalar()?.trim();
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    whole.parse().ok()
}

/// The time in a value, and how it is written: RFC 3339 and relatives, an epoch number in seconds (with fraction),
/// milli-, micro- or nanoseconds (told apart by size), `{"$date": …}`, `{"epochSecond", "nanoOfSecond"}`,
/// `{"seconds", "nanos"}`.
pub(super) fn time_of<'v>(value: &'v Value<'_>) -> Option<(Nanos, Cow<'v, str>)> {
    if let Some(text) = value.scalar() {
        let text = text.trim();
        let nanos = Nanos::parse(text).or_else(|| epoch(text)).or_else(|| spaced_offset(text))?;
        return Some((nanos, Cow::Borrowed(text)));
    }
    if let Some(date) = value.get("$date") {
        return time_of(date.get("$numberLong").unwrap_or(date));
    }
    let seconds = integer(pick(value, &["epochSecond", "seconds", "_seconds"])?)?;
    let part = pick(value, &["nanoOfSecond", "nanos", "_nanoseconds"]).and_then(integer).unwrap_or(0);
    let nanos = Nanos(seconds.checked_mul(1_000_000_000)?.checked_add(part)?);
    Some((nanos, Cow::Owned(nanos.rfc3339())))
}

/// `2025-09-16 04:36:31 +0000` and `2025-09-16 04:36:31 UTC`: a blank before the offset.
fn spaced_offset(text: &str) -> Option<Nanos> {
    let (head, offset) = text.rsplit_once(' ')?;
    match offset {
        "UTC" | "GMT" | "Z" => Nanos::parse(head),
        _ if offset.starts_with(['+', '-']) => Nanos::parse(&format!("{head}{offset}")),
        _ => None,
    }
}

/// An epoch number as text. The unit follows from the number of digits before the point: 9–10 seconds, 12–13 milli-,
/// 15–16 micro-, 18–19 nanoseconds, which is unambiguous from 1973 to 2286.
pub(super) fn epoch(text: &str) -> Option<Nanos> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (unit, places) = match whole.len() {
        9 | 10 => (1_000_000_000, 9),
        12 | 13 => (1_000_000, 6),
        15 | 16 => (1_000, 3),
        18 | 19 => (1, 0),
        _ => return None,
    };
    let number: i64 = whole.parse().ok()?;
    let mut part = 0i64;
    for at in 0..places {
        let digit = fraction.as_bytes().get(at).map_or(0, |b| b - b'0');
        part = part * 10 + i64::from(digit);
    }
    number.checked_mul(unit)?.checked_add(part).map(Nanos)
}

/// A level as a word of any library or a number in the scales of pino and bunyan (10–60), Python (same range) and
/// logback (`level_value`, 5000–40000).
pub(super) fn level_of(value: &Value<'_>) -> Option<Severity> {
    let text = value.scalar()?.trim();
    match text.parse::<i64>() {
        Ok(number) => numeric_level(number),
        Err(_) => level_word(text),
    }
}

/// The name of a level that is none of Cloud Logging's: a word, or a number of pino and bunyan.
pub(super) fn native_of(value: &Value<'_>) -> Option<Native> {
    let text = value.scalar()?.trim();
    match text.parse::<i64>() {
        Ok(10) => Some(Native::Trace),
        Ok(60) => Some(Native::Fatal),
        Ok(_) => None,
        Err(_) => Native::parse(text.trim_matches(|c: char| c == '[' || c == ']')),
    }
}

/// A level word; trailing digits (`DEBUG5`) and a leading enum name (`LogLevel.Error`, `SEVERITY_NUMBER_ERROR`) are cut.
pub(super) fn level_word(text: &str) -> Option<Severity> {
    let text = text
        .trim()
        .trim_matches(|c: char| c == '[' || c == ']')
        .trim_end_matches(|c: char| c.is_ascii_digit());
    Severity::parse(text).or_else(|| match text {
        "E" => Some(Severity::Error),
        "W" => Some(Severity::Warning),
        "F" | "C" => Some(Severity::Critical),
        "I" => Some(Severity::Info),
        "N" => Some(Severity::Notice),
        "D" => Some(Severity::Debug),
        _ => text.rsplit_once(['.', '_']).and_then(|(_, last)| Severity::parse(last)),
    })
}

fn numeric_level(number: i64) -> Option<Severity> {
    match number {
        10..=29 => Some(Severity::Debug),
        30..=39 => Some(Severity::Info),
        40..=49 => Some(Severity::Warning),
        50..=59 => Some(Severity::Error),
        60..=69 => Some(Severity::Critical),
        5000..=19_999 => Some(Severity::Debug),
        20_000..=29_999 => Some(Severity::Info),
        30_000..=39_999 => Some(Severity::Warning),
        40_000..=50_000 => Some(Severity::Error),
        _ => None,
    }
}

/// A severity of syslog, 0 (emergency) to 7 (debug), RFC 5424 section 6.2.1.
pub(super) fn syslog_level(value: &Value<'_>) -> Option<Severity> {
    Some(match integer(value)? {
        0 => Severity::Emergency,
        1 => Severity::Alert,
        2 => Severity::Critical,
        3 => Severity::Error,
        4 => Severity::Warning,
        5 => Severity::Notice,
        6 => Severity::Info,
        7 => Severity::Debug,
        _ => return None,
    })
}

/// Microseconds of a duration as text: `"0.0095s"`, `"19ms"`, `"250µs"`, or a bare number in the unit given.
pub(super) fn micros(text: &str, bare_unit: u64) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let unit = match text.get(end..)?.trim() {
        "s" => 1_000_000,
        "ms" => 1_000,
        "us" | "µs" | "μs" => 1,
        "" => bare_unit,
        _ => return None,
    };
    let (whole, fraction) = text.get(..end)?.split_once('.').unwrap_or((text.get(..end)?, ""));
    let mut total = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut step = unit;
    for digit in fraction.bytes() {
        step /= 10;
        total = total.checked_add(u64::from(digit.wrapping_sub(b'0')).checked_mul(step)?)?;
    }
    Some(total)
}

/// A request under the names that Cloud Logging and its clients, access logs and application loggers use.
pub(super) fn http_of<'v>(value: &'v Value<'_>) -> Option<Http<'v>> {
    if !matches!(value, Value::Object(_)) {
        return None;
    }
    let url = word(value, &["requestUrl", "request_url", "url", "uri", "path"]);
    let method = word(value, &["requestMethod", "request_method", "method"]);
    let status =
        pick(value, &["status", "statusCode", "status_code", "responseStatusCode"]).and_then(integer);
    if url.is_empty() && method.is_empty() && status.is_none() {
        return None;
    }
    Some(Http {
        method: Cow::Borrowed(method),
        url: Cow::Borrowed(url),
        status: status.and_then(|n| u16::try_from(n).ok()).unwrap_or(0),
        latency_micros: pick(value, &["latency"])
            .and_then(Value::scalar)
            .and_then(|text| micros(text, 1_000_000)),
        user_agent: Cow::Borrowed(word(value, &["userAgent", "user_agent"])),
        remote: Cow::Borrowed(word(
            value,
            &["remoteIp", "remote_ip", "remoteAddress", "remote_addr", "clientIp"],
        )),
    })
}

/// `METHOD /path STATUS`, what a reader is shown of a request that says nothing else.
pub(super) fn request_line(http: &Http<'_>) -> String {
    let path = http.path();
    let mut line = String::with_capacity(http.method.len() + path.len() + 8);
    for part in [http.method.as_ref(), path] {
        if !part.is_empty() {
            line.push_str(part);
            line.push(' ');
        }
    }
    match http.status {
        0 => {}
        // By hand, since every request passes.
        status @ 100..=999 => {
            for digit in [status / 100, status / 10 % 10, status % 10] {
                line.push(u32::from(digit).checked_add(48).and_then(char::from_u32).unwrap_or('0'));
            }
        }
        status => {
            let _ = write!(line, "{status}");
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The value as compact JSON.
pub(super) fn compact(value: &Value<'_>) -> String {
    let mut out = String::new();
    write_compact(value, &mut out);
    out
}

fn write_compact(value: &Value<'_>, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(text) => out.push_str(text),
        Value::Text(text) => write_text(text, out),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_compact(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (at, (key, member)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_compact(member, out);
            }
            out.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Text without its line end.
pub(super) fn chomp(text: &str) -> &str {
    text.trim_end_matches(['\n', '\r'])
}

/// The mean of the points of each record, with a reason if there are any.
pub(super) fn mean(head: &Head<'_>, reason: &str, points: impl Fn(&Record<'_>) -> u32) -> Score {
    let count = u32::try_from(head.records.len()).unwrap_or(u32::MAX);
    let each: Vec<u32> = head.records.iter().map(|record| points(record).min(100)).collect();
    let fitting = each.iter().filter(|points| **points > 0).count();
    let points = each.iter().sum::<u32>().checked_div(count).unwrap_or(0);
    let reasons =
        if points > 0 { vec![format!("{reason}: {fitting} of {count} records")] } else { Vec::new() };
    Score { points, reasons }
}

/// [`mean`] over the parsed values; records without one get no points.
pub(super) fn mean_value(head: &Head<'_>, reason: &str, points: impl Fn(&Value<'_>) -> u32) -> Score {
    mean(head, reason, |record| record.value.as_ref().map_or(0, &points))
}
