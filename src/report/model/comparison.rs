//! What changed between two sides: the comparison as plain data. `compare` fills it, renderers and the page read it.
//!
//! Every row has one figure and one filter for each side, so that it can be opened on either. Shapes in filters are numbers of
//! that side's digest. Scores and ratios are whole thousandths, so that they are the same on every platform.

use super::{Confidence, Evidence, Rich, Sentence};
use crate::entry::{Nanos, Severity};
use crate::error::Problem;
use crate::query::Filter;
use serde::{Deserialize, Serialize};

model! {
/// What changed from one side to the other.
pub struct Comparison {
    /// [`super::SCHEMA_VERSION`].
    pub schema: u32,
    /// Version of the program.
    pub generator: String,
    /// When it was made, as given by the caller.
    pub generated_at: Option<Nanos>,
    /// The result in a word.
    pub verdict: Verdict,
    /// The result in a sentence.
    pub headline: Rich,
    /// How sure the first service is the place to look.
    pub confidence: Confidence,
    /// What a reader should know first, in graded sentences. Their numbers of evidence are those of [`Comparison::evidence`].
    pub summary: Vec<Sentence>,
    /// The side before.
    pub baseline: Compared,
    /// The side during.
    pub incident: Compared,
    /// Services, the oddest first.
    pub services: Vec<ServiceChange>,
    /// Messages that changed: claimed ones first, the best evidence first, a cause before what follows from it.
    pub patterns: Vec<PatternChange>,
    /// How many messages are not listed.
    pub more_patterns: u64,
    /// Revisions, versions and settings that differ.
    pub settings: Vec<SettingChange>,
    /// Requests by path that are answered otherwise.
    pub statuses: Vec<StatusChange>,
    /// Latencies and stated durations that shifted.
    pub latencies: Vec<LatencyChange>,
    /// What kept a pace and keeps another one, or none.
    pub rhythms: Vec<RhythmChange>,
    /// Where else this log could be split: changes of revision in one of the sides.
    pub boundaries: Vec<Boundary>,
    /// How it was decided, and what that can't tell.
    pub method: Vec<Sentence>,
    /// Warnings beside it.
    pub warnings: Vec<Problem>,
    /// Entries behind the summary, all on the side during: of what is gone, those among which it is missing. Without quotes.
    pub evidence: Vec<Evidence>,
}}

model! {
/// The result in a word.
pub enum Verdict {
    /// No difference beyond chance.
    #[default]
    Unchanged,
    /// Something differs, but not in a way that names a cause.
    Unclear,
    /// Something changed.
    Changed,
}}

model! {
/// One side as a whole.
pub struct Compared {
    /// Name of file, span or revision.
    pub name: String,
    /// Entries.
    pub entries: u64,
    /// Requests.
    pub requests: u64,
    /// First entry.
    pub first: Option<Nanos>,
    /// Last entry.
    pub last: Option<Nanos>,
    /// Time in which it was logged, in seconds: without long holes.
    pub logged_seconds: u64,
    /// Entries of effective severity ERROR and above.
    pub errors: u64,
    /// Entries by time: as many buckets of equal width from the first to the last entry.
    pub buckets: Vec<u64>,
    /// What makes this side in its log; empty where it is a whole file.
    pub filter: Filter,
}}

model! {
/// A service and what is odd in it.
pub struct ServiceChange {
    /// Name; empty where the log names none.
    pub name: String,
    /// Its place as a number, that of its first message, or of its answers and latencies. Rows fall by it.
    pub score: u64,
    /// Whether anything in it is beyond chance.
    pub claimed: bool,
    /// Messages that changed beyond chance.
    pub changed: u64,
    /// Place in the order in which services changed, from 1; 0 if nothing in it did.
    pub moved: u32,
    /// First entry of a change on the side where it shows.
    pub since: Option<Nanos>,
    /// Why it stands here.
    pub reason: Rich,
}}

model! {
/// Which way it changed.
pub enum Direction {
    /// More often than traffic explains.
    #[default]
    More,
    /// Less often.
    Fewer,
    /// Only during.
    New,
    /// Only before.
    Gone,
    /// As often as before, but after another message.
    Moved,
}}

