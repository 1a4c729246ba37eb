//! The two forms that `fivewhys traces` prints, for scoring against other tools: takes their input text, gives their output.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Exception, Frame, Line, Trace};
use crate::entry::Nanos;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Given<'a> {
    #[serde(rename = "textPayload", borrow)]
    text: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    stream: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    timestamp: std::borrow::Cow<'a, str>,
}

/// `fivewhys traces --group`: one JSON entry a line (`textPayload`, `stream`, perhaps `timestamp`) → one group number a line.
pub fn bench_group(ndjson: &str) -> String {
    let given: Vec<Given<'_>> = ndjson
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(|l| serde_json::from_str(l).unwrap_or_default())
        .collect();
    let mut streams: HashMap<&str, u32> = HashMap::new();
    let mut lines = Vec::with_capacity(given.len());
    for entry in &given {
        let next = u32::try_from(streams.len()).unwrap_or(u32::MAX);
        let stream = *streams.entry(&entry.stream).or_insert(next);
        lines.push(Line { text: &entry.text, stream, time: Nanos::parse(&entry.timestamp) });
    }
    let mut out = String::new();
    for id in super::group(&lines) {
        out.push_str(&id.to_string());
        out.push('\n');
    }
    out
}

/// `fivewhys traces --parse`: a trace's text → its chain as JSON, reported exception first, frames innermost first. Members of
/// groups and suppressed exceptions stand beside the chain.
pub fn bench_parse(text: &str) -> String {
    let trace = super::parse(text).unwrap_or_else(|| bare(text));
    let beside = |e: &Exception| e.relation == "suppressed";
    let (main, members) = split(&trace);
    let chain: Vec<Value> = main.iter().filter(|e| !beside(e)).map(exception).collect();
    let suppressed: Vec<Value> = main.iter().filter(|e| beside(e)).map(exception).collect();
    let members: Vec<Value> = members.iter().map(exception).collect();
    json!({ "runtime": trace.runtime, "cut": trace.cut, "chain": chain, "suppressed": suppressed, "members": members }).to_string()
}

/// A text that is said to be a trace and has no frames: its first line is the exception's.
fn bare(text: &str) -> Trace {
    let text = text.trim();
    let (kind, message) = super::line::typed(text).map_or(("", text), |head| (head.kind, head.message));
    let exception = Exception { kind: kind.to_owned(), message: message.to_owned(), ..Exception::default() };
    Trace { chain: vec![exception], cut: true, ..Trace::default() }
}

/// The chain, and what stands from the first member of a group on.
fn split(trace: &Trace) -> (&[Exception], &[Exception]) {
    let at = trace.chain.iter().position(|e| e.relation == "member").unwrap_or(trace.chain.len());
    trace.chain.split_at_checked(at).unwrap_or((&trace.chain, &[]))
}

fn exception(e: &Exception) -> Value {
    let or_null = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    json!({
        "type": or_null(&e.kind),
        "message": e.message,
        "relation": or_null(&e.relation),
        "frames": e.frames.iter().map(frame).collect::<Vec<_>>(),
        "site": e.site.as_ref().map(frame),
    })
}

fn frame(f: &Frame) -> Value {
    let file = if f.file.is_empty() { Value::Null } else { json!(f.file) };
    json!({ "function": f.function, "file": file, "line": f.line, "user": f.user })
}
