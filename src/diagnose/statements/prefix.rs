//! The message without what a logger puts before it: times, levels, process ids, logger names.

use crate::entry::head;

/// The text after the logger's prefix; the whole text where nothing would be left.
pub(crate) fn unprefixed(text: &str) -> &str {
    let whole = text.trim();
    let known = head::words(whole);
    let mut rest = without_end_tags(if known.trim().is_empty() { whole } else { known });
    for _ in 0..8 {
        let next = step(rest);
        if next.len() == rest.len() {
            break;
        }
        rest = next;
    }
    // Nest's logger puts the context in brackets before the message.
    if whole.starts_with("[Nest]")
        && let Some((context, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once("] "))
        && !context.contains(char::is_whitespace)
    {
        rest = after;
    }
    if rest.chars().filter(|c| c.is_alphanumeric()).count() < 3 { whole } else { rest }
}

const LEVELS: [&str; 14] = [
    "ERROR", "WARNING", "WARN", "INFO", "DEBUG", "CRITICAL", "FATAL", "NOTICE", "TRACE", "LOG", "Error:",
    "error:", "error", "warn",
];

/// One piece of a prefix less, or the same text.
fn step(text: &str) -> &str {
    let text = text.trim_start_matches([' ', '\t', '-', '|', ':']);
    if let Some(rest) = text.strip_prefix('[')
        && let Some(end) = rest.find(']')
        && end <= 40
        && is_meta(rest.get(..end).unwrap_or(""))
    {
        return rest.get(end + 1..).unwrap_or("");
    }
    if let Some(rest) = program_and_pid(text) {
        return rest;
    }
    if let Some(rest) = named_level(text)
        .or_else(|| call_site(text))
        .or_else(|| colour_tag(text))
        .or_else(|| build_step(text))
        .or_else(|| buildkit(text))
    {
        return rest;
    }
    let word_end = text.find([' ', '\t']).unwrap_or(text.len());
    let word = text.get(..word_end).unwrap_or("");
    let after = text.get(word_end..).unwrap_or("");
    let bare = word.trim_end_matches([':', ',', ']']);
    let has_more = !after.trim().is_empty();
    if has_more && (is_time(bare) || LEVELS.contains(&bare) && word != "error" && word != "Error:") {
        return after;
    }
    // `module.name - ERROR - text` and `1 - 09/12/2025, 2:36:28 AM ERROR`: a name or number set off by a dash.
    if has_more
        && after.trim_start().starts_with("- ")
        && !bare.is_empty()
        && bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '/'))
        && (bare.contains('.') || bare.bytes().all(|b| b.is_ascii_digit()))
    {
        return after.trim_start().get(2..).unwrap_or("");
    }
    if has_more && matches!(bare, "AM" | "PM" | "+0000" | "UTC") {
        return after;
    }
    text
}

/// `logger - module.name - WARNING - text`: names without blanks set off by dashes, then a level.
fn named_level(text: &str) -> Option<&str> {
    let mut rest = text;
    for _ in 0..4 {
        let (name, after) = rest.split_once(" - ")?;
        if LEVELS.contains(&name) {
            return Some(after);
        }
        if name.is_empty() || name.len() > 80 || name.contains(char::is_whitespace) {
            return None;
        }
        rest = after;
    }
    None
}

/// `[Shop] 17  2026-03-02 07:01:12.250  WARN [Carts] text`: the program's name, its process id, then a time.
fn program_and_pid(text: &str) -> Option<&str> {
    let (name, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let (pid, after) = rest.trim_start().split_once(' ')?;
    let is_pid = !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit());
    let next = after.split_whitespace().next()?;
    (is_pid && name.len() <= 40 && !name.contains(' ') && is_time(next.trim_end_matches(',')))
        .then_some(after)
}

/// `module:function:120 | text` and `module:function:120 - text`, as loguru has it.
fn call_site(text: &str) -> Option<&str> {
    let (site, rest) = text.split_once([' '])?;
    let line = site.rsplit(':').next()?;
    let is_site =
        site.split(':').count() == 3 && !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit());
    if !is_site {
        return None;
    }
    rest.trim_start().strip_prefix("| ").or_else(|| rest.trim_start().strip_prefix("- "))
}

