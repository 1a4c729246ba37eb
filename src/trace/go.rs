//! Go: takes lines of a panic, a fatal error or `debug.Stack()`, gives the exception with the frames of the first goroutine.
//! Format: `runtime.printpanics` and `runtime.traceback` of the Go source.

use super::cursor::Cursor;
use super::{Exception, Frame, Trace, frame, line};
use crate::limits::{TRACE_LINES, TRACE_LOOKAHEAD_LINES};

/// `goroutine 7 [running]:`.
fn goroutine(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("goroutine ") else { return false };
    let rest = rest.get(line::digits(rest)..).unwrap_or("");
    rest.contains(" [") && rest.trim_end().ends_with("]:")
}

/// Words that say that the program died, with the type to report.
fn opening(text: &str) -> Option<(&'static str, &str)> {
    if let Some(rest) = line::after(text, "panic: ") {
        return Some(("panic", rest));
    }
    if let Some(rest) = line::after(text, "fatal error: ") {
        return Some(("fatal error", rest));
    }
    if line::holds(text, "http: panic serving ", 4)
        && let Some((_, rest)) = text.split_once("http: panic serving ")
    {
        return Some(("panic", rest.split_once(": ").map_or(rest, |(_, m)| m)));
    }
    if let Some(rest) = line::after(text, "runtime: goroutine stack exceeds ") {
        return Some(("fatal error", rest));
    }
    if let Some(rest) = line::after(text, "unexpected fault address ") {
        return Some(("fatal error", rest));
    }
    let signal = ["SIGSEGV: ", "SIGABRT: ", "SIGQUIT: ", "SIGILL: ", "SIGBUS: ", "SIGFPE: "]
        .iter()
        .find(|s| text.starts_with(**s));
    signal.map(|_| ("fatal error", text))
}

/// Whether [`extent`] may find anything at a line that says this, whatever follows.
pub(super) fn may_begin(first: &str) -> bool {
    goroutine(first) || opening(first).is_some()
}

/// First line behind the dump that starts at `at`.
pub(super) fn extent(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let first = c.text(at);
    if goroutine(first) {
        return Some(goroutines(c, at));
    }
    opening(first)?;
    let stop = |t: &str| super::python::starts(t) || (opening(t).is_some() && !t.starts_with("panic: "));
    let found =
        c.find(at + 1, TRACE_LOOKAHEAD_LINES, goroutine, |t| stop(t) && !t.starts_with("fatal error: "));
    match found {
        Some(start) => Some(goroutines(c, start)),
        None => {
            // Cut behind its first lines: the signal and a repeated panic still belong to it.
            let end = c.skip(at + 1, |t| {
                t.starts_with("\tpanic: ") || t.starts_with("[signal ") || t.starts_with("[recovered")
            });
            (end > at + 1 || first.starts_with("panic: ")).then_some(end)
        }
    }
}

/// A line that names a function of a goroutine's stack.
fn call(text: &str) -> bool {
    if text.starts_with([' ', '\t']) || text.is_empty() {
        return false;
    }
    text.starts_with("created by ")
        || text.starts_with("[originating from")
        || (text.ends_with(')')
            && text.contains('(')
            && text.split('(').next().is_some_and(|f| f.contains('.') || f == "panic"))
}

fn goroutines(c: &Cursor<'_>, start: usize) -> usize {
    let mut at = start + 1;
    while at - start < TRACE_LINES {
        let Some(text) = c.next(at) else { break };
        let after_call = call(c.text(at.saturating_sub(1))) && text.starts_with(['\t', ' ']);
        if goroutine(text) || call(text) || after_call || stack_detail(text) {
            at += 1;
        } else if line::blank(text) {
            let next = c.next(at + 1).unwrap_or("");
            if !(goroutine(next) || register(next) || stack_detail(next)) {
                break;
            }
            at += 1;
        } else if register(text) {
            at += 1;
        } else if text.starts_with("exit status ") {
            return at + 1;
        } else {
            break;
        }
    }
    at
}

/// Other lines of a stack: places, elided frames, notes of the runtime.
fn stack_detail(text: &str) -> bool {
    (text.starts_with(['\t', ' ']) && text.contains(".go:"))
        || (text.starts_with("...") && text.contains("frames elided"))
        || text.trim_start().starts_with("goroutine running on other thread")
        || text.starts_with("panic during panic")
        || text.starts_with("runtime stack:")
        || text.starts_with("[recovered")
}

