//! One guess, tried on the head: frame it as the file would be framed, let every dialect score what comes out.

use super::shape::Guess;
use crate::entry::{Severity, Span};
use crate::ingest::dialect::{self, Head, Record, Score};
use crate::ingest::facts::Container;
use crate::ingest::framing::{Cut, Framer, Range, Raw};
use crate::ingest::value::Value;
use crate::ingest::{Plan, json, text};
use crate::limits::HEAD_RECORDS;
use crate::order::Order as _;

/// Bytes that are framed in one go; enough records end the trial.
const STEP_BYTES: usize = 16 * 1024;

/// What came of a guess.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// Points of the best dialect, less what could not be read; 0 to 100.
    pub quality: u32,
    /// Records and what is none.
    pub n_cuts: u32,
    /// The best dialect, or empty.
    pub dialect: String,
    /// The best for plain lines between JSON lines, or empty.
    pub line_dialect: String,
    /// Why it is the best.
    pub reasons: Vec<String>,
    /// All scores, best first.
    pub scores: Vec<(String, u32)>,
    /// Whether the text begins with a record, and the best dialect knows it.
    pub knows_first: bool,
    /// Blanks before each element, if every one begins a line with the same.
    pub indent: Option<u32>,
}

/// A record of the head, kept.
struct Held {
    text: String,
    offset: u64,
    group: Option<Severity>,
    kind: Kind,
}

enum Kind {
    Json,
    Line(crate::ingest::framing::Stray),
    Value(Value<'static>),
}

/// Tries a guess.
pub(super) fn attempt(guess: &Guess, name: &str, text: &[u8], whole: bool) -> Tried {
    let (held, n_bad) = hold(guess, text, whole, None);
    let mut n_bad = n_bad;
    let mut records = Vec::with_capacity(held.len());
    for held in &held {
        match record(held) {
            Some(record) => records.push(record),
            None => n_bad += 1,
        }
    }
    let n = u32::try_from(records.len()).unwrap_or(u32::MAX);
    let mut tried =
        Tried { indent: indent(guess, text, whole, &held), n_cuts: n + n_bad, ..Tried::default() };
    if n == 0 {
        return tried;
    }
    let mixed = records.iter().any(|r| r.value.is_some()) && records.iter().any(|r| r.value.is_none());
    if mixed {
        let lines = records.iter().filter(|record| record.value.is_none()).cloned().collect();
        let scores = score(&Head { name, records: lines });
        let best = scores.first().filter(|(best, _)| best.points > 0);
        tried.line_dialect = best.map(|(_, id)| (*id).to_owned()).unwrap_or_default();
    }
    let first = records
        .first()
        .filter(|first| text.trim_ascii_start().len() as u64 + first.span.offset == text.len() as u64);
    let first = first.cloned();
    let scores = score(&Head { name, records });
    if let Some((best, id)) = scores.first().filter(|(best, _)| best.points > 0) {
        tried.dialect = (*id).to_owned();
        tried.reasons.push(format!("{}: {} of 100 points over {n} records", super::title(id), best.points));
        tried.reasons.extend(best.reasons.iter().cloned());
        tried.quality = best.points.min(100) * n / (n + n_bad);
        let dialect = dialect::ALL.iter().find(|dialect| dialect.id() == *id);
        let points =
            |first| dialect.map_or(0, |dialect| dialect.score(&Head { name, records: vec![first] }).points);
        tried.knows_first = first.is_some_and(|first| points(first) > 0);
    }
    tried.scores = scores.into_iter().map(|(score, id)| (id.to_owned(), score.points)).collect();
    tried
}

/// What every dialect says, best first.
pub(in crate::ingest) fn score(head: &Head<'_>) -> Vec<(Score, &'static str)> {
    let mut scores: Vec<_> = dialect::ALL.iter().map(|dialect| (dialect.score(head), dialect.id())).collect();
    scores.order_by(|(a, a_id), (b, b_id)| b.points.cmp(&a.points).then(a_id.cmp(b_id)));
    scores
}

/// Frames the head; gives its first records and how many were none.
fn hold(guess: &Guess, text: &[u8], whole: bool, indent: Option<u32>) -> (Vec<Held>, u32) {
    let plan = Plan {
        container: guess.container.clone(),
        flow: guess.flow,
        splittable: indent.is_some(),
        indent: indent.unwrap_or(0),
        ..Plan::default()
    };
    let mut framer = Framer::new(&plan, Range::whole(0));
    let mut held = Vec::new();
    let mut n_bad = 0;
    let mut take = |cut: Cut<'_>| {
        if held.len() >= HEAD_RECORDS {
            return;
        }
        match cut {
            Cut::Json(raw) => held.push(keep(raw, Kind::Json)),
            Cut::Line(raw, stray) | Cut::LastLine(raw, stray) => held.push(keep(raw, Kind::Line(stray))),
            Cut::Value(raw, value) => held.push(keep(raw, Kind::Value(value.into_owned()))),
            Cut::Bad(..) => n_bad += 1,
            Cut::Unended => {}
        }
    };
    for piece in text.chunks(STEP_BYTES) {
        framer.push(piece, &mut take);
    }
    if whole {
        framer.finish(&mut take);
    }
    (held, n_bad)
}

fn keep(raw: Raw<'_>, kind: Kind) -> Held {
    let text = String::from_utf8_lossy(raw.bytes).into_owned();
    Held { text, offset: raw.offset, group: raw.group, kind }
}

fn record(held: &Held) -> Option<Record<'_>> {
    let value = match &held.kind {
        Kind::Json => Some(json::parse(&held.text).ok()?),
        Kind::Line(stray) => text::line_value(&held.text, *stray).ok()?,
        Kind::Value(value) => Some(value.clone()),
    };
    let span = Span { offset: held.offset, len: u32::try_from(held.text.len()).unwrap_or(u32::MAX) };
    Some(Record { value, text: &held.text, span, group_severity: held.group })
}

/// The indent of a pretty array, if reading it with that indent as a mark gives the records that are whole, and most of all
/// records begin behind it. Damage in the head must not cost the mark: it is what keeps damage to one record.
fn indent(guess: &Guess, text: &[u8], whole: bool, held: &[Held]) -> Option<u32> {
    if guess.container != Container::Array {
        return None;
    }
    let blanks_before = |held: &&Held| {
        let before = text.get(..usize::try_from(held.offset).ok()?)?;
        let n = before.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let line_end = before.len().checked_sub(n + 1)?;
        (before.get(line_end) == Some(&b'\n')).then_some(u32::try_from(n).ok()?)
    };
    let is_whole = |held: &&Held| json::parse(&held.text).is_ok();
    let first = blanks_before(&held.first()?)?;
    let (again, _) = hold(guess, text, whole, Some(first));
    let marked: Vec<&Held> = again.iter().filter(is_whole).collect();
    let n_behind = marked.iter().filter(|held| blanks_before(held) == Some(first)).count();
    let end = marked.last()?.offset;
    let mut plain = held.iter().filter(is_whole).filter(|held| held.offset <= end);
    let keeps_all = plain.all(|held| {
        let at = marked.binary_search_by_key(&held.offset, |held| held.offset).ok();
        at.and_then(|at| marked.get(at)).is_some_and(|again| again.text == held.text)
    });
    (keeps_all && n_behind * 2 > marked.len()).then_some(first)
}
