//! The last thing a process says before it dies, where nothing recognised stands there: the first place an expert looks.

use super::collapse::{Collapse, What};
use crate::diagnose::causality::Scene;
use crate::diagnose::knowledge::{Knowledge, Role};
use crate::diagnose::statements::{self, Occurrence, Statement};
use crate::diagnose::troubles::{Kind, Trouble};
use crate::diagnose::{measures, words};
use crate::digest::{Index, Row};
use crate::entry::Severity;
use crate::entry::time::SECOND;
use std::collections::BTreeMap;

/// Troubles made of the statements that stand last in most cycles of a collapse and belong to no trouble yet.
pub(crate) fn find(
    index: &Index,
    knowledge: &Knowledge,
    statements: &[Statement],
    troubles: &[Trouble],
    collapses: &[Collapse],
) -> Vec<Trouble> {
    if collapses.is_empty() {
        return Vec::new();
    }
    let statement_of = by_row(index, statements);
    let mut known = vec![false; statements.len()];
    for statement in troubles.iter().flat_map(|trouble| &trouble.statements) {
        if let Some(slot) = known.get_mut(*statement) {
            *slot = true;
        }
    }
    let mut found: BTreeMap<u32, usize> = BTreeMap::new();
    for collapse in collapses {
        let mut last: BTreeMap<u32, usize> = BTreeMap::new();
        for cycle in collapse.cycles.iter() {
            let telling = |n: u32| {
                let number = statement_of.get(n as usize).copied().unwrap_or(u32::MAX) as usize;
                index.row(n).is_some_and(|row| row.time().is_some_and(|t| cycle.until.0 - t.0 < 60 * SECOND))
                    && collapse.cycle_of(index, n).is_some()
                    && is_own_words(index, n)
                    && statements.get(number).is_some_and(|statement| {
                        statement
                            .signature(knowledge)
                            .is_none_or(|(signature, _)| !signature.role.is_benign())
                    })
            };
            let said = spoken(index, collapse, cycle.exit, telling);
            if let Some(number) = said.and_then(|n| statement_of.get(n as usize)) {
                *last.entry(*number).or_default() += 1;
            }
        }
        if let Some((number, n)) = last.into_iter().max_by_key(|(number, n)| (*n, std::cmp::Reverse(*number)))
            && n * 2 >= collapse.cycles.len()
            // What is said all the time is not the last word of anything.
            && statements.get(number as usize).is_some_and(|s| s.occurrences.len() <= n * 3 + 2)
        {
            *found.entry(number).or_default() += n;
        }
    }
    found
        .into_keys()
        .filter(|number| !known.get(*number as usize).copied().unwrap_or(true))
        .filter_map(|number| Some((number as usize, statements.get(number as usize)?)))
        .map(|(number, statement)| Trouble {
            kind: Kind::LastWords,
            role: Role::Cause,
            generic: true,
            severity: statement.severity,
            statements: vec![number],
            occurrences: statement.occurrences.clone(),
            captures: BTreeMap::new(),
        })
        .collect()
}

/// The row to read of a failure that ends with this exit. A build goes on talking after its first mistake, so that line counts.
fn spoken(index: &Index, collapse: &Collapse, exit: u32, telling: impl Fn(u32) -> bool) -> Option<u32> {
    let is_build = collapse.what == What::Build;
    let mistake =
        (exit.saturating_sub(200)..exit).find(|&n| is_build && telling(n) && is_mistake(&index.text_of(n)));
    mistake.or_else(|| (0..exit).rev().take(200).find(|&n| telling(n)))
}

/// Numbers of the statements of all rows; [`u32::MAX`] where a row has none.
pub(crate) fn by_row(index: &Index, statements: &[Statement]) -> Vec<u32> {
    let mut statement_of: Vec<u32> = vec![u32::MAX; index.rows().len()];
    for (number, statement) in statements.iter().enumerate() {
        for row in statement.occurrences.iter().flat_map(|occurrence| occurrence.rows.iter()) {
            if let Some(slot) = statement_of.get_mut(*row as usize) {
                *slot = u32::try_from(number).unwrap_or(u32::MAX);
            }
        }
    }
    statement_of
}

