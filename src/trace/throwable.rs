//! What the JVM, V8 and .NET share: a header `Type: message`, then lines `at …`. Takes lines, gives where a trace ends.

use super::cursor::Cursor;
use super::{Exception, line, node};
use crate::limits::{TRACE_LINES, TRACE_LOOKAHEAD_LINES};

/// Words before the type that are not part of it.
pub(super) fn without_prefix(text: &str) -> &str {
    let mut text = text.trim_start();
    if let Some(rest) = text.strip_prefix("Exception in thread \"")
        && let Some((_, rest)) = rest.split_once("\" ")
    {
        text = rest;
    }
    for prefix in [
        "Uncaught (in promise) ",
        "Uncaught ",
        "Unhandled exception. ",
        "Unhandled Exception: ",
        "Caused by: ",
        "Error: Uncaught ",
    ] {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    text
}

/// Lines between frames that belong to a trace.
fn mark(text: &str) -> bool {
    let text = text.trim_start();
    [
        "Caused by: ",
        "Suppressed: ",
        "Wrapped by: ",
        "Emitted 'error' event ",
        "[CIRCULAR REFERENCE",
        "---> ",
        "--- End of ",
        "<---",
    ]
    .iter()
    .any(|m| text.starts_with(m))
        || line::elision(text)
}

/// Lines of a message below a header that stands behind other words.
const PREFIXED_LINES: usize = 8;

/// Starts of the places that are no file.
const NAMELESS: [&str; 5] = ["node:", "<anonymous", "[eval]", "[stdin]", "evalmachine."];

/// The head of an uncaught error of Node: `/srv/app.js:13`, then the source line and a caret.
fn place(text: &str) -> bool {
    line::trailing_number(text).is_some_and(|(head, _)| {
        !head.starts_with([' ', '\t'])
            && (head.contains(['/', '\\']) || NAMELESS.iter().any(|p| head.starts_with(p)))
            && !head.contains(": ")
    })
}

/// Whether [`extent`] may find anything at a line that says this, unless a frame follows.
pub(super) fn may_begin(first: &str) -> bool {
    let end = first.trim_end();
    let head = without_prefix(first);
    line::blank(first)
        || place(first)
        || end.ends_with(['{', '['])
        || line::header(head.trim_end()).is_some()
        || line::embedded_header(first).is_some()
        || first.starts_with("Exception in thread ")
}

/// First line behind the trace whose head is at `at`.
pub(super) fn extent(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let text = c.text(at);
    if line::blank(text) {
        // Node prints an empty line above a thrown value that is no error, and none between the caret and the value.
        let caret =
            c.next(at + 1).filter(|t| place(t)).and_then(|_| c.find(at + 2, 6, line::caret, place))?;
        return c.next(caret + 1).filter(|t| !line::blank(t)).map(|_| thrown(c, caret + 1));
    }
    if line::at_frame(text) || text.starts_with("{\"") || mark(text) {
        return None;
    }
    if place(text)
        && let Some(caret) = c.find(at + 1, 6, line::caret, place)
    {
        return Some(thrown(c, c.skip(caret + 1, line::blank)));
    }
    let opens = text.trim_end().ends_with(['{', '[']);
    if opens && dumped(c, at) {
        return Some(body(c, object(c, at + 1)));
    }
    let head = without_prefix(text);
    let head = if opens { head.strip_prefix('[').unwrap_or(head) } else { head };
    let strict = line::header(head.trim_end()).is_some();
    let next = c.next(at + 1)?;
    if opens
        && (strict || tells_of_failure(text))
        && (line::indent(next) > 0 || next.trim_end().ends_with(['{', ',', ']', '}']))
    {
        return Some(body(c, object(c, at + 1)));
    }
    if line::at_frame(next) {
        let certain = line::certain_at_frame(next);
        let loose = line::typed(head.trim_end()).is_some_and(|h| h.kind.starts_with(char::is_uppercase));
        let told = strict
            || line::embedded_header(text).is_some()
            || text.contains("stack trace")
            || certain && (loose || line::error_record(text));
        return told.then(|| body(c, at + 1));
    }
    if (strict || line::embedded_header(text).is_some()) && node::gecko_frame(next).is_some() {
        return Some(c.skip(at + 1, |t| node::gecko_frame(t).is_some()));
    }
    if strict || text.starts_with("Exception in thread ") {
        return message_end(c, at + 1, TRACE_LOOKAHEAD_LINES).map(|frames| body(c, frames));
    }
    // `Could not save: QueryError: …` with a message of few lines.
    line::embedded_header(text)?;
    let frames = message_end(c, at + 1, PREFIXED_LINES).filter(|k| line::at_frame(c.text(*k)))?;
    (at + 1..=frames).all(|i| c.close(i)).then(|| body(c, frames))
}

/// Words above a printed object that make it an error's.
fn tells_of_failure(text: &str) -> bool {
    !line::record(text) && ["rror", "xception", "ailed", "ailure", "ejected"].iter().any(|w| text.contains(w))
}

/// Whether an object or array that opens here (`{`, `[`, `Failed: {`) holds an error as one of its first parts.
fn dumped(c: &Cursor<'_>, at: usize) -> bool {
    if line::record(c.text(at)) && c.text(at).len() > 200 {
        return false;
    }
    let inside = |t: &str| line::certain_at_frame(t) && line::indent(t) > 2;
    c.find(at + 1, 8, inside, |t| line::indent(t) == 0)
        .is_some_and(|frame| line::embedded_header(c.text(frame - 1)).is_some())
}

/// The first frame behind a message that spans the lines from `at` on.
fn message_end(c: &Cursor<'_>, at: usize, limit: usize) -> Option<usize> {
    let mut nested = c.text(at.saturating_sub(1)).trim_end().ends_with("nested exception is:");
    for i in at..at + limit {
        let text = c.next(i)?;
        if line::certain_at_frame(text) || mark(text) {
            return Some(i);
        }
        if line::record(text)
            || super::python::starts(text)
            || (line::header(text.trim_end()).is_some() && !nested)
        {
            return None;
        }
        nested = text.trim_end().ends_with("nested exception is:");
    }
    None
}

/// The end of what Node prints below the caret: the error with its frames, or a thrown value.
fn thrown(c: &Cursor<'_>, at: usize) -> usize {
    let Some(text) = c.next(at) else { return at };
    if let Some(end) = extent(c, at) {
        return end;
    }
    if text.starts_with("Node.js v") {
        return at + 1;
    }
    let end = c.find(at, 12, |t| t.starts_with("Node.js v"), place);
    end.map_or_else(|| body(c, at + 1), |end| end + 1)
}

/// First line behind frames, causes and printed properties that start at `at`.
pub(super) fn body(c: &Cursor<'_>, mut at: usize) -> usize {
    let start = at;
    let mut frames = 0usize;
    while at - start < TRACE_LINES {
        let Some(text) = c.next(at) else { break };
        if line::at_frame(text) {
            at += 1;
            frames += 1;
            if text.trim_end().ends_with('{') {
                at = object(c, at);
            }
        } else if mark(text) {
            at += 1;
            if !line::elision(text) && !text.trim_start().starts_with("--- End") {
                frames = 0;
                if c.next(at).is_some_and(|t| !line::at_frame(t) && !mark(t)) {
                    at = message_end(c, at, TRACE_LOOKAHEAD_LINES).unwrap_or(at);
                }
            }
        } else if line::blank(text) {
            let next = c.next(at + 1).unwrap_or("");
            if !(line::certain_at_frame(next) || mark(next) || next.starts_with("Node.js v")) {
                break;
            }
            at += 1;
        } else if text.starts_with("Node.js v") {
            return at + 1;
        } else if text.starts_with("(Use `node --") || text == "Thrown at:" {
            at += 1;
        } else if frames == 1
            && let Some(more) = message_end(c, at, 12).filter(|_| !line::record(text) && !another(c, at))
        {
            // One frame, then text, then frames: the first was part of the message.
            at = more;
        } else {
            break;
        }
    }
    at
}

/// Whether a line between frames is the head of a trace of its own: a class name, frames right below.
fn another(c: &Cursor<'_>, at: usize) -> bool {
    let class = line::typed(c.text(at)).is_some_and(|h| h.kind.starts_with(char::is_uppercase));
    class && c.next(at + 1).is_some_and(line::certain_at_frame)
}

/// First line behind the properties of a printed object whose opening bracket stands on the line before `at`.
fn object(c: &Cursor<'_>, mut at: usize) -> usize {
    let start = at;
    let mut depth = 1i32;
    let mut indented = false;
    while at - start < TRACE_LINES {
        let Some(text) = c.next(at) else { break };
        let bare = text.trim();
        let edge = line::indent(text) == 0 && !bare.is_empty();
        let closes = bare.starts_with(['}', ']']);
        if edge && (line::record(text) || (!closes && line::header(text).is_some())) {
            break;
        }
        if edge && indented && !closes {
            let inside = |t: &str| line::indent(t) > 0 || t.starts_with(['}', ']']);
            if c.find(at + 1, TRACE_LOOKAHEAD_LINES, inside, |t| line::header(t).is_some()).is_none() {
                break;
            }
        }
        indented |= line::indent(text) > 0;
        at += 1;
        if closes {
            depth -= 1;
        }
        if bare.ends_with(['{', '[']) {
            depth += 1;
        }
        if depth <= 0 || (edge && closes && indented) {
            break;
        }
    }
    at
}

/// The runtime that printed these lines.
pub(super) fn runtime(lines: &[&str]) -> &'static str {
    let mut java = 0;
    let mut node = 0;
    for text in lines {
        let bare = text.trim();
        if bare.starts_with("--- End of ") || bare.contains(":line ") && bare.starts_with("at ") {
            return "dotnet";
        }
        if bare.starts_with("Caused by: ") || bare.starts_with("Suppressed: ") {
            java += 1;
        }
        let Some(rest) = bare.strip_prefix("at ").filter(|_| line::certain_at_frame(text)) else { continue };
        if rest.contains(") [0x") || rest.contains(") in ") {
            return "dotnet";
        }
        match rest.rsplit_once('(').map(|(_, inner)| inner.trim_end_matches([')', '{', ' ', ','])) {
            Some("Native Method" | "Unknown Source" | "<generated>") => java += 1,
            Some(inner) if java_place(inner) => java += 1,
            Some(inner) if !inner.contains([':', '/', '<']) && inner != "native" && !rest.contains(" (") => {
                return "dotnet";
            }
            _ => node += 1,
        }
    }
    if java > node { "java" } else { "node" }
}

