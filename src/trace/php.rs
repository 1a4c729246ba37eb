//! PHP: takes lines of an uncaught error, of `(string) $exception`, or of Laravel's log; gives exceptions. The first one
//! printed is the root, `Next` names its wrapper (`zend_exceptions.c`).

use super::cursor::Cursor;
use super::{Exception, Frame, Trace, frame, line};

/// `#3 file(12): Class->fn(args)`, `#0 [internal function]: fn()`, `#4 {main}`.
fn numbered(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('#')?;
    let number = line::digits(rest);
    rest.get(number..).filter(|_| number > 0)?.strip_prefix(' ')
}

pub(super) fn frame_line(text: &str) -> bool {
    numbered(text).is_some_and(|r| {
        r.starts_with("{main}")
            || r.starts_with("[internal function]")
            || r.contains("): ")
            || r.ends_with(')')
    })
}

fn frame_of(text: &str) -> Option<Frame> {
    let rest = numbered(text)?;
    if rest.starts_with("{main}") {
        return None;
    }
    let (file, number, call) = match rest.strip_prefix("[internal function]: ") {
        Some(call) => ("", None, call),
        None => {
            let (at, call) = rest.split_once("): ")?;
            let (file, number) = at.rsplit_once('(')?;
            (file, number.parse().ok(), call)
        }
    };
    let function = match call.rfind("{closure}(") {
        Some(at) => call.get(..at + 9)?,
        None => call.split('(').next()?,
    };
    let user = frame::user("php", file, function);
    Some(Frame {
        function: function.to_owned(),
        file: file.to_owned(),
        line: number,
        user,
        ..Frame::default()
    })
}

/// What stands before the class in a line that PHP writes.
fn without_prefix(text: &str) -> Option<&str> {
    let at = if line::holds(text, "Uncaught ", 0) { text.find("Uncaught ") } else { None };
    let at = at.filter(|at| text.get(..*at).is_some_and(|h| h.contains("Fatal error")));
    if let Some(at) = at {
        return text.get(at + "Uncaught ".len()..);
    }
    text.strip_prefix("Next ")
}

/// An error that PHP itself reports.
fn certain(first: &str) -> bool {
    let old = line::holds(first, "exception '", 10) && first.contains("' with message '");
    old || without_prefix(first).is_some_and(|_| !first.starts_with("Next "))
}

