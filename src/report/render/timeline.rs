//! The timeline's buckets → at most 24 rows for a table of text.
//!
//! Neighbouring buckets are joined in groups of one size, so that a row is always the same span of time.

use super::words;
use crate::entry::Nanos;
use crate::report::model::{Mark, Timeline};

/// Most rows of a text timeline.
const ROWS: usize = 24;

/// Buckets joined.
pub(super) struct Row<'a> {
    /// Beginning.
    pub from: Nanos,
    /// Length.
    pub nanos: i64,
    /// Entries by level, as in [`Timeline::buckets`].
    pub levels: [u64; 5],
    marks: Vec<&'a Mark>,
}

impl Row<'_> {
    /// All entries.
    pub(super) fn entries(&self) -> u64 {
        self.levels.iter().sum()
    }

    /// `3 × start, 2 × exit, first of F1`: kinds that repeat as numbers, others with their label; at most `most` parts.
    pub(super) fn marks(&self, most: usize) -> String {
        let mut kinds: Vec<(&str, u64)> = Vec::new();
        for mark in &self.marks {
            match kinds.iter_mut().find(|(kind, _)| *kind == mark.kind) {
                Some((_, n)) => *n += 1,
                None => kinds.push((&mark.kind, 1)),
            }
        }
        let mut parts = Vec::new();
        for (kind, n) in kinds {
            let of_kind = self.marks.iter().filter(|mark| mark.kind == kind);
            if matches!(kind, "start" | "exit") {
                parts.push(format!("{} × {kind}", words::number(n)));
            } else {
                parts.extend(of_kind.map(|mark| match mark.finding.is_empty() {
                    false => format!("{kind} of {}", mark.finding),
                    true if mark.label.is_empty() => kind.to_owned(),
                    true => format!("{kind}: {}", words::one_line(&mark.label, 60)),
                }));
            }
        }
        let hidden = parts.len().saturating_sub(most);
        parts.truncate(most);
        if hidden > 0 {
            parts.push(format!("{hidden} more"));
        }
        parts.join(", ")
    }
}

/// The rows.
pub(super) fn rows(timeline: &Timeline) -> Vec<Row<'_>> {
    let group = timeline.buckets.len().div_ceil(ROWS).max(1);
    let nanos = timeline.bucket_nanos.saturating_mul(i64::try_from(group).unwrap_or(1));
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (at, buckets) in timeline.buckets.chunks(group).enumerate() {
        let from = timeline.from.0.saturating_add(nanos.saturating_mul(i64::try_from(at).unwrap_or(0)));
        let mut levels = [0u64; 5];
        for bucket in buckets {
            levels.iter_mut().zip(bucket).for_each(|(sum, n)| *sum += n);
        }
        rows.push(Row { from: Nanos(from), nanos, levels, marks: Vec::new() });
    }
    let last = rows.len().saturating_sub(1);
    for mark in &timeline.marks {
        let at = mark.time.0.saturating_sub(timeline.from.0).max(0) / nanos.max(1);
        let at = usize::try_from(at).unwrap_or(last).min(last);
        if let Some(row) = rows.get_mut(at) {
            row.marks.push(mark);
        }
    }
    rows
}

/// `n` of `most` on a scale of `width` steps, rounded up so that something is seen of anything.
pub(super) fn scaled(n: u64, most: u64, width: usize) -> usize {
    if n == 0 || most == 0 {
        return 0;
    }
    let steps = (u128::from(n) * width as u128).div_ceil(u128::from(most));
    usize::try_from(steps).unwrap_or(width).min(width)
}
