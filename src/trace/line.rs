//! What one line looks like: takes a line, gives yes or no, or its parts. Stateless, no regular expressions.

/// Words that name a log level at the start of a record.
const LEVELS: [&str; 16] = [
    "TRACE",
    "DEBUG",
    "INFO",
    "NOTICE",
    "WARN",
    "WARNING",
    "ERROR",
    "CRITICAL",
    "FATAL",
    "SEVERE",
    "ALERT",
    "EMERG",
    "EMERGENCY",
    "LOG",
    "FINE",
    "CONFIG",
];

/// Endings of class names that say "this is thrown".
const THROWN: [&str; 12] = [
    "Exception",
    "Error",
    "Throwable",
    "Failure",
    "Fault",
    "Interrupt",
    "Exit",
    "Warning",
    "Abort",
    "Panic",
    "Timeout",
    "Invalid",
];

/// Empty, or white space only.
pub(super) fn blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// Leading white space in bytes.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The part of `line` after `prefix`, if it starts with it.
pub(super) fn after<'a>(line: &'a str, prefix: &str) -> Option<&'a str> {
    line.strip_prefix(prefix)
}

/// Whether `text` holds words, which are looked for by the byte at a place in them that few texts hold: every line of a log is
/// asked, and making a searcher takes longer than this.
pub(super) fn holds(text: &str, words: &str, place: usize) -> bool {
    let (text, words) = (text.as_bytes(), words.as_bytes());
    let Some(byte) = words.get(place) else { return false };
    let begins = |at: usize| at.checked_sub(place).and_then(|at| text.get(at..));
    memchr::memchr_iter(*byte, text).filter_map(begins).any(|rest| rest.starts_with(words))
}

/// Length of the run of ASCII digits at the start.
pub(super) fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// `text` split before a trailing `:NUMBER`.
pub(super) fn trailing_number(text: &str) -> Option<(&str, u32)> {
    let (head, tail) = text.rsplit_once(':')?;
    let number = tail.parse().ok()?;
    tail.bytes().all(|b| b.is_ascii_digit()).then_some((head, number))
}

/// A line that only marks a place in the source line above it: `^`, `~` and spaces.
pub(super) fn caret(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty()
        && line.contains(['^', '~'])
        && line.bytes().all(|b| matches!(b, b'^' | b'~' | b' ' | b'-'))
}

/// A frame line `at …` of the family of V8, the JVM and .NET; unindented only where the shape is certain.
pub(super) fn at_frame(line: &str) -> bool {
    let text = line.trim();
    let Some(rest) = text.strip_prefix("at ").or_else(|| text.strip_prefix("eval at ")) else { return false };
    indent(line) > 0 || rest.ends_with(')') || located(rest)
}

/// Whether an `at` frame has the shape of a real one, unlike prose that starts with "at".
pub(super) fn certain_at_frame(line: &str) -> bool {
    let text = line.trim().trim_end_matches([',', '{']).trim_end();
    text.strip_prefix("at ").is_some_and(|rest| {
        located(rest)
            || (rest.ends_with([')', ']']) && rest.contains('('))
            || rest.contains(") in ")
            || rest.contains("] in ")
    })
}

/// Ends in `:LINE` or `:LINE:COLUMN`, perhaps in parentheses.
fn located(text: &str) -> bool {
    trailing_number(text.trim_end_matches([')', ',', '{', ' '])).is_some()
}

/// `... 12 more`, `... 5 common frames omitted`, `... 6 lines matching cause stack trace ...`.
pub(super) fn elision(line: &str) -> bool {
    let Some(rest) = line.trim().strip_prefix("... ") else { return false };
    let number = digits(rest);
    number > 0
        && rest.get(number..).is_some_and(|tail| {
            let tail = tail.trim_start();
            tail.starts_with("more") || tail.starts_with("common") || tail.starts_with("lines matching")
        })
}

