//! The messages themselves: [`ToWorker`] and [`FromWorker`].
//!
//! One worker program plays two roles. The *lead* owns the files: it detects, plans shards, merges digests, diagnoses,
//! redacts and renders. *Readers* turn byte ranges into digests, which travel to the lead over a port of their own. The
//! page schedules and draws; it sees no byte of a log but what a redacted report or an answer holds.

use super::export::ExportFormat;
use super::lines::{Line, Record, Sketch, Step};
use super::selected::{Seek, Selected};
use super::sides::{Changed, Exported, Wanted};
use crate::digest::Axis;
use crate::entry::Nanos;
use crate::error::Problem;
use crate::ingest::{FileId, Plan};
use crate::query::{Filter, Term};
use crate::redact::Level;
use crate::report::model::Boundary;
use crate::report::render::{EntryFormat, Redacted};
use serde::{Deserialize, Serialize};

/// Number of a file within one page, given by the page in the order in which files were dropped; never reused.
pub type FileKey = u32;

/// Page → worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// First message. The worker answers [`FromWorker::Ready`] or an `E-VERSION` problem.
    Start {
        /// The page's build id.
        build: String,
    },
    /// To a reader: the port beside leads to the lead.
    Join,
    /// To the lead: the port beside comes from a reader, and stands in the place of the one that reader had before.
    Adopt {
        /// Its place among the readers.
        reader: u32,
    },
    /// To the lead: this reader is dead, and nothing more comes over its port.
    Gone {
        /// Its place among the readers.
        reader: u32,
    },
    /// Are you there? Answered by [`FromWorker::Here`] as soon as the worker's event loop turns.
    Ping,
    /// To the lead: the `File` beside is to be looked at and planned.
    Open {
        /// Its number.
        key: FileKey,
        /// How many readers share the work.
        readers: u32,
    },
    /// To the lead: the `File` beside holds rules of the reader's own; answered by [`FromWorker::Rules`].
    Rules {
        /// Its number.
        key: FileKey,
    },
    /// To the lead: make the sample incident; answered by [`FromWorker::Sample`] with a `File` beside.
    Sample,
    /// To a reader: read this shard of the `File` beside and send its digest to the lead.
    Read {
        /// Number of the reading job, given by the page.
        job: u32,
        /// Which file.
        key: FileKey,
        /// Its identity as the lead found it.
        id: FileId,
        /// How to read it.
        plan: Plan,
        /// The byte range, or none for the whole file.
        shard: Option<(u64, u64)>,
    },
    /// To a reader: stop the present job; nothing of it reaches the lead. Answered by [`FromWorker::Cancelled`].
    Cancel,
    /// To the lead: nobody reads this job any more; answered by [`FromWorker::Merged`] if it has come after all, else by
    /// [`FromWorker::Missing`], and what comes later is left out.
    GiveUp {
        /// The job.
        job: u32,
    },
    /// To the lead: forget these files.
    Remove {
        /// Their numbers.
        keys: Vec<FileKey>,
    },
    /// To the lead: merge, diagnose, redact; answered by [`FromWorker::Report`].
    Diagnose {
        /// Time of generation: the page's clock.
        generated_at: Option<Nanos>,
        /// Redaction of what the page shows.
        level: Level,
        /// The reader's own words, taken out of all that is shown and exported until the next report.
        words: Vec<String>,
        /// Problems met by readers, shown as warnings.
        problems: Vec<Problem>,
    },
    /// To the lead: the entries behind a filter; answered by [`FromWorker::Entries`].
    Entries {
        /// Number of the question; answers to older questions are dropped.
        ask: u32,
        /// Which entries.
        filter: Filter,
        /// First of them.
        offset: u64,
        /// How many at most.
        limit: u32,
        /// Redaction.
        level: Level,
    },
    /// To the lead: the entries of a trace with what they say of durations; answered by [`FromWorker::Steps`].
    Steps {
        /// Which entries.
        filter: Filter,
        /// Redaction.
        level: Level,
    },
    /// To the lead: what a filter lets through, counted; answered by [`FromWorker::Selected`]. Where texts were searched for
    /// with [`ToWorker::Search`] they are exact, else they are looked for in samples.
    Select {
        /// Number of the question.
        ask: u32,
        /// Which entries.
        filter: Filter,
        /// The buckets of the timeline.
        axis: Axis,
        /// The facet of which more is wanted than the first values.
        seek: Option<Seek>,
        /// Redaction.
        level: Level,
    },
    /// To the lead: read the text of a query; answered by [`FromWorker::Query`].
    Query {
        /// Number of the question.
        ask: u32,
        /// What was written.
        text: String,
    },
    /// To the lead: find a term in all bytes of all files at hand; answered by [`FromWorker::Found`] until it is done. From the
    /// first answer on, filters that hold this very term see what was found. A search ends the one before it, and what was
    /// found is forgotten with the report.
    Search {
        /// Its number.
        search: u32,
        /// What to look for.
        term: Term,
    },
    /// To the lead: stop searching and forget what this search found.
    StopSearch,
    /// To the lead: the entries of a filter as a file, with their own words where their files are at hand; answered by
    /// [`FromWorker::EntriesExport`] with a `File` beside.
    ExportEntries {
        /// Which entries.
        filter: Filter,
        /// How they are written.
        format: EntryFormat,
        /// Redaction.
        level: Level,
    },
    /// To the lead: one entry in full, read again from its file; answered by [`FromWorker::Entry`].
    Entry {
        /// Row number in the finished digest.
        row: u32,
        /// Redaction.
        level: Level,
    },
    /// To the lead: what changed from one side to the other; answered by [`FromWorker::Changes`].
    Compare {
        /// Which sides.
        wanted: Wanted,
        /// Redaction.
        level: Level,
    },
    /// To the lead: rules that make these patterns known noise; answered by [`FromWorker::Noise`].
    Noise {
        /// Their numbers in the report's table.
        patterns: Vec<u32>,
        /// Redaction of what the rules quote.
        level: Level,
    },
    /// To the lead: the report, or a comparison, as text; answered by [`FromWorker::Export`].
    Export {
        /// What of it.
        what: Exported,
        /// Format.
        format: ExportFormat,
        /// Redaction.
        level: Level,
        /// Time of generation to print.
        generated_at: Option<Nanos>,
    },
}

