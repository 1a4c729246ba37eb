//! A comparison that the page wants: two sides of what is loaded, and which of them comes first.

use super::FileKey;
use crate::entry::Nanos;
use crate::report::model::Section;
use crate::report::render::Redacted;
use serde::{Deserialize, Serialize};

/// What is set against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sides {
    /// Two files.
    Files(FileKey, FileKey),
    /// The two revisions of a change, by its place in [`super::FromWorker::Boundaries`].
    Revisions(u32),
    /// What lies before a span, and the span.
    Before([Nanos; 2]),
    /// What lies outside a span, and the span.
    Rest([Nanos; 2]),
    /// One span, and another one.
    Spans([Nanos; 2], [Nanos; 2]),
}

/// A comparison that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Baseline and incident.
    pub sides: Sides,
    /// They change places.
    pub swapped: bool,
}

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exported {
    /// The report, with what a comparison tells where one is shown.
    Report(Option<Wanted>),
    /// A comparison.
    Comparison(Wanted),
    /// A finding of the report alone, by its place, as Markdown.
    Finding(u32),
}

/// A comparison for the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Its tables. Numbers of evidence in their sentences are those of the report beside.
    pub sections: Vec<Section>,
    /// The report with what the comparison tells.
    pub report: Redacted,
}
