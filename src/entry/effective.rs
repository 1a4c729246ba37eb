//! An entry → the severity the analysis uses, and where it came from.
//!
//! Order: the written field, the level in the payload, a level at the head of the text, the status of the request. The
//! text is looked at for its first bytes only, token by token and without regular expressions, since every entry passes.
//!
//! A level in the text counts only where a logging library puts it: alone, in brackets or before a colon, behind nothing
//! but times, process ids and logger names. The word ERROR in the middle of a sentence says nothing.

use super::{Effective, Entry, Origin, Severity};

#[cfg(test)]
mod tests;

/// Bytes of the text that are looked at: a time, a process id, a logger name and a level fit.
const HEAD: usize = 120;
/// Tokens that are looked at.
const TOKENS: usize = 10;

/// The severity the analysis uses.
pub fn effective(entry: &Entry<'_>) -> Effective {
    effective_with(entry, text_level(&entry.message))
}

/// The same where it is known what [`text_level`] gives for the entry's message.
pub(crate) fn effective_with(entry: &Entry<'_>, level: Option<Severity>) -> Effective {
    let said = |severity: Option<Severity>, origin| {
        severity
            .filter(|severity| *severity != Severity::Default)
            .map(|severity| Effective { severity, origin })
    };
    let of_text = || said(level, Origin::Text);
    let own = || said(entry.payload_level, Origin::Payload).or_else(of_text);
    let first = if entry.severity_of_stream { own() } else { None };
    first
        .or_else(|| said(entry.written_severity, Origin::Field))
        .or_else(|| said(entry.payload_level, Origin::Payload))
        .or_else(of_text)
        .or_else(|| said(entry.http.as_ref().and_then(|http| status_level(http.status)), Origin::Status))
        .unwrap_or_default()
}

/// Cloud Logging's own rule, as it stands in every export: 5xx is an ERROR, 4xx a WARNING, any other status INFO.
fn status_level(status: u16) -> Option<Severity> {
    match status {
        0 => None,
        500..=599 => Some(Severity::Error),
        400..=499 => Some(Severity::Warning),
        _ => Some(Severity::Info),
    }
}

/// The level at the head of a text, if a logging library wrote one there.
pub fn text_level(text: &str) -> Option<Severity> {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end)?;
    let line = head.trim_start().lines().next()?;
    if line.contains('\u{1b}') { head_level(&without_escapes(line)) } else { head_level(line) }
}

/// The line without ANSI escape sequences.
fn without_escapes(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
        } else if chars.next_if_eq(&'[').is_some() {
            // A control sequence ends with its first letter.
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    out
}

fn head_level(line: &str) -> Option<Severity> {
    let line = line.trim_start();
    let bytes = line.as_bytes();
    if let [b'{', ..] = bytes {
        return json_level(line);
    }
    if let Some(level) = klog(bytes).or_else(|| ruby(bytes)).or_else(|| package_manager(line)) {
        return Some(level);
    }
    tokens(line).or_else(|| logfmt(line))
}

/// `E0916 04:36:31.118204  1 file.go:12] …` (klog and glog).
fn klog(bytes: &[u8]) -> Option<Severity> {
    let [level, rest @ ..] = bytes else { return None };
    let stamp = rest.get(..5)?;
    if !(stamp.iter().take(4).all(u8::is_ascii_digit) && stamp.ends_with(b" ") && rest.get(7) == Some(&b':'))
    {
        return None;
    }
    letter(*level)
}

/// `E, [2025-09-16T04:36:31.118 #1] ERROR -- : …` (Ruby's Logger).
fn ruby(bytes: &[u8]) -> Option<Severity> {
    match bytes {
        [level, b',', b' ', b'[', ..] => letter(*level),
        _ => None,
    }
}

fn letter(level: u8) -> Option<Severity> {
    match level {
        b'D' => Some(Severity::Debug),
        b'I' => Some(Severity::Info),
        b'W' => Some(Severity::Warning),
        b'E' => Some(Severity::Error),
        b'F' => Some(Severity::Critical),
        _ => None,
    }
}