/// Whether a row is said by the program and not by the platform about it.
pub(crate) fn is_own_words(index: &Index, n: u32) -> bool {
    let platform = index.row(n).and_then(|row| index.source_of(row)).is_some_and(|source| {
        let log = source.log.as_ref();
        log.contains("varlog/system") || log.contains("cloudaudit") || log.ends_with("requests")
    });
    !platform
        && index.request_of(n).is_none()
        && index
            .row(n)
            .and_then(|row| index.shape(row.shape()))
            .is_some_and(|shape| !shape.is_audit() && is_sentence(shape.text()))
}

/// Whether a text says more than one word in capitals: Cloud Build's headings `ERROR`, `PUSH` and `DONE` say nothing.
fn is_sentence(text: &str) -> bool {
    let text = text.trim();
    text.chars().any(char::is_alphanumeric) && !text.chars().all(|c| c.is_ascii_uppercase())
}

/// Lines of tools that only put a space between others.
const EMPTY: [&str; 3] = ["npm error", "npm ERR!", "npm warn"];

/// How many times as often as before a failure something is said that tells nothing of it.
const COMMON: usize = 4;

/// What was said just before a failure, each time: the step that it failed in. Gives the words and the rows.
pub(crate) fn before_failure(scene: &Scene<'_>, root: &Trouble, own: &[u32]) -> Option<(String, Vec<u32>)> {
    let index = scene.index;
    let place = |n: u32| index.row(n).and_then(|row| index.source_of(row));
    let mut said: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for first in root.occurrences.iter().take(200).map(Occurrence::first) {
        let (Some(at), Some(here)) = (index.row(first).and_then(Row::time), place(first)) else { continue };
        let found = (0..first).rev().take(40).find(|&n| {
            let near = index.row(n).and_then(Row::time).is_some_and(|time| at.0 - time.0 <= 30 * SECOND);
            let same = place(n).is_some_and(|there| {
                there.service == here.service
                    && there.revision == here.revision
                    && there.execution == here.execution
                    && there.instance == here.instance
            });
            let fragment = index.row(n).and_then(|row| index.shape(row.shape())).is_none_or(|shape| {
                crate::trace::is_fragment(shape.text().lines().next().unwrap_or("").trim_end())
            });
            let text = index.text_of(n);
            let words = statements::prefix::unprefixed(&text);
            let plain = crate::pattern::mask::strip_ansi(words);
            let says = plain.chars().filter(|c| c.is_alphabetic()).count() >= 4
                && !plain.starts_with("Step #")
                && !plain.trim_start().starts_with("--->")
                && !EMPTY.contains(&plain.trim());
            // Of many requests at once only its own trace tells what one was at.
            let trace = index.trace_id_of(first);
            let own_trace = trace.is_none() || index.trace_id_of(n) == trace;
            let calm = index.row(n).is_some_and(|row| row.severity() < Severity::Warning);
            near && same
                && says
                && !fragment
                && own_trace
                && calm
                && is_own_words(index, n)
                && own.binary_search(&n).is_err()
        });
        if let Some((n, row)) = found.and_then(|n| Some((n, index.row(n)?))) {
            said.entry(row.shape()).or_default().push(n);
        }
    }
    let (shape, rows) =
        said.into_iter().max_by_key(|(shape, rows)| (rows.len(), std::cmp::Reverse(*shape)))?;
    // What is said all the time stands before anything.
    let traced = root.occurrences.iter().any(|o| index.trace_id_of(o.first()).is_some());
    if !traced && index.rows_of_shape(shape).len() > rows.len() * COMMON {
        return None;
    }
    let enough = rows.len() * 10 >= root.occurrences.len().min(200) * 7;
    let words = words::headline(statements::prefix::unprefixed(&index.text_of(*rows.first()?)), 160);
    // Of several wordings it is not known which one stood there.
    let differs = index.shape(shape).is_some_and(|kept| kept.others().any(|text| text != kept.message()));
    let words = if differs { measures::series::without_numbers(&words) } else { words };
    enough.then_some((words, rows))
}

/// Whether a line of a build states a mistake in the way compilers and package managers do.
fn is_mistake(text: &str) -> bool {
    let line = statements::prefix::unprefixed(text).to_ascii_lowercase();
    let begins = ["error", "fatal:", "e: ", "failed to ", "cannot ", "could not "];
    begins.iter().any(|word| line.starts_with(word))
        || [" error: ", ": error", "error:", "not found", "cannot find", "undefined reference"]
            .iter()
            .any(|word| line.contains(word))
}
