//! What is wrong, why, and what to do: headline, findings, whys, actions.

#[cfg(doc)]
use super::Report;
use super::{Grade, Quote, Rich, Sentence};
use crate::entry::Nanos;
use crate::query::Filter;
use serde::{Deserialize, Serialize};

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
    /// What fetches its entries from where the log came from; empty where no other tool could be asked.
    #[serde(default, skip_serializing_if = "Filter::is_empty")]
    pub fetch: Filter,
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
