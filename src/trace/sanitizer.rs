//! C and C++ sanitizers: takes lines of a report of AddressSanitizer and its relatives, gives the error with the frames of
//! its first stack. Format: `compiler-rt/lib/sanitizer_common`.

use super::cursor::Cursor;
use super::{Exception, Frame, Trace, frame, line};

/// The tool and what it reports: `==7==ERROR: AddressSanitizer: heap-use-after-free on …`.
fn opening(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.trim_start().strip_prefix("==") {
        let (_, rest) = rest.split_once("==")?;
        let rest = rest.strip_prefix("ERROR: ").or_else(|| rest.strip_prefix("WARNING: "))?;
        return rest
            .split_once(": ")
            .filter(|(tool, _)| tool.ends_with("Sanitizer") || tool.contains("Sanitizer"));
    }
    let rest = text.strip_prefix("WARNING: ThreadSanitizer: ")?;
    Some(("ThreadSanitizer", rest))
}

/// UBSan: `a.c:3:9: runtime error: signed integer overflow…`.
fn undefined(text: &str) -> Option<(Frame, &str)> {
    if !line::holds(text, ": runtime error: ", 0) {
        return None;
    }
    let (place, message) = text.split_once(": runtime error: ")?;
    let (head, last) = line::trailing_number(place)?;
    let (file, number) = line::trailing_number(head).unwrap_or((head, last));
    let user = frame::user("c", file, "");
    (!file.contains(' '))
        .then(|| (Frame { file: file.to_owned(), line: Some(number), user, ..Frame::default() }, message))
}

fn rule(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 16 && text.bytes().all(|b| b == b'=')
}

/// `    #1 0x55 in fn file:line:col` or `(module+0xoff)`.
fn frame_of(text: &str) -> Option<Frame> {
    let rest = text.trim_start().strip_prefix('#')?;
    let rest = rest.get(line::digits(rest)..)?.trim_start();
    let rest = match rest.strip_prefix("0x") {
        Some(address) => {
            let rest = address.split_once(' ').map_or("", |(_, r)| r);
            rest.strip_prefix("in ").unwrap_or(rest)
        }
        None => rest,
    };
    let rest = rest.split(" (BuildId: ").next().unwrap_or(rest).trim_end();
    // ThreadSanitizer names the module behind the place.
    let rest = match rest.rsplit_once(" (") {
        Some((head, module)) if module.contains("+0x") && head.contains(' ') => head,
        _ => rest,
    };
    // The place is the last word, the function may hold spaces: `operator new(unsigned long) file:3`.
    let (function, place) = match rest.rfind(' ') {
        Some(at) => (rest.get(..at)?, rest.get(at + 1..)?),
        None => ("", rest),
    };
    let (function, place) = if line::trailing_number(place).is_none() && !place.contains(['/', '+']) {
        (rest, "")
    } else {
        (function, place)
    };
    let (file, number) = match line::trailing_number(place) {
        Some((head, last)) => match line::trailing_number(head) {
            Some((file, number)) => (file, Some(number)),
            None => (head, Some(last)),
        },
        None => (place.trim_matches(['(', ')']).split("+0x").next().unwrap_or(place), None),
    };
    let user = frame::user("c", file, function);
    Some(Frame {
        function: function.to_owned(),
        file: file.to_owned(),
        line: number,
        user,
        ..Frame::default()
    })
}

fn is_frame(text: &str) -> bool {
    let bare = text.trim_start();
    bare.starts_with('#') && bare.get(1..).is_some_and(|r| line::digits(r) > 0) && line::indent(text) >= 2
}

/// Whether [`extent`] may find anything at a line that says this, whatever follows.
pub(super) fn may_begin(first: &str) -> bool {
    rule(first)
        || line::blank(first)
        || first.trim_end().ends_with("Sanitizer:DEADLYSIGNAL")
        || undefined(first).is_some()
        || opening(first).is_some()
}

/// First line behind the report that starts at `at`.
pub(super) fn extent(c: &Cursor<'_>, at: usize) -> Option<usize> {
    let first = c.text(at);
    if rule(first) || line::blank(first) || first.trim_end().ends_with("Sanitizer:DEADLYSIGNAL") {
        // Lines that the tool prints above the opening.
        let head = c.next(at + 1).filter(|t| opening(t).is_some() || rule(t)).is_some();
        let below = head && (opening(c.text(at + 1)).is_some() || c.next(at + 2).and_then(opening).is_some());
        return below.then(|| extent(c, at + 1)).flatten();
    }
    if let Some(_place) = undefined(first) {
        let frames = c.skip(at + 1, is_frame);
        let end = c.skip(frames, |t| line::blank(t) || t.starts_with("SUMMARY: "));
        let summary = c.text(end.saturating_sub(1)).starts_with("SUMMARY: ");
        return Some(if summary { end } else { frames });
    }
    let (tool, _) = opening(first)?;
    let mut end = at + 1;
    let mut summary = None;
    while end - at < 400 {
        let Some(text) = c.next(end) else { break };
        if opening(text).is_some() || (line::record(text) && line::indent(text) == 0) {
            break;
        }
        end += 1;
        if text.starts_with("SUMMARY: ") {
            summary = Some(end);
            if tool == "LeakSanitizer" || tool == "MemorySanitizer" {
                break;
            }
        }
        if text.trim_end().ends_with("==ABORTING") || (tool == "ThreadSanitizer" && rule(text)) {
            return Some(c.skip(end, |t| t.starts_with("ThreadSanitizer: reported ")));
        }
    }
    match summary {
        // Shadow bytes may stand between the summary and the end.
        Some(summary) => Some(c.skip(summary, |t| {
            t.starts_with("Shadow byte")
                || t.starts_with("  ")
                || t.starts_with("=>")
                || t.trim_end().ends_with("==ABORTING")
                || t.starts_with("  Exiting")
        })),
        None => Some(c.skip(at + 1, |t| {
            is_frame(t)
                || t.starts_with("  ")
                || t.ends_with("here:")
                || t.contains(" at pc 0x")
                || t.contains(" of size ")
        })),
    }
}

/// The error, with the first stack's frames.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let mut frames = Vec::new();
    for text in lines {
        if is_frame(text) {
            frames.extend(frame_of(text));
        } else if !frames.is_empty() {
            break;
        }
    }
    let exception = match lines.iter().find_map(|t| opening(t)) {
        Some((tool, rest)) => {
            let (kind, message) =
                match rest.find(" on ").or_else(|| rest.find(": ")).or_else(|| rest.find(" (pid=")) {
                    Some(at) => (
                        rest.get(..at).unwrap_or(rest),
                        rest.get(at..).unwrap_or("").trim_start_matches([' ', ':']),
                    ),
                    None => (rest, ""),
                };
            let kind = kind.strip_prefix("attempting ").unwrap_or(kind);
            Exception {
                kind: format!("{tool}: {}", kind.trim()),
                message: message.trim().to_owned(),
                frames,
                ..Exception::default()
            }
        }
        None => {
            let (site, message) = lines.iter().find_map(|t| undefined(t))?;
            let kind = "UndefinedBehaviorSanitizer".to_owned();
            Exception { kind, message: message.to_owned(), frames, site: Some(site), ..Exception::default() }
        }
    };
    Some(Trace { runtime: "sanitizer".to_owned(), chain: vec![exception], cut: false })
}