model! {
/// A message on one side.
pub struct Side {
    /// Entries.
    pub entries: u64,
    /// Entries in a thousand minutes of logged time.
    pub per_1000_minutes: u64,
    /// Entries in a thousand requests of the side; none where it has no requests.
    pub per_1000_requests: Option<u64>,
    /// The first of them.
    pub first: Option<Nanos>,
    /// Which entries, in the digest of this side.
    pub filter: Filter,
}}

model! {
/// A message that changed.
pub struct PatternChange {
    /// The template, `<*>` for what varies.
    pub template: String,
    /// Service; empty where the log names none.
    pub service: String,
    /// Effective severity.
    pub severity: Severity,
    /// Type of the exception, or empty.
    pub exception: String,
    /// Its place as a number: the evidence, raised where changes that are about as strong came later. Rows fall by it.
    pub score: u64,
    /// Strength of the evidence: twice the log-likelihood ratio in thousandths, corrected for bursts.
    pub evidence: u64,
    /// Which way.
    pub direction: Direction,
    /// Whether it is beyond chance, at a share of false discoveries of at most one in a hundred.
    pub claimed: bool,
    /// Adjusted p value in millionths (Benjamini–Hochberg).
    pub chance_ppm: u64,
    /// Size of the effect: how many times as often as traffic lets expect, in thousandths; none where it is new.
    pub times: Option<u64>,
    /// Before.
    pub baseline: Side,
    /// During.
    pub incident: Side,
    /// One message in its own words.
    pub example: String,
    /// What it came after, which makes it stand out from traffic; or empty.
    pub reason: Rich,
}}

/// Times that an error is said before a pipeline is stopped for it: once or twice may be anything.
const NEW_ERRORS: u64 = 3;

impl PatternChange {
    /// Whether it is an error, by its level or by the exception that it carries.
    pub fn is_error(&self) -> bool {
        self.severity >= Severity::Error || !self.exception.is_empty()
    }

    /// Whether it is an error that only the side during has, beyond chance or three times at least.
    pub fn is_new_error(&self) -> bool {
        let is_often = self.incident.entries >= NEW_ERRORS;
        self.direction == Direction::New && self.is_error() && (self.claimed || is_often)
    }
}

model! {
/// A revision, version or setting that differs.
pub struct SettingChange {
    /// Service.
    pub service: String,
    /// What it is.
    pub name: String,
    /// Values before.
    pub before: Vec<String>,
    /// Values during.
    pub during: Vec<String>,
    /// First entry of the new value.
    pub since: Option<Nanos>,
    /// The entries that tell it on each side; empty where only labels of the whole file do.
    pub filters: [Filter; 2],
}}

model! {
/// Requests of one path that are answered otherwise.
pub struct StatusChange {
    /// Service.
    pub service: String,
    /// Method and masked path; empty for all requests of the service.
    pub path: String,
    /// `2xx`, `4xx` or `5xx`.
    pub class: String,
    /// Answers of this class, before and during.
    pub answers: [u64; 2],
    /// All answers, before and during.
    pub total: [u64; 2],
    /// Strength of the evidence in thousandths.
    pub score: u64,
    /// The entries on each side.
    pub filters: [Filter; 2],
}}

model! {
/// A latency that shifted.
pub struct LatencyChange {
    /// Service.
    pub service: String,
    /// Method and masked path, or the template of the message that states the duration.
    pub what: String,
    /// Measured, before and during.
    pub n: [u64; 2],
    /// Median in microseconds, before and during.
    pub p50: [u64; 2],
    /// 95th percentile in microseconds, before and during.
    pub p95: [u64; 2],
    /// Strength of the evidence in thousandths.
    pub score: u64,
    /// The measured entries on each side.
    pub filters: [Filter; 2],
}}

model! {
/// A pace that changed.
pub struct RhythmChange {
    /// Service.
    pub service: String,
    /// Template of the message.
    pub template: String,
    /// Period in milliseconds, before and during; none where it keeps no pace.
    pub period_millis: [Option<u64>; 2],
    /// The entries on each side; empty where there are none.
    pub filters: [Filter; 2],
}}

model! {
/// A change of revision inside one log: both sides of it can be compared.
pub struct Boundary {
    /// Service.
    pub service: String,
    /// Revision before.
    pub before: String,
    /// Revision from then on.
    pub after: String,
    /// First entry of the new revision.
    pub at: Option<Nanos>,
    /// Entries of both.
    pub entries: [u64; 2],
}}