/// `Step #0 - "Build": text` and `Step #0: text`, as Cloud Build passes on what a step prints.
fn build_step(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("Step #")?.trim_start_matches(|c: char| c.is_ascii_digit());
    if let Some(rest) = rest.strip_prefix(" - \"") {
        return rest.split_once("\": ").map(|(_, rest)| rest);
    }
    rest.strip_prefix(": ")
}

/// `#11 38.77 text`, as BuildKit numbers what its steps print.
fn buildkit(text: &str) -> Option<&str> {
    let (number, rest) = text.strip_prefix('#')?.split_once(' ')?;
    let (seconds, said) = rest.split_once(' ')?;
    let digits = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (digits(number) && digits(seconds) && seconds.contains('.')).then_some(said)
}

/// `text</red>`, the other half of such markup.
fn without_end_tags(text: &str) -> &str {
    let mut rest = text;
    while let Some(inside) = rest.strip_suffix('>')
        && let Some(at) = inside.rfind("</")
        && COLOURS.contains(&inside.get(at + 2..).unwrap_or(""))
    {
        rest = rest.get(..at).unwrap_or("").trim_end();
    }
    rest
}

const COLOURS: [&str; 9] = ["red", "green", "yellow", "blue", "magenta", "cyan", "white", "level", "bold"];

/// `<red>text`: markup of a console logger that no console has read.
fn colour_tag(text: &str) -> Option<&str> {
    let (tag, rest) = text.strip_prefix('<')?.split_once('>')?;
    COLOURS.contains(&tag).then_some(rest)
}

/// What stands in brackets before a message: a time, a level, a number, a short name.
fn is_meta(inside: &str) -> bool {
    let inside = inside.trim();
    is_time(inside.split(' ').next().unwrap_or(""))
        || LEVELS.contains(&inside)
        || inside.bytes().all(|b| b.is_ascii_digit())
        || inside == "Nest"
        || is_request_id(inside)
}

/// The id of a request, as frameworks tag each line with it: hexadecimal, in one block or several.
fn is_request_id(inside: &str) -> bool {
    inside.len() >= 8
        && inside.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && inside.bytes().any(|b| b.is_ascii_digit())
}

/// A date or a time of day.
fn is_time(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let marks =
        word.bytes().filter(|b| matches!(b, b':' | b'-' | b'/' | b'.' | b'T' | b'Z' | b',' | b'+')).count();
    digits >= 3 && marks >= 2 && digits + marks == word.len()
}

#[cfg(test)]
mod tests {
    use super::unprefixed;

    #[test]
    fn prefixes_of_common_loggers_are_taken_off() {
        for (text, rest) in [
            (
                "[2025-08-05 07:03:46 +0000] [1] [ERROR] Worker (pid:2) was sent SIGKILL!",
                "Worker (pid:2) was sent SIGKILL!",
            ),
            ("2025-09-07 13:20:59 - app.clients.auth - WARNING - Token refused", "Token refused"),
            ("[Nest] 1  - 09/12/2025, 2:36:28 AM   ERROR [ExceptionHandler] No provider", "No provider"),
            ("INFO:     Started server process", "Started server process"),
            ("[Shop] 17   2026-03-02 07:01:12.250   WARN [Carts] Cart is empty", "[Carts] Cart is empty"),
            ("orders - orders.api.routes - WARNING - Token refused", "Token refused"),
            ("orders.db:check:150 | <red>Store is away", "Store is away"),
            ("orders.db:check:150 | <yellow>Store is away</yellow>", "Store is away"),
            ("a - b - c", "a - b - c"),
            ("Step #0 - \"Build\": src/a.ts(1,2): error", "src/a.ts(1,2): error"),
            ("Step #1: pushing", "pushing"),
            ("[Database] login refused", "[Database] login refused"),
            ("12:30:01", "12:30:01"),
        ] {
            assert_eq!(unprefixed(text), rest);
        }
    }
}
