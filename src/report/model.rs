//! The report as plain data. `diagnose` fills it, renderers read it, nothing in it is computed from the log again.
//!
//! Words of ours and text of the log are told apart by [`Inline`], so that every renderer can quote log text safely and
//! the redaction gate knows where to look. Every list is sorted by the producer; renderers keep the order.
//! Numbers: counts are entries unless named otherwise, times are [`Nanos`] in UTC, latencies microseconds, shares per mille.

use crate::entry::Nanos;
use crate::error::Problem;
use serde::{Deserialize, Serialize};

/// Version of this model; `docs/report.schema.json` is generated from it.
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

mod comparison;
mod findings;
mod sections;
mod sources;
mod tables;
mod text;
mod told;

pub use crate::pattern::variables::Kind as VariableKind;
pub use comparison::{
    Boundary, Compared, Comparison, Direction, LatencyChange, PatternChange, RhythmChange, ServiceChange,
    SettingChange, Side, StatusChange, Verdict,
};
pub use findings::{
    Action, ChainLink, Class, Component, Confidence, Count, Finding, Headline, Priority, State, Why,
};
pub use sections::{Cell, Part, Section};
pub use sources::{Coverage, FileRow, Gap, Query, RawData};
pub use tables::{
    Deployment, Fact, Mark, PathRow, PatternRow, PatternVariable, Requests, SeverityRow, Timeline,
};
pub use text::{Evidence, Grade, Inline, Quote, Rich, Sentence};
pub use told::Told;

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
    /// What changed against another log or revision, where that was compared; or that it can be.
    pub changes: Vec<Sentence>,
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
