//! Rust: takes lines of a panic with or without backtrace, or of an error chain as `main` prints it (std, anyhow, eyre);
//! gives exceptions. Format: `std::panicking::default_hook`.

use super::cursor::Cursor;
use super::{Exception, Frame, Trace, frame, line};
use crate::limits::TRACE_LOOKAHEAD_LINES;

/// `thread 'main' (123) panicked at …`.
fn panicked(text: &str) -> Option<&str> {
    if !text.contains("thread ") {
        return None;
    }
    let (head, rest) = text.split_once(" panicked at ")?;
    (head.contains("thread '") || head.contains("thread <")).then_some(rest)
}

fn note(text: &str) -> bool {
    text.starts_with("note: ")
}

/// `   3: t::leaf` or `             at ./t.rs:3:49`.
fn backtrace_line(text: &str) -> bool {
    let bare = text.trim_start();
    let number = line::digits(bare);
    bare.len() < text.len()
        && ((number > 0 && bare.get(number..).is_some_and(|r| r.starts_with(": ")))
            || bare.starts_with("at "))
}

/// A numbered frame, or its place.
pub(super) fn frame_line(text: &str) -> bool {
    backtrace_line(text) && (text.contains("::") || text.trim_start().starts_with("at "))
}

/// Whether [`extent`] may find anything at a line that says this, whatever follows.
pub(super) fn may_begin(first: &str) -> bool {
    line::blank(first) || panicked(first).is_some() || first.starts_with("Error: ")
}

/// First line behind the panic or error that starts at `at`.
pub(super) fn extent(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let first = c.text(at);
    if line::blank(first) {
        // The runtime of 1.91 and later prints an empty line before.
        return c.next(at + 1).and_then(panicked).and_then(|_| extent(c, at + 1));
    }
    if panicked(first).is_some() {
        return Some(panic(c, at));
    }
    if first.starts_with("Error: ") {
        let start = c.find(
            at + 1,
            12,
            |t| t.trim_end() == "Caused by:",
            |t| line::indent(t) == 0 && line::header(t).is_some(),
        )?;
        return Some(causes(c, start + 1));
    }
    None
}

fn panic(c: &Cursor<'_>, at: usize) -> usize {
    let ends = |t: &str| note(t) || t.starts_with("stack backtrace:");
    let old_style = c.text(at).contains("panicked at '");
    let Some(mut end) = c.find(at + 1, TRACE_LOOKAHEAD_LINES, ends, |t| panicked(t).is_some()) else {
        // Later panics of a process print no note: the message line, and what is indented below it.
        let message = if old_style { at + 1 } else { (at + 2).min(c.len()) };
        return c.skip(message, |t| line::indent(t) > 0 && !line::blank(t)).max(at + 1);
    };
    if c.text(end).starts_with("stack backtrace:") {
        end = c.skip(end + 1, backtrace_line);
    }
    c.skip(end, |t| {
        note(t) || t.starts_with("thread caused non-unwinding panic") || t.starts_with("fatal runtime error:")
    })
}

/// First line behind the causes of an error, and its location or backtrace.
fn causes(c: &Cursor<'_>, mut at: usize) -> usize {
    loop {
        at = c.skip(at, |t| line::indent(t) > 0 && !line::blank(t));
        let next = c.skip(at, line::blank);
        let section = c
            .next(next)
            .is_some_and(|t| matches!(t.trim_end(), "Stack backtrace:" | "Location:" | "Backtrace:"));
        if !section {
            return at;
        }
        at = next + 1;
    }
}

/// The panic or the error chain.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let start = lines.iter().position(|t| !line::blank(t))?;
    let lines = lines.get(start..)?;
    let first = lines.first()?;
    let (chain, cut) = match panicked(first) {
        Some(rest) => (vec![panic_of(rest, lines)], false),
        None if first.starts_with("Error: ") => (errors(lines), false),
        None => {
            let frames = frames(lines);
            (vec![Exception { frames, ..Exception::default() }], true)
        }
    };
    Some(Trace { runtime: "rust".to_owned(), chain, cut })
}