/// Worker → page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// The worker stands and was sealed with this page.
    Ready,
    /// The worker lives.
    Here,
    /// From the lead: a file was looked at.
    Opened {
        /// Which.
        key: FileKey,
        /// Identity.
        id: FileId,
        /// How to read it.
        plan: Plan,
        /// Byte ranges to read, or none for one job over the whole file.
        shards: Vec<(u64, u64)>,
    },
    /// From the lead: the same file is loaded already.
    Known {
        /// Which was dropped again.
        key: FileKey,
    },
    /// From the lead: the file is a report in JSON. The next [`ToWorker::Diagnose`] shows it if no log is loaded; what needs
    /// entries then answers with none.
    Reopened {
        /// Which.
        key: FileKey,
    },
    /// From the lead: a rule file was looked at. What it says holds from the next report on, unless something is wrong with
    /// it; then nothing of it does.
    Rules {
        /// Which.
        key: FileKey,
        /// How many signatures it holds.
        signatures: u32,
        /// The rule file of the same name whose place it takes.
        replaced: Option<FileKey>,
        /// What is wrong with it, with file, table and key.
        problems: Vec<Problem>,
    },
    /// From the lead: the sample incident; a `File` stands beside.
    Sample,
    /// From a reader, at most every 250 ms.
    Progress {
        /// The job.
        job: u32,
        /// Bytes of the file read so far by this job.
        bytes: u64,
        /// Entries found so far.
        entries: u64,
    },
    /// From a reader: the job is read and its digest is on its way to the lead.
    Done {
        /// The job.
        job: u32,
        /// Bytes read.
        bytes: u64,
        /// Entries found.
        entries: u64,
        /// What went wrong.
        problems: Vec<Problem>,
    },
    /// From a reader: the job was given up.
    Cancelled {
        /// The job.
        job: u32,
    },
    /// From the lead: the digest of a job is merged.
    Merged {
        /// The job.
        job: u32,
    },
    /// From the lead: the digest of a job is not in the report and will not be.
    Missing {
        /// The job.
        job: u32,
    },
    /// From the lead: the report, redacted.
    Report(Box<Redacted>),
    /// From the lead, after the report: changes of revision in its log, the latest first, redacted.
    Boundaries(Vec<Boundary>),
    /// From the lead, after the report: figures for its small drawings.
    Sketch(Sketch),
    /// From the lead: a comparison, redacted, or why there is none.
    Changes(Result<Box<Changed>, Problem>),
    /// From the lead: entries, redacted, in time order.
    Entries {
        /// The question.
        ask: u32,
        /// How many pass the filter.
        total: u64,
        /// Place of the first row given.
        offset: u64,
        /// The rows.
        rows: Vec<Line>,
    },
    /// From the lead: the steps of a trace, by the time at which they began.
    Steps {
        /// The filter they belong to.
        filter: Box<Filter>,
        /// The first of them.
        steps: Vec<Step>,
        /// How many are left out.
        more: u64,
    },
    /// From the lead: what a query means.
    Query {
        /// The question.
        ask: u32,
        /// The filter, or what is wrong with the text.
        filter: Result<Box<Filter>, Problem>,
    },
    /// From the lead: counts.
    Selected(Box<Selected>),
    /// From the lead, at most every 100 ms but at once for the first hits: how a search goes.
    Found {
        /// The search.
        search: u32,
        /// Bytes read.
        read: u64,
        /// Bytes to read in all.
        total: u64,
        /// Entries found so far.
        entries: u64,
        /// Whether that is all.
        done: bool,
    },
    /// From the lead: entries, written; a `File` stands beside.
    EntriesExport {
        /// How many stand in it.
        entries: u64,
        /// How many are left out, since a file has at most 256 MB.
        left_out: u64,
    },
    /// From the lead: one entry in full, redacted.
    Entry(Record),
    /// From the lead: the rules of marked patterns, behind those of the file of the same name that is in use.
    Noise {
        /// The rule file; empty if no rule stands in it.
        toml: String,
        /// Rules made for it.
        made: u64,
        /// Patterns whose words say too little.
        left_out: u64,
    },
    /// From the lead: an export.
    Export {
        /// Format.
        format: ExportFormat,
        /// Its text.
        text: String,
    },
    /// Something went wrong.
    Problem {
        /// The job it belongs to.
        job: Option<u32>,
        /// The file it belongs to.
        key: Option<FileKey>,
        /// What.
        problem: Problem,
    },
}
