//! The grouping key of a trace, after the practice of Sentry (github.com/getsentry/sentry, `grouping/strategies`) and of Error
//! Reporting (cloud.google.com/error-reporting/docs/grouping-errors): takes a trace, gives text without line numbers.

use super::{Exception, Frame, Trace};

/// Frames of one exception that enter the key.
const FRAMES: usize = 30;

/// Types that strike anywhere: their stack says nothing of the cause.
const ANYWHERE: [&str; 5] =
    ["OutOfMemoryError", "StackOverflowError", "MemoryError", "KeyboardInterrupt", "OutOfMemoryException"];

/// A key that is equal for traces of one fault: the types of the chain and the user's functions and files, recursion taken out,
/// generated names made equal. Suppressed exceptions do not enter.
pub fn signature(trace: &Trace) -> String {
    let mut out = trace.runtime.clone();
    let user = super::user_frames(trace).next().is_some();
    let mut seen: Vec<String> = Vec::new();
    for exception in trace.chain.iter().filter(|e| e.relation != "suppressed") {
        let part = one(exception, user);
        // Members of a group count once each.
        if exception.relation == "member" && seen.contains(&part) {
            continue;
        }
        out.push_str(" | ");
        out.push_str(&part);
        seen.push(part);
    }
    out
}

fn one(exception: &Exception, user: bool) -> String {
    let kind = kind(&exception.kind);
    let last = kind.rsplit(['.', '\\', ':']).next().unwrap_or(&kind);
    if ANYWHERE.contains(&last) {
        return kind;
    }
    let frames = exception.site.iter().filter(|f| !f.file.is_empty()).chain(&exception.frames);
    let names: Vec<String> = frames.filter(|f| f.user || !user).map(name).collect();
    let names = collapse(names);
    let mut out = kind;
    if names.is_empty() && exception.frames.is_empty() && exception.site.is_none() {
        // Without a stack the words of the message are what is left.
        out.push_str(": ");
        out.extend(
            exception
                .message
                .lines()
                .next()
                .unwrap_or("")
                .chars()
                .take(160)
                .map(|c| if c.is_ascii_digit() { '0' } else { c }),
        );
    }
    for name in names.iter().take(FRAMES) {
        out.push_str(" > ");
        out.push_str(name);
    }
    out
}

/// A type without what the runtime numbered.
fn kind(kind: &str) -> String {
    let kind = kind.split("@anonymous").next().unwrap_or(kind);
    numbers(kind)
}

/// Function and file name of a frame.
fn name(frame: &Frame) -> String {
    let file = frame.file.rsplit(['/', '\\']).next().unwrap_or("");
    let file = file.split(['?', '#']).next().unwrap_or(file);
    let function = function(&frame.function);
    match (function.is_empty(), file.is_empty() || file.starts_with('<')) {
        (true, _) => file.to_owned(),
        (false, true) => function,
        (false, false) => format!("{function} ({file})"),
    }
}

/// A function's name without generated parts.
fn function(text: &str) -> String {
    // .NET state machines and closures: `A.<M>d__2.MoveNext`, `A.<>c__DisplayClass0_0.<M>b__1`.
    if let Some((head, rest)) = text.split_once(".<")
        && let Some(inner) =
            rest.split('<').find_map(|p| p.split_once('>')).map(|(name, _)| name).filter(|n| !n.is_empty())
        && (text.contains("d__") || text.contains("b__"))
    {
        return format!("{head}.{inner}");
    }
    let mut text = text;
    for mark in [
        "$$EnhancerBy",
        "$$FastClassBy",
        "$$Lambda",
        "$Proxy",
        "$ByteBuddy$",
        "$HibernateProxy$",
        "@anonymous",
        "$fn__",
    ] {
        text = text.split(mark).next().unwrap_or(text);
    }
    let mut out = numbers(text)
        .replace("lambda$", "")
        .replace("[...]", "")
        .replace("{{closure}}", "closure")
        .replace("GeneratedMethodAccessor0", "GeneratedMethodAccessor");
    if let Some(rest) = out.strip_prefix("Object.").or_else(|| out.strip_prefix("async ")) {
        out = rest.to_owned();
    }
    if let Some((_, label)) = out.strip_prefix("block ").and_then(|b| b.split_once("in ")) {
        out = label.to_owned();
    }
    for end in [".func0", "$0", "::closure"] {
        while let Some(head) = out.strip_suffix(end) {
            out = head.to_owned();
        }
    }
    if matches!(out.as_str(), "<anonymous>" | "anonymous" | "eval") { String::new() } else { out }
}

/// Each run of digits as `0`, where it ends a word: `func12` and `func3` are one, `sha256sum` stays.
fn numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii_digit() {
            out.push(c);
            continue;
        }
        let mut run = String::from(c);
        while let Some(d) = chars.next_if(char::is_ascii_digit) {
            run.push(d);
        }
        if chars.peek().is_none_or(|next| !next.is_alphanumeric()) {
            out.push('0');
        } else {
            out.push_str(&run);
        }
    }
    out
}

/// Replaces a sequence of up to four names that repeats by one of it.
fn collapse(names: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        out.push(name);
        for period in 1..=4usize {
            let Some(start) = out.len().checked_sub(2 * period) else { break };
            let (Some(first), Some(second)) = (out.get(start..start + period), out.get(start + period..))
            else {
                break;
            };
            if first == second {
                out.truncate(start + period);
                break;
            }
        }
    }
    out
}
