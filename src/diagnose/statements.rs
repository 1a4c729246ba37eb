//! Rows → statements: what was said, each analysed once however often it was said.
//!
//! A statement is a message, or a stack trace folded from the entries it was split over. Its occurrences are the unit of
//! everything that follows: failures are counted in occurrences and never in lines.

use super::knowledge::{Knowledge, Match, Signature};
use crate::digest::Index;
use crate::entry::{Nanos, Severity};
use crate::trace::{self, Trace};
use crate::{hash, limits};
use std::collections::{BTreeMap, VecDeque};

/// One time something was said: its rows, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence {
    pub(crate) rows: Vec<u32>,
}

impl Occurrence {
    /// The row it begins with.
    pub(crate) fn first(&self) -> u32 {
        self.rows.first().copied().unwrap_or(0)
    }
}

/// What was said.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// The words of the earliest occurrence.
    pub(crate) text: String,
    pub(crate) severity: Severity,
    pub(crate) audit: bool,
    pub(crate) trace: Option<Trace>,
    /// Signatures, the most specific first.
    pub(crate) matches: Vec<Match>,
    pub(crate) occurrences: Vec<Occurrence>,
}

impl Statement {
    /// The signature to use.
    pub(crate) fn signature<'k>(&self, knowledge: &'k Knowledge) -> Option<(&'k Signature, &Match)> {
        let first = self.matches.first()?;
        Some((knowledge.signatures().get(first.signature)?, first))
    }

    /// All rows, ascending.
    pub(crate) fn rows(&self) -> Vec<u32> {
        let mut rows: Vec<u32> =
            self.occurrences.iter().flat_map(|occurrence| occurrence.rows.iter().copied()).collect();
        rows.sort_unstable();
        rows
    }
}

/// All statements of an index, in the order of their first occurrence.
pub(crate) fn read(index: &Index, knowledge: &Knowledge) -> Vec<Statement> {
    let groups = fold(index);
    let mut numbers: BTreeMap<u64, usize> = BTreeMap::new();
    let mut statements: Vec<Statement> = Vec::new();
    for rows in groups {
        let key = key(index, &rows);
        let number = match numbers.get(&key) {
            Some(&number) => number,
            None if statements.len() >= limits::STATEMENTS => continue,
            None => {
                statements.push(analyse(index, knowledge, &rows));
                numbers.insert(key, statements.len() - 1);
                statements.len() - 1
            }
        };
        if let Some(statement) = statements.get_mut(number) {
            statement.occurrences.push(Occurrence { rows });
        }
    }
    statements
}

/// Equal for occurrences that say the same: the same shapes in the same order.
fn key(index: &Index, rows: &[u32]) -> u64 {
    // The shape of a request line masks its path: requests say the same only where path and status are the same.
    let request = rows.first().and_then(|&n| index.request_of(n));
    let request = request.map_or(0, |r| (u64::from(r.path) << 16) | u64::from(r.status));
    rows.iter()
        .filter_map(|&n| index.row(n))
        .fold(request, |state, row| hash::mix(state, u64::from(row.shape())))
}

fn analyse(index: &Index, knowledge: &Knowledge, rows: &[u32]) -> Statement {
    let mut text = String::new();
    let mut severity = Severity::Default;
    let mut audit = false;
    for (&number, row) in rows.iter().take(limits::TRACE_ENTRIES).filter_map(|n| Some((n, index.row(*n)?))) {
        severity = severity.max(row.severity());
        if let Some(found) = index.shape(row.shape()) {
            audit |= found.is_audit();
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&index.text_of(number));
        }
    }
    let text = super::evidence::clean(&text);
    let trace = trace::parse(&text);
    let matches = knowledge.matches(&text);
    Statement { text, severity, audit, trace, matches, occurrences: Vec::new() }
}

/// Rows in groups: the entries of one exception together, every other row alone. In the order of their first rows.
fn fold(index: &Index) -> Vec<Vec<u32>> {
    let near = near_traces(index);
    let lines: Vec<trace::Line<'_>> = near
        .iter()
        .filter_map(|&(n, stream)| Some((index.row(n)?, stream)))
        .map(|(row, stream)| trace::Line {
            text: index.shape(row.shape()).map_or("", |shape| shape.text()),
            stream,
            time: row.time(),
        })
        .collect();
    let n_rows = u32::try_from(index.rows().len()).unwrap_or(u32::MAX);
    let mut first_of: Vec<u32> = (0..n_rows).collect();
    for ((n, _), group) in near.iter().zip(trace::group(&lines)) {
        if let (Some(slot), Some((first, _))) = (first_of.get_mut(*n as usize), near.get(group as usize)) {
            *slot = *first;
        }
    }
    let mut groups: Vec<Vec<u32>> = Vec::with_capacity(first_of.len());
    let mut number_of = vec![0; first_of.len()];
    for (n, &first) in (0u32..).zip(&first_of) {
        let known = number_of.get(first as usize).copied().and_then(|number: usize| groups.get_mut(number));
        match known.filter(|_| first != n) {
            Some(group) => group.push(n),
            None => {
                if let Some(slot) = number_of.get_mut(n as usize) {
                    *slot = groups.len();
                }
                groups.push(vec![n]);
            }
        }
    }
    groups
}

/// Rows of a source that are read together with a line of a trace: more than any recogniser looks ahead or back.
const NEAR_ROWS: usize = 64;

/// One source while its rows pass by.
#[derive(Default)]
struct Passing {
    /// Rows that will count if a line of a trace follows soon.
    recent: VecDeque<u32>,
    /// Rows that still count after the last line of a trace.
    left: usize,
    /// The stretch of rows it is in, if that goes on.
    stretch: Option<u32>,
}

/// Rows at or near lines of traces, ascending, each with the number of its stretch of one source. Rows of other stretches
/// can't be part of a trace that several entries share, so nobody has to look at them; in most logs that is nearly all.
fn near_traces(index: &Index) -> Vec<(u32, u32)> {
    let is_telling: Vec<bool> =
        index.shapes().iter().map(|shape| shape.text().lines().any(trace::is_fragment)).collect();
    let mut sources: Vec<Passing> = Vec::new();
    // One more for what the cap left without a source.
    sources.resize_with(index.sources().len() + 1, Passing::default);
    let mut near = Vec::new();
    let mut n_stretches = 0;
    for (n, row) in (0u32..).zip(index.rows()) {
        let Some(source) = sources.get_mut((row.source() as usize).min(index.sources().len())) else {
            continue;
        };
        if is_telling.get(row.shape() as usize).copied().unwrap_or(false) {
            let stretch = *source.stretch.get_or_insert_with(|| {
                n_stretches += 1;
                n_stretches
            });
            near.extend(source.recent.drain(..).chain([n]).map(|row| (row, stretch)));
            source.left = NEAR_ROWS;
        } else if let (Some(stretch), 1..) = (source.stretch, source.left) {
            near.push((n, stretch));
            source.left -= 1;
        } else {
            source.recent.push_back(n);
            if source.recent.len() > NEAR_ROWS {
                source.recent.pop_front();
                source.stretch = None;
            }
        }
    }
    near.sort_unstable();
    near
}

/// Time of a row.
pub(crate) fn time(index: &Index, row: u32) -> Option<Nanos> {
    index.row(row).and_then(crate::digest::Row::time)
}
