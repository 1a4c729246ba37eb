//! Rows → statements: what was said, each analysed once however often it was said.
//!
//! A statement is a message, or a stack trace folded from the entries it was split over. Its occurrences are the unit of
//! everything that follows: failures are counted in occurrences and never in lines.

pub(super) mod counted;
pub(super) mod heads;
pub(super) mod occurrences;
pub(super) mod ordinary;
pub(super) mod parts;
pub(super) mod prefix;
pub(super) mod query_name;
pub(super) mod rails;
pub(super) mod rehearsed;
pub(super) mod suspect;
pub(super) mod together;

use super::knowledge::{Knowledge, Match, Signature};
use super::troubles;
use crate::digest::{Groups, Index, RequestRow, fold, is_plain};
use crate::entry::{Nanos, Severity};
use crate::hands::Hands;
use crate::order::Order as _;
use crate::trace::{Grouper, Trace};
use crate::{hash, limits};
use foldhash::fast::FixedState;
pub(crate) use occurrences::{Occurrence, Occurrences};
use std::collections::HashMap;

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

/// The rows at which what a signature knows begins, by its id, sorted.
pub(crate) fn rows_of(knowledge: &Knowledge, statements: &[Statement], id: &str) -> Vec<u32> {
    let said = statements.iter().filter(|s| s.signature(knowledge).is_some_and(|(known, _)| known.id == id));
    let mut rows: Vec<u32> = said.flat_map(|s| s.occurrences.firsts().iter().copied()).collect();
    rows.order();
    rows
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

/// All statements of an index, in the order of their first occurrence, and what is beyond the cap: statements, entries.
pub(crate) fn read(index: &Index, knowledge: &Knowledge, hands: Hands) -> (Vec<Statement>, [u64; 2]) {
    read_first(index, knowledge, hands, limits::STATEMENTS)
}

/// The first `most` statements.
fn read_first(index: &Index, knowledge: &Knowledge, hands: Hands, most: usize) -> (Vec<Statement>, [u64; 2]) {
    let groups = fold(index, hands);
    let is_mixed = mixed(index, groups);
    let mut said: Vec<Occurrences> = (0u32..)
        .zip(&is_mixed)
        .filter(|(_, is_mixed)| !**is_mixed)
        .map(|(shape, _)| Occurrences::of_rows(index.rows_of_shape(shape).to_vec()))
        .chain(one_by_one(index, groups, &is_mixed))
        .filter(|occurrences| !occurrences.is_empty())
        .collect();
    said.order_by_key(|occurrences| occurrences.firsts().first().copied());
    let beyond = said.split_off(most.min(said.len()));
    let n_entries: usize = beyond.iter().map(|occurrences| occurrences.rows().len()).sum();
    let (half, other) = said.split_at(said.len() / 2);
    let analysed = |said: &[Occurrences]| -> Vec<Statement> {
        let mut grouper = Grouper::default();
        said.iter().map(|occurrences| analyse(index, knowledge, &mut grouper, occurrences)).collect()
    };
    let (mut read, more) = hands.both(|| analysed(half), || analysed(other));
    read.extend(more);
    // What was said is analysed by its first words alone; how often it was said joins it here.
    for (statement, occurrences) in read.iter_mut().zip(said) {
        statement.occurrences = occurrences;
    }
    (read, [beyond.len() as u64, n_entries as u64])
}

/// Whether the rows of a shape need a look each, because some are requests or part of something that several rows say. Else a
/// shape is a statement.
fn mixed(index: &Index, groups: &Groups) -> Vec<bool> {
    let mut is_mixed = vec![false; index.shapes().len()];
    let requests = index.requests().iter().map(|request| request.row);
    for row in requests.chain(groups.0.values().flatten().copied()).filter_map(|n| index.row(n)) {
        if let Some(slot) = is_mixed.get_mut(row.shape() as usize) {
            *slot = true;
        }
    }
    is_mixed
}

/// Occurrences of what the rows of mixed shapes say, and of rows whose shape the cap left out.
fn one_by_one(index: &Index, groups: &Groups, is_mixed: &[bool]) -> Vec<Occurrences> {
    let mut joined: Vec<u32> = groups.0.values().flat_map(|rows| rows.iter().skip(1).copied()).collect();
    joined.order();
    let mut joined = joined.into_iter().peekable();
    let mut together = groups.0.iter().peekable();
    let mut requests = index.requests().iter().peekable();
    let mut numbers: HashMap<u64, usize, FixedState> = HashMap::default();
    let mut said: Vec<Occurrences> = Vec::new();
    for (n, row) in (0u32..).zip(index.rows()) {
        if is_mixed.get(row.shape() as usize) == Some(&false) || joined.next_if_eq(&n).is_some() {
            continue;
        }
        while requests.next_if(|request| request.row < n).is_some() {}
        let request = requests.next_if(|request| request.row == n);
        let rows = together.next_if(|(first, _)| **first == n).map(|(_, rows)| rows);
        let key = key(index, rows.map_or(&[n][..], Vec::as_slice), request);
        let number = *numbers.entry(key).or_insert(said.len());
        if number == said.len() {
            said.push(Occurrences::default());
        }
        if let Some(occurrences) = said.get_mut(number) {
            match rows {
                Some(rows) => occurrences.push_together(rows.as_slice().into()),
                None => occurrences.push(n),
            }
        }
    }
    said
}

/// Equal for occurrences that say the same: the same shapes in the same order.
fn key(index: &Index, rows: &[u32], request: Option<&RequestRow>) -> u64 {
    // The shape of a request line masks its path: requests say the same only where path and status are the same.
    let request = request.map_or(0, |r| (u64::from(r.path) << 16) | u64::from(r.status));
    rows.iter()
        .filter_map(|&n| index.row(n))
        .fold(request, |state, row| hash::mix(state, u64::from(row.shape())))
}

/// What is said, without its occurrences.
fn analyse(
    index: &Index,
    knowledge: &Knowledge,
    grouper: &mut Grouper<'_>,
    occurrences: &Occurrences,
) -> Statement {
    let mut text = String::new();
    let mut severity = Severity::Default;
    let mut audit = false;
    let rows = occurrences.first().map_or(&[][..], |first| first.rows);
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
    let trace = if is_bare(index, rows, &text) { None } else { grouper.parse(&text) };
    let mut matches = knowledge.matches(&text);
    if matches.is_empty() && severity >= Severity::Warning {
        matches = by_code(index, knowledge, rows);
    }
    Statement { text, severity, audit, trace, matches, occurrences: Occurrences::default() }
}

/// Whether a text is that of a shape of which folding saw that it holds no line of a trace, as most texts are.
fn is_bare(index: &Index, rows: &[u32], text: &str) -> bool {
    let [row] = rows else { return false };
    index.row(*row).is_some_and(|row| {
        is_plain(index, row.shape())
            && index.shape(row.shape()).is_some_and(|shape| shape.text() == text)
            && !text.contains("\\n")
    })
}

/// Signatures of a code that stands beside a message that says nothing known: only where it is the same code in all that is kept.
fn by_code(index: &Index, knowledge: &Knowledge, rows: &[u32]) -> Vec<Match> {
    let [row] = rows else { return Vec::new() };
    let shape = index.row(*row).and_then(|row| index.shape(row.shape()));
    let lines = shape.into_iter().flat_map(crate::digest::Shape::fields_unordered);
    let mut codes: Vec<&str> = lines.map(code).collect();
    codes.order();
    codes.dedup();
    match codes.as_slice() {
        [code] if !code.is_empty() => knowledge.matches(code),
        _ => Vec::new(),
    }
}

/// The value of the field of a line that names an error by a word.
fn code(line: &str) -> &str {
    let is_code = |key: &str| {
        matches!(key, "error_code" | "errorCode" | "decline_code" | "err_code" | "error.code" | "code")
    };
    let pairs = troubles::beside::pairs(line).into_iter();
    let mut words =
        pairs.filter(|(key, value)| is_code(key) && value.bytes().any(|b| b.is_ascii_alphabetic()));
    words.next().map_or("", |(_, value)| value)
}

/// Time of a row.
pub(crate) fn time(index: &Index, row: u32) -> Option<Nanos> {
    index.row(row).and_then(crate::digest::Row::time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Builder;
    use crate::ingest::{FileId, Ingest};

    #[test]
    fn statements_beyond_the_cap_are_counted() {
        let words = ["amber", "birch", "cedar", "dune"];
        let line = |n: usize| {
            let (word, n) = (words[n % 4], n + 10);
            format!(
                "{{\"timestamp\":\"2025-03-02T10:00:{n}Z\",\"severity\":\"ERROR\",\"insertId\":\"i{n}\",\"textPayload\":\"the {word} broke\"}}\n"
            )
        };
        let mut builder = Builder::default();
        let mut ingest = Ingest::new(FileId { name: "a.json".into(), ..FileId::default() });
        ingest.push((0..9).map(line).collect::<String>().as_bytes(), &mut builder);
        let _ = ingest.finish(&mut builder);
        let index = builder.finish().finish();
        let count = |most| {
            let (read, beyond) = read_first(&index, &Knowledge::builtin(), Hands::default(), most);
            (read.len(), beyond)
        };
        assert_eq!(count(9), (4, [0, 0]));
        assert_eq!(count(1), (1, [3, 6]));
    }
}
