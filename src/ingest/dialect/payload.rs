//! What an application's own structured payload says: takes an object, gives message, stack, aside and level.
//!
//! Knows the keys of the common logging libraries; used by every dialect that carries such a payload.

use super::fields::{compact, integer, is_blank, level_of, pick, syslog_level};
use crate::entry::figure::Figure;
use crate::entry::{Entry, Severity, item, reason};
use crate::ingest::value::Value;
use std::borrow::Cow;

mod fields;
mod lambda;

pub(super) use fields::fields;

/// Where libraries put what they have to say, the most telling first.
const MESSAGE: &[&str] = &[
    "message",
    "msg",
    "MESSAGE",
    "Message",
    "textPayload",
    "event",
    "log",
    "content",
    "text",
    "body",
    "@message",
    "@m",
    "@mt",
    "error_message",
    "errorMessage",
    "short_message",
    "full_message",
    "description",
    "reason",
];
/// What is shown where no message stands.
const FALLBACK: &[&str] = &["error", "err", "errors", "e", "exception", "stack", "stack_trace", "traceback"];
/// Keys whose text is a stack.
const STACK: &[&str] = &[
    "stack_trace",
    "stackTrace",
    "stacktrace",
    "stack",
    "traceback",
    "exc_info",
    "exc_text",
    "exception",
    "e",
    "@x",
    "trace_back",
    "extendedStackTrace",
];
/// Keys whose object is an error.
const ERROR: &[&str] = &["err", "error", "exception", "errors", "cause", "thrown"];

/// Keys under which clients log what a server answered them.
const ANSWER: &[&str] =
    &["body", "response", "response_body", "responseBody", "responseData", "details", "detail"];

/// The level that the payload states at its top; nested levels belong to something else (a validation result, an
/// upstream's answer) and are not looked at.
pub(super) fn level(payload: &Value<'_>) -> Option<Severity> {
    const WORDS: &[&str] = &[
        "level",
        "levelname",
        "level_name",
        "levelName",
        "log_level",
        "loglevel",
        "logLevel",
        "LogLevel",
        "log.level",
        "Level",
        "lvl",
        "severity",
        "@l",
        "level_value",
    ];
    let word = WORDS.iter().filter_map(|key| payload.get(key)).find_map(level_of);
    // Numbers 0 to 7 under these names are syslog's scale, whatever the library.
    word.or_else(|| {
        pick(payload, &["PRIORITY", "Severity"])
            .and_then(|value| syslog_level(value).or_else(|| level_of(value)))
    })
}

/// What the payload says in words; compact JSON where it has no words.
pub(super) fn message<'v>(payload: &'v Value<'_>) -> Cow<'v, str> {
    if let Some(text) = payload.scalar() {
        return unescaped(text);
    }
    lambda::event(payload)
        .map(Cow::Owned)
        .or_else(|| spoken(payload))
        .unwrap_or_else(|| if is_blank(payload) { Cow::Borrowed("") } else { Cow::Owned(compact(payload)) })
}

/// What the payload says in a message or error field, if it has one.
pub(super) fn spoken<'v>(payload: &'v Value<'_>) -> Option<Cow<'v, str>> {
    let of = |payload: &'v Value<'_>| {
        MESSAGE.iter().chain(FALLBACK).find_map(|key| payload.get(key).and_then(words))
    };
    // Rust's `tracing` puts the message and all that stands beside it into `fields`.
    of(payload).or_else(|| payload.get("fields").and_then(of))
}

/// The words of one field: a text, the message inside an object, the lines of a list, the bytes of a byte list.
fn words<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Some(unescaped(text)),
        Value::Object(_) if value.get("errorMessage").is_some_and(|said| !is_blank(said)) => {
            Some(Cow::Owned(lambda::error(value)))
        }
        Value::Object(_) => {
            let inner = pick(value, &["message", "msg", "value", "error", "text", "stack", "traceback"])?;
            let text = inner.text().map(unescaped).or_else(|| words(inner))?;
            Some(text)
        }
        Value::List(items) => lines(items),
        _ => None,
    }
}

fn lines<'v>(items: &'v [Value<'_>]) -> Option<Cow<'v, str>> {
    // journald and some serialisers write non-UTF-8 texts as lists of byte values.
    let bytes: Option<Vec<u8>> =
        items.iter().map(|item| integer(item).and_then(|n| u8::try_from(n).ok())).collect();
    if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
        return Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()));
    }
    let parts: Vec<Cow<'v, str>> = items.iter().filter_map(words).collect();
    // lograge writes an exception as a list of its class and its message.
    if let [class, message] = parts.as_slice()
        && is_class(class)
    {
        return Some(Cow::Owned(format!("{class}: {message}")));
    }
    match parts.len() {
        0 => None,
        1 => parts.into_iter().next(),
        _ => Some(Cow::Owned(parts.join("\n"))),
    }
}

