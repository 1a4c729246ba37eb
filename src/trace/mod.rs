//! Stack traces of every runtime: recognise lines, fold split traces, parse chains and frames, tell user code apart.
//!
//! Takes text, gives [`Trace`]s; takes entries, gives groups ([`group`]). Holds no stream and no entries: [`is_fragment`] works
//! on one line, [`group`] on a sorted sequence that the caller supplies. A runtime is one file: where its trace ends (`extent`)
//! and what it says (`parse`); what the JVM, V8 and .NET share stands in `throwable`.

mod bench;
mod cursor;
mod fold;
mod fragment;
mod frame;
mod line;
mod screen;
mod signature;

mod dart;
mod dotnet;
mod elixir;
mod go;
mod java;
mod node;
mod php;
mod python;
mod ruby;
mod rust;
mod sanitizer;
mod throwable;

#[cfg(test)]
mod tests;

pub use bench::{bench_group, bench_parse};
pub(crate) use fold::Grouper;
pub use fold::{Line, group};
pub use fragment::is_fragment;
pub(crate) use screen::{Look, Part};
pub use signature::signature;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::limits::{TRACE_CHAIN, TRACE_FRAMES};

/// A parsed stack trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Runtime id: `python`, `java`, `node` …
    pub runtime: String,
    /// Exceptions, outermost (reported) first, root cause last. Never empty.
    pub chain: Vec<Exception>,
    /// Whether the text was cut before its exception line or in the middle of its frames.
    pub cut: bool,
}

/// One exception.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Type as printed (`sqlalchemy.exc.OperationalError`), or empty where the runtime prints none.
    pub kind: String,
    /// Message, may span lines.
    pub message: String,
    /// Relation to the exception before it in the chain: empty for the first, else `cause`, `context`, `suppressed`, `member`.
    pub relation: String,
    /// Frames, innermost first.
    pub frames: Vec<Frame>,
    /// Where it was thrown, if the runtime prints that apart from the frames: PHP's `in file:line`, the place of a Rust panic,
    /// the file of a Python syntax error. More inner than the first frame.
    #[serde(default)]
    pub site: Option<Frame>,
}

/// One frame.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Function as printed, or empty.
    pub function: String,
    /// File as printed, or empty.
    pub file: String,
    /// Line, if printed.
    pub line: Option<u32>,
    /// The source line shown under the frame, or empty.
    pub source: String,
    /// Whether it is the user's own code and not a library's or the runtime's.
    pub user: bool,
}

/// Parses the first trace of a text. Lines before it are passed over, terminal colours are ignored, and a text on one line
/// whose line breaks are written `\\n` is unfolded. A trace without its beginning is given with `cut` set. Linear in the text.
pub fn parse(text: &str) -> Option<Trace> {
    let text = unfold(text);
    let c = cursor::Cursor::of_text(&text);
    let mut at = 0;
    let mut free = 0;
    while at < c.len() {
        let Some(found) = fold::recognise(&c, at) else {
            at += 1;
            continue;
        };
        // Frames above it, whose own head is missing, belong to it if they run into it.
        let above = headless(&c, free, at).filter(|(_, f)| f.end > at);
        let cut = above.is_some();
        if let Some(trace) = above.or(Some((at, found))).and_then(|(at, found)| read(&c, at, found, cut)) {
            return Some(trace);
        }
        at = found.end.max(at + 1);
        free = at;
    }
    headless(&c, free, c.len()).and_then(|(at, found)| read(&c, at, found, true))
}

/// Whether a text begins with a trace and ends with it.
fn is_whole(text: &str) -> bool {
    let c = cursor::Cursor::of_text(text);
    fold::recognise(&c, 0).is_some_and(|found| found.end >= c.len())
}

/// The first trace without a head between two lines.
fn headless(c: &cursor::Cursor<'_>, from: usize, to: usize) -> Option<(usize, fold::Found)> {
    let found = (from..to).find_map(|at| fold::headless(c, at).map(|f| (at, f)));
    found.filter(|(at, f)| f.runtime != "loose" && f.end > *at)
}

