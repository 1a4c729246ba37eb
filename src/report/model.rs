//! The report as plain data. `diagnose` fills it, renderers read it, nothing in it is computed from the log again.
//!
//! Words of ours and text of the log are told apart by [`Inline`], so that every renderer can quote log text safely and
//! the redaction gate knows where to look. Every list is sorted by the producer; renderers keep the order.
//! Numbers: counts are entries unless named otherwise, times are [`Nanos`] in UTC, latencies microseconds, shares per mille.

use crate::entry::{Nanos, Severity};
use crate::error::Problem;
use crate::query::Filter;
use serde::{Deserialize, Serialize};

/// Version of this model; changes are listed in `docs/report-schema-changes.md`.
pub const SCHEMA_VERSION: u32 = 1;

macro_rules! model {
    ($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct $name { $($body)* }
    };
    ($(#[$meta:meta])* pub enum $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($body)* }
    };
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Inline {
    /// Words of ours.
    Text(String),
    /// Text of the log, a file name, a command: shown as code.
    Code(String),
}

/// A run of [`Inline`] pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Rich(pub Vec<Inline>);

impl Rich {
    /// Words of ours alone.
    pub fn text(text: impl Into<String>) -> Rich {
        Rich(vec![Inline::Text(text.into())])
    }

    /// Words of ours, or nothing at all where there are none.
    pub fn maybe(text: impl AsRef<str>) -> Rich {
        Rich::default().t(text)
    }

    /// Adds words of ours.
    #[must_use]
    pub fn t(mut self, text: impl AsRef<str>) -> Rich {
        if !text.as_ref().is_empty() {
            if let Some(Inline::Text(last)) = self.0.last_mut() {
                last.push_str(text.as_ref());
            } else {
                self.0.push(Inline::Text(text.as_ref().to_owned()));
            }
        }
        self
    }

    /// Adds text of the log.
    #[must_use]
    pub fn c(mut self, code: impl AsRef<str>) -> Rich {
        self.0.push(Inline::Code(code.as_ref().to_owned()));
        self
    }

    /// The pieces joined without any markup; for sorting, titles and tests.
    pub fn plain(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Inline::Text(text) | Inline::Code(text) => text.as_str(),
            })
            .collect()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

model! {
/// How a sentence is known.
pub enum Grade {
    /// Entries say so.
    #[default]
    Observed,
    /// A count, an order, a rule over entries.
    Derived,
    /// What would fit; the sentence says what would confirm or refute it.
    Hypothesis,
}}

model! {
/// A graded sentence. Observed and derived sentences link to evidence.
pub struct Sentence {
    /// How it is known.
    pub grade: Grade,
    /// The sentence.
    pub text: Rich,
    /// For derived sentences: the rule, in a few words.
    pub rule: String,
    /// Index into [`Report::evidence`].
    pub evidence: Option<u32>,
}}

model! {
/// The entries behind a sentence, a count or a row.
pub struct Evidence {
    /// Which entries, as a filter.
    pub filter: Filter,
    /// How many.
    pub entries: u64,
    /// The first of them, as quotes (at most five).
    pub quotes: Vec<Quote>,
}}

model! {
/// One entry, quoted.
pub struct Quote {
    /// Row number in time order over all files, from 0.
    pub row: u32,
    /// Number of the file in [`RawData::files`].
    pub file: u32,
    /// Byte offset of the record in the decoded text of its file.
    pub offset: u64,
    /// Length of the record in bytes.
    pub len: u32,
    /// Its time.
    pub time: Option<Nanos>,
    /// Its effective severity.
    pub severity: Severity,
    /// Service, revision or log, whatever tells most.
    pub source: String,
    /// The message, cut to a sensible length with an ellipsis.
    pub text: String,
}}

model! {
/// Whether something still goes on.
pub enum State {
    /// Still going on when the file ends.
    Ongoing,
    /// Over: it stopped and did not come back.
    Ended,
    /// Over because a later revision or attempt works.
    Superseded,
    /// Happened once, or too rarely to tell.
    Once,
    /// Nothing is wrong.
    #[default]
    Healthy,
    /// The log does not say.
    Unknown,
}}

model! {
/// The first lines of the report.
pub struct Headline {
    /// One sentence that an incident channel could take as it is.
    pub sentence: Rich,
    /// Its grade.
    pub grade: Grade,
    /// State badge.
    pub state: State,
    /// Index into [`Report::evidence`].
    pub evidence: Option<u32>,
}}

model! {
/// A line of the overview or the technical details: a key and what the log says about it.
pub struct Fact {
    /// What it is, such as `Revision`.
    pub key: String,
    /// The values, most telling first.
    pub values: Vec<String>,
    /// How many more there are that are not listed.
    pub more: u64,
    /// A remark, or empty.
    pub note: Rich,
    /// Index into [`Report::evidence`].
    pub evidence: Option<u32>,
}}

model! {
/// How bad a finding is.
pub enum Class {
    /// A failure that stands.
    Critical,
    /// Needs work.
    Warning,
    /// Worth knowing, or noise named as such.
    #[default]
    Notice,
}}

model! {
/// A named number.
pub struct Count {
    /// What is counted: `failed starts`, `entries`, `instances`.
    pub what: String,
    /// How many.
    pub n: u64,
    /// Index into [`Report::evidence`].
    pub evidence: Option<u32>,
}}

model! {
/// One exception of a chain.
pub struct ChainLink {
    /// Type, such as `ModuleNotFoundError`; may be empty.
    pub kind: String,
    /// Message.
    pub message: String,
    /// How it relates to the link before it: empty for the first, `caused by`, `while handling`.
    pub relation: String,
    /// Innermost frame of the user's own code, `file:line in function`.
    pub place: String,
}}

model! {
/// A file of the user's that takes part.
pub struct Component {
    /// Path as logged.
    pub file: String,
    /// Line, if known.
    pub line: Option<u32>,
    /// Function, or empty.
    pub function: String,
    /// Source line shown by the trace, or empty.
    pub statement: String,
}}

model! {
/// How sure a finding is, in words, with the reason.
pub struct Confidence {
    /// `certain`, `likely`, `possible`.
    pub word: String,
    /// Why.
    pub reason: Rich,
}}

model! {
/// One thing that is wrong (or looks wrong), cause first.
pub struct Finding {
    /// Stable id within the report, `F1` for the first.
    pub id: String,
    /// What it is.
    pub title: Rich,
    /// How bad.
    pub class: Class,
    /// What it does to users of the service.
    pub impact: Sentence,
    /// State.
    pub state: State,
    /// The state in a sentence: since when, rhythm, still going on.
    pub state_text: Sentence,
    /// Failures first, then cycles, entries, instances.
    pub counts: Vec<Count>,
    /// First entry.
    pub first: Option<Nanos>,
    /// Last entry.
    pub last: Option<Nanos>,
    /// What the finding rests on, in sentences.
    pub cause: Vec<Sentence>,
    /// Exceptions, outermost (reported) first, root last.
    pub chain: Vec<ChainLink>,
    /// The user's own files, innermost first.
    pub components: Vec<Component>,
    /// Quoted entries.
    pub quotes: Vec<Quote>,
    /// Consequences, told here and not ranked beside it.
    pub symptoms: Vec<Sentence>,
    /// Other wordings of the same failure.
    pub variants: Vec<Sentence>,
    /// How sure.
    pub confidence: Confidence,
    /// Ids of the signatures that recognised it.
    pub signatures: Vec<String>,
    /// Index into [`Report::evidence`]: all entries of the finding, symptoms included.
    pub evidence: Option<u32>,
}}

model! {
/// One step down.
pub struct Why {
    /// The question.
    pub question: Rich,
    /// The answer.
    pub answer: Sentence,
    /// Other answers that would fit.
    pub alternatives: Vec<Sentence>,
}}

model! {
/// When to act.
pub enum Priority {
    /// Now: a failure that still stands, or data loss.
    P0,
    /// This week.
    P1,
    /// When there is time.
    #[default]
    P2,
}}

model! {
/// Something to do.
pub struct Action {
    /// When.
    pub priority: Priority,
    /// Id of the finding it answers, or empty.
    pub finding: String,
    /// What, in one sentence that begins with a verb.
    pub what: Rich,
    /// Details: files, lines, alternatives.
    pub steps: Vec<Rich>,
    /// A command to copy, or empty.
    pub command: String,
    /// How to see that it worked.
    pub verify: Rich,
}}

model! {
/// One row of the severity table.
pub struct SeverityRow {
    /// Recorded severity; `none` for absent.
    pub name: String,
    /// Entries.
    pub entries: u64,
    /// Share of all entries in per mille.
    pub per_mille: u64,
    /// Entries of that effective severity (only given where it differs).
    pub effective: u64,
    /// Index into [`Report::evidence`].
    pub evidence: Option<u32>,
}}

model! {
/// Requests as a whole.
pub struct Requests {
    /// Number of requests.
    pub total: u64,
    /// `2xx`, `404` …: label and number.
    pub statuses: Vec<Count>,
    /// p50, p95, p99 and maximum in microseconds, over requests with a latency.
    pub latency_micros: Option<[u64; 4]>,
    /// Paths, those with failures first.
    pub paths: Vec<PathRow>,
    /// How many paths are not listed.
    pub more_paths: u64,
    /// Remarks: scanners, polling.
    pub notes: Vec<Sentence>,
}}

model! {
/// One path.
pub struct PathRow {
    /// Method and masked path.
    pub path: String,
    /// Requests.
    pub requests: u64,
    /// Status and number, most frequent first.
    pub statuses: Vec<Count>,
    /// p50 and p95 in microseconds.
    pub latency_micros: Option<[u64; 2]>,
    /// Index into [`Report::evidence`].
    pub evidence: Option<u32>,
}}

model! {
/// One message template.
pub struct PatternRow {
    /// The template, `<*>` for what varies.
    pub template: String,
    /// Highest effective severity.
    pub severity: Severity,
    /// Entries.
    pub entries: u64,
    /// First entry.
    pub first: Option<Nanos>,
    /// Last entry.
    pub last: Option<Nanos>,
    /// Signature title or remark (`known noise: …`), or empty.
    pub note: String,
    /// Id of the finding it belongs to, or empty.
    pub finding: String,
    /// Index into [`Report::evidence`].
    pub evidence: Option<u32>,
}}

model! {
/// What became of a revision, job or build.
pub struct Deployment {
    /// Name.
    pub name: String,
    /// Service it belongs to.
    pub service: String,
    /// First entry.
    pub first: Option<Nanos>,
    /// Last entry.
    pub last: Option<Nanos>,
    /// Entries.
    pub entries: u64,
    /// Start attempts seen.
    pub starts: u64,
    /// Non-zero exits seen.
    pub exits: u64,
    /// Distinct instances.
    pub instances: u64,
    /// What became of it, in a few words.
    pub outcome: String,
}}

model! {
/// How much of the trouble is explained.
pub struct Coverage {
    /// Entries of effective severity WARNING and above.
    pub troubled: u64,
    /// Those explained by a finding, known noise or a known-harmless signature.
    pub explained: u64,
    /// Blind spots and how to remove them.
    pub sentences: Vec<Sentence>,
    /// Frequent messages that nothing explains.
    pub unexplained: Vec<Quote>,
}}

model! {
/// A file as it was read.
pub struct FileRow {
    /// Base name.
    pub name: String,
    /// Bytes on disk.
    pub bytes: u64,
    /// Entries, duplicates included.
    pub entries: u64,
    /// Encoding, such as `utf-8`.
    pub encoding: String,
    /// Container, such as `array`.
    pub container: String,
    /// Dialect id, such as `gcp`.
    pub dialect: String,
    /// `ascending`, `descending`, `mixed`.
    pub order: String,
    /// First time as an instant.
    pub first: Option<Nanos>,
    /// Last time as an instant.
    pub last: Option<Nanos>,
    /// Records skipped.
    pub skipped: u64,
    /// Reasons of skipped records and other remarks.
    pub notes: Vec<String>,
    /// Whether entries can be read again by offset alone (uncompressed UTF-8).
    pub seekable: bool,
}}

model! {
/// A query to copy.
pub struct Query {
    /// What it fetches.
    pub title: String,
    /// `logs-explorer`, `gcloud`.
    pub language: String,
    /// Its text.
    pub text: String,
}}

model! {
/// Where it all comes from.
pub struct RawData {
    /// Files, in the order of their names.
    pub files: Vec<FileRow>,
    /// Bytes of all files.
    pub bytes: u64,
    /// Entries after duplicates were taken out.
    pub entries: u64,
    /// Entries seen more than once.
    pub duplicates: u64,
    /// Queries that fetch what is missing.
    pub queries: Vec<Query>,
}}

model! {
/// A mark on the timeline.
pub struct Mark {
    /// When.
    pub time: Nanos,
    /// `start`, `exit`, `deploy`, `first`, `last`.
    pub kind: String,
    /// Words.
    pub label: String,
    /// Id of a finding, or empty.
    pub finding: String,
}}

model! {
/// Entries over time.
pub struct Timeline {
    /// Beginning of the first bucket.
    pub from: Nanos,
    /// Width of a bucket in nanoseconds.
    pub bucket_nanos: i64,
    /// Per bucket: entries of effective severity none/debug, info/notice, warning, error, critical and above.
    pub buckets: Vec<[u64; 5]>,
    /// Starts, exits, deploys, findings.
    pub marks: Vec<Mark>,
    /// The timeline in sentences (bursts, silence).
    pub notes: Vec<Sentence>,
}}

model! {
/// The whole report.
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema: u32,
    /// Version of the program.
    pub generator: String,
    /// When it was generated, as given by the caller.
    pub generated_at: Option<Nanos>,
    /// What a reader must know.
    pub headline: Headline,
    /// Service, revision, location, time range, entries.
    pub overview: Vec<Fact>,
    /// Further sentences of the overview.
    pub summary: Vec<Sentence>,
    /// Over time.
    pub timeline: Option<Timeline>,
    /// Findings, most important first.
    pub findings: Vec<Finding>,
    /// What to say where there are none.
    pub no_findings: Vec<Sentence>,
    /// Five whys of the main finding.
    pub whys: Vec<Why>,
    /// Actions by priority.
    pub actions: Vec<Action>,
    /// Severity table.
    pub severity: Vec<SeverityRow>,
    /// Remarks to the severity table.
    pub severity_notes: Vec<Sentence>,
    /// Requests.
    pub requests: Option<Requests>,
    /// Message templates, most frequent of the severe first.
    pub patterns: Vec<PatternRow>,
    /// How many templates are not listed.
    pub more_patterns: u64,
    /// Technical details.
    pub details: Vec<Fact>,
    /// Revisions, jobs, builds.
    pub deployments: Vec<Deployment>,
    /// What works.
    pub works: Vec<Sentence>,
    /// Looked for and not found.
    pub not_found: Vec<Sentence>,
    /// Coverage and blind spots.
    pub coverage: Coverage,
    /// Raw data.
    pub raw: RawData,
    /// Warnings beside the report.
    pub warnings: Vec<Problem>,
    /// Entries behind everything above.
    pub evidence: Vec<Evidence>,
}}