/// Whether a word is the name of an exception's class: `KeyError`, `ActiveRecord::RecordNotFound`.
fn is_class(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'.'))
        && (word.ends_with("Error") || word.ends_with("Exception") || word.contains("::"))
}

/// Undoes a second escaping of line ends (`\` and `n` in the text itself) where the text is a stack trace; in any other
/// text the two characters may well be meant.
fn unescaped(text: &str) -> Cow<'_, str> {
    let twice = memchr::memchr(b'\\', text.as_bytes()).is_some()
        && !text.contains('\n')
        && (text.contains("\\n  File \"") || text.contains("\\n    at ") || text.contains("\\n\\tat "));
    if twice {
        Cow::Owned(text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\""))
    } else {
        Cow::Borrowed(text)
    }
}

/// What stands beside the message: stack or error text, and an aside.
#[derive(Debug, Default)]
pub(super) struct Beside<'v> {
    /// For [`crate::entry::Entry::detail`].
    pub(super) detail: Option<Cow<'v, str>>,
    /// For [`crate::entry::Entry::aside`].
    pub(super) aside: Option<Cow<'v, str>>,
    /// For [`crate::entry::Entry::figures`].
    pub(super) figures: Vec<Figure<'v>>,
}

/// Looks for stack and error texts. `level` is the entry's own: an error without a stack is part of what a warning or a failing
/// entry says, and a mere aside of any other (loggers attach such objects to informational entries too).
pub(super) fn beside<'v>(payload: &'v Value<'_>, message: &str, level: Option<Severity>) -> Beside<'v> {
    let failing = level >= Some(Severity::Error);
    let fresh = |text: &Cow<'v, str>| {
        !text.trim().is_empty() && text.as_ref() != message && !message.contains(text.as_ref())
    };
    let nested = [
        payload.get("message"),
        payload.path(&["message", "metadata"]),
        payload.get("metadata"),
        payload.get("extra"),
    ];
    let stack = std::iter::once(payload)
        .chain(nested.into_iter().flatten())
        .find_map(|holder| STACK.iter().filter_map(|key| holder.get(key)).find_map(stack_text));
    let fields = payload.get("fields");
    let mut figures = super::figures::of(payload);
    if figures.is_empty() {
        figures = fields.map(super::figures::of).unwrap_or_default();
    }
    let error = std::iter::once(payload)
        .chain(fields)
        .flat_map(|holder| ERROR.iter().filter_map(|key| holder.get(key)))
        .find_map(words)
        .map(plain)
        .or_else(|| failing.then(|| answer(payload)).flatten())
        .filter(fresh);
    let inside = || ERROR.iter().filter_map(|key| payload.get(key)).find_map(stack_of_error);
    if let Some(detail) = stack.or_else(inside).filter(fresh) {
        // Go's loggers write the stack of the call that logs, without the error that it tells of.
        let told = error.filter(|error| !detail.contains(error.as_ref()) && !error.contains(detail.as_ref()));
        let detail = told.map_or(detail.clone(), |error| Cow::Owned(format!("{error}\n{detail}")));
        return Beside { detail: Some(detail), aside: None, figures };
    }
    let told = level >= Some(Severity::Warning);
    let (detail, aside) = if told { (error, None) } else { (None, error) };
    Beside { detail, aside, figures }
}

/// The reason inside an error that is JSON in a text (`[{"errors":[{"message":"no such field"}]}]`), else the text.
fn plain(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_json = text.starts_with(['[', '{']) && text.len() <= 4_000;
    match reason::innermost(&text).filter(|_| is_json) {
        Some(inner) => Cow::Owned(inner.to_owned()),
        None => text,
    }
}

/// Why a server refused, out of its answer: a failing entry often names no more than the event itself.
fn answer<'v>(payload: &'v Value<'_>) -> Option<Cow<'v, str>> {
    ANSWER.iter().filter_map(|key| payload.get(key)).find_map(|value| match value {
        Value::Text(text) => reason::innermost(text).map(Cow::Borrowed),
        Value::Object(_) => words(value),
        _ => None,
    })
}

