//! CPython: takes lines, gives where a traceback ends and its exceptions. Chained tracebacks print the root first
//! (docs.python.org/3/library/traceback.html), so the chain is turned round.

use super::cursor::Cursor;
use super::line;
use super::{Exception, Frame, Trace, frame};
use crate::limits::TRACE_FRAMES;

const START: &str = "Traceback (most recent call last):";
const CAUSE: &str = "The above exception was the direct cause of the following exception:";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:";
/// Lines that the interpreter prints above a traceback.
const LEAD_INS: [&str; 8] = [
    "Task exception was never retrieved",
    "Future exception was never retrieved",
    "Exception in callback ",
    "Exception in thread ",
    "Exception ignored in: ",
    "Error in atexit._run_exitfuncs:",
    "Unhandled exception in ",
    "--- Logging error ---",
];
/// Parts that libraries print below the exception line.
const TAILS: [&str; 8] =
    ["[SQL:", "[SQL ", "[parameters:", "(Background on this error", "DETAIL:", "HINT:", "CONTEXT:", "LINE "];
/// Lines printed within this time of the exception line belong to its message.
const NOTE_NANOS: i64 = 100_000;

/// Whether a traceback begins here.
pub(super) fn starts(text: &str) -> bool {
    text.trim_end().ends_with(START)
}

/// A separator between two tracebacks of a chain.
pub(super) fn separator(text: &str) -> bool {
    relation(text).is_some()
}

fn relation(text: &str) -> Option<&'static str> {
    let text = text.trim_matches([' ', '|', '\t']);
    match text {
        CAUSE => Some("cause"),
        CONTEXT => Some("context"),
        _ => None,
    }
}

/// `File "x", line 3[, in f]`.
fn file_line(text: &str) -> Option<Frame> {
    let (file, rest) = file_parts(text)?;
    let number = line::digits(rest);
    let (number, rest) = rest.split_at_checked(number)?;
    let function = rest.strip_prefix(", in ").unwrap_or("").to_owned();
    Some(Frame { function, file: file.to_owned(), line: number.parse().ok(), ..Frame::default() })
}

/// Whether [`file_line`] reads it: asked of very many lines, most of which are none.
pub(super) fn is_file_line(text: &str) -> bool {
    file_parts(text).is_some()
}

/// The file that a frame names, and what stands from the number of its line on.
fn file_parts(text: &str) -> Option<(&str, &str)> {
    text.trim().strip_prefix("File \"")?.split_once("\", line ")
}

/// `/app/a.py:3: UserWarning: text`, as `warnings.warn` prints above the source line.
fn warning(text: &str) -> bool {
    let Some((place, rest)) = text.split_once(": ") else { return false };
    line::trailing_number(place).is_some_and(|(file, _)| !file.contains(' '))
        && rest.split(':').next().is_some_and(|kind| kind.ends_with("Warning") && !kind.contains(' '))
}

/// A line of an exception group's drawing.
fn group_line(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("| ") || text == "|" || text.starts_with("+-") || text.starts_with("+ Exception Group")
}

/// `Type: message` at the left edge.
fn exception_line(text: &str) -> bool {
    if text.starts_with([' ', '\t']) || line::record(text) {
        return false;
    }
    line::typed(text.trim_end()).is_some_and(|h| {
        let class = h.kind.rsplit('.').next().is_some_and(|n| n.starts_with(char::is_uppercase))
            || h.kind.contains('.');
        !h.kind.contains('/') && (class || line::thrown_name(h.kind)) || !h.message.is_empty()
    })
}

/// Whether [`extent`] may find anything at a line that says this, whatever follows.
pub(super) fn may_begin(first: &str) -> bool {
    separator(first)
        || warning(first)
        || starts(first)
        || LEAD_INS.iter().any(|l| first.starts_with(l))
        || is_file_line(first)
}

