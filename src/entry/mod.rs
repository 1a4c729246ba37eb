//! One shape for every log entry, whatever its dialect. Borrows from the record it was read from.
//!
//! Takes what a dialect found in a record, gives [`Entry`]; never looks at more than one entry. The severity that was
//! recorded and the one that the analysis uses are kept apart, see [`severity`].

pub(crate) mod change;
pub mod effective;
pub mod figure;
pub(crate) mod head;
pub mod http;
pub(crate) mod item;
pub mod measure;
pub mod number;
pub(crate) mod reason;
pub mod severity;
pub mod source;
pub mod time;

pub use effective::effective;
pub use http::Http;
pub use number::number;
pub use severity::{Effective, Native, Origin, Severity};
pub use source::Source;
pub use time::Nanos;

use std::borrow::Cow;

/// Where a record stands in the decoded text of its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First byte, counted from the beginning of the file's decoded text. For an uncompressed UTF-8 file this is the
    /// offset in the file itself (a byte-order mark counts).
    pub offset: u64,
    /// Length in bytes.
    pub len: u32,
}

/// One log entry. Texts are as written: no redaction, no trimming but of the surrounding line end.
#[derive(Clone, Debug, Default)]
pub struct Entry<'a> {
    /// Place of the record.
    pub span: Span,
    /// Time of the entry; `None` where the record has none.
    pub time: Option<Nanos>,
    /// The time as written, for `inspect`.
    pub time_text: Cow<'a, str>,
    /// Severity recorded in the entry's own field, mapped to Cloud Logging's names by the dialect's table.
    pub written_severity: Option<Severity>,
    /// The name of that level, where it is none of Cloud Logging's.
    pub native: Option<Native>,
    /// Whether the written severity only says which stream the line came from (stdout `info`, stderr `error`), as some
    /// hosts have it; then a level in the text is more to the point.
    pub severity_of_stream: bool,
    /// Level found inside the payload (`jsonPayload.level` and the like), where it is not the dialect's own field.
    pub payload_level: Option<Severity>,
    /// Who said it.
    pub source: Source<'a>,
    /// Hash of the texts of `source` where its reader has it at hand, else 0.
    pub source_key: u64,
    /// The message a reader would read first. Never empty if the record holds any text: a record with a request only
    /// has `METHOD path status`, one with no message field has its compact payload.
    pub message: Cow<'a, str>,
    /// Stack or error text that stands beside the message in a field of its own (`stack`, `exception`, `stack_trace`, `err.stack`).
    pub detail: Option<Cow<'a, str>>,
    /// What else a payload states beside the message, as `key=value` pairs on one line, where it helps to tell one failure
    /// from another. No part of the message: it neither changes its shape nor what is recognised in it.
    pub fields: Option<Cow<'a, str>>,
    /// The same of some calm entries, chosen by content: what work that succeeds is compared by.
    pub calm_fields: Option<Cow<'a, str>>,
    /// Message of an error-like object nested in the payload that is not what the entry says (`jsonPayload.error.message`
    /// on an INFO entry). Often a decoy of the logging library, so it never raises the severity.
    pub aside: Option<Cow<'a, str>>,
    /// Numbers of the payload that tell of work, levels and durations.
    pub figures: Vec<figure::Figure<'a>>,
    /// The HTTP request this entry is about.
    pub http: Option<Http<'a>>,
    /// Trace id, without its `projects/…/traces/` prefix.
    pub trace_id: Option<Cow<'a, str>>,
    /// Unique id of the entry within log and time.
    pub insert_id: Option<Cow<'a, str>>,
    /// Labels of the entry and of its resource that are not already in `source`.
    pub labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// True for audit entries (`protoPayload`), which tell of API calls and not of the program.
    pub audit: bool,
}

impl Entry<'_> {
    /// The message, and on further lines the detail that stands beside it.
    pub fn full_message(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}\n{detail}", self.message),
            None => self.message.to_string(),
        }
    }
}