/// `npm ERR! code ELIFECYCLE`, `npm error code …`, `npm WARN deprecated …`.
fn package_manager(line: &str) -> Option<Severity> {
    let rest = line.strip_prefix("npm ")?;
    let end = rest.find(' ').unwrap_or(rest.len());
    match rest.get(..end)? {
        "ERR!" | "error" => Some(Severity::Error),
        "WARN" | "warn" => Some(Severity::Warning),
        "notice" => Some(Severity::Info),
        _ => None,
    }
}

/// Walks over what stands before a level: times, numbers, brackets, dashes, one logger name behind a dash.
fn tokens(line: &str) -> Option<Severity> {
    let mut rest = line;
    let mut behind_time = false;
    let mut names = 0;
    let mut dashed = false;
    for at in 0..TOKENS {
        rest = rest.trim_start_matches([' ', '\t', '|']);
        let token = next_token(rest)?;
        rest = rest.get(token.len()..).unwrap_or("");
        if let Some(inner) = bracketed(token) {
            if let Some(level) = inside(inner) {
                return Some(level);
            }
            behind_time |= is_time(inner.trim());
            continue;
        }
        if !token.bytes().any(|b| b.is_ascii_alphanumeric()) {
            dashed = token == "-";
            continue;
        }
        if let Some(level) = bare(token, rest, at == 0, behind_time) {
            return Some(level);
        }
        if is_time(token) {
            behind_time = true;
        } else if is_filler(token) || is_time(token.trim_end_matches(',')) {
        } else if behind_time && is_metadata(token) {
            // `10:06:05.449 request_id=F1x [error] …`, as Elixir's Logger writes it.
        } else if behind_time && names < 2 && is_logger(token, dashed) {
            // `2025-09-16 04:36:31,118 - shop.cart - ERROR - …`
            names += 1;
        } else {
            return None;
        }
    }
    None
}