/// First line behind the traceback that starts at `at`.
pub(super) fn extent(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let first = c.text(at);
    if separator(first) {
        // The traceback above it stands in an entry of its own, or was lost.
        return Some(chained(c, at).map_or(at + 1, |next| whole_chain(c, next)));
    }
    if warning(first) && c.next(at + 1).is_some_and(|t| line::indent(t) == 2 && !line::blank(t)) {
        return Some(at + 2);
    }
    if LEAD_INS.iter().any(|l| first.starts_with(l))
        && let Some(start) = c.find(at + 1, 4, starts, separator)
    {
        return Some(whole_chain(c, start + 1));
    }
    if !starts(first) {
        // A syntax error is printed without the header: only its place, without a function.
        let bare = file_line(first).is_some_and(|f| f.function.is_empty());
        let end =
            c.find(at + 1, 4, |t| t.starts_with("SyntaxError") || t.starts_with("IndentationError"), starts)?;
        return bare.then_some(end + 1);
    }
    // Ruby 2.5 to 2.7 prints the same header on a terminal.
    if c.next(at + 1)
        .is_some_and(|t| t.trim_start().split_once(": from ").is_some_and(|(n, _)| n.parse::<u32>().is_ok()))
    {
        return None;
    }
    Some(whole_chain(c, at + 1))
}

/// First line behind the frames that start at `at`, their exception line, and the tracebacks chained to it.
pub(super) fn whole_chain(c: &Cursor<'_>, mut at: usize) -> usize {
    loop {
        let end = one(c, at);
        match chained(c, end) {
            Some(next) if next > at => at = next,
            _ => return end,
        }
    }
}

/// First line behind the frames, exception line and message that start at `at`.
fn one(c: &Cursor<'_>, mut at: usize) -> usize {
    while let Some(text) = c.next(at) {
        if is_file_line(text)
            || group_line(text)
            || line::caret(text)
            || line::indent(text) >= 4
            || text.starts_with('\t')
            || text.starts_with("  [Previous line repeated")
        {
            at += 1;
        } else if exception_line(text) {
            return tail(c, at + 1);
        } else if bare_source(c, at) {
            at += 1;
        } else {
            break;
        }
    }
    at
}

/// A source line whose indentation the transport took away.
fn bare_source(c: &Cursor<'_>, at: usize) -> bool {
    let text = c.text(at);
    !line::blank(text)
        && !line::record(text)
        && c.next(at + 1).is_some_and(|t| is_file_line(t) || line::caret(t) || exception_line(t))
        && is_file_line(c.text(at.saturating_sub(1)))
}

/// First line behind a message that goes on below the exception line.
fn tail(c: &Cursor<'_>, mut at: usize) -> usize {
    if c.whole {
        let end = c.skip(at, |t| !line::record(t) && !starts(t) && !separator(t));
        // `could not import "app.py":` leads in the next traceback.
        let leads_in =
            end > at && c.next(end).is_some_and(starts) && c.text(end - 1).trim_end().ends_with(':');
        return end - usize::from(leads_in);
    }
    if c.next(at).is_some_and(|t| t == "Call stack:") {
        // The logger tells where it was called when it fails itself.
        let end = c.skip(at + 1, |t| line::indent(t) > 0);
        return c.skip(end, |t| t.starts_with("Message: ") || t.starts_with("Arguments: "));
    }
    while let Some(text) = c.next(at).filter(|t| !starts(t) && !separator(t)) {
        let indented = |t: &str| {
            line::indent(t) >= 2
                && !line::blank(t)
                && !line::certain_at_frame(t)
                && !is_file_line(t)
                && !starts(t)
        };
        let more = TAILS.iter().any(|p| text.starts_with(p))
            || indented(text)
            || (line::blank(text) && c.next(at + 1).is_some_and(|t| TAILS.iter().any(|p| t.starts_with(p))))
            || (!line::blank(text)
                && !line::record(text)
                && !starts(text)
                && line::header(text).is_none()
                && (c.next(at + 1).is_some_and(|t| indented(t) && !group_line(t) && !line::at_frame(t))
                    || c.printed_together(at, NOTE_NANOS).is_some()));
        if !more {
            break;
        }
        at += 1;
    }
    at
}

/// Where the next traceback of the chain begins its frames, if one follows the exception that ended before `at`.
fn chained(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let mark = c.find(at, 24, separator, starts)?;
    let next = c.skip(mark + 1, line::blank);
    match c.next(next) {
        Some(text) if starts(text) => Some(next + 1),
        // Cut behind the separator: `one` takes what there is of frames.
        _ => Some(mark + 1),
    }
}

