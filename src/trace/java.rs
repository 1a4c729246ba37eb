//! The JVM's `printStackTrace` (also Kotlin, Scala, Groovy): takes lines, gives exceptions. Grammar after
//! `java.lang.Throwable.printStackTrace` of OpenJDK; root-first order after Logback's `%rEx`.

use super::{Exception, Frame, Trace, frame, line, throwable};

/// One exception while it is read: its printed indentation and the exception whose trace it shares its end with.
struct Open {
    exception: Exception,
    indent: usize,
    enclosing: Option<usize>,
    text_open: bool,
}

/// `at [loader/][module/]Class.method(File.java:12)`.
fn frame_of(text: &str) -> Option<Frame> {
    let rest = text.trim().strip_prefix("at ")?;
    let (function, place) = rest.split_once('(').unwrap_or((rest, ""));
    let place = place.split(')').next().unwrap_or("");
    let function = function.rsplit('/').next().unwrap_or(function).trim();
    let (file, number) = match line::trailing_number(place) {
        Some((file, number)) => (file, Some(number)),
        None if place.contains('.') => (place, None),
        None => ("", None),
    };
    Some(Frame {
        function: function.to_owned(),
        file: file.to_owned(),
        line: number,
        source: String::new(),
        user: frame::user("java", file, function),
    })
}

/// `... 12 more`.
fn omitted(text: &str) -> Option<usize> {
    let rest = text.trim().strip_prefix("... ")?;
    rest.get(..line::digits(rest))?.parse().ok()
}

/// The exceptions of a trace.
pub(super) fn parse(lines: &[&str]) -> Option<Trace> {
    let mut list: Vec<Open> = Vec::new();
    let mut root_first = false;
    for (n, text) in lines.iter().enumerate() {
        let bare = text.trim_start();
        let indent = line::indent(text);
        let mark = [("Caused by: ", "cause"), ("Suppressed: ", "suppressed"), ("Wrapped by: ", "cause")]
            .into_iter()
            .find_map(|(prefix, relation)| Some((bare.strip_prefix(prefix)?, relation)));
        if bare.starts_with("Caused by: [CIRCULAR REFERENCE") || bare.starts_with("[CIRCULAR REFERENCE") {
            continue;
        } else if let Some((rest, relation)) = mark.filter(|_| n > 0) {
            root_first |= bare.starts_with("Wrapped by: ");
            open(&mut list, rest, relation, indent);
        } else if list.is_empty() {
            if line::at_frame(text) {
                open(&mut list, "", "", 0);
                push_frame(&mut list, text);
            } else if !line::blank(text) {
                open(&mut list, text, "", 0);
            }
        } else if let Some(count) = omitted(text).filter(|_| line::elision(text)) {
            restore(&mut list, count);
        } else if line::certain_at_frame(text) || (line::at_frame(text) && !rest_has_certain(lines, n)) {
            push_frame(&mut list, text);
        } else if let Some(last) = list.last_mut() {
            // Text below frames that more frames follow was a message that looks like frames.
            let more = lines.get(n + 1..).is_some_and(|rest| {
                rest.iter()
                    .take_while(|t| !t.trim_start().starts_with("Caused by: "))
                    .any(|t| line::certain_at_frame(t))
            });
            if last.text_open || more {
                rejoin(last, lines, n);
            }
        }
    }
    let mut chain: Vec<Exception> = list.into_iter().map(|o| o.exception).collect();
    for exception in &mut chain {
        exception.message.truncate(exception.message.trim_end().len());
    }
    if root_first {
        reverse(&mut chain);
    }
    let cut = chain.iter().all(|e| e.frames.is_empty()) || chain.first().is_some_and(|e| e.kind.is_empty());
    (!chain.is_empty()).then(|| Trace { runtime: "java".to_owned(), chain, cut })
}

fn rest_has_certain(lines: &[&str], n: usize) -> bool {
    lines.get(n + 1..).is_some_and(|rest| rest.iter().any(|t| line::certain_at_frame(t)))
}

/// Puts the reported exception first where the root was printed first.
fn reverse(chain: &mut [Exception]) {
    chain.reverse();
    for (n, exception) in chain.iter_mut().enumerate() {
        (if n == 0 { "" } else { "cause" }).clone_into(&mut exception.relation);
    }
}

/// Begins an exception with the text of its header.
fn open(list: &mut Vec<Open>, text: &str, relation: &str, indent: usize) {
    let head = throwable::head(text);
    let (enclosing, relation) = match relation {
        "suppressed" => (list.iter().rposition(|o| o.indent < indent), relation),
        "cause" => {
            let of = list.iter().rposition(|o| {
                o.indent <= indent && (o.indent == indent || o.exception.relation != "suppressed")
            });
            // The cause of a suppressed exception is no link of the main chain.
            let inner = of.and_then(|o| list.get(o)).is_some_and(|o| o.exception.relation == "suppressed");
            (of, if inner { "suppressed" } else { relation })
        }
        _ => (None, ""),
    };
    let exception = Exception {
        kind: head.kind.to_owned(),
        message: head.message.to_owned(),
        relation: relation.to_owned(),
        ..Exception::default()
    };
    list.push(Open { exception, indent, enclosing, text_open: true });
}

fn push_frame(list: &mut [Open], text: &str) {
    if let (Some(last), Some(frame)) = (list.last_mut(), frame_of(text)) {
        last.exception.frames.push(frame);
        last.text_open = false;
    }
}

/// Adds the last `count` frames of the enclosing trace.
fn restore(list: &mut [Open], count: usize) {
    let Some(enclosing) = list.last().and_then(|o| o.enclosing) else { return };
    let frames = list.get(enclosing).map_or(&[][..], |o| &o.exception.frames);
    let tail: Vec<Frame> = frames.get(frames.len().saturating_sub(count)..).unwrap_or(&[]).to_vec();
    if let Some(last) = list.last_mut() {
        last.exception.frames.extend(tail);
        last.text_open = false;
    }
}

/// Adds line `n` to the message, and the supposed frames above it.
fn rejoin(last: &mut Open, lines: &[&str], n: usize) {
    let supposed = last.exception.frames.len();
    last.exception.frames.clear();
    last.text_open = true;
    for text in lines.get(n.saturating_sub(supposed)..=n).unwrap_or(&[]) {
        last.exception.message.push('\n');
        last.exception.message.push_str(text);
    }
}
