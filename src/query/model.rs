//! The filter model: one for findings, evidence, facets, chips and hand-off queries.

use crate::entry::{Nanos, Severity};
use serde::{Deserialize, Serialize};

/// What to show. Empty lists and `None` do not restrict; everything given must hold, and of each list one value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Filter {
    /// Effective severities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<Severity>,
    /// Recorded severities (`DEFAULT` stands for none).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<Severity>,
    /// First instant, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Nanos>,
    /// Last instant, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Nanos>,
    /// Projects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<String>,
    /// Resource types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Revisions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<String>,
    /// Instances.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<String>,
    /// Executions of jobs, builds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub executions: Vec<String>,
    /// Regions and zones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    /// Logs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<String>,
    /// Containers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<String>,
    /// Trace ids, without project.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub traces: Vec<String>,
    /// Findings by their id in the report (`F1`); who holds the report knows their entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// Shapes by their number in the finished digest (the pattern table of the report names them).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<u32>,
    /// Files by their number in the report's raw data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<u32>,
    /// HTTP statuses, inclusive ranges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<(u16, u16)>,
    /// Latencies of requests in microseconds, an inclusive range; `u32::MAX` as its end is none, as the log may hold more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_micros: Option<(u32, u32)>,
    /// Only entries with (`true`) or without (`false`) a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<bool>,
    /// Single entries by row number in the finished digest; where given, only these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<u32>,
    /// Texts, each of which has to occur.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<Term>,
    /// What is left out: every entry that one of these lets through ("known noise").
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<Filter>,
}

/// One thing to look for in the text of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Term {
    /// One of these has to occur: texts without regard to ASCII case, or regular expressions.
    pub any: Vec<String>,
    /// Whether they are regular expressions (docs.rs/regex), matched line by line and with regard to case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub regex: bool,
}

/// How many texts name an origin: those of [`crate::entry::Source::fields`].
pub const ORIGINS: usize = 9;

impl Filter {
    /// A filter for these shapes.
    pub fn of_shapes(shapes: impl IntoIterator<Item = u32>) -> Filter {
        Filter { shapes: shapes.into_iter().collect(), ..Filter::default() }
    }

    /// A filter for these effective severities.
    pub fn of_severities(severities: impl IntoIterator<Item = Severity>) -> Filter {
        Filter { severities: severities.into_iter().collect(), ..Filter::default() }
    }

    /// The same filter, and this text has to occur; an empty one does not restrict.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Filter {
        let mut filter = self.clone();
        if !text.is_empty() {
            filter.texts.push(Term { any: vec![text.to_owned()], regex: false });
        }
        filter
    }

    /// Whether nothing is restricted.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    /// The lists of origins, in the order of [`crate::entry::Source::fields`].
    pub fn origins(&self) -> [&Vec<String>; ORIGINS] {
        [
            &self.projects,
            &self.resources,
            &self.services,
            &self.revisions,
            &self.instances,
            &self.executions,
            &self.locations,
            &self.logs,
            &self.containers,
        ]
    }

    /// The same, to change.
    pub fn origins_mut(&mut self) -> [&mut Vec<String>; ORIGINS] {
        [
            &mut self.projects,
            &mut self.resources,
            &mut self.services,
            &mut self.revisions,
            &mut self.instances,
            &mut self.executions,
            &mut self.locations,
            &mut self.logs,
            &mut self.containers,
        ]
    }

    /// All terms, those of what is left out as well.
    pub fn terms(&self) -> Vec<&Term> {
        self.texts.iter().chain(self.not.iter().flat_map(Filter::terms)).collect()
    }
}