/// The exceptions of a traceback.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    // The first section is the chain itself, each further one a member of a group.
    let mut sections: Vec<Vec<&str>> = vec![Vec::new()];
    let mut at = 0;
    for text in lines {
        let drawn = text.trim_start();
        if drawn.starts_with("+-") {
            if drawn.contains(|c: char| c.is_ascii_digit()) {
                at = sections.len();
                sections.push(Vec::new());
            }
            continue;
        }
        let inner = if group_line(text) && !drawn.starts_with('+') {
            drawn.strip_prefix("| ").unwrap_or("")
        } else {
            // Back at the left edge: the next traceback of the chain.
            at = 0;
            if drawn.starts_with("+ Exception Group") { START } else { text }
        };
        if let Some(section) = sections.get_mut(at) {
            section.push(inner);
        }
    }
    let mut chain = Vec::new();
    let mut cut = false;
    for (n, section) in sections.iter().enumerate() {
        let (mut part, part_cut) = blocks(section, n > 0);
        cut |= part_cut;
        if n > 0
            && let Some(first) = part.first_mut()
        {
            "member".clone_into(&mut first.relation);
        }
        chain.append(&mut part);
    }
    (!chain.is_empty()).then(|| Trace { runtime: "python".to_owned(), chain, cut })
}

/// Lines that an error's message may have above its traceback.
const ABOVE_LINES: usize = 12;

/// Where the runtime prints error and message above the traceback and not below it (AWS Lambda: `[ERROR] Type: message`, then
/// `Traceback …`), or a logger named the error in its record and what follows was cut: takes them from there.
pub(super) fn named_above(c: &Cursor<'_>, at: usize, trace: &mut Trace) {
    let Some(reported) = trace.chain.first_mut().filter(|e| e.kind.is_empty() && e.message.is_empty()) else {
        return;
    };
    for above in (at.saturating_sub(ABOVE_LINES)..at).rev() {
        let text = c.text(above).trim_end();
        let bare =
            text.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(text, |(_, rest)| rest);
        let found = line::header(bare).or_else(|| {
            let text = bare.get(line::embedded_header(bare)?..)?;
            line::header(text).filter(|_| line::record(c.text(above)))
        });
        if let Some(found) = found {
            found.kind.clone_into(&mut reported.kind);
            let below = c.slice(above + 1, at).into_iter();
            let lines: Vec<&str> = std::iter::once(found.message).chain(below).collect();
            lines.join("\n").trim_end().clone_into(&mut reported.message);
            trace.cut = false;
            return;
        }
        if line::record(text) || line::blank(text) || starts(text) {
            return;
        }
    }
}

/// The chain of one section, reported exception first, and whether its last exception line is missing.
/// A member that was never raised has no header.
fn blocks(lines: &[&str], headless: bool) -> (Vec<Exception>, bool) {
    let mut chain: Vec<Exception> = Vec::new();
    let mut current = Exception::default();
    let mut open = headless;
    let mut named = false;
    for text in lines {
        if let Some(relation) = relation(text) {
            finish(&mut current);
            relation.clone_into(&mut current.relation);
            chain.push(std::mem::take(&mut current));
            (open, named) = (false, false);
        } else if starts(text) && !named {
            open = true;
        } else if named && *text == "Call stack:" {
            break;
        } else if named {
            current.message.push('\n');
            current.message.push_str(text);
        } else if let Some(frame) = file_line(text) {
            open = true;
            current.frames.push(frame);
        } else if !open {
            continue;
        } else if exception_line(text) {
            let head = line::typed(text.trim_end()).unwrap_or(line::Header { kind: "", message: text });
            head.kind.clone_into(&mut current.kind);
            // Kept to the byte: trailing white space may matter to nobody, but the first line is as printed.
            head.message.clone_into(&mut current.message);
            named = true;
        } else {
            detail(&mut current, text);
        }
    }
    let cut = open && !named;
    if open {
        finish(&mut current);
        chain.push(current);
    }
    chain.reverse();
    (chain, cut)
}

/// A line below a `File` line: source, marker or repetition.
fn detail(current: &mut Exception, text: &str) {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("[Previous line repeated ") {
        let times: usize = rest.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        if let Some(last) = current.frames.last().cloned() {
            current.frames.extend(std::iter::repeat_n(last, times.min(TRACE_FRAMES)));
        }
    } else if let Some(frame) = current.frames.last_mut()
        && frame.source.is_empty()
        && !line::caret(text)
    {
        text.clone_into(&mut frame.source);
    }
}

/// Turns frames round, takes a syntax error's place out of them.
fn finish(current: &mut Exception) {
    current.message.truncate(current.message.trim_end().len());
    if current.frames.last().is_some_and(|f| f.function.is_empty()) {
        current.site = current.frames.pop();
    }
    current.frames.reverse();
    for frame in current.frames.iter_mut().chain(&mut current.site) {
        frame.user = frame::user("python", &frame.file, &frame.function);
    }
}