/// Whether a line starts like a log record: time stamp, level word, bracketed level, or a JSON object.
pub(super) fn record(line: &str) -> bool {
    let text = line.trim_start_matches(['[', '(', '<']);
    // `[1] [INFO] …` of gunicorn, where the time in front was cut off.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let text =
        text.get(digits..).and_then(|rest| rest.strip_prefix("] [")).filter(|_| digits > 0).unwrap_or(text);
    if line.starts_with("{\"") || clock(text) {
        return true;
    }
    let word = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    let rest = text.get(word.len()..).unwrap_or("");
    let ends = rest.is_empty() || rest.starts_with([' ', ':', ']', '\t', '|', '-', '/']);
    if ends && LEVELS.contains(&word) && !rest.starts_with(": (") {
        return true;
    }
    let lower_level = ["info", "warn", "warning", "error", "debug", "trace", "notice", "crit", "fatal"];
    if lower_level.contains(&word) && (line.starts_with('[') && rest.starts_with(']')) {
        return true;
    }
    line.starts_with("[Nest]")
        || line.starts_with("time=")
        || line.starts_with("level=")
        || klog(line)
        || ruby_logger(line)
}

/// `I0102 15:04:05`: the head of a klog line.
fn klog(line: &str) -> bool {
    let bytes = line.as_bytes();
    matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F'))
        && bytes.get(1..5).is_some_and(|d| d.iter().all(u8::is_ascii_digit))
        && bytes.get(5) == Some(&b' ')
}

/// `E, [2025-09-16T04:36:31 #1] ERROR -- :`: the head of a line of Ruby's Logger.
fn ruby_logger(line: &str) -> bool {
    matches!(line.as_bytes(), [b'D' | b'I' | b'W' | b'E' | b'F', b',', b' ', b'[', b'0'..=b'9', ..])
}

/// Starts with a date or a time of day: `2025-01-02`, `2025/01/02`, `02/Jan/2025`, `02-Jan-2025`, `15:04:05`, `Jan 02`.
fn clock(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is = |at: usize, any: &[u8]| bytes.get(at).is_some_and(|b| any.contains(b));
    if digit(0) && digit(1) && digit(2) && digit(3) && is(4, b"-/") && digit(5) {
        return true;
    }
    if digit(0) && digit(1) && is(2, b":") && digit(3) && digit(4) && is(5, b":") {
        return true;
    }
    if digit(0)
        && digit(1)
        && is(2, b"/-")
        && bytes.get(3).is_some_and(u8::is_ascii_alphabetic)
        && is(6, b"/-")
    {
        return true;
    }
    let months =
        ["Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec "];
    months.iter().any(|m| text.starts_with(m)) && (digit(4) || (is(4, b" ") && digit(5)))
}

/// A log record that tells of an error, as a logger writes above the trace it was given.
pub(super) fn error_record(line: &str) -> bool {
    let head: String = line.chars().take(120).collect();
    let word = |needle: &str| {
        head.match_indices(needle).any(|(at, _)| {
            let before = head.as_bytes().get(at.wrapping_sub(1));
            let behind = head.as_bytes().get(at + needle.len());
            !before.is_some_and(u8::is_ascii_alphanumeric) && !behind.is_some_and(u8::is_ascii_alphanumeric)
        })
    };
    record(line)
        && !line.starts_with("{\"")
        && ["ERROR", "CRITICAL", "FATAL", "SEVERE", "error", "level=error", "fatal"].iter().any(|w| word(w))
}

/// The head of an exception: type, code in brackets (Node) and message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) kind: &'a str,
    pub(super) message: &'a str,
}

/// Reads `Type: message` or `Type`, as at the start of a line. The type has to look like a class, not like a word of prose.
pub(super) fn header(line: &str) -> Option<Header<'_>> {
    let found = typed(line)?;
    thrown_name(found.kind).then_some(found)
}

