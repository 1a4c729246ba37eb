//! The filter model: one for findings, evidence, facets, chips and hand-off queries.

use crate::entry::{Nanos, Severity};
use serde::{Deserialize, Serialize};

/// What to show. Empty lists and `None` do not restrict; everything given must hold.
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
    /// Services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Revisions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<String>,
    /// Instances.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<String>,
    /// Logs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<String>,
    /// Shapes by their number in the finished digest (the pattern table of the report names them).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<u32>,
    /// Files by their number in the report's raw data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<u32>,
    /// HTTP statuses, inclusive ranges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<(u16, u16)>,
    /// Only entries with (`true`) or without (`false`) a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<bool>,
    /// Single entries by row number in the finished digest; where given, only these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<u32>,
    /// Text that has to occur, without regard to ASCII case.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Filter {
    /// A filter for these shapes.
    pub fn of_shapes(shapes: impl IntoIterator<Item = u32>) -> Filter {
        Filter { shapes: shapes.into_iter().collect(), ..Filter::default() }
    }

    /// A filter for these effective severities.
    pub fn of_severities(severities: impl IntoIterator<Item = Severity>) -> Filter {
        Filter { severities: severities.into_iter().collect(), ..Filter::default() }
    }

    /// Whether nothing is restricted.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }
}
