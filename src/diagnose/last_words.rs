//! The last thing a process says before it dies, where nothing recognised stands there: the first place an expert looks.

use super::collapse::Collapse;
use super::knowledge::{Knowledge, Role};
use super::statements::Statement;
use super::troubles::{Kind, Trouble};
use crate::digest::Index;
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
    let mut statement_of: Vec<u32> = vec![u32::MAX; index.rows().len()];
    for (number, statement) in statements.iter().enumerate() {
        for row in statement.occurrences.iter().flat_map(|occurrence| occurrence.rows.iter()) {
            if let Some(slot) = statement_of.get_mut(*row as usize) {
                *slot = u32::try_from(number).unwrap_or(u32::MAX);
            }
        }
    }
    let mut known = vec![false; statements.len()];
    for statement in troubles.iter().flat_map(|trouble| &trouble.statements) {
        if let Some(slot) = known.get_mut(*statement) {
            *slot = true;
        }
    }
    let mut found: BTreeMap<u32, usize> = BTreeMap::new();
    for collapse in collapses {
        let mut last: BTreeMap<u32, usize> = BTreeMap::new();
        for cycle in &collapse.cycles {
            let said = (0..cycle.exit).rev().take(200).find(|&n| {
                let number = statement_of.get(n as usize).copied().unwrap_or(u32::MAX) as usize;
                index.row(n).is_some_and(|row| row.time().is_some_and(|t| cycle.until.0 - t.0 < 60 * SECOND))
                    && collapse.cycle_of(index, n).is_some()
                    && is_own_words(index, n)
                    && statements.get(number).is_some_and(|statement| {
                        statement
                            .signature(knowledge)
                            .is_none_or(|(signature, _)| !signature.role.is_benign())
                    })
            });
            if let Some(number) = said.and_then(|n| statement_of.get(n as usize)) {
                *last.entry(*number).or_default() += 1;
            }
        }
        if let Some((number, n)) = last.into_iter().max_by_key(|(number, n)| (*n, std::cmp::Reverse(*number)))
            && n * 2 >= collapse.cycles.len()
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

/// Whether a row is said by the program and not by the platform about it.
fn is_own_words(index: &Index, n: u32) -> bool {
    let platform = index.row(n).and_then(|row| index.source_of(row)).is_some_and(|source| {
        let log = source.log.as_ref();
        log.contains("varlog/system") || log.contains("cloudaudit") || log.ends_with("requests")
    });
    !platform
        && index.request_of(n).is_none()
        && index
            .row(n)
            .and_then(|row| index.shape(row.shape()))
            .is_some_and(|shape| !shape.is_audit() && shape.text().chars().any(char::is_alphanumeric))
}
