//! An index and its report in, figures for small drawings out: patterns over time, latencies in classes,
//! the slowest requests, the steps of a trace.

use crate::digest::Index;
use crate::entry::Nanos;
use crate::order::Order as _;
use crate::protocol::Sketch;
use crate::report::model::{PatternRow, Quote, Report};
use std::cmp::Reverse;

/// Upper end of the last class of latencies, in microseconds: what lasts longer is not kept.
const LONGEST: u64 = 5_000_000_000;

/// Requests that are listed as the slowest.
const SLOWEST: usize = 10;

/// Figures for a report.
pub fn sketch(index: &Index, report: &Report) -> Sketch {
    let patterns = report.patterns.iter().map(|row| over_time(index, report, row).unwrap_or_default());
    let latencies = index.requests().iter().filter_map(crate::digest::RequestRow::latency);
    let (patterns, latencies) = (patterns.collect(), classes(latencies));
    Sketch { patterns, latencies, slowest: slowest(index), ..Sketch::default() }
}

/// The requests that took longest, those of the same latency in their order.
fn slowest(index: &Index) -> Vec<(u64, Quote)> {
    let mut all: Vec<(Reverse<u64>, u32)> = index
        .requests()
        .iter()
        .filter_map(|request| Some((Reverse(request.latency()?), request.row)))
        .collect();
    if all.len() > SLOWEST {
        all.select_nth_unstable(SLOWEST);
        all.truncate(SLOWEST);
    }
    all.order();
    all.into_iter().filter_map(|(Reverse(micros), row)| Some((micros, index.quote(row)?))).collect()
}

/// Entries of a pattern in the buckets of the timeline; `None` where not all of them are known by their numbers.
fn over_time(index: &Index, report: &Report, row: &PatternRow) -> Option<Vec<u64>> {
    let evidence = report.evidence.get(row.evidence? as usize)?;
    let line = report.timeline.as_ref()?;
    let filter = &evidence.filter;
    if filter.shapes.is_empty() && filter.rows.len() as u64 != evidence.entries {
        return None;
    }
    let of_shapes = filter.shapes.iter().flat_map(|shape| index.rows_of_shape(*shape));
    let mut buckets = vec![0u64; line.buckets.len()];
    for number in of_shapes.chain(&filter.rows) {
        let time = index.row(*number).and_then(crate::digest::Row::time)?;
        let at = time.0.saturating_sub(line.from.0).div_euclid(line.bucket_nanos.max(1));
        if let Some(n) = usize::try_from(at).ok().and_then(|at| buckets.get_mut(at)) {
            *n += 1;
        }
    }
    Some(buckets)
}

/// Latencies in microseconds in classes that end at 1, 2, 5, 10 and so on; those between the first and the last that have any.
pub fn classes(latencies: impl Iterator<Item = u64>) -> Vec<(u64, u64)> {
    let mut all: Vec<(u64, u64)> = Vec::new();
    let mut decade = 1u64;
    while decade <= LONGEST {
        all.extend([1, 2, 5].map(|n| (n * decade, 0)));
        decade *= 10;
    }
    for micros in latencies {
        let at = all.partition_point(|(end, _)| *end < micros);
        if let Some((_, n)) = all.get_mut(at) {
            *n += 1;
        }
    }
    let has_any = |class: &(u64, u64)| class.1 > 0;
    let first = all.iter().position(has_any).unwrap_or(all.len());
    let last = all.iter().rposition(has_any).map_or(first, |last| last + 1);
    all.get(first..last).unwrap_or_default().to_vec()
}

/// When what an entry tells of began, and how many microseconds it lasted. A request is told at its beginning, a duration in a
/// message at its end.
pub fn step(index: &Index, row: u32) -> Option<(Nanos, Option<u64>)> {
    let time = index.row(row)?.time()?;
    if let Some(latency) = index.request_of(row).and_then(crate::digest::RequestRow::latency) {
        return Some((time, Some(latency)));
    }
    let durations = index.durations();
    let stated = durations.binary_search_by_key(&row, |side| side.row).ok().and_then(|at| durations.get(at));
    let Some(micros) = stated.map(|side| side.value) else { return Some((time, None)) };
    let nanos = i64::try_from(micros).unwrap_or(i64::MAX).saturating_mul(1000);
    Some((Nanos(time.0.saturating_sub(nanos)), Some(micros)))
}

#[cfg(test)]
#[path = "sketch_tests.rs"]
mod tests;