/// `Main.java:12`: a file name with a line and no folder.
fn java_place(inner: &str) -> bool {
    let inner = inner.split(')').next().unwrap_or(inner);
    match line::trailing_number(inner) {
        Some((file, _)) => !file.contains([':', '/']) && file.contains('.') && !file.ends_with(".js"),
        None => [".java", ".kt", ".scala", ".groovy", ".clj"].iter().any(|e| inner.ends_with(e)),
    }
}

/// The exception that a header line names, without frames yet.
pub(super) fn exception(text: &str, relation: &str) -> Exception {
    let head = head(text);
    Exception {
        kind: head.kind.to_owned(),
        message: head.message.to_owned(),
        relation: relation.to_owned(),
        ..Exception::default()
    }
}

/// The exception that a header line names, whatever stands before it on the line.
pub(super) fn head(text: &str) -> line::Header<'_> {
    let text = text.trim_end();
    let bare = without_prefix(text);
    if let Some(found) = line::header(bare) {
        return found;
    }
    if bare.len() < text.trim_start().len()
        && let Some(found) = line::typed(bare)
    {
        return found;
    }
    if let Some(at) = line::embedded_header(text) {
        let rest = text.get(at..).unwrap_or("");
        let end = rest.find([':', '[', ' ']).unwrap_or(rest.len());
        let (kind, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let message = tail.strip_prefix(':').map_or(tail, str::trim_start);
        let message = message.strip_prefix('[').and_then(|m| m.strip_suffix(']')).unwrap_or(message);
        return line::Header { kind, message };
    }
    line::typed(bare).unwrap_or(line::Header { kind: "", message: bare })
}
