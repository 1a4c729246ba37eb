//! Ruby: takes lines of an uncaught error (`full_message`), of Rails' log, or of a Ruby 2.5–2.7 terminal; gives exceptions,
//! each followed by its cause. Format: `error.c` of CRuby.

use super::cursor::Cursor;
use super::{Exception, Frame, Trace, frame, line};

/// `file:12:in 'label'` → frame and what stands behind the label.
fn place(text: &str) -> Option<(Frame, &str)> {
    if !line::holds(text, ":in ", 0) {
        return None;
    }
    let at = text.match_indices(":in ").find(|(at, _)| {
        let quoted = text.get(at + 4..).is_some_and(|r| r.starts_with(['`', '\'']));
        quoted && text.get(..*at).is_some_and(|head| line::trailing_number(head).is_some())
    })?;
    let (file, number) = line::trailing_number(text.get(..at.0)?)?;
    let label = text.get(at.0 + 5..)?;
    let end = label.find("': ").or_else(|| label.rfind('\''))?;
    let function = label.get(..end)?;
    // Rails prefixes the gem: `actionpack (5.1.4) lib/…`.
    let file = file.trim();
    let frame = Frame {
        function: function.to_owned(),
        file: file.to_owned(),
        line: Some(number),
        source: String::new(),
        user: frame::user("ruby", file, function),
    };
    Some((frame, label.get(end + 1..)?))
}

/// A frame line: `\tfrom place` or, in Rails' log, the place alone.
fn from(text: &str) -> Option<&str> {
    let bare = text.trim_start();
    (bare.len() < text.len()).then(|| bare.strip_prefix("from ")).flatten()
}

/// A frame line of any form.
pub(super) fn frame_line(text: &str) -> bool {
    match from(text) {
        Some(rest) => place(rest).is_some(),
        None => rails_frame(text),
    }
}

/// The header `place: message`, without frames' `from`.
fn header(text: &str) -> Option<(Frame, &str)> {
    let (frame, rest) = place(text).filter(|_| from(text).is_none())?;
    Some((frame, rest.strip_prefix(": ")?))
}

fn elided(text: &str) -> bool {
    text.trim_start().starts_with("... ") && text.contains("levels...")
}

/// Rails: `Class (message):`, or `Class (message` where the message spans lines.
fn rails(text: &str) -> Option<(&str, &str)> {
    memchr::memchr(b'(', text.as_bytes())?;
    let text = text.trim();
    let (class, message) = text.split_once(" (").filter(|(class, _)| *class != "Traceback")?;
    let named = class.starts_with(|c: char| c.is_ascii_uppercase())
        && class.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_'));
    named.then_some((class, message))
}

/// `Class::Name: message` or `message (Class::Name)`, as Sidekiq and Ruby's Logger write an error above its frames; the class
/// is one that nothing but a constant of Ruby is written like, or named like an error.
fn worded(text: &str) -> Option<(&str, &str)> {
    let is_class = |class: &str| {
        class.split("::").all(|part| {
            part.starts_with(|c: char| c.is_ascii_uppercase())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        }) && (class.contains("::") || line::thrown_name(class))
    };
    let text = text.trim_end();
    let before = text.split_once(": ").filter(|(class, _)| is_class(class));
    before
        .or_else(|| class(text).map(|(message, class)| (class, message)).filter(|(class, _)| is_class(class)))
}

/// Class and message of an error in a form of Ruby's loggers.
pub(super) fn error_name(text: &str) -> Option<(&str, &str)> {
    worded(text).filter(|(class, _)| class.contains("::"))
}

/// Whether a line names an error in a form of Ruby's loggers.
pub(super) fn named(text: &str) -> bool {
    worded(text).is_some()
        || rails(text).is_some_and(|(class, _)| class.contains("::") || line::thrown_name(class))
}

/// A Rails frame, whatever its indentation.
fn rails_frame(text: &str) -> bool {
    place(text).is_some_and(|(_, rest)| rest.trim().is_empty())
}

/// Whether [`extent`] may find anything at a line that says this, whatever follows.
pub(super) fn may_begin(first: &str) -> bool {
    line::holds(first, ":in ", 0)
        || first.starts_with("Traceback (most recent call last):")
        || rails(first).is_some()
        || worded(first).is_some()
}