/// A text that is long enough to be a stack or names an exception; a list of frames is joined.
fn stack_text<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) if text.contains('\n') || text.contains("\\n") => Some(unescaped(text)),
        Value::List(items) => words(value).filter(|text| text.contains('\n') || items.len() == 2),
        _ => None,
    }
}

/// Causes of an exception that are read.
const CAUSES: usize = 8;

/// log4j's exception as an object (`name`, `message`, frames as objects, `cause`), as Java prints it; where the frames are a text
/// that text is whole. Source: logging.apache.org/log4j/2.x/manual/json-layout.html.
fn thrown(error: &Value<'_>) -> Option<String> {
    let mut text = String::new();
    let mut next = Some(error);
    for depth in 0..CAUSES {
        let Some(error) = next else { break };
        let word = |key: &str| error.get(key).and_then(Value::text).unwrap_or("");
        let Some(Value::List(frames)) = error.get("extendedStackTrace") else { break };
        text.push_str(if depth == 0 { "" } else { "\nCaused by: " });
        text.push_str(word("name"));
        text.push_str(if word("message").is_empty() { "" } else { ": " });
        text.push_str(word("message"));
        for frame in frames {
            let part = |key: &str| frame.get(key).and_then(Value::scalar).unwrap_or("");
            text.push_str(&format!("\n\tat {}.{}({}", part("class"), part("method"), part("file")));
            text.push_str(&match part("line") {
                "" | "-1" | "-2" => ")".to_owned(),
                line => format!(":{line})"),
            });
        }
        next = error.get("cause");
    }
    (!text.is_empty()).then_some(text)
}

fn stack_of_error<'v>(error: &'v Value<'_>) -> Option<Cow<'v, str>> {
    if let Some(thrown) = thrown(error) {
        return Some(Cow::Owned(thrown));
    }
    match error {
        Value::Object(_) => STACK.iter().filter_map(|key| error.get(key)).find_map(stack_text),
        _ => stack_text(error),
    }
}

/// Adds to the detail which piece of work it is and how often it was tried, where a payload names both:
/// `messageId=1048 deliveryAttempt=92`. One that fails again and again can only be told from many by that.
pub(super) fn with_item<'v>(payload: &Value<'_>, detail: Option<Cow<'v, str>>) -> Option<Cow<'v, str>> {
    let scalar = |keys: &'static [&'static str]| {
        keys.iter().find_map(|key| Some((*key, payload.get(key)?.scalar().filter(|text| is_word(text))?)))
    };
    let (Some((name, id)), Some((attempts, n))) = (scalar(item::NAMES), scalar(item::ATTEMPTS)) else {
        return detail;
    };
    let said = item::line(name, id, attempts, n);
    Some(Cow::Owned(detail.map_or(said.clone(), |detail| format!("{detail}\n{said}"))))
}

/// Whether a text can stand as the value of a pair.
fn is_word(text: &str) -> bool {
    (1..=120).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// The object that a text in a record is: JSON, or pairs of `key=value` among which are a level and a message.
pub(super) fn within(text: &str) -> Option<Value<'_>> {
    super::json_text::parse(text).or_else(|| {
        let pairs = super::go::logfmt(text)?;
        let has = |names: &[&str]| names.iter().any(|name| pairs.get(name).is_some());
        (has(&["msg", "message"]) && has(&["level", "lvl", "severity"])).then_some(pairs)
    })
}

/// Fills what an object says that stands as text in a record of another convention (a container's line, an event of a stream).
pub(super) fn say<'v>(inner: &'v Value<'_>, entry: &mut Entry<'v>) {
    entry.payload_level = level(inner);
    entry.message = message(inner);
    let beside = beside(inner, &entry.message, entry.payload_level);
    (entry.detail, entry.aside) = (beside.detail, beside.aside);
    entry.figures = beside.figures;
    entry.http = entry.http.take().or_else(|| super::shape::request(inner));
    entry.trace_id = entry.trace_id.take().or_else(|| super::json::trace(inner));
    let level = entry.payload_level;
    state(inner, level, entry);
}

/// Fills what a payload states beside its words: of a warning and what is worse to be told with it, else to be compared.
pub(super) fn state(payload: &Value<'_>, level: Option<Severity>, entry: &mut Entry<'_>) {
    if entry.message.starts_with('{') {
        return;
    }
    // A message that is an object has its own members beside its words.
    let inner = payload.get("message").filter(|inner| matches!(inner, Value::Object(_)));
    let line = inner.and_then(fields).or_else(|| fields(payload));
    if level >= Some(Severity::Warning) {
        entry.fields = line;
    } else {
        entry.calm_fields = line;
    }
}
