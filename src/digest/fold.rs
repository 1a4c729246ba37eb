//! Rows → groups of rows that say one thing: the entries of one stack trace together.

use super::{Index, Row};
use crate::entry::Nanos;
use crate::hands::Hands;
use crate::limits;
use crate::order::Order as _;
use crate::trace::{Grouper, Look, Part};
use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

/// Rows that say something together, by the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Groups(pub(crate) BTreeMap<u32, Vec<u32>>);

/// Rows that make one exception together, found when they are first asked for: by two, who take half of the sources each.
pub(crate) fn fold(index: &Index, hands: Hands) -> &Groups {
    index.groups.get_or_init(|| {
        let n_sources = index.sources().len() + 1;
        let found = if hands.are_two() {
            let halves = halves(index, n_sources);
            let [half, other] = halves.each_ref().map(|sources| move || Folding::of(index, sources));
            let (half, other) = hands.both(half, other);
            half.with(other)
        } else {
            Folding::of(index, &vec![true; n_sources])
        };
        let _ = index.looks.set(found.looks);
        found.groups
    })
}

/// Whether no line of a shape can be of a trace, as far as rows were folded.
pub(crate) fn is_plain(index: &Index, shape: u32) -> bool {
    let look = index.looks.get().and_then(|looks| looks.get(shape as usize).copied().flatten());
    look.is_some_and(|look| look.is_plain)
}

/// So many rows pass by in the time that a look at a shape takes.
const LOOK: u64 = 30;

/// Two halves of the sources with about as much work each: rows, and shapes that a source is the first to say.
fn halves(index: &Index, n_sources: usize) -> [Vec<bool>; 2] {
    let mut work: Vec<(Reverse<u64>, usize)> = (0..n_sources).map(|source| (Reverse(0), source)).collect();
    let mut add = |row: &Row, n: u64| {
        work.get_mut((row.source() as usize).min(n_sources - 1)).into_iter().for_each(|(sum, _)| sum.0 += n);
    };
    index.rows().iter().for_each(|row| add(row, 1));
    let shapes = 0u32..u32::try_from(index.shapes().len()).unwrap_or(0);
    let firsts = shapes.filter_map(|shape| index.row(*index.rows_of_shape(shape).first()?));
    firsts.for_each(|row| add(row, LOOK));
    work.order();
    let mut sums = [0, 0];
    let mut halves = [vec![false; n_sources], vec![false; n_sources]];
    for (Reverse(n), source) in work {
        let [first, second] = &mut sums;
        let [half, other] = &mut halves;
        let (sum, half) = if first <= second { (first, half) } else { (second, other) };
        *sum += n;
        half.get_mut(source).into_iter().for_each(|slot| *slot = true);
    }
    halves
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

/// Rows of some sources while they are folded.
struct Folding<'i> {
    index: &'i Index,
    grouper: Grouper<'i>,
    groups: Groups,
    /// What is known of shapes: of those that no row had so far nothing.
    looks: Vec<Option<Look>>,
}

impl<'i> Folding<'i> {
    /// Folds the rows of these sources, the last of which stands for what the cap left without one.
    fn of(index: &'i Index, sources: &[bool]) -> Folding<'i> {
        let known = index.looks.get().cloned();
        let mut folding = Folding {
            index,
            grouper: Grouper::default(),
            groups: Groups::default(),
            looks: known.unwrap_or_else(|| vec![None; index.shapes().len()]),
        };
        let mut passing: Vec<Option<Passing>> =
            sources.iter().map(|is_mine| is_mine.then(Passing::default)).collect();
        let last = sources.len().saturating_sub(1);
        for (n, row) in (0u32..).zip(index.rows()) {
            if let Some(Some(source)) = passing.get_mut((row.source() as usize).min(last)) {
                let part = folding.part(row.shape());
                source.pass(Near { row: n, shape: row.shape(), time: row.time() }, part, &mut folding);
            }
        }
        passing.iter_mut().flatten().for_each(|source| folding.group(&mut source.stretch));
        folding
    }

    /// Takes in what was found in the other sources.
    fn with(mut self, other: Folding<'i>) -> Folding<'i> {
        self.groups.0.extend(other.groups.0);
        for (look, other) in self.looks.iter_mut().zip(other.looks) {
            *look = look.or(other);
        }
        self
    }

    fn text(index: &Index, shape: u32) -> &str {
        index.shape(shape).map_or("", |shape| shape.text())
    }

    fn part(&mut self, shape: u32) -> Part {
        let Some(look) = self.looks.get_mut(shape as usize) else { return Part::default() };
        look.get_or_insert_with(|| self.grouper.look(Folding::text(self.index, shape))).part
    }

    /// Finds the groups of a stretch and empties it.
    fn group(&mut self, stretch: &mut Vec<Near>) {
        let (index, groups) = (self.index, &mut self.groups);
        let lines = stretch.drain(..).map(|near| (near.row, Folding::text(index, near.shape), near.time));
        // Of each group of several rows: its first row with each of the others.
        self.grouper.stream(lines, |row, first| {
            if row == first {
                return;
            }
            let group = groups.0.entry(first).or_insert_with(|| vec![first]);
            if group.last() != Some(&row) {
                group.push(row);
            }
        });
    }
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
    /// Takes the next row, which is that part of a trace; rows of a stretch that is at its end are folded.
    fn pass(&mut self, row: Near, part: Part, folding: &mut Folding<'_>) {
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
            folding.group(&mut self.stretch);
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
