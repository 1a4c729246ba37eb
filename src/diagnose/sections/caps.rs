//! What the caps of [`crate::limits`] left out → a `W-LIMIT` with its count for each of them, so that none cuts in silence.
//!
//! Everything is counted on the finished index and on what was analysed of it, so no split of the input changes a number.

use crate::diagnose::statements::Statement;
use crate::diagnose::words::{self, number};
use crate::digest::Index;
use crate::digest::dictionary::OTHER;
use crate::error::{Code, Problem};
use crate::limits::{self, EVIDENCE_ROWS, SAMPLE_BYTES, TRACE_CHAIN, TRACE_ENTRIES, TRACE_FRAMES};
use crate::report::model::Evidence;

/// What the stages behind the index left out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Left {
    /// Statements that were not analysed, and their entries.
    pub(crate) statements: u64,
    pub(crate) entries: u64,
    /// Incidents on which nothing was hung.
    pub(crate) hosts: u64,
    /// Statements that the pattern table did not compare with others.
    pub(crate) patterns: u64,
}

/// One warning for each cap that cut.
pub(crate) fn problems(
    index: &Index,
    statements: &[Statement],
    evidence: &[Evidence],
    left: Left,
) -> Vec<Problem> {
    let mut told = of_index(index);
    told.extend(of_traces(statements));
    let mut add = |n: u64, text: String| {
        if n > 0 {
            told.push(text);
        }
    };
    add(
        left.statements,
        format!(
            "{} were not looked at one by one: the first {} are ({}).",
            words::count(left.statements, "kind of statement", "kinds of statements"),
            number(limits::STATEMENTS as u64),
            words::count(left.entries, "entry", "entries"),
        ),
    );
    add(
        left.hosts,
        format!(
            "{} were not tried as the cause of others: the strongest {} are.",
            words::count(left.hosts, "kind of failure", "kinds of failure"),
            limits::HOSTS,
        ),
    );
    add(
        left.patterns,
        format!(
            "{} were not compared with others for the table of patterns; each counts as one pattern.",
            words::count(left.patterns, "kind of statement", "kinds of statements"),
        ),
    );
    let long =
        evidence.iter().filter(|e| !e.filter.rows.is_empty() && e.entries > e.filter.rows.len() as u64);
    let n = long.count() as u64;
    add(
        n,
        format!(
            "Behind {} stand more than {EVIDENCE_ROWS} entries: the first {EVIDENCE_ROWS} of each are listed.",
            words::count(n, "statement of the report", "statements of the report"),
        ),
    );
    told.into_iter().map(|detail| Problem::new(Code::WLimit, detail)).collect()
}

/// What the dictionaries of the digest left out, and the entries that it concerns.
fn of_index(index: &Index) -> Vec<String> {
    let rows =
        |passes: fn(&crate::digest::Row) -> bool| index.rows().iter().filter(|row| passes(row)).count();
    let mut told: Vec<String> = index
        .capped()
        .iter()
        .map(|what| {
            let n = match *what {
                "distinct messages" => rows(|row| row.shape() == OTHER),
                "distinct sources" => rows(|row| row.source() == OTHER),
                "distinct request paths" => index.requests().iter().filter(|r| r.path == OTHER).count(),
                _ => index.n_asides_left_out(),
            };
            let entries = words::count(n as u64, "entry", "entries");
            format!(
                "There are more {what} than are kept one by one; {entries} beyond them are counted together."
            )
        })
        .collect();
    if index.labels().is_capped() {
        told.push(format!(
            "There are more keys of labels than are kept: {} of them are, the smallest by hash.",
            limits::LABEL_KEYS
        ));
    }
    let n = index.shapes().iter().filter(|shape| shape.is_full()).count() as u64;
    if n > 0 {
        told.push(format!(
            "{} the length up to which messages are read: {} bytes, {} below WARNING.",
            words::count(n, "kind of message reaches", "kinds of messages reach"),
            number(SAMPLE_BYTES as u64),
            number(limits::CALM_SAMPLE_BYTES as u64),
        ));
    }
    told
}

/// Traces that are longer than is read of one.
fn of_traces(statements: &[Statement]) -> Vec<String> {
    let mut told = Vec::new();
    let rows = |s: &&Statement| s.occurrences.first().is_some_and(|first| first.rows.len() > TRACE_ENTRIES);
    let n = statements.iter().filter(rows).count() as u64;
    if n > 0 {
        told.push(format!(
            "{} more than {TRACE_ENTRIES} entries long: no more of one are read.",
            words::count(n, "stack trace is", "stack traces are"),
        ));
    }
    let is_full = |s: &&Statement| {
        s.trace.as_ref().is_some_and(|trace| {
            trace.chain.len() >= TRACE_CHAIN || trace.chain.iter().any(|e| e.frames.len() >= TRACE_FRAMES)
        })
    };
    let n = statements.iter().filter(is_full).count() as u64;
    if n > 0 {
        told.push(format!(
            "{} {TRACE_CHAIN} exceptions or {TRACE_FRAMES} frames, or more: no more of one are read.",
            words::count(n, "stack trace has", "stack traces have"),
        ));
    }
    told
}
