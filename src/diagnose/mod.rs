//! A finished digest → the report.

pub mod knowledge;

use crate::digest::Index;
use crate::entry::Nanos;
use crate::error::Problem;
use crate::report::model::Report;

/// What the caller decides.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Time of generation, shown in the report; the core reads no clock.
    pub generated_at: Option<Nanos>,
    /// Only entries that pass (`--since`, `--until`, `--where`).
    pub filter: crate::query::Filter,
    /// Problems met while reading, shown beside the report.
    pub problems: Vec<Problem>,
}

/// Diagnoses. `knowledge` is usually [`knowledge::Knowledge::builtin`].
pub fn diagnose(_index: &Index, _knowledge: &knowledge::Knowledge, options: &Options) -> Report {
    Report { generated_at: options.generated_at, warnings: options.problems.clone(), ..Report::default() }
}