/// First line behind the error that starts at `at`.
pub(super) fn extent(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let first = c.text(at);
    if first.contains(":in ") {
        if let Some((_, message)) = header(first) {
            return uncaught(c, at, message);
        }
        return None;
    }
    if first.starts_with("Traceback (most recent call last):") {
        let numbered = |t: &str| {
            t.trim_start().split_once(": from ").is_some_and(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()))
        };
        let end = c.skip(at + 1, |t| numbered(t) || elided(t));
        return (end > at + 1).then(|| if c.next(end).and_then(header).is_some() { end + 1 } else { end });
    }
    // The frames follow at once, or the line is any other that names a class.
    if worded(first).is_some() && c.next(at + 1).is_some_and(rails_frame) {
        return Some(rails_body(c, at + 1));
    }
    rails(first)?;
    let closed = first.trim_end().ends_with("):") || first.trim_end().ends_with(')');
    let frames = c.find(at + 1, if closed { 3 } else { 12 }, rails_frame, |t| {
        line::at_frame(t) || (closed && !line::blank(t))
    })?;
    Some(rails_body(c, frames))
}

fn rails_body(c: &Cursor<'_>, at: usize) -> usize {
    let end = c.skip(at, rails_frame);
    let causes = c.skip(end, line::blank);
    if c.next(causes).is_some_and(|t| t.trim() == "Causes:") {
        let next = c.skip(causes + 1, line::blank);
        if let Some(frames) = c.find(next + 1, 12, rails_frame, line::at_frame) {
            return rails_body(c, frames);
        }
    }
    end
}

fn uncaught(c: &Cursor<'_>, at: usize, message: &str) -> Option<usize> {
    let first = c.text(at);
    let frames = c.find(at + 1, 20, |t| from(t).is_some(), |t| header(t).is_some());
    // Without frames only the class in parentheses tells an error from other text.
    let Some(frames) = frames else { return class(message).map(|_| at + 1) };
    let mut end = c.skip(frames, |t| from(t).is_some() || elided(t));
    // A cause follows directly; the same header again is the same error once more.
    while let Some((_, message)) = c.next(end).filter(|t| *t != first).and_then(header) {
        match c.find(end + 1, 20, |t| from(t).is_some(), |t| header(t).is_some()) {
            Some(more) => end = c.skip(more, |t| from(t).is_some() || elided(t)),
            None if class(message).is_some() => end += 1,
            None => break,
        }
    }
    Some(end)
}

/// `message (Class)` → both.
fn class(message: &str) -> Option<(&str, &str)> {
    let (text, class) = message.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let named = class.starts_with(|c: char| c.is_ascii_uppercase() || c == '#') && !class.contains(' ');
    named.then(|| (text.trim_end(), class))
}

/// The error and its causes.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let mut chain: Vec<Exception> = Vec::new();
    let mut reversed = Vec::new();
    let named = |kind: &str, message: &str, first: bool| Exception {
        kind: kind.to_owned(),
        message: message.to_owned(),
        relation: (if first { "" } else { "cause" }).to_owned(),
        ..Exception::default()
    };
    for text in lines {
        if let Some(rest) = from(text) {
            if let (Some((frame, _)), Some(last)) = (place(rest), chain.last_mut()) {
                last.frames.push(frame);
            } else if let Some((frame, _)) = place(rest) {
                chain.push(Exception { frames: vec![frame], ..Exception::default() });
            }
        } else if let Some((_, rest)) =
            text.trim_start().split_once(": from ").filter(|_| text.starts_with(['\t', ' ']))
        {
            reversed.extend(place(rest).map(|(frame, _)| frame));
        } else if let Some((frame, message)) = header(text) {
            let (message, kind) = class(message).unwrap_or((message, ""));
            let exception = named(kind, message, chain.is_empty());
            chain.push(Exception { frames: vec![frame], ..exception });
        } else if let Some((frame, _)) = place(text).filter(|(_, rest)| rest.trim().is_empty()) {
            match chain.last_mut() {
                Some(last) => last.frames.push(frame),
                None => chain.push(Exception { frames: vec![frame], ..Exception::default() }),
            }
        } else if let Some((class, message)) =
            worded(text).or_else(|| rails(text)).filter(|_| chain.last().is_none_or(|e| !e.frames.is_empty()))
        {
            chain.push(named(class, message, chain.is_empty()));
        } else if let Some(last) = chain.last_mut()
            && text.trim() != "Causes:"
            && !elided(text)
        {
            last.message.push('\n');
            last.message.push_str(text);
        }
    }
    for exception in &mut chain {
        let text = exception.message.trim_end();
        // Rails closes the message with `):` where it ends, maybe some lines down.
        let text = text
            .strip_suffix("):")
            .or_else(|| {
                text.strip_suffix(')').filter(|_| text.matches('(').count() < text.matches(')').count())
            })
            .unwrap_or(text);
        exception.message = text.trim_end().to_owned();
    }
    if let Some(last) = chain.last_mut() {
        reversed.reverse();
        last.frames.extend(reversed);
    }
    let cut = chain.first().is_some_and(|e| e.kind.is_empty());
    (!chain.is_empty()).then(|| Trace { runtime: "ruby".to_owned(), chain, cut })
}