fn panic_of(rest: &str, lines: &[&str]) -> Exception {
    let mut message = Vec::new();
    let place;
    if let Some(old) = rest.strip_prefix('\'') {
        // Before 1.73: `panicked at 'message', file:line:col`.
        let mut text = old.to_owned();
        for more in lines.iter().skip(1).take_while(|t| !note(t) && !t.starts_with("stack backtrace:")) {
            text.push('\n');
            text.push_str(more);
        }
        let (head, tail) = text.rsplit_once("', ").unwrap_or((&text, ""));
        message.push(head.to_owned());
        place = tail.trim_end().to_owned();
    } else {
        let body = lines.iter().skip(1).take_while(|t| !note(t) && !t.starts_with("stack backtrace:"));
        message.extend(body.map(|t| (*t).to_owned()));
        place = rest.trim_end().trim_end_matches(':').to_owned();
    }
    let frames = lines
        .iter()
        .position(|t| t.starts_with("stack backtrace:"))
        .map_or_else(Vec::new, |n| frames(lines.get(n + 1..).unwrap_or(&[])));
    let site = located(&place).map(|(file, number)| Frame {
        user: frame::user("rust", file, ""),
        file: file.to_owned(),
        line: Some(number),
        ..Frame::default()
    });
    // The backtrace names the same place, with its function.
    let known = |s: &Frame| {
        frames.iter().any(|f| f.line == s.line && f.file.rsplit('/').next() == s.file.rsplit('/').next())
    };
    let site = site.filter(|s| !known(s));
    Exception {
        kind: "panic".to_owned(),
        message: message.join("\n").trim_end().to_owned(),
        frames,
        site,
        ..Exception::default()
    }
}

/// `file:line:col`.
fn located(place: &str) -> Option<(&str, u32)> {
    let (head, last) = line::trailing_number(place)?;
    Some(line::trailing_number(head).unwrap_or((head, last)))
}

/// Frames of a backtrace without the panic's own machinery above the frame that panicked.
fn frames(lines: &[&str]) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for text in lines.iter().take_while(|t| backtrace_line(t)) {
        let bare = text.trim_start();
        if let Some(place) = bare.strip_prefix("at ") {
            if let (Some((file, number)), Some(last)) = (located(place.trim_end()), frames.last_mut()) {
                file.clone_into(&mut last.file);
                last.line = Some(number);
            }
        } else if let Some((_, function)) = bare.split_once(": ") {
            let function = match function.trim_start().split_once(" - ") {
                Some((address, name)) if address.starts_with("0x") => name,
                _ => function,
            };
            frames.push(Frame { function: without_hash(function.trim()), ..Frame::default() });
        }
    }
    for frame in &mut frames {
        frame.user = frame::user("rust", &frame.file, &frame.function);
    }
    // The runtime's own frames stand above the one that panicked.
    let machinery = |f: &Frame| {
        let name = f.function.trim_start_matches('<');
        [
            "std::",
            "core::",
            "alloc::",
            "__rustc",
            "rust_begin_unwind",
            "rust_panic",
            "backtrace::",
            "anyhow::",
        ]
        .iter()
        .any(|m| name.starts_with(m))
    };
    let top = frames.iter().position(|f| !machinery(f)).unwrap_or(0);
    frames.drain(..top);
    frames
}

/// A symbol without its hash: `t::f::h0123456789abcdef` (legacy mangling), `t[0123456789abcdef]::f` (v0).
fn without_hash(function: &str) -> String {
    let function = match function.rsplit_once("::h") {
        Some((head, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => head,
        _ => function,
    };
    let mut out = String::with_capacity(function.len());
    for part in function.split_inclusive(']') {
        match part.rsplit_once('[') {
            Some((head, hash))
                if hash.len() >= 13 && hash.trim_end_matches(']').bytes().all(|b| b.is_ascii_hexdigit()) =>
            {
                out.push_str(head);
            }
            _ => out.push_str(part),
        }
    }
    out
}

/// `Error: message`, `Caused by:`, one indented line a cause.
fn errors(lines: &[&str]) -> Vec<Exception> {
    let mut chain: Vec<Exception> = Vec::new();
    let mut section = "message";
    for text in lines {
        let bare = text.trim();
        if let Some(rest) = text.strip_prefix("Error: ").filter(|_| chain.is_empty()) {
            chain.push(Exception {
                kind: "Error".to_owned(),
                message: rest.to_owned(),
                ..Exception::default()
            });
        } else if bare == "Caused by:" {
            section = "causes";
        } else if matches!(bare, "Stack backtrace:" | "Location:" | "Backtrace:") {
            section = "place";
        } else if section == "causes" && !bare.is_empty() {
            let number = line::digits(bare);
            let numbered = number > 0 && bare.get(number..).is_some_and(|r| r.starts_with(": "));
            let first = chain.len() == 1;
            if numbered || first {
                let message = if numbered { bare.get(number + 2..).unwrap_or(bare) } else { bare };
                chain.push(Exception {
                    message: message.trim().to_owned(),
                    relation: "cause".to_owned(),
                    ..Exception::default()
                });
            } else if let Some(last) = chain.last_mut() {
                last.message.push('\n');
                last.message.push_str(bare);
            }
        } else if section == "message"
            && !bare.is_empty()
            && let Some(last) = chain.last_mut()
        {
            last.message.push('\n');
            last.message.push_str(text);
        } else if section == "place"
            && let (Some((file, number)), Some(last)) = (located(bare), chain.first_mut())
            && last.site.is_none()
        {
            let user = frame::user("rust", file, "");
            last.site = Some(Frame { file: file.to_owned(), line: Some(number), user, ..Frame::default() });
        }
    }
    chain
}
