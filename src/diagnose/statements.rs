//! Rows → statements: what was said, each analysed once however often it was said.
//!
//! A statement is a message, or a stack trace folded from the entries it was split over. Its occurrences are the unit of
//! everything that follows: failures are counted in occurrences and never in lines.

use super::knowledge::{Knowledge, Match, Signature};
pub(crate) use super::occurrences::{Occurrence, Occurrences};
use crate::digest::{Index, RequestRow};
use crate::entry::{Nanos, Severity};
use crate::trace::{self, Trace};
use crate::{hash, limits};
use foldhash::fast::FixedState;
use std::collections::{BTreeMap, HashMap, VecDeque};

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
    pub(crate) occurrences: Occurrences,
}

impl Statement {
    /// The signature to use.
    pub(crate) fn signature<'k>(&self, knowledge: &'k Knowledge) -> Option<(&'k Signature, &Match)> {
        let first = self.matches.first()?;
        Some((knowledge.signatures().get(first.signature)?, first))
    }

    /// All rows, ascending.
    pub(crate) fn rows(&self) -> Vec<u32> {
        self.occurrences.rows()
    }
}

/// All statements of an index, in the order of their first occurrence.
pub(crate) fn read(index: &Index, knowledge: &Knowledge) -> Vec<Statement> {
    let mut reading = Reading {
        index,
        knowledge,
        numbers: HashMap::default(),
        of_shape: vec![None; index.shapes().len()],
        statements: Vec::new(),
    };
    let mut requests = index.requests().iter().peekable();
    fold(index, |said| {
        let first = said.first();
        while requests.next_if(|request| request.row < first).is_some() {}
        let request = requests.next_if(|request| request.row == first);
        if let Some(statement) = reading.statement(&said, request) {
            match said {
                Said::Alone(row) => statement.occurrences.push(row),
                Said::Together(rows) => statement.occurrences.push_together(rows),
            }
        }
    });
    reading.statements
}

/// Rows that say something together.
enum Said {
    /// A message of one entry.
    Alone(u32),
    /// A message or trace that several entries share: its rows, ascending.
    Together(Box<[u32]>),
}

impl Said {
    fn rows(&self) -> &[u32] {
        match self {
            Said::Alone(row) => std::slice::from_ref(row),
            Said::Together(rows) => rows,
        }
    }

    fn first(&self) -> u32 {
        self.rows().first().copied().unwrap_or(0)
    }
}

/// The statements found so far.
struct Reading<'i> {
    index: &'i Index,
    knowledge: &'i Knowledge,
    /// Numbers of statements by what they say.
    numbers: HashMap<u64, usize, FixedState>,
    /// Numbers of the statements that single rows of a shape make, so long as they are no requests. Nearly all rows are that.
    of_shape: Vec<Option<u32>>,
    statements: Vec<Statement>,
}

impl Reading<'_> {
    /// The statement that rows make, a new one if nobody said it before; none beyond the cap.
    fn statement(&mut self, said: &Said, request: Option<&RequestRow>) -> Option<&mut Statement> {
        let alone = match said {
            Said::Alone(row) if request.is_none() => self.index.row(*row).map(|row| row.shape() as usize),
            _ => None,
        };
        if let Some(number) = alone.and_then(|shape| self.of_shape.get(shape).copied().flatten()) {
            return self.statements.get_mut(number as usize);
        }
        let key = key(self.index, said.rows(), request);
        let number = match self.numbers.get(&key) {
            Some(&number) => number,
            None if self.statements.len() >= limits::STATEMENTS => return None,
            None => {
                self.statements.push(analyse(self.index, self.knowledge, said.rows()));
                self.numbers.insert(key, self.statements.len() - 1);
                self.statements.len() - 1
            }
        };
        if let Some(slot) = alone.and_then(|shape| self.of_shape.get_mut(shape)) {
            *slot = u32::try_from(number).ok();
        }
        self.statements.get_mut(number)
    }
}

/// Equal for occurrences that say the same: the same shapes in the same order.
fn key(index: &Index, rows: &[u32], request: Option<&RequestRow>) -> u64 {
    // The shape of a request line masks its path: requests say the same only where path and status are the same.
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
    Statement { text, severity, audit, trace, matches, occurrences: Occurrences::default() }
}

/// Hands on rows in groups: the entries of one exception together, every other row alone. In the order of their first rows.
fn fold(index: &Index, mut take: impl FnMut(Said)) {
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
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut joined: Vec<u32> = Vec::new();
    for ((n, _), group) in near.iter().zip(trace::group(&lines)) {
        let first = near.get(group as usize).map_or(*n, |(first, _)| *first);
        if first != *n {
            groups.entry(first).or_insert_with(|| vec![first]).push(*n);
            joined.push(*n);
        }
    }
    joined.sort_unstable();
    let mut joined = joined.into_iter().peekable();
    let mut groups = groups.into_iter().peekable();
    for n in 0..u32::try_from(index.rows().len()).unwrap_or(u32::MAX) {
        if joined.next_if_eq(&n).is_some() {
            continue;
        }
        match groups.next_if(|(first, _)| *first == n) {
            Some((_, rows)) => take(Said::Together(rows.into())),
            None => take(Said::Alone(n)),
        }
    }
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
