//! What the log holds, counted: facts, severities, requests, patterns, deployments, the timeline.

#[cfg(doc)]
use super::Report;
use super::{Count, Rich, Sentence};
use crate::entry::{Nanos, Severity};
use crate::pattern::variables::Kind as VariableKind;
use serde::{Deserialize, Serialize};

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
    /// p50, p95 and p99 in microseconds.
    pub latency_micros: Option<[u64; 3]>,
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
    /// What stands at each `<*>`, in their order (at most six).
    pub variables: Vec<PatternVariable>,
    /// Index into [`Report::evidence`].
    pub evidence: Option<u32>,
}}

model! {
/// What stands at one `<*>` of a pattern.
pub struct PatternVariable {
    /// What most of its values are.
    pub kind: VariableKind,
    /// Distinct values that were seen.
    pub distinct: u64,
    /// Whether all values were seen; otherwise they come from samples, and there may be more.
    pub complete: bool,
    /// The most frequent values; their number is 0 where it is not known. Empty for times, and for values that are not shown.
    pub top: Vec<Count>,
    /// The smallest and the largest value seen, of numbers, durations and sizes.
    pub range: Option<[String; 2]>,
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
