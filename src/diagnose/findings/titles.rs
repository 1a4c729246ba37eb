//! An incident → its title, and an error in its own words.

use super::place_of;
use crate::diagnose::causality::{self, Incident, Scene};
use crate::diagnose::knowledge::{self, Expression, Signature};
use crate::diagnose::lifecycle::collapse::What;
use crate::diagnose::lifecycle::{self, code_name};
use crate::diagnose::measures::latency::Latencies;
use crate::diagnose::sections;
use crate::diagnose::statements::prefix::unprefixed;
use crate::diagnose::statements::{self, Statement};
use crate::diagnose::troubles::{Kind, Trouble};
use crate::diagnose::words::{self, headline, with_reason};
use crate::report::model::Rich;
use crate::trace::{self, Exception};
use std::collections::BTreeMap;
/// `ModuleNotFoundError: No module named 'x'`: the error in its own words.
pub(crate) fn error_words(
    statement: Option<&Statement>,
    signature: Option<&Signature>,
    trace: Option<&crate::trace::Trace>,
) -> String {
    if let Some(trace) = trace {
        let root = telling(trace);
        let kind = unprefixed(root.kind.as_str());
        let structured = unprefixed(&root.message).starts_with(['[', '{']);
        let message = if structured {
            words::brief(&root.message, 160)
        } else if let Some(part) = decisive(&root.message, signature) {
            headline(part, 160)
        } else {
            with_reason(if kind.is_empty() { unprefixed(&root.message) } else { &root.message }, 160)
        };
        if let (true, true, Some(frame)) =
            (kind.is_empty(), message.is_empty(), root.frames.iter().find(|f| f.user && !f.file.is_empty()))
            && signature.is_none()
        {
            let above = statement.map_or("", |s| s.text.as_str());
            if let Some(words) = above_frames(above) {
                return with_reason(words, 160);
            }
            return format!("an exception that the log cuts off, raised at {}", place_of(frame));
        }
        if !kind.is_empty() || !message.is_empty() {
            return if kind.is_empty() {
                message
            } else if message.is_empty() {
                kind.to_owned()
            } else {
                format!("{kind}: {message}")
            };
        }
    }
    let text = statement.map_or("", |s| s.text.as_str());
    // Show the line that the signature is about, not the headline above it.
    let line = signature.and_then(|s| Expression::new(&s.regex).ok()).and_then(|regex| {
        let found = regex.find(text)?;
        let from = text.get(..found.start)?.rfind('\n').map_or(0, |at| at + 1);
        let until = text.get(found.start..)?.find('\n').map_or(text.len(), |at| found.start + at);
        // Of a long line, the sentence that the signature is about.
        let far = text.get(from..found.start).filter(|before| before.len() > 200);
        let from = far
            .and_then(|before| before.rfind(". ").or_else(|| before.rfind(": ")))
            .map_or(from, |at| from + at + 2);
        text.get(from..until).map(str::to_owned)
    });
    let line = line
        .or_else(|| text.lines().skip(1).take(8).find(|line| is_error(line)).map(str::to_owned))
        .or_else(|| event_and_reason(text));
    let words = unprefixed(line.as_deref().unwrap_or(text));
    // Data that a logger appends to a message as JSON says little in a title.
    let data = [" - {\"", " {\""].iter().filter_map(|open| words.find(open)).min().filter(|at| *at >= 20);
    with_reason(data.and_then(|at| words.get(..at)).unwrap_or(words), 160)
}

/// `mail_not_sent: Maximum credits exceeded`, `cannot load settings: no such file`: the mere name of an event, with what stands
/// below it.
fn event_and_reason(text: &str) -> Option<String> {
    let mut lines = text.lines();
    let event = lines.next().map(|line| unprefixed(line).trim())?;
    let reason = lines.next().map(str::trim)?;
    let is_name = (3..=60).contains(&event.len())
        && (!event.contains(char::is_whitespace) || event.split_whitespace().count() <= 5)
        && !event.contains([':', '=', '.']);
    // `OvenMalfunction`, `ERR_TIMEOUT`: the name of an error is a reason as well, and a number is none.
    let is_code = reason.len() >= 6
        && reason.starts_with(|c: char| c.is_ascii_uppercase())
        && reason.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let is_worded = (reason.split_whitespace().count() >= 2 || is_code) && !trace::is_fragment(reason);
    let is_beside = text.lines().nth(1).is_some_and(|line| !line.starts_with(char::is_whitespace));
    (is_name && is_worded && is_beside).then(|| format!("{event}: {reason}"))
}

/// What a text says before the frames of a trace whose exception it does not name.
fn above_frames(text: &str) -> Option<&str> {
    let line = text.lines().next()?;
    let says = unprefixed(line).chars().filter(|c| c.is_alphabetic()).count() >= 8;
    (says && !trace::is_fragment(line) && !line.contains("Traceback (")).then(|| unprefixed(line))
}

/// Whether a line of a message is an error in the form `FormatException: text`.
fn is_error(line: &str) -> bool {
    line.trim_start().split_once(": ").is_some_and(|(kind, _)| {
        (kind.ends_with("Exception") || kind.ends_with("Error"))
            && kind.len() > 5
            && kind
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'\\' | b'$'))
    })
}