/// `request_id=F1x`.
fn is_metadata(token: &str) -> bool {
    let key = token.split_once('=').map_or("", |(key, _)| key);
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// The next token: a bracket with all that is in it, or what stands before the next blank.
fn next_token(rest: &str) -> Option<&str> {
    let close = match rest.bytes().next()? {
        b'[' => Some(']'),
        b'(' => Some(')'),
        b'<' => Some('>'),
        _ => None,
    };
    if let Some(end) = close.and_then(|close| rest.find(close)) {
        return rest.get(..=end);
    }
    rest.get(..rest.find([' ', '\t', '|']).unwrap_or(rest.len()))
}

fn bracketed(token: &str) -> Option<&str> {
    let inner = token.get(1..token.len().checked_sub(1)?)?;
    let pair = (token.as_bytes().first(), token.as_bytes().last());
    matches!(pair, (Some(b'['), Some(b']')) | (Some(b'('), Some(b')')) | (Some(b'<'), Some(b'>')))
        .then_some(inner)
}

/// A level in brackets: `[error]`, `[core:error]`, `[2025-09-16T04:36:31Z ERROR shop::cart]`.
fn inside(inner: &str) -> Option<Severity> {
    let inner = inner.trim();
    if let Some(level) = word(inner) {
        return Some(level);
    }
    if let Some((module, level)) = inner.rsplit_once(':')
        && module.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    {
        return word(level);
    }
    let (time, rest) = inner.split_once(' ')?;
    let next = rest.trim_start().split(' ').next()?;
    if is_time(time) { upper(next) } else { None }
}

/// A level that stands free. Capitals count wherever a level may stand; other cases only before a colon, or behind a time
/// and before a tab or a bar, since `error` is an ordinary word too.
fn bare(token: &str, rest: &str, first: bool, behind_time: bool) -> Option<Severity> {
    if let Some(level) = upper(token) {
        // `[cache] CRITICAL LATENCY: 900 ms` is a headline in capitals, not a level.
        let next = rest.trim_start().split([' ', ':']).next().unwrap_or("");
        let headline = !behind_time && next.len() > 2 && next.bytes().all(|b| b.is_ascii_uppercase());
        return if headline { None } else { Some(level) };
    }
    let (head, tail) = token.split_once(':').map_or((token, None), |(head, tail)| (head, Some(tail)));
    if tail.is_some() {
        // `ERROR:logger:text` of Python's basic format, `ERROR: text`, PostgreSQL's `LOG:`.
        if let Some(level) = upper(head).or_else(|| (head == "LOG").then_some(Severity::Info)) {
            return Some(level);
        }
        // Monolog: `[2025-09-16 04:36:31] production.ERROR: text`.
        if behind_time && let Some((_, level)) = head.rsplit_once('.') {
            return upper(level);
        }
        if (first || behind_time) && tail == Some("") {
            return short_word(head).or_else(|| word(head));
        }
        return None;
    }
    if behind_time && rest.starts_with(['\t', '|']) { word(token) } else { None }
}

/// Level words in capitals.
fn upper(token: &str) -> Option<Severity> {
    if token.len() < 3 || !token.bytes().all(|b| b.is_ascii_uppercase()) { None } else { word(token) }
}

/// Level words in any case. Fewer than [`Severity::parse`] knows: `HTTP`, `log` and `fine` are no levels in a text.
fn word(token: &str) -> Option<Severity> {
    const NOT_IN_TEXT: &[&str] = &["http", "log", "fine", "default", "silly", "inf", "verbose"];
    if token.len() > 13 || NOT_IN_TEXT.iter().any(|not| not.eq_ignore_ascii_case(token)) {
        return None;
    }
    Severity::parse(token)
}

/// .NET's console logger: `fail: Microsoft.Hosting[0]`, `dbug:`, `crit:`.
fn short_word(token: &str) -> Option<Severity> {
    match token {
        "fail" => Some(Severity::Error),
        "dbug" | "trce" => Some(Severity::Debug),
        _ => None,
    }
}

/// Digits with the marks of dates, times and zones: `2025-09-16T04:36:31.118Z`, `04:36:31,118`, `08/15/2025,`.
fn is_time(token: &str) -> bool {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let marks = token.bytes().filter(|b| matches!(b, b':' | b'-' | b'/' | b'.')).count();
    digits >= 4 && marks >= 2 && token.bytes().all(|b| b.is_ascii_digit() || b":-/.,TZ+_ UTC".contains(&b))
}

/// Numbers, offsets, AM and PM, names of days, months and zones, and runtimes that introduce themselves.
fn is_filler(token: &str) -> bool {
    const NAMES: &[&str] = &[
        "AM", "PM", "UTC", "GMT", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar",
        "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "stdout", "stderr", "F", "P",
    ];
    let token = token.trim_end_matches([',', ':']);
    NAMES.contains(&token) || token.bytes().all(|b| b.is_ascii_digit() || b"+-.,#:".contains(&b))
}

/// `shop.cart`, `django.request`, or behind a dash any one word of name characters.
fn is_logger(token: &str, dashed: bool) -> bool {
    let name = token.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:/$#@".contains(&b));
    name && (dashed || token.bytes().any(|b| b"._$".contains(&b)))
}

/// `time=… level=error msg=…`.
fn logfmt(line: &str) -> Option<Severity> {
    memchr::memchr(b'=', line.as_bytes())?;
    for key in ["level=", "lvl=", "severity="] {
        let Some(at) = line.find(key) else { continue };
        let free = at == 0 || line.as_bytes().get(at - 1) == Some(&b' ');
        let value = line.get(at + key.len()..)?.trim_start_matches('"');
        let end = value.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len());
        if free {
            return word(value.get(..end)?);
        }
    }
    None
}

/// The level of a JSON object in the text, so long as no inner object begins before it: `{"level":"error","msg":…`.
fn json_level(line: &str) -> Option<Severity> {
    let inner = line.get(1..)?;
    let flat = inner.get(..inner.find('{').unwrap_or(inner.len()))?;
    for key in ["\"level\"", "\"severity\"", "\"levelname\"", "\"lvl\""] {
        let Some(at) = flat.find(key) else { continue };
        let value = flat.get(at + key.len()..)?.trim_start_matches([' ', ':', '"']);
        let end = value.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len());
        return word(value.get(..end)?);
    }
    None
}
