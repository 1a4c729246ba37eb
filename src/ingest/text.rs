//! What a line of text looks like: does it hold JSON, does it lead with a time, is it log text at all?
//!
//! Takes one line, knows no line before it, so every shard sees a line the same way.

use super::framing::Stray;
use super::json::{self, Fault};
use super::value::Value;

/// Bytes of a skipped record that are quoted.
const QUOTE_CHARS: usize = 120;
/// Characters that may stand before a time: `[pod/x-1 web] `, `web  | `, a level letter.
const LEAD_CHARS: usize = 60;

/// Openings of lines that programs print beside their structured log when they die (Go, CPython, JVM, Node, .NET).
const OPENERS: &[&str] = &[
    "panic:",
    "goroutine ",
    "fatal error:",
    "Traceback (most recent call last)",
    "During handling of",
    "Exception in thread",
    "Caused by:",
    "Unhandled exception",
    "at ",
    "Error:",
    "Uncaught ",
    "thread '",
];
/// Keys of logfmt lines.
const LOGFMT: &[&str] = &["level=", "lvl=", "msg=", "ts=", "time=", "timestamp="];

/// The value of a line: an object, `None` for plain text that is to be read as such, or an error: with a fault if it
/// is JSON that is damaged, without one if it is neither.
pub(super) fn line_value(text: &str, stray: Stray) -> Result<Option<Value<'_>>, Option<Fault>> {
    if text.starts_with('{') {
        let fault = match object(text) {
            Ok(value) => return Ok(Some(value)),
            Err(fault) => fault,
        };
        return if stray == Stray::Usual && !text.starts_with("{\"") { Ok(None) } else { Err(Some(fault)) };
    }
    if stray == Stray::Usual {
        return Ok(None);
    }
    // `web  | {"level":…}`: a log collector's prefix before the object.
    if let Some(value) = embedded(text) {
        return Ok(Some(value));
    }
    if is_logged(text) { Ok(None) } else { Err(None) }
}

/// An object that fills the line from its first brace on.
pub(super) fn embedded(text: &str) -> Option<Value<'_>> {
    let start = text.find("{\"").or_else(|| text.find("{ \""))?;
    object(text.get(start..)?)
        .ok()
        .filter(|value| matches!(value, Value::Object(members) if !members.is_empty()))
}

/// One object, behind which a comma may stand.
fn object(text: &str) -> Result<Value<'_>, Fault> {
    let (value, end) = json::parse_prefix(text)?;
    match text.get(end..).unwrap_or("").trim() {
        "" | "," => Ok(value),
        _ => Err(Fault { at: end, what: "something follows the object" }),
    }
}

/// Whether a line beside JSON lines looks like log text.
fn is_logged(text: &str) -> bool {
    let body = text.trim_start();
    body.len() < text.len()
        || leads_with_time(text)
        || OPENERS.iter().any(|opener| body.starts_with(opener))
        || LOGFMT.iter().any(|key| text.starts_with(key) || text.contains(&format!(" {key}")))
        || text.contains(" | ")
        || text.starts_with('[')
}

/// Whether a line begins with a time, or has one behind a short prefix such as `[pod/x-1 web]` or a level letter.
pub(super) fn leads_with_time(text: &str) -> bool {
    let end = text.char_indices().nth(LEAD_CHARS).map_or(text.len(), |(at, _)| at);
    let lead = text.as_bytes().get(..end).unwrap_or(&[]);
    let mut boundary = true;
    for at in 0..lead.len() {
        let rest = text.as_bytes().get(at..).unwrap_or(&[]);
        if boundary && (is_date_time(rest) || is_syslog_time(rest) || (at == 0 && is_klog_time(rest))) {
            return true;
        }
        boundary = matches!(rest.first(), Some(b' ' | b'[' | b'|' | b'\t' | b'=' | b'"' | b'('));
    }
    false
}

/// Whether bytes begin like a pattern in which `0` stands for a digit, and `?` for any byte.
fn is_like(bytes: &[u8], pattern: &[u8]) -> bool {
    bytes.len() >= pattern.len()
        && pattern.iter().zip(bytes).all(|(want, byte)| match want {
            b'0' => byte.is_ascii_digit(),
            b'?' => true,
            other => other == byte,
        })
}

/// `2025-01-31T10:20`, `2025/01/31 10:20`, `31/Jan/2025:10:20`, `01/31/2025, 10:20`.
fn is_date_time(bytes: &[u8]) -> bool {
    is_like(bytes, b"0000-00-00?00:00")
        || is_like(bytes, b"0000/00/00?00:00")
        || is_like(bytes, b"00/???/0000:00:00")
        || is_like(bytes, b"00/00/0000? 00:00")
        || is_like(bytes, b"00/00/0000, 0:00")
        || is_like(bytes, b"00:00:00.000")
        || is_like(bytes, b"00:00:00,000")
}

/// `Jan 31 10:20:30`.
fn is_syslog_time(bytes: &[u8]) -> bool {
    const MONTHS: &[&[u8; 3]] =
        &[b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    MONTHS.iter().any(|month| bytes.starts_with(*month))
        && (is_like(bytes, b"??? 00 00:00:00") || is_like(bytes, b"???  0 00:00:00"))
}

/// `E0131 10:20:30.000000`.
fn is_klog_time(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F')) && is_like(bytes, b"?0000 00:00:00")
}

/// Line ends before the end of a text, and the column in characters of what follows it, from 1.
pub(super) fn line_and_column(before: &str) -> (u64, usize) {
    let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u64;
    (lines, before.rsplit('\n').next().unwrap_or("").chars().count() + 1)
}

/// The beginning of a skipped record on one line, for people.
pub(super) fn short(bytes: &[u8]) -> String {
    let head = bytes.get(..QUOTE_CHARS * 4).unwrap_or(bytes);
    let text = String::from_utf8_lossy(head);
    let mut short = String::new();
    for word in text.split_ascii_whitespace() {
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    let n_chars = short.chars().count();
    if n_chars > QUOTE_CHARS || head.len() < bytes.len() {
        short = short.chars().take(QUOTE_CHARS).collect();
        short.push('…');
    }
    short
}