/// `rax    0x0`: the registers behind a signal's dump.
fn register(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next().is_some_and(|w| w.len() <= 7 && w.starts_with(|c: char| c.is_ascii_lowercase()))
        && words.next().is_some_and(|w| w.starts_with("0x"))
        && words.next().is_none()
}

/// `main.(*T).Get(0x1, …)` without its arguments: the last balanced parentheses go.
fn function(text: &str) -> String {
    let text = text.strip_prefix("created by ").unwrap_or(text);
    let text = text.split(" in goroutine ").next().unwrap_or(text);
    let mut depth = 0i32;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 && c == '(' && text.ends_with(')') {
            return text.get(..at).unwrap_or(text).to_owned();
        }
    }
    text.to_owned()
}

/// Functions of the machinery of panicking, which stand above the frame that panicked.
fn machinery(function: &str) -> bool {
    function == "panic" || function.starts_with("runtime.") || function.starts_with("runtime/debug.")
}

/// The panic, and the frames of the goroutine it happened in.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let stack = lines.iter().position(|t| goroutine(t)).unwrap_or(lines.len());
    let head = lines.get(..stack).unwrap_or(&[]);
    let mut chain = panics(head);
    let all = frames(lines.get(stack + 1..).unwrap_or(&[]));
    let begins = ["panic", "runtime/debug.Stack", "runtime.sigpanic"];
    let inner = all.iter().rposition(|f| begins.contains(&f.function.as_str()));
    let user =
        |frames: &[Frame]| frames.iter().filter(|f| !machinery(&f.function)).cloned().collect::<Vec<_>>();
    // A panic raised while another one unwound runs on top of that one's stack.
    let cut = all.is_empty();
    let links = chain.len();
    if let Some(root) = chain.last_mut() {
        root.frames = user(all.get(inner.map_or(0, |n| n + 1)..).unwrap_or(&[]));
    }
    if links > 1
        && let Some(reported) = chain.first_mut()
    {
        reported.frames = user(&all);
    }
    Some(Trace { runtime: "go".to_owned(), chain, cut })
}

/// The panics that the head of a dump tells of, the one that ended the program first.
fn panics(head: &[&str]) -> Vec<Exception> {
    let mut chain: Vec<Exception> = Vec::new();
    let mut open = true;
    for text in head {
        let nested = text.strip_prefix('\t').filter(|t| t.starts_with("panic: "));
        let found = opening(nested.unwrap_or(text)).map(|(kind, message)| exception(kind, message));
        if let Some(found) = found {
            let fatal = text.starts_with("fatal error: ");
            // A value that is thrown again is no second panic; the runtime's remarks above a fatal error are none at all.
            if fatal {
                chain.clear();
            }
            if (chain.is_empty() || nested.is_some())
                && chain.last().is_none_or(|e| e.message != found.message)
            {
                chain.push(found);
            }
            open = true;
        } else if text.starts_with("[signal ")
            || text.starts_with("runtime stack:")
            || text.starts_with("runtime: ")
        {
            open = false;
        } else if let Some(last) = chain.last_mut().filter(|_| open) {
            last.message.push('\n');
            last.message.push_str(text);
        }
    }
    for exception in &mut chain {
        exception.message.truncate(exception.message.trim_end().len());
    }
    chain.reverse();
    for (n, exception) in chain.iter_mut().enumerate() {
        (if n == 0 { "" } else { "context" }).clone_into(&mut exception.relation);
    }
    if chain.is_empty() {
        chain.push(Exception::default());
    }
    chain
}

fn exception(kind: &str, message: &str) -> Exception {
    let message = message.trim_end();
    let message = message.split(" [recovered").next().unwrap_or(message);
    let (kind, message) = match message.strip_prefix("runtime error: ") {
        Some(rest) => ("runtime error", rest),
        None => (kind, message),
    };
    Exception { kind: kind.to_owned(), message: message.to_owned(), ..Exception::default() }
}

/// Frames up to the end of the first goroutine; its creator is none of them.
fn frames(lines: &[&str]) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut created = false;
    for text in lines {
        if line::blank(text) || goroutine(text) {
            break;
        }
        if let Some(place) = text.trim_start().split(" +0x").next().filter(|_| text.starts_with(['\t', ' ']))
        {
            if let (Some((file, number)), Some(last), false) =
                (line::trailing_number(place.trim_end()), frames.last_mut(), created)
            {
                file.clone_into(&mut last.file);
                last.line = Some(number);
                last.user = frame::user("go", file, &last.function);
            }
        } else if text.starts_with("created by ") {
            created = true;
        } else if call(text) {
            frames.push(Frame { function: function(text), ..Frame::default() });
        }
    }
    frames
}
