//! Dart and Flutter: takes lines of an unhandled exception, gives it. Format: `StackTrace.toString()` of the Dart VM.

use super::cursor::Cursor;
use super::{Exception, Frame, Trace, frame, line};

/// `#0      main.<anonymous closure> (file:///a.dart:9:20)`.
fn frame_of(text: &str) -> Option<Frame> {
    let rest = text.trim_start().strip_prefix('#')?;
    let number = line::digits(rest);
    let rest = rest.get(number..).filter(|r| number > 0 && r.starts_with(' '))?.trim();
    let (function, place) = rest.strip_suffix(')')?.rsplit_once(" (")?;
    let known = place.starts_with("package:")
        || place.starts_with("dart:")
        || place.starts_with("file:")
        || place.contains(".dart");
    let (file, number) = match line::trailing_number(place) {
        Some((head, last)) => match line::trailing_number(head) {
            Some((file, number)) => (file, Some(number)),
            None => (head, Some(last)),
        },
        None => (place, None),
    };
    let user = frame::user("dart", file, function);
    known.then(|| Frame {
        function: function.trim().to_owned(),
        file: file.to_owned(),
        line: number,
        user,
        ..Frame::default()
    })
}

/// A frame line, or the mark of an asynchronous gap.
pub(super) fn frame_line(text: &str) -> bool {
    frame_of(text).is_some() || suspension(text)
}

fn suspension(text: &str) -> bool {
    let text = text.trim();
    text == "<asynchronous suspension>"
        || text == "(elided)"
        || (text.starts_with("(elided ") && text.contains("frame"))
}

fn opening(text: &str) -> bool {
    text.contains("Unhandled exception:") || text.contains("Unhandled Exception: ")
}

/// Flutter's box: `══╡ EXCEPTION CAUGHT BY WIDGETS LIBRARY ╞═══`.
fn boxed(text: &str) -> bool {
    text.contains("╡ EXCEPTION CAUGHT BY ") || text.contains("Exception caught by ")
}

fn rule(text: &str) -> bool {
    let text = text.trim();
    text.chars().count() > 20 && text.chars().all(|c| c == '═' || c == '=')
}

/// Whether [`extent`] may find anything at a line that says this, unless a frame follows.
pub(super) fn may_begin(first: &str) -> bool {
    boxed(first) || opening(first)
}

/// Whether a line is the first frame of a stack below the error that it belongs to.
pub(super) fn first_frame(text: &str) -> bool {
    text.starts_with("#0 ")
}

/// First line behind the exception that starts at `at`.
pub(super) fn extent(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let first = c.text(at);
    if line::blank(first) {
        return None;
    }
    if boxed(first) {
        let mut end = at + 1;
        while end - at < 400 {
            let text = c.next(end)?;
            end += 1;
            if rule(text) {
                return Some(end);
            }
        }
        return None;
    }
    if opening(first) {
        let frames = c.find(at + 1, 24, |t| frame_of(t).is_some(), opening)?;
        return Some(frames_end(c, frames));
    }
    // An error printed together with its stack.
    let stacked = c.next(at + 1).is_some_and(|t| t.starts_with("#0 ") && frame_of(t).is_some());
    if !stacked {
        return None;
    }
    let told = line::header(first).is_some()
        || line::embedded_header(first).is_some()
        || line::error_record(first)
        || first.starts_with("Bad state:");
    told.then(|| frames_end(c, at + 1))
}

fn frames_end(c: &Cursor<'_>, at: usize) -> usize {
    let mut at = c.skip(at, |t| frame_of(t).is_some() || suspension(t));
    // `...` and blank lines between batches of one stack do not occur; the VM's own end mark does.
    if c.next(at).is_some_and(|t| t.trim() == "(elided)") {
        at += 1;
    }
    at
}

/// Words of the core library that stand for a type.
const NAMED: [(&str, &str); 7] = [
    ("Bad state: ", "StateError"),
    ("Invalid argument", "ArgumentError"),
    ("Unsupported operation: ", "UnsupportedError"),
    ("Concurrent modification during iteration", "ConcurrentModificationError"),
    ("Stack Overflow", "StackOverflowError"),
    ("Out of Memory", "OutOfMemoryError"),
    ("Null check operator used on a null value", "TypeError"),
];

fn typed(message: &str) -> (String, String) {
    if let Some((_, kind)) = NAMED.iter().find(|(words, _)| message.starts_with(words)) {
        return ((*kind).to_owned(), message.to_owned());
    }
    if let Some(name) = message.strip_prefix("Instance of '").and_then(|m| m.split('\'').next()) {
        return (name.to_owned(), message.to_owned());
    }
    match line::typed(message.lines().next().unwrap_or("")) {
        Some(head) if line::thrown_name(head.kind) => {
            let rest = message.get(head.kind.len()..).unwrap_or("");
            (head.kind.to_owned(), rest.strip_prefix(':').unwrap_or(rest).trim_start().to_owned())
        }
        // `RangeError (index): …`
        _ => match message.split_once(" (") {
            Some((name, _)) if line::thrown_name(name) && !name.contains(' ') => {
                let rest = message.split_once("): ").map_or("", |(_, r)| r);
                (name.to_owned(), rest.to_owned())
            }
            _ => (String::new(), message.to_owned()),
        },
    }
}

/// The exception.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let frames: Vec<Frame> = lines.iter().filter_map(|t| frame_of(t)).collect();
    let flutter = lines.first().is_some_and(|t| boxed(t));
    let head: Vec<&str> = lines.iter().copied().take_while(|t| frame_of(t).is_none()).collect();
    let message = if flutter {
        // The message stands between the sentence "… was thrown …:" and the next paragraph.
        let from = head.iter().position(|t| t.contains(" was thrown")).map_or(1, |n| n + 1);
        head.iter().skip(from).take_while(|t| !line::blank(t)).copied().collect::<Vec<_>>().join("\n")
    } else {
        let first = head.first().copied().unwrap_or("");
        let inline = first.split_once("Unhandled Exception: ").map(|(_, m)| m);
        let skip = usize::from(first.contains("Unhandled exception:"));
        let mut parts: Vec<&str> = head.iter().copied().skip(skip).collect();
        if let (Some(inline), Some(first)) = (inline, parts.first_mut()) {
            *first = inline;
        }
        parts.join("\n")
    };
    let (kind, message) = typed(message.trim());
    let cut = kind.is_empty() && message.is_empty();
    let exception = Exception { kind, message, frames, ..Exception::default() };
    Some(Trace { runtime: "dart".to_owned(), chain: vec![exception], cut })
}
