//! One side of a comparison: an index with the name and the filter that a reader knows it by, and what is told of it as a whole.

use crate::digest::{Digest, Index, Row, Shape};
use crate::entry::Severity;
use crate::entry::time::SECOND;
use crate::order::Gather as _;
use crate::query::Filter;
use crate::report::model::{Boundary, Compared};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Buckets of a side's timeline.
const BUCKETS: usize = 60;
/// Shortest hole in a log that is not counted as logged time, in nanoseconds, and its least share of the whole span.
const HOLE: i64 = 300 * SECOND;
const HOLE_SHARE: i64 = 4;

/// A side.
#[derive(Clone, Debug)]
pub struct View<'i> {
    index: Cow<'i, Index>,
    name: String,
    filter: Filter,
    /// Of a part: the row of the whole index that each of its rows was.
    rows: Option<Vec<u32>>,
    /// Of a file that is a part of a larger index: its own digest, whose samples are those of this file alone.
    own: Option<&'i Digest>,
    /// Of a part: where else its log changes revision.
    elsewhere: Vec<Boundary>,
}

impl<'i> View<'i> {
    /// All of an index.
    pub fn whole(index: &'i Index, name: &str) -> View<'i> {
        View {
            index: Cow::Borrowed(index),
            name: name.to_owned(),
            filter: Filter::default(),
            rows: None,
            own: None,
            elsewhere: Vec::new(),
        }
    }

    /// What a filter lets through.
    pub fn part(index: &'i Index, name: &str, filter: Filter) -> View<'i> {
        let rows = index.select(&filter);
        let part = Cow::Owned(index.with_rows(&rows));
        let (name, elsewhere) = (name.to_owned(), Vec::new());
        View { index: part, name, filter, rows: Some(rows), own: None, elsewhere }
    }

    /// The same, knowing where else its log changes revision.
    #[must_use]
    pub(super) fn beside(self, elsewhere: Vec<Boundary>) -> View<'i> {
        View { elsewhere, ..self }
    }

    /// Changes of revision that this side does not stand for: in it, and elsewhere in its log.
    pub(super) fn boundaries(&self) -> Vec<Boundary> {
        let mut all = super::boundaries(&self.index);
        all.extend(self.elsewhere.iter().cloned());
        all
    }

    /// The same, knowing the part alone as well: an index keeps samples of each message and not whose they are, so what differs
    /// between files by a value only is known from their own digests.
    #[must_use]
    pub fn with_own(self, own: &'i Digest) -> View<'i> {
        View { own: Some(own), ..self }
    }

    /// Whether the part alone is known.
    pub(super) fn has_own(&self) -> bool {
        self.own.is_some()
    }

    /// A shape with the samples of the part alone, if that is known; else with those of all.
    pub(super) fn shape(&self, number: u32) -> Option<&Shape> {
        match self.own {
            Some(own) => self.index.shape_in(own, number),
            None => self.index.shape(number),
        }
    }

    /// The number that a row has in the whole index.
    pub(super) fn row_of_whole(&self, row: u32) -> u32 {
        self.rows.as_ref().map_or(row, |rows| rows.get(row as usize).copied().unwrap_or(row))
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn filter(&self) -> &Filter {
        &self.filter
    }
}

/// Seconds in which a side was logged: from its first to its last entry without long holes, at least one.
pub(super) fn logged_seconds(index: &Index) -> u64 {
    let times: Vec<i64> = index.rows().iter().filter_map(Row::time).map(|time| time.0).collect();
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return 1 };
    let span = last.saturating_sub(*first);
    let gaps = times.windows(2).filter_map(|pair| Some(pair.last()?.saturating_sub(*pair.first()?)));
    let holes: i64 = gaps.filter(|gap| *gap > HOLE && *gap > span / HOLE_SHARE).sum();
    u64::try_from((span - holes) / SECOND).unwrap_or(0).max(1)
}

/// The conventions in which the files of a side are logged, each once, sorted.
pub(super) fn conventions(index: &Index) -> BTreeSet<&str> {
    let mut is_in = vec![false; index.files().len()];
    for row in index.rows() {
        is_in.get_mut(row.file() as usize).into_iter().for_each(|is_in| *is_in = true);
    }
    let files = index.files().iter().zip(is_in).filter(|(_, is_in)| *is_in);
    files.flat_map(|(file, _)| file.dialects.keys().map(String::as_str)).gathered()
}

/// What is told of a side.
pub(super) fn told(view: &View<'_>, logged_seconds: u64) -> Compared {
    let index = view.index();
    let mut times = index.rows().iter().filter_map(Row::time);
    let first = times.next();
    let last = times.next_back().or(first);
    Compared {
        name: view.name.clone(),
        entries: index.rows().len() as u64,
        requests: index.requests().len() as u64,
        first,
        last,
        logged_seconds,
        errors: index.n_at_least(Severity::Error),
        buckets: buckets(index),
        filter: view.filter.clone(),
    }
}

fn buckets(index: &Index) -> Vec<u64> {
    let times = || index.rows().iter().filter_map(Row::time).map(|time| i128::from(time.0));
    let (Some(first), Some(last)) = (times().next(), times().next_back()) else { return Vec::new() };
    let mut buckets = vec![0; BUCKETS];
    for time in times() {
        let at = (time - first) * BUCKETS as i128 / (last - first + 1);
        if let Some(slot) = usize::try_from(at).ok().and_then(|at| buckets.get_mut(at)) {
            *slot += 1;
        }
    }
    buckets
}
