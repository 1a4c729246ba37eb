//! A filter → all that a page shows beside the entries: counts by severity, status, origin and pattern, and a timeline.
//!
//! One pass over the rows. The counts of a facet disregard what is chosen in that facet itself, so that they tell what
//! choosing another value would show; all others follow the filter.

use super::sieve::{FILE, FINDING, PATTERN, SERVICE, SEVERITY, STATUS, Sieve, TIME};
use super::{Beside, Index, RequestRow, Row};
use crate::entry::Nanos;
use crate::order::Order as _;
use crate::query::Filter;

/// Facets by origin: service, revision, instance, log.
const FACETS: usize = 4;
/// Where these stand among the fields of a source.
const FIELDS: [usize; FACETS] = [2, 3, 4, 7];

/// The buckets of a timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Axis {
    /// Begin of the first one.
    pub from: Nanos,
    /// Width of each.
    pub bucket_nanos: i64,
    /// How many.
    pub buckets: u32,
}

/// What a filter lets through, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The rows, ascending.
    pub rows: Vec<u32>,
    /// By rank of the effective severity.
    pub severities: [u64; 9],
    /// Requests by the first digit of their status; 0 for those without one.
    pub statuses: [u64; 6],
    /// By service, revision, instance, log: values that occur, the most frequent first; an empty one is left out.
    pub origins: [Vec<(String, u64)>; FACETS],
    /// By shape, the most frequent first.
    pub shapes: Vec<(u32, u64)>,
    /// By number of the file; those without entries are left out.
    pub files: Vec<(u32, u64)>,
    /// Rows that pass but for the findings that are wanted, ascending.
    pub of_other_findings: Vec<u32>,
    /// Rows by bucket and [`crate::entry::Severity::band`], whatever span the filter has.
    pub buckets: Vec<[u64; 5]>,
}

/// Counts while rows go by.
struct Tally {
    rows: Vec<u32>,
    severities: [u64; 9],
    statuses: [u64; 6],
    /// By source: rows that pass, then rows that fail in one origin only.
    sources: [Vec<u32>; FACETS + 1],
    shapes: Vec<u32>,
    files: Vec<u32>,
    of_other_findings: Vec<u32>,
    buckets: Vec<[u64; 5]>,
    axis: Axis,
    /// The bucket of the row before, and its end.
    bucket: Option<usize>,
    bucket_end: i64,
}

impl Index {
    /// Counts what a filter lets through.
    pub fn counts(&self, filter: &Filter, beside: Beside<'_>, axis: Axis) -> Counts {
        let sieve = Sieve::new(self, filter, beside);
        let by_source = vec![0; self.sources().len()];
        let mut tally = Tally {
            rows: Vec::new(),
            severities: [0; 9],
            statuses: [0; 6],
            sources: std::array::from_fn(|_| by_source.clone()),
            shapes: vec![0; self.shapes().len()],
            files: vec![0; self.files().len()],
            of_other_findings: Vec::new(),
            buckets: vec![[0; 5]; axis.buckets as usize],
            axis,
            bucket: None,
            bucket_end: i64::MIN,
        };
        self.each_row(|n, row, request| tally.take(n, row, request, sieve.mask(n, row, request)));
        tally.counts(self)
    }
}

impl Tally {
    fn take(&mut self, n: u32, row: &Row, request: Option<&RequestRow>, mask: u16) {
        match mask {
            0 => {
                self.rows.push(n);
                self.severity(row);
                self.status(request);
                self.source(0, row);
                self.shape(row);
                self.file(row);
                self.time(row);
            }
            SEVERITY => self.severity(row),
            TIME => self.time(row),
            STATUS => self.status(request),
            PATTERN => self.shape(row),
            FILE => self.file(row),
            FINDING => self.of_other_findings.push(n),
            _ => {
                // A single bit of the four from SERVICE on.
                let nth = mask.trailing_zeros() - SERVICE.trailing_zeros().min(mask.trailing_zeros());
                if mask.is_power_of_two() && (SERVICE..STATUS).contains(&mask) {
                    self.source(nth as usize + 1, row);
                }
            }
        }
    }

    fn severity(&mut self, row: &Row) {
        if let Some(n) = self.severities.get_mut(usize::from(row.severities >> 4)) {
            *n += 1;
        }
    }

    fn status(&mut self, request: Option<&RequestRow>) {
        let class = |request: &RequestRow| usize::from(request.status / 100);
        if let Some(n) = request.and_then(|request| self.statuses.get_mut(class(request))) {
            *n += 1;
        }
    }

    fn source(&mut self, which: usize, row: &Row) {
        let of_source = self.sources.get_mut(which).and_then(|list| list.get_mut(row.source() as usize));
        if let Some(n) = of_source {
            *n += 1;
        }
    }

    fn shape(&mut self, row: &Row) {
        if let Some(n) = self.shapes.get_mut(row.shape() as usize) {
            *n += 1;
        }
    }

    fn file(&mut self, row: &Row) {
        if let Some(n) = self.files.get_mut(row.file() as usize) {
            *n += 1;
        }
    }

    /// Rows come in time order, so that the bucket seldom changes.
    fn time(&mut self, row: &Row) {
        if row.time >= self.bucket_end {
            let Axis { from, bucket_nanos, .. } = self.axis;
            let width = bucket_nanos.max(1);
            let nth = row.time.saturating_sub(from.0).div_euclid(width);
            self.bucket = usize::try_from(nth).ok();
            self.bucket_end = from.0.saturating_add(width.saturating_mul(nth.saturating_add(1)));
        }
        let bucket = self.bucket.and_then(|bucket| self.buckets.get_mut(bucket));
        if let Some(n) = bucket.and_then(|bucket| bucket.get_mut(row.severity().band())) {
            *n += 1;
        }
    }

    fn counts(self, index: &Index) -> Counts {
        let origins = std::array::from_fn(|facet| {
            let [passing, ..] = &self.sources;
            let others = self.sources.get(facet + 1);
            let field = FIELDS.get(facet).copied().unwrap_or(0);
            let mut counts = std::collections::BTreeMap::new();
            for (n, source) in index.sources().iter().enumerate() {
                let of = |list: Option<&Vec<u32>>| list.and_then(|list| list.get(n)).copied().unwrap_or(0);
                let rows = u64::from(of(Some(passing))) + u64::from(of(others));
                let value = source.fields().get(field).copied().unwrap_or_default();
                if rows > 0 && !value.is_empty() {
                    *counts.entry(value).or_insert(0) += rows;
                }
            }
            let mut counts: Vec<(String, u64)> =
                counts.into_iter().map(|(value, n): (&str, u64)| (value.to_owned(), n)).collect();
            counts.order_by_key(|(_, n)| std::cmp::Reverse(*n));
            counts
        });
        let mut shapes = occurring(&self.shapes);
        shapes.order_by_key(|(_, n)| std::cmp::Reverse(*n));
        Counts {
            rows: self.rows,
            severities: self.severities,
            statuses: self.statuses,
            origins,
            shapes,
            files: occurring(&self.files),
            of_other_findings: self.of_other_findings,
            buckets: self.buckets,
        }
    }
}

/// Numbers that occur, with how often.
fn occurring(counts: &[u32]) -> Vec<(u32, u64)> {
    let all = (0u32..).zip(counts).filter(|(_, n)| **n > 0);
    all.map(|(number, n)| (number, u64::from(*n))).collect()
}
