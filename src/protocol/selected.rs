//! What a filter lets through, counted for the page: totals, facets with their values, a timeline.

#[cfg(doc)]
use super::ToWorker;
use crate::entry::Severity;
#[cfg(doc)]
use crate::query::Filter;
use serde::{Deserialize, Serialize};

/// What is counted by its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FacetOf {
    /// Effective severity.
    Severity,
    /// Class of statuses.
    Status,
    /// Service, revision, instance or log, by their place in [`Selected::origins`].
    Origin(usize),
    /// Kind of message.
    Pattern,
    /// Finding of the report.
    Finding,
    /// File.
    File,
}

/// A look for values of one facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seek {
    /// The facet.
    pub facet: FacetOf,
    /// What has to stand in a value as it is shown, in any case.
    pub text: String,
    /// How many values at most.
    pub values: usize,
}

impl Seek {
    /// Whether a value is looked for.
    pub fn fits(&self, value: &str) -> bool {
        self.text.is_empty() || value.to_lowercase().contains(&self.text.to_lowercase())
    }
}

/// The values of a facet, redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// Value and entries, the most frequent first. A filter takes the value as it stands here.
    pub values: Vec<(String, u64)>,
    /// How many values are left out.
    pub more: u64,
}

/// A pattern of a facet, redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternCount {
    /// Its number, as [`Filter::shapes`] has it.
    pub shape: u32,
    /// Severity of its entries.
    pub severity: Severity,
    /// A message of it, on one line.
    pub text: String,
    /// Entries.
    pub entries: u64,
}

/// What a filter lets through, counted. The counts of a facet disregard what the filter says of that facet itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selected {
    /// The question.
    pub ask: u32,
    /// Entries.
    pub total: u64,
    /// By rank of the effective severity.
    pub severities: [u64; 9],
    /// Requests by the first digit of their status; 0 for those without one.
    pub statuses: [u64; 6],
    /// Service, revision, instance, log.
    pub origins: [Facet; 4],
    /// The most frequent patterns.
    pub patterns: Vec<PatternCount>,
    /// How many patterns are left out.
    pub more_patterns: u64,
    /// Findings that have entries, in the order of the report.
    pub findings: Vec<(String, u64)>,
    /// Files that have entries, by number.
    pub files: Vec<(u32, u64)>,
    /// By bucket and band, whatever span the filter has.
    pub buckets: Vec<[u64; 5]>,
    /// The filter as text; [`ToWorker::Query`] reads it.
    pub text: String,
    /// Whether a text of the filter was looked for in samples only.
    pub sampled: bool,
}