/// The part of a long first line that the signature is about, where a title would not reach it.
fn decisive<'t>(message: &'t str, signature: Option<&Signature>) -> Option<&'t str> {
    let regex = Expression::new(&signature?.regex).ok()?;
    let line = message.lines().next()?;
    let found = regex.find(line).filter(|found| found.end > 160 && found.start > 40)?;
    let before = line.get(..found.start)?;
    let from = before.rfind(": ").or_else(|| before.rfind(". ")).map_or(0, |at| at + 2);
    line.get(from..)
}

/// Whether a message only announces the fields of an object: `<_InactiveRpcError of RPC that terminated with:`.
fn is_hollow(message: &str) -> bool {
    let first = message.trim_start().lines().next().unwrap_or("").trim_end();
    first.starts_with('<') && first.ends_with(':')
}

/// The exception of a chain that says most: its root, unless that is only a wait that was cut off without a word.
fn telling(trace: &trace::Trace) -> &Exception {
    let mut root = trace::root(trace);
    // What wraps it reads its message where it only holds an object: the last link of the chain that has words of its own.
    if is_hollow(&root.message) {
        let worded = |e: &&Exception| e.relation != "suppressed" && !is_hollow(&e.message);
        root = trace.chain.iter().rev().find(worded).unwrap_or(root);
    }
    if !sections::whys::cut_off(&root.kind) || !root.message.trim().is_empty() {
        // `Name or service not known (host:443)` around `Name or service not known`: the same with the host.
        let said = root.message.trim().trim_end_matches('.');
        let wrapper = trace.chain.len().checked_sub(2).and_then(|at| trace.chain.get(at));
        return wrapper
            .filter(|w| said.len() >= 12 && w.message.len() > said.len() + 3 && w.message.starts_with(said))
            .unwrap_or(root);
    }
    trace.chain.iter().rev().find(|e| !e.message.trim().is_empty()).unwrap_or(root)
}

pub(crate) fn title(
    scene: &Scene<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
    signature: Option<&Signature>,
    values: &BTreeMap<String, String>,
) -> Rich {
    let trace = root.and_then(|root| root.trace(scene.statements));
    let words = error_words(root.and_then(|r| r.lead(scene.statements)), signature, trace);
    let words = super::naming::with_values(words, signature, values);
    if let Some(collapse) = &incident.collapse {
        return of_collapse(scene, collapse, root.is_some(), words);
    }
    let Some(root) = root else { return Rich::text("A failure without a cause in the log") };
    match root.kind {
        Kind::ServerErrors => {
            let (status, path) = scene
                .index
                .request_of(root.occurrences.first().map_or(0, statements::Occurrence::first))
                .map_or((0, ""), |r| (r.status, scene.index.path(r.path).unwrap_or("")));
            let limit = Latencies::of(scene.index, &incident.requests).and_then(|l| l.limit_seconds());
            match limit {
                Some(seconds) => {
                    Rich::default().c(path).t(format!(" timed out: cut off with {status} after {seconds} s"))
                }
                None => Rich::default().c(path).t(format!(" answered {status}")),
            }
        }
        Kind::ClientErrors => super::requests::refused_title(
            scene,
            &incident.requests,
            causality::bounded::of(scene, incident)
                .map_or(super::requests::REFUSED, causality::bounded::words),
        ),
        Kind::Signature(_) => {
            let plain = signature.map_or(String::new(), Signature::label);
            let title = signature.map_or(String::new(), |s| knowledge::Knowledge::fill(&s.title, values));
            // A title that names what it is about needs no quote beside it.
            if title != plain {
                words::prose(&title)
            } else if words.is_empty() {
                Rich::text(title)
            } else {
                Rich::text(format!("{title}: ")).c(words)
            }
        }
        _ => Rich::default().c(words),
    }
}

/// `` `web-00012` is in a crash loop: … ``.
fn of_collapse(
    scene: &Scene<'_>,
    collapse: &lifecycle::collapse::Collapse,
    known: bool,
    words: String,
) -> Rich {
    let name = if collapse.name.is_empty() { &collapse.service } else { &collapse.name };
    let n = collapse.cycles.len() as u64;
    let said = match collapse.what {
        What::Loop if super::extent::serves_between(scene, collapse) => "crashes again and again",
        What::Loop => "is in a crash loop",
        What::Crash => "crashed",
        What::Job if n > 1 => super::extent::attempts(scene, collapse),
        What::Job => "failed",
        What::Build => "failed",
        What::FalseSuccess => "reports success, but its work was refused",
        What::Deploy => "failed to start",
    };
    let title = if collapse.what == What::Build && collapse.name.is_empty() && n > 1 {
        Rich::text(format!("{} builds failed", words::number(n)))
    } else if name.is_empty() {
        Rich::text(format!("The program {said}"))
    } else {
        let kind = if collapse.what == What::Build { "Build " } else { "" };
        Rich::text(kind).c(name).t(format!(" {said}"))
    };
    match (known, collapse.code) {
        (true, _) => title.t(": ").c(words),
        (false, Some(code)) => title.t(format!(": {}, and the log does not show why", code_name(code))),
        (false, None) => title.t(", and the log does not show why"),
    }
}
