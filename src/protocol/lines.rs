//! What the page lists and draws of single entries: lines of the list, an entry in full, bars of a waterfall, and sketches that
//! stand in the report's tables.

use crate::diagnose::lanes::Lanes;
use crate::entry::Nanos;
use crate::query::Filter;
use crate::report::model::Quote;
use serde::{Deserialize, Serialize};

/// An entry as the list shows it, redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The entry.
    pub quote: Quote,
    /// Its service, revision, instance and log; empty where it has none.
    pub origins: [String; 4],
    /// Number of its pattern, as [`crate::query::Filter::shapes`] has it.
    pub shape: Option<u32>,
    /// Where a text of the filter stands, if not in the words of the quote.
    pub found: Option<Spot>,
}

/// A field of a record, with what stands around the first match in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Keys from the outside in, joined by dots.
    pub field: String,
    /// A piece of its value; empty where the field's own name is what matches.
    pub text: String,
}

/// One entry in full.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Row number in the finished digest.
    pub row: u32,
    /// The record, indented if it is JSON, after redaction.
    pub text: String,
    /// Why this is not the record as it stands in the file, or empty.
    pub note: String,
}

/// An entry of a waterfall.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The entry, redacted.
    pub quote: Quote,
    /// Its place among the entries of the filter, counted from the oldest.
    pub place: u64,
    /// When what it tells of began: of a request its own time, of a stated duration that much earlier.
    pub from: Nanos,
    /// How long it lasted, in microseconds; `None` if it does not say.
    pub micros: Option<u64>,
}

/// Figures for the small drawings of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// For each row of the pattern table, its entries over the whole time of the log in equal buckets.
    pub patterns: Vec<Vec<u64>>,
    /// Requests by latency: upper end of the class in microseconds, and how many. From the first class that has any to the
    /// last one.
    pub latencies: Vec<(u64, u64)>,
    /// Revisions or instances over the timeline, their names redacted.
    pub lanes: Lanes,
    /// For each revision, job or build of the report, its entries; names redacted.
    pub deployments: Vec<Filter>,
    /// The rules behind the findings.
    pub rules: Vec<Rule>,
}

/// A rule that a finding came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Id of the finding.
    pub finding: String,
    /// Its id.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What a match means: cause, symptom and so on.
    pub role: String,
    /// What happened, with placeholders.
    pub what: String,
    /// What that means for those who use the service.
    pub impact: String,
    /// Literals, one of which has to stand in a message.
    pub anchors: Vec<String>,
    /// The regular expression.
    pub regex: String,
    /// Whether it is the reader's own.
    pub is_own: bool,
    /// The kinds of messages of the finding that it matches.
    pub filter: Filter,
    /// Their entries.
    pub entries: u64,
}
