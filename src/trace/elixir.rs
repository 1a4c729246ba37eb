//! Elixir: takes lines `** (Type) message` with frames `(app version) file:line: Mod.fun/arity`, gives exceptions. Format:
//! `Exception.format/3`.

use super::cursor::Cursor;
use super::{Exception, Frame, Trace, frame, line};

/// `** (Type) message`, after any indentation or log prefix.
fn header(text: &str) -> Option<(&str, &str)> {
    let (before, rest) = text.split_once("** (")?;
    if before.contains("**") || before.len() > 160 {
        return None;
    }
    let (kind, message) = rest.split_once(')')?;
    let named = kind.starts_with(|c: char| c.is_alphabetic()) && !kind.contains(' ');
    named.then(|| (kind, message.trim_start()))
}

/// `    (app 1.2.3) lib/a.ex:12: A.b/1`, `    lib/a.ex:12: A.b/1`, `    (elixir) …`.
fn frame_of(text: &str) -> Option<Frame> {
    if line::indent(text) < 2 {
        return None;
    }
    let bare = text.trim();
    let (app, rest) = match bare.strip_prefix('(').and_then(|t| t.split_once(") ")) {
        Some((app, rest)) => (app, rest),
        None => ("", bare),
    };
    let (place, function) = match rest.split_once(": ") {
        Some((place, function)) if line::trailing_number(place).is_some() => (place, function),
        _ if !app.is_empty() && !app.contains(',') && rest.contains(['/', '(']) => ("", rest),
        _ => return None,
    };
    let (file, number) = line::trailing_number(place).map_or(("", None), |(file, n)| (file, Some(n)));
    let user = frame::user("elixir", &format!("({app}) {file}"), function);
    Some(Frame {
        function: function.to_owned(),
        file: file.to_owned(),
        line: number,
        user,
        ..Frame::default()
    })
}

/// A frame line that names its application.
pub(super) fn frame_line(text: &str) -> bool {
    text.trim_start().starts_with('(')
        && text.contains(": ")
        && text.contains('/')
        && frame_of(text).is_some_and(|f| f.line.is_some())
}

/// Lines that a crashing process prints below its stack.
fn state(text: &str) -> bool {
    let bare = text.trim_start();
    ["Last message", "State: ", "Client ", "Args: ", "Function: ", "Initial Call: ", "Ancestors: "]
        .iter()
        .any(|p| bare.starts_with(p))
}

/// Whether [`extent`] may find anything at a line that says this, whatever follows.
pub(super) fn may_begin(first: &str) -> bool {
    line::holds(first, "** (", 0)
}

/// First line behind the error that starts at `at`.
pub(super) fn extent(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let first = c.text(at);
    if !first.contains("** (") {
        return None;
    }
    header(first)?;
    let frames =
        c.find(at + 1, 20, |t| frame_of(t).is_some(), |t| header(t).is_some() && line::indent(t) == 0);
    let mut end = frames.unwrap_or(at + 1);
    loop {
        end = c
            .skip(end, |t| frame_of(t).is_some() || state(t) || (header(t).is_some() && line::indent(t) > 0));
        // A cause of an exit is indented below it; its message may need a look ahead too.
        match c.find(end, 6, |t| frame_of(t).is_some(), |t| line::indent(t) == 0) {
            Some(more) if more > end => end = more,
            _ => break,
        }
    }
    Some(end)
}

/// The error, and those nested in an exit.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let mut chain: Vec<Exception> = Vec::new();
    for text in lines {
        if let Some((kind, message)) = header(text) {
            let relation = if chain.is_empty() { "" } else { "cause" };
            chain.push(Exception {
                kind: kind.to_owned(),
                message: message.trim_end().to_owned(),
                relation: relation.to_owned(),
                ..Exception::default()
            });
        } else if let Some(frame) = frame_of(text) {
            if chain.is_empty() {
                chain.push(Exception::default());
            }
            if let Some(last) = chain.last_mut() {
                last.frames.push(frame);
            }
        } else if state(text) {
            break;
        } else if let Some(last) = chain.last_mut()
            && last.frames.is_empty()
        {
            last.message.push('\n');
            last.message.push_str(text.trim_end());
        }
    }
    for exception in &mut chain {
        exception.message.truncate(exception.message.trim_end().len());
    }
    // `(exit) an exception was raised:` only announces the exception below it.
    if chain.len() > 1
        && chain
            .first()
            .is_some_and(|e| e.message.ends_with("an exception was raised:") && e.frames.is_empty())
    {
        chain.remove(0);
        if let Some(first) = chain.first_mut() {
            first.relation.clear();
        }
    }
    let cut = chain.first().is_some_and(|e| e.kind.is_empty());
    (!chain.is_empty()).then(|| Trace { runtime: "elixir".to_owned(), chain, cut })
}
