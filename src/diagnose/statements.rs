//! Rows → statements: what was said, each analysed once however often it was said.
//!
//! A statement is a message, or a stack trace folded from the entries it was split over. Its occurrences are the unit of
//! everything that follows: failures are counted in occurrences and never in lines.

use super::knowledge::{Knowledge, Match, Role, Signature};
use crate::digest::Index;
use crate::entry::{Nanos, Severity};
use crate::trace::{self, Trace};
use crate::{hash, limits};
use std::collections::BTreeMap;

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
    /// The shape of the line that says most.
    pub(crate) shape: u32,
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

    /// Its role by that signature.
    pub(crate) fn role(&self, knowledge: &Knowledge) -> Option<Role> {
        self.signature(knowledge).map(|(signature, _)| signature.role)
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
    let mut shape = u32::MAX;
    for (&number, row) in rows.iter().take(limits::TRACE_ENTRIES).filter_map(|n| Some((n, index.row(*n)?))) {
        severity = severity.max(row.severity());
        if let Some(found) = index.shape(row.shape()) {
            audit |= found.is_audit();
            if shape == u32::MAX
                || index.shape(shape).is_some_and(|best| best.is_fragment() && !found.is_fragment())
            {
                shape = row.shape();
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&index.text_of(number));
        }
    }
    let text = super::evidence::clean(&text);
    let trace = trace::parse(&text);
    let matches = knowledge.matches(&text);
    Statement { text, shape, severity, audit, trace, matches, occurrences: Vec::new() }
}

/// Rows in groups: the entries of one exception together, every other row alone. In the order of their first rows.
fn fold(index: &Index) -> Vec<Vec<u32>> {
    let numbers: Vec<u32> = (0..u32::try_from(index.rows().len()).unwrap_or(u32::MAX)).collect();
    if !index.shapes().iter().any(|shape| shape.is_fragment() || shape.text().contains('\n')) {
        return numbers.into_iter().map(|n| vec![n]).collect();
    }
    let lines: Vec<trace::Line<'_>> = numbers
        .iter()
        .filter_map(|&n| index.row(n))
        .map(|row| trace::Line {
            text: index.shape(row.shape()).map_or("", |shape| shape.text()),
            stream: row.source(),
            time: row.time(),
        })
        .collect();
    let groups = trace::group(&lines);
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (&n, group) in numbers.iter().zip(groups) {
        members.entry(group).or_default().push(n);
    }
    let mut members: Vec<Vec<u32>> = members.into_values().collect();
    members.sort_unstable_by_key(|rows| rows.first().copied());
    members
}

/// Time of a row.
pub(crate) fn time(index: &Index, row: u32) -> Option<Nanos> {
    index.row(row).and_then(crate::digest::Row::time)
}