/// A line that begins with the class of an error, or is that class with a place.
fn names_error(first: &str) -> bool {
    let bare = || {
        first
            .split_once(" in ")
            .map(|(kind, _)| kind)
            .filter(|k| !k.contains([' ', ':', '.', '/']))
            .filter(|_| line::trailing_number(first.trim_end()).is_some())
    };
    let kind = line::typed(first).map(|h| h.kind).or_else(bare);
    kind.is_some_and(|kind| !kind.contains(['.', '/']) && kind.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Whether [`extent`] may find anything at a line that says this, whatever follows.
pub(super) fn may_begin(first: &str) -> bool {
    certain(first) || line::holds(first, "[object] (", 0) || names_error(first)
}

/// Lines below an error among which its stack begins.
pub(super) const STACK_LINES: usize = 20;

/// The line above the frames.
pub(super) fn is_stack(text: &str) -> bool {
    matches!(text.trim_end(), "Stack trace:" | "[stacktrace]")
}

/// Whether [`extent`] finds something only where a [stack](is_stack) begins in the lines below.
pub(super) fn needs_stack(first: &str) -> bool {
    !certain(first) && !line::holds(first, "[object] (", 0)
}

/// First line behind the error that starts at `at`.
pub(super) fn extent(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let first = c.text(at);
    let certain = certain(first);
    let laravel = first.contains("[object] (");
    if !certain && !laravel {
        if !names_error(first) {
            return None;
        }
        let place = |t: &str| t.contains(" in ") && line::trailing_number(t.trim_end()).is_some();
        let next = c.next(at + 1)?;
        // The place ends the message; both stand right above the stack.
        let multi = !is_stack(next);
        let found = if multi {
            c.find(at + 1, STACK_LINES, is_stack, |t| {
                line::header(t).is_some() || line::at_frame(t) || t.contains("exception '")
            })?
        } else {
            at + 1
        };
        return place(c.text(found - 1)).then(|| stack(c, found));
    }
    let found =
        c.find(at + 1, STACK_LINES, |t| is_stack(t) || frame_line(t), |t| without_prefix(t).is_some());
    match found {
        Some(found) => Some(stack(c, found)),
        None => certain.then_some(c.skip(at + 1, |t| t.starts_with("  thrown in "))),
    }
}

fn stack(c: &Cursor<'_>, mut at: usize) -> usize {
    while let Some(text) = c.next(at) {
        let bare = text.trim_end();
        if frame_line(text) || bare == "Stack trace:" || bare == "[stacktrace]" {
            at += 1;
        } else if text.starts_with("  thrown in ") || matches!(bare, "\"}" | "\"} ") {
            return at + 1;
        } else if text.starts_with("[previous exception] ") {
            at += 1;
        } else {
            // `Next Class: …`, after an empty line; its message may span lines.
            let next = if line::blank(text) { at + 1 } else { at };
            if !c.next(next).is_some_and(|t| t.starts_with("Next ") || t.starts_with("[previous exception] "))
            {
                break;
            }
            match c.find(
                next + 1,
                20,
                |t| matches!(t.trim_end(), "Stack trace:" | "[stacktrace]"),
                frame_line,
            ) {
                Some(found) => at = found,
                None => return next + 1,
            }
        }
    }
    at
}

/// `message in file:12` → message and site.
fn place(text: &str) -> (String, Option<Frame>) {
    let text = text.trim_end();
    let found = text.rfind(" in ").and_then(|at| {
        let (file, number) = line::trailing_number(text.get(at + 4..)?)?;
        Some((text.get(..at)?, file, number))
    });
    match found {
        Some((message, file, number)) => {
            let user = frame::user("php", file, "");
            (
                message.to_owned(),
                Some(Frame { file: file.to_owned(), line: Some(number), user, ..Frame::default() }),
            )
        }
        None => (text.to_owned(), None),
    }
}

/// The exception that a header text (one or more lines) tells of.
fn exception(text: &str) -> Exception {
    let text = without_prefix(text).unwrap_or(text);
    if let Some((_, rest)) = text.split_once("[object] (") {
        return laravel(rest);
    }
    if let Some((class, rest)) =
        text.split_once("exception '").and_then(|(_, r)| r.split_once("' with message '"))
    {
        let (message, site) = place(rest);
        let message = message.strip_suffix('\'').unwrap_or(&message).to_owned();
        return Exception { kind: class.to_owned(), message, site, ..Exception::default() };
    }
    let (kind, rest) = match text.split_once(": ") {
        Some((kind, rest)) if !kind.contains(' ') => (kind, rest),
        _ => match text.split_once(" in ") {
            Some((kind, _)) if !kind.contains(' ') => (kind, text.get(kind.len()..).unwrap_or("")),
            _ => ("", text),
        },
    };
    let (message, site) = place(rest);
    Exception { kind: kind.to_owned(), message, site, ..Exception::default() }
}

/// `Class(code: 0): message at file:12)`.
fn laravel(rest: &str) -> Exception {
    let kind = rest.split('(').next().unwrap_or(rest).replace("\\\\", "\\");
    let body = rest.split_once("): ").map_or(rest, |(_, b)| b).trim_end().trim_end_matches(')');
    let found = body
        .rfind(" at ")
        .and_then(|at| Some((body.get(..at)?, line::trailing_number(body.get(at + 4..)?)?)));
    let (message, site) = match found {
        Some((message, (file, number))) => {
            let user = frame::user("php", file, "");
            (message, Some(Frame { file: file.to_owned(), line: Some(number), user, ..Frame::default() }))
        }
        None => (body, None),
    };
    Exception { kind, message: message.to_owned(), site, ..Exception::default() }
}

/// The exceptions of a trace.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let mut chain: Vec<Exception> = Vec::new();
    let mut head: Vec<&str> = Vec::new();
    let mut in_stack = false;
    let mut outer_first = false;
    let last_start = lines.iter().position(|t| matches!(t.trim_end(), "Stack trace:" | "[stacktrace]"));
    for (n, text) in lines.iter().enumerate() {
        let bare = text.trim_end();
        if matches!(bare, "Stack trace:" | "[stacktrace]") {
            if !head.is_empty() {
                chain.push(exception(&head.join("\n")));
                head.clear();
            }
            in_stack = true;
        } else if (in_stack || last_start.is_none()) && frame_line(text) {
            if chain.is_empty() {
                chain.push(exception(&head.join("\n")));
                head.clear();
            }
            if let (Some(frame), Some(last)) = (frame_of(text), chain.last_mut()) {
                last.frames.push(frame);
            }
        } else if text.starts_with("Next ") || text.starts_with("[previous exception] ") || n == 0 {
            outer_first |= text.starts_with("[previous exception] ");
            in_stack = false;
            head.push(text);
        } else if !in_stack {
            head.push(text);
        }
    }
    if chain.is_empty() {
        chain.push(exception(&head.join("\n")));
    }
    if !outer_first {
        chain.reverse();
    }
    for (n, exception) in chain.iter_mut().enumerate() {
        (if n == 0 { "" } else { "cause" }).clone_into(&mut exception.relation);
    }
    let cut = chain.first().is_some_and(|e| e.kind.is_empty());
    Some(Trace { runtime: "php".to_owned(), chain, cut })
}
