//! Rows → groups of rows that say one thing: the entries of one stack trace together.

use super::{Index, Row};
use crate::entry::Nanos;
use crate::limits;
use crate::trace::{Grouper, Part};
use std::collections::{BTreeMap, VecDeque};

/// Rows that say something together, by the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Groups(pub(crate) BTreeMap<u32, Vec<u32>>);

/// Rows that make one exception together, found when they are first asked for.
pub(crate) fn fold<'i>(index: &'i Index, grouper: &mut Grouper<'i>) -> &'i Groups {
    index.groups.get_or_init(|| groups(index, grouper))
}

impl Groups {
    /// The groups among only these rows of an index, which ascend, under their new numbers; `None` where they may be others, as
    /// a source lost a part of its rows.
    pub(super) fn of(&self, index: &Index, rows: &[u32]) -> Option<Groups> {
        let mut left: Vec<i64> = vec![0; index.sources().len() + 1];
        let slot = |row: &Row| (row.source() as usize).min(index.sources().len());
        for row in index.rows() {
            left.get_mut(slot(row)).into_iter().for_each(|n| *n += 1);
        }
        let all = left.clone();
        for row in rows.iter().filter_map(|row| index.row(*row)) {
            left.get_mut(slot(row)).into_iter().for_each(|n| *n -= 1);
        }
        if left.iter().zip(&all).any(|(left, all)| *left != 0 && left != all) {
            return None;
        }
        let new = |row: &u32| rows.binary_search(row).ok().and_then(|at| u32::try_from(at).ok());
        let moved = |rows: &[u32]| rows.iter().map(new).collect::<Option<Vec<u32>>>();
        Some(Groups(self.0.iter().filter_map(|(first, rows)| Some((new(first)?, moved(rows)?))).collect()))
    }
}

fn groups<'i>(index: &'i Index, grouper: &mut Grouper<'i>) -> Groups {
    let text = |shape: u32| index.shape(shape).map_or("", |shape| shape.text());
    let parts =
        index.parts.get_or_init(|| index.shapes().iter().map(|shape| grouper.part(shape.text())).collect());
    let mut groups = Groups::default();
    let mut group = |stretch: &mut Vec<Near>| {
        let lines = stretch.drain(..).map(|near| (near.row, text(near.shape), near.time));
        // Of each group of several rows: its first row with each of the others.
        grouper.stream(lines, |row, first| {
            if row == first {
                return;
            }
            let group = groups.0.entry(first).or_insert_with(|| vec![first]);
            if group.last() != Some(&row) {
                group.push(row);
            }
        });
    };
    let mut sources: Vec<Passing> = Vec::new();
    // One more for what the cap left without a source.
    sources.resize_with(index.sources().len() + 1, Passing::default);
    for (n, row) in (0u32..).zip(index.rows()) {
        if let Some(source) = sources.get_mut((row.source() as usize).min(index.sources().len())) {
            let part = parts.get(row.shape() as usize).copied().unwrap_or_default();
            source.pass(Near { row: n, shape: row.shape(), time: row.time() }, part, &mut group);
        }
    }
    sources.iter_mut().for_each(|source| group(&mut source.stretch));
    groups
}

/// A row at or near lines of traces, with what is asked of it: looking it up again costs more than keeping it.
#[derive(Clone, Copy)]
struct Near {
    row: u32,
    shape: u32,
    time: Option<Nanos>,
}

/// Rows of a source that are read together with a line of a trace: more than any recogniser looks ahead or back.
const NEAR_ROWS: usize = 64;
/// Rows that are read above a trace that is whole in its entry, above the first line of one and above a line that may be
/// any: the record of the logger and an empty line.
const ABOVE_ROWS: usize = 4;
/// Rows that are read after a trace that is whole in its entry: more than the lines of a message that may follow it.
const BELOW_ROWS: usize = 16;
/// Rows on the other side of a pause that no trace outlasts: they only show how the stream's own lines begin.
const ACROSS_ROWS: usize = 4;

/// One source while its rows pass by. Its rows at or near lines of traces make stretches; rows of different stretches can't
/// be parts of one trace, so nobody has to look at the rows between them; in most logs these are nearly all.
#[derive(Default)]
struct Passing {
    /// Rows that will count if a line of a trace follows soon.
    recent: VecDeque<Near>,
    /// Rows that still count after the last line of a trace.
    left: usize,
    /// Rows since one that a trace may begin with, itself counted; 0 for none that is near.
    since: usize,
    /// The stretch of rows that it is in.
    stretch: Vec<Near>,
    /// Whether rows were left out behind the stretch, so that it is at its end.
    ended: bool,
    /// Time of its last row.
    last: Option<Nanos>,
}

impl Passing {
    /// Takes the next row, which is that part of a trace; `group` takes the rows of a stretch that is at its end.
    fn pass(&mut self, row: Near, part: Part, group: &mut impl FnMut(&mut Vec<Near>)) {
        let pause = row.time.zip(self.last).map_or(0, |(now, last)| now.0.saturating_sub(last.0));
        self.last = row.time;
        self.since = if self.since == 0 || self.since > NEAR_ROWS { 0 } else { self.since + 1 };
        if pause > limits::TRACE_GAP_NANOS {
            self.left = self.left.min(ACROSS_ROWS);
            self.since = 0;
            self.keep(ACROSS_ROWS);
        }
        if matches!(part, Part::Begin | Part::Piece | Part::Whole) {
            self.since = 1;
        }
        // How many rows above and below count with it.
        let (above, below) = match part {
            Part::Whole => (ABOVE_ROWS, BELOW_ROWS),
            Part::Piece => (NEAR_ROWS, NEAR_ROWS),
            Part::Loose => (self.since + ABOVE_ROWS, ABOVE_ROWS),
            Part::Plain | Part::Begin if self.left > 0 => {
                self.left -= 1;
                return self.stretch.push(row);
            }
            Part::Plain | Part::Begin => {
                self.recent.push_back(row);
                return self.keep(NEAR_ROWS);
            }
        };
        self.keep(above);
        if std::mem::take(&mut self.ended) {
            group(&mut self.stretch);
        }
        self.stretch.extend(self.recent.drain(..).chain([row]));
        self.left = self.left.max(below);
    }

    /// Lets go of rows that are too far back.
    fn keep(&mut self, most: usize) {
        if self.recent.len() > most {
            self.recent.drain(..self.recent.len() - most);
            self.ended = true;
        }
    }
}

#[cfg(test)]
mod tests;
