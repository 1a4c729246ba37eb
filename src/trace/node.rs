//! V8 and Node: takes lines, gives exceptions. Stack format: v8.dev/docs/stack-trace-api; printed errors with `[cause]`,
//! `[errors]` and properties: `util.inspect` of Node.

use super::{Exception, Frame, Trace, frame, line, throwable};

/// A frame of Firefox and Safari: `f@https://a.example/app.js:1:2`.
pub(super) fn gecko_frame(text: &str) -> Option<Frame> {
    let bare = text.trim();
    // It ends with a number, as few lines do.
    if !bare.ends_with(|c: char| c.is_ascii_digit()) || memchr::memchr(b'@', bare.as_bytes()).is_none() {
        return None;
    }
    let at = ["@http://", "@https://", "@file://", "@/", "@webpack"].iter().find_map(|p| bare.find(p))?;
    let (function, place) = (bare.get(..at)?, bare.get(at + 1..)?);
    let (head, last) = line::trailing_number(place)?;
    let (file, number) = line::trailing_number(head).unwrap_or((head, last));
    if function.contains(' ') || file.contains(' ') {
        return None;
    }
    let function = function.trim_end_matches(['<', '/']);
    let user = frame::user("node", file, function);
    Some(Frame {
        function: function.to_owned(),
        file: file.to_owned(),
        line: Some(number),
        user,
        ..Frame::default()
    })
}

/// A frame line, with or without a place.
fn frame_of(text: &str) -> Option<Frame> {
    let rest = text.trim().trim_end_matches(['{', ',', ' ']).strip_prefix("at ")?;
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    let (function, place) = match rest.strip_suffix(')').and_then(|r| split_place(r)) {
        Some((function, place)) => (function, place),
        None => ("", rest),
    };
    // Evaluated code is placed by the file that evaluated it.
    let place = match place.strip_prefix("eval at ") {
        Some(origin) => {
            let origin = origin.rsplit_once("), ").map_or(origin, |(origin, _)| origin);
            origin.rsplit_once(" (").map_or(origin, |(_, p)| p).trim_end_matches(')')
        }
        None => place,
    };
    let function = function.split(" [as ").next().unwrap_or(function).trim();
    let (file, number) = match line::trailing_number(place) {
        Some((head, column)) => match line::trailing_number(head) {
            Some((file, number)) => (file, Some(number)),
            None => (head, Some(column)),
        },
        None => (place, None),
    };
    Some(Frame {
        function: function.to_owned(),
        file: file.to_owned(),
        line: number,
        source: String::new(),
        user: frame::user("node", file, function),
    })
}

/// `fn (place` → both; the place may hold parentheses itself (`eval at f (x.js:1:2), <anonymous>:1:1`).
fn split_place(text: &str) -> Option<(&str, &str)> {
    text.find(" (eval at ")
        .or_else(|| text.rfind(" ("))
        .and_then(|at| Some((text.get(..at)?, text.get(at + 2..)?)))
}

/// Whether a frame names a place: natives (`<anonymous>`, `native`) do not.
fn placed(frame: &Frame) -> bool {
    frame.line.is_some() || frame.file.contains("wasm")
}

/// A header inside a printed object: `[cause]: Type: message`.
fn cause(text: &str) -> Option<&str> {
    let bare = text.trim_start();
    let rest = bare.strip_prefix("[cause]: ").or_else(|| bare.strip_prefix("cause: "))?;
    let head = rest.strip_prefix('[').unwrap_or(rest).trim_end_matches(['{', ' ']);
    line::typed(head).map(|_| rest)
}

/// An exception from its header line.
fn exception(text: &str, relation: &str) -> Exception {
    let text = text.trim_end();
    let text = text.strip_suffix(" {").unwrap_or(text);
    let text = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    throwable::exception(text, relation)
}

/// The line on which the reported error stands: below the caret if its source is shown.
fn first_line(lines: &[&str]) -> usize {
    let blank = lines.iter().take_while(|t| line::blank(t)).count();
    let placed = lines.get(blank).is_some_and(|t| line::trailing_number(t).is_some() && !line::at_frame(t));
    let caret = lines.iter().take(8).position(|t| line::caret(t)).filter(|_| placed);
    let from = caret.map_or(0, |c| c + 1);
    let first = lines.iter().skip(from).position(|t| !line::blank(t)).map_or(from, |n| n + from);
    // An error inside a printed object or array.
    let dumped = lines.get(first).is_some_and(|t| {
        t.trim_end().ends_with(['{', '[']) && line::header(throwable::without_prefix(t)).is_none()
    });
    let inner = lines.iter().skip(first + 1).take(8).position(|t| line::embedded_header(t).is_some());
    inner.filter(|_| dumped).map_or(first, |n| first + 1 + n)
}

/// What is being read.
#[derive(Default)]
struct State {
    chain: Vec<Exception>,
    /// Lines of supposed frames of the current exception.
    supposed: usize,
    /// The message of the current exception may go on.
    text_open: bool,
    /// Indentation of `[errors]: [`.
    members: Option<usize>,
    /// Frames tell who passed the error on, not where it was thrown.
    muted: bool,
    /// Inside the braces of a printed object.
    inside: bool,
}

/// The text inside a property that holds a stack: `'    at f (a.js:1:2)\\n' +` → `    at f (a.js:1:2)`.
fn unquoted(text: &str) -> &str {
    let bare = text.trim();
    if !bare.starts_with(['\'', '"', '`']) || !bare.contains(" at ") {
        return text;
    }
    let bare = bare.trim_start_matches(['\'', '"', '`']).trim_end_matches([' ', '+', ',']);
    bare.trim_end_matches(['\'', '"', '`']).trim_end_matches("\\n")
}