/// As [`header`], for any identifier before the colon.
pub(super) fn typed(line: &str) -> Option<Header<'_>> {
    let end = line
        .find(|c: char| {
            !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '\\' | '`' | '+' | '<' | '>' | '-' | '/'))
        })
        .unwrap_or(line.len());
    let (kind, mut rest) = line.split_at_checked(end)?;
    let first = kind.chars().next()?;
    if !(first.is_alphabetic() || matches!(first, '_' | '\\' | '$')) || kind.contains("//") {
        return None;
    }
    if let Some(code) = rest.strip_prefix(" [") {
        let (code, tail) = code.split_once(']')?;
        if code.contains(' ') {
            return None;
        }
        rest = tail;
    }
    // .NET prints the HRESULT of some.
    if let Some((_, tail)) = rest.strip_prefix(" (0x").and_then(|r| r.split_once(')')) {
        rest = tail;
    }
    if rest.trim().is_empty() {
        return Some(Header { kind, message: "" });
    }
    let open = rest.trim();
    if open == "{" {
        return Some(Header { kind, message: "" });
    }
    let message = rest.strip_prefix(':')?;
    (message.is_empty() || message.starts_with([' ', '\t']))
        .then_some(Header { kind, message: message.trim_start() })
}

/// Whether a name looks like that of something thrown: `ValueError`, `com.acme.Broken`, `App$DbException`.
pub(super) fn thrown_name(kind: &str) -> bool {
    let last = kind.rsplit(['.', '\\', '$', '/', '+']).next().unwrap_or(kind);
    let bare = last.split(['`', '<']).next().unwrap_or(last);
    if THROWN.iter().any(|end| bare.ends_with(end)) {
        return true;
    }
    let qualified = kind.matches(['.', '\\']).count() >= 1 && !kind.contains('/') && !kind.ends_with('.');
    let segments =
        kind.split(['.', '\\']).all(|s| !s.is_empty() && !s.starts_with(|c: char| c.is_ascii_digit()));
    qualified && segments && last.starts_with(char::is_uppercase) && last.chars().any(char::is_lowercase)
}

/// Offset of an exception's type inside a line (`… MakeLog: RuntimeException: no`), where the line does not start with it. Of
/// two in a row (`Init Error: QueryError: no`) the second: the first belongs to the words before.
pub(super) fn embedded_header(line: &str) -> Option<usize> {
    let first = first_embedded(line)?;
    let second = line.get(first..)?.split_once(": ").map(|(_, rest)| line.len() - rest.len());
    Some(second.filter(|at| first > 0 && line.get(*at..).and_then(header).is_some()).unwrap_or(first))
}

fn first_embedded(line: &str) -> Option<usize> {
    if !["Error", "Exception", "Throwable"].iter().any(|word| line.contains(word)) {
        return None;
    }
    for (at, _) in line.match_indices([' ', '[', '(']).chain(std::iter::once((usize::MAX, ""))) {
        let start = at.wrapping_add(1);
        let rest = line.get(start..)?;
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '\\')))
            .unwrap_or(rest.len());
        let (name, tail) = rest.split_at_checked(end)?;
        let thrown = ["Exception", "Error", "Throwable"].iter().any(|e| name.ends_with(e))
            && name.starts_with(|c: char| c.is_alphabetic());
        if thrown && (tail.is_empty() || tail.starts_with([':', '['])) {
            return Some(start);
        }
        if at == usize::MAX {
            break;
        }
    }
    None
}

/// A line of a trace that was logged line by line, without the logger's head; any other line as it is.
pub(super) fn logged(line: &str) -> &str {
    let (head, words) = crate::entry::head::split(line);
    let is_part =
        !head.is_empty() && (blank(words) || super::ruby::frame_line(words) || super::ruby::named(words));
    if is_part { words } else { line }
}

/// `line` without escape sequences of terminals (colours, cursor moves), without a trailing carriage return, and without the
/// head that a logger put before a line of a Ruby trace.
pub(super) fn plain(line: &str) -> std::borrow::Cow<'_, str> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let line = logged(line);
    if !line.contains('\u{1b}') {
        return std::borrow::Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
        } else if chars.next_if_eq(&'[').is_some() {
            // Parameters and intermediates run up to one final byte.
            while chars.next_if(|c| matches!(c, '\u{20}'..='\u{3f}')).is_some() {}
            chars.next_if(|c| matches!(c, '\u{40}'..='\u{7e}'));
        }
    }
    std::borrow::Cow::Owned(out)
}
