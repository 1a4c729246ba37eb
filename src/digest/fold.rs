//! Rows → groups of rows that say one thing: the entries of one stack trace together.

use super::Index;
use crate::entry::Nanos;
use crate::{limits, trace};
use std::collections::{BTreeMap, VecDeque};

/// Rows that say something together, by the first of them.
pub(crate) type Groups = BTreeMap<u32, Vec<u32>>;

/// Rows that make one exception together.
pub(crate) fn fold(index: &Index) -> Groups {
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
    // Of each group of several rows: its first row with each of the others.
    let mut groups = Groups::new();
    for ((n, _), group) in near.iter().zip(trace::group(&lines)) {
        let first = near.get(group as usize).map_or(*n, |(first, _)| *first);
        if first != *n {
            groups.entry(first).or_insert_with(|| vec![first]).push(*n);
        }
    }
    groups
}

/// Rows of a source that are read together with a line of a trace: more than any recogniser looks ahead or back.
const NEAR_ROWS: usize = 64;
/// Rows on the other side of a pause that no trace outlasts: they only show how the stream's own lines begin.
const ACROSS_ROWS: usize = 4;

/// One source while its rows pass by.
#[derive(Default)]
struct Passing {
    /// Rows that will count if a line of a trace follows soon.
    recent: VecDeque<u32>,
    /// Rows that still count after the last line of a trace.
    left: usize,
    /// The stretch of rows it is in, if that goes on.
    stretch: Option<u32>,
    /// Time of its last row.
    last: Option<Nanos>,
}

impl Passing {
    /// Takes note of the time of the next row.
    fn pass(&mut self, time: Option<Nanos>) {
        let pause = time.zip(self.last).map_or(0, |(now, last)| now.0.saturating_sub(last.0));
        self.last = time;
        if pause > limits::TRACE_GAP_NANOS {
            self.left = self.left.min(ACROSS_ROWS);
            self.keep(ACROSS_ROWS);
        }
    }

    /// Lets go of rows that are too far back.
    fn keep(&mut self, most: usize) {
        if self.recent.len() > most {
            self.recent.drain(..self.recent.len() - most);
            self.stretch = None;
        }
    }
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
        source.pass(row.time());
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
            source.keep(NEAR_ROWS);
        }
    }
    near.sort_unstable();
    near
}