/// The value of the property `message` of a printed object.
fn message_property<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let value = lines.iter().find_map(|t| t.trim().trim_start_matches('"').strip_prefix("message"))?;
    let value = value.trim_start_matches('"').strip_prefix(": ")?;
    let value = value.trim_end_matches([' ', '+', ',']);
    Some(value.trim_matches(['\'', '"', '`']))
}

/// The exceptions of a trace.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let unquoted: Vec<&str> = lines.iter().map(|t| unquoted(t)).collect();
    let lines = &unquoted[..];
    let mut state = State::default();
    let first = first_line(lines);
    let site = lines
        .iter()
        .find(|t| !line::blank(t))
        .filter(|t| first > 0 && !line::at_frame(t))
        .and_then(|t| line::trailing_number(t));
    for (n, text) in lines.iter().enumerate().skip(first) {
        step(&mut state, lines, n, text);
    }
    let mut chain = state.chain;
    let told = lines.get(first).is_some_and(|t| {
        let text = throwable::without_prefix(t).trim_start_matches('[').trim_end_matches(['{', ' ']);
        line::header(text).is_some() || line::embedded_header(text).is_some()
    });
    if let (Some((file, number)), Some(reported)) = (site, chain.first_mut())
        && reported.frames.is_empty()
    {
        let user = frame::user("node", file, "");
        reported.site = Some(Frame { file: file.to_owned(), line: Some(number), user, ..Frame::default() });
    }
    let labelled = lines.get(first).is_some_and(|t| t.trim_end().ends_with('{'));
    if let (Some(reported), Some(inner)) =
        (chain.first_mut(), message_property(lines).filter(|_| !told && labelled))
    {
        // `Could not fetch: {`: the object's own message says what happened.
        let head = throwable::head(inner);
        head.kind.clone_into(&mut reported.kind);
        head.message.clone_into(&mut reported.message);
    } else if !told && site.is_none() && chain.iter().all(|e| e.frames.is_empty()) {
        return None;
    }
    for exception in &mut chain {
        exception.message.truncate(exception.message.trim_end().len());
    }
    let cut = chain.first().is_some_and(|e| e.kind.is_empty() && e.message.is_empty());
    (!chain.is_empty()).then(|| Trace { runtime: "node".to_owned(), chain, cut })
}

fn step(state: &mut State, lines: &[&str], n: usize, text: &str) {
    if state.chain.is_empty() {
        let headless = line::certain_at_frame(text) || gecko_frame(text).is_some();
        state.chain.push(if headless { Exception::default() } else { exception(text, "") });
        state.inside = text.trim_end().ends_with(" {");
        state.text_open = !headless && !state.inside;
        if !headless {
            return;
        }
    }
    let indent = line::indent(text);
    if let Some(rest) = cause(text) {
        state.chain.push(exception(rest, "cause"));
        (state.text_open, state.supposed, state.inside) = (!rest.trim_end().ends_with('{'), 0, true);
    } else if text.trim_start().starts_with("[errors]: [") {
        (state.members, state.text_open, state.inside) = (Some(indent), false, true);
    } else if let Some(frame) = gecko_frame(text) {
        state.text_open = false;
        if let Some(last) = state.chain.last_mut() {
            last.frames.push(frame);
        }
    } else if text.starts_with("Emitted 'error' event ") {
        (state.muted, state.text_open) = (true, false);
    } else if text.starts_with("(Use `node --") || text.starts_with("Node.js v") {
        state.text_open = false;
    } else if line::certain_at_frame(text) && state.muted {
        state.inside |= text.trim_end().ends_with('{');
    } else if line::certain_at_frame(text) {
        let frame = frame_of(text);
        state.supposed += 1;
        state.text_open = false;
        state.inside |= text.trim_end().ends_with('{');
        if let (Some(frame), Some(last)) = (frame.filter(placed), state.chain.last_mut()) {
            last.frames.push(frame);
        }
    } else if state.members.is_some_and(|m| indent == m + 2)
        && line::header(text.trim().trim_end_matches(['{', ' '])).is_some()
    {
        state.chain.push(exception(text.trim_start(), "member"));
        (state.text_open, state.supposed) = (true, 0);
    } else if state.text_open
        && (!state.inside || (!text.trim_start().starts_with(['}', ']']) && more_frames(lines, n)))
    {
        if let Some(last) = state.chain.last_mut() {
            last.message.push('\n');
            last.message.push_str(text);
        }
    } else if !state.inside && !line::blank(text) && !line::elision(text) && more_frames(lines, n) {
        rejoin(state, lines, n);
    }
}

/// Whether frames follow before the object goes on with another property or ends.
fn more_frames(lines: &[&str], n: usize) -> bool {
    lines.get(n + 1..).is_some_and(|rest| rest.iter().any(|t| line::certain_at_frame(t)))
}

/// Supposed frames with text behind them were part of the message.
fn rejoin(state: &mut State, lines: &[&str], n: usize) {
    let from = n.saturating_sub(state.supposed);
    state.supposed = 0;
    state.text_open = true;
    if let Some(last) = state.chain.last_mut() {
        last.frames.clear();
        for text in lines.get(from..=n).unwrap_or(&[]) {
            last.message.push('\n');
            last.message.push_str(text);
        }
    }
}
