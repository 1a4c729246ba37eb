//! Stack traces of every runtime: recognise lines, fold split traces, parse chains and frames, tell user code apart.
//!
//! Takes text, gives [`Exception`] chains. Holds no stream and no entries: [`fragment`](self) knowledge works on one line,
//! folding on a sorted sequence that the caller supplies.

use serde::{Deserialize, Serialize};

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

/// Whether a line looks like a part of a stack trace or of a printed error object.
pub fn is_fragment(line: &str) -> bool {
    line.starts_with("    ") || line.starts_with("  File \"")
}

/// One entry of a sequence to be re-assembled.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its text, one or several lines.
    pub text: &'a str,
    /// What it belongs to: instance and log.
    pub stream: u32,
    /// Its time.
    pub time: Option<crate::entry::Nanos>,
}

/// Group numbers, one a line: the entries of one exception share one.
pub fn group(lines: &[Line<'_>]) -> Vec<u32> {
    (0..u32::try_from(lines.len()).unwrap_or(u32::MAX)).collect()
}

/// The first trace in a text.
pub fn parse(_text: &str) -> Option<Trace> {
    None
}