/// Reads the lines of a trace with the grammar of its runtime.
fn read(c: &cursor::Cursor<'_>, at: usize, found: fold::Found, cut: bool) -> Option<Trace> {
    let lines = c.slice(at, found.end);
    let runtime = if found.runtime.is_empty() { throwable::runtime(&lines) } else { found.runtime };
    let mut trace = match runtime {
        "python" => python::parse(&lines),
        "go" => go::parse(&lines),
        "rust" => rust::parse(&lines),
        "sanitizer" => sanitizer::parse(&lines),
        "php" => php::parse(&lines),
        "ruby" => ruby::parse(&lines),
        "dart" => dart::parse(&lines),
        "elixir" => elixir::parse(&lines),
        "dotnet" => dotnet::parse(&lines),
        "java" => java::parse(&lines),
        _ => node::parse(&lines),
    }?;
    trace.cut |= cut;
    if runtime == "python" {
        python::named_above(c, at, &mut trace);
    }
    trace.chain.truncate(TRACE_CHAIN);
    for exception in &mut trace.chain {
        exception.frames.truncate(TRACE_FRAMES);
    }
    Some(trace)
}

/// A text on one line with written line breaks (`\\n`, doubly escaped JSON) as lines. Anything else unchanged.
fn unfold(text: &str) -> Cow<'_, str> {
    if text.trim_end().contains('\n') || !text.contains("\\n") {
        return Cow::Borrowed(text);
    }
    let once = text.replace("\\\\n", "\\n").replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t");
    Cow::Owned(once.replace("\\\"", "\"").replace("\\u001b", "\u{1b}").replace("\\'", "'"))
}

/// Name and message of an error that a line names, as one stands above its frames.
pub(crate) fn error_name(text: &str) -> Option<(&str, &str)> {
    let line = text.lines().next()?;
    ruby::error_name(line)
        .or_else(|| line::header(line).map(|h| (h.kind, h.message)))
        .filter(|(_, m)| !m.is_empty())
}

/// The user's own frames, reported exception first, innermost first in each.
pub fn user_frames(trace: &Trace) -> impl Iterator<Item = &Frame> {
    trace.chain.iter().flat_map(|e| e.site.iter().chain(&e.frames)).filter(|f| f.user)
}

/// The root cause: the last exception of the chain, or that of the first member where the chain ends in a group. Of a trace
/// without exceptions (there is none that [`parse`] gives) an empty one.
pub fn root(trace: &Trace) -> &Exception {
    static NONE: Exception = Exception {
        kind: String::new(),
        message: String::new(),
        relation: String::new(),
        frames: Vec::new(),
        site: None,
    };
    let member = trace.chain.iter().position(|e| e.relation == "member");
    let link = |e: &&Exception| matches!(e.relation.as_str(), "cause" | "context");
    let found = match member {
        Some(first) => {
            trace.chain.iter().skip(first + 1).take_while(link).last().or_else(|| trace.chain.get(first))
        }
        None => trace.chain.iter().rfind(|e| e.relation != "suppressed"),
    };
    found.unwrap_or(&NONE)
}

/// The user's files that an import error came through, the one that began it first. Empty for any other error.
pub fn import_chain(trace: &Trace) -> Vec<&str> {
    let mut files: Vec<&str> = Vec::new();
    let mut add = |file| {
        if files.last() != Some(&file) {
            files.push(file);
        }
    };
    let root = root(trace);
    if matches!(
        root.kind.as_str(),
        "ImportError" | "ModuleNotFoundError" | "SyntaxError" | "IndentationError"
    ) {
        let frames = root.frames.iter().rev().chain(&root.site).filter(|f| f.user);
        frames.for_each(|f| add(f.file.as_str()));
    } else if let Some((_, stack)) = root.message.split_once("Require stack:") {
        // Node prints the module that asked last first.
        let modules: Vec<&str> = stack.lines().filter_map(|l| l.trim().strip_prefix("- ")).collect();
        modules.into_iter().rev().filter(|f| frame::user("node", f, "")).for_each(add);
    } else if let Some((_, from)) = root.message.split_once(" imported from ") {
        add(from.lines().next().unwrap_or(from));
    }
    files
}
