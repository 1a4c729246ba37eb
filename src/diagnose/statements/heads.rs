//! Errors whose name and frames are said apart → one trouble: loggers write the name in one entry and the frames in the next, and
//! other threads speak in between.

use super::prefix::unprefixed;
use super::{Occurrences, Statement};
use crate::diagnose::lifecycle::last_words;
use crate::diagnose::troubles::{Kind, Trouble, exception_key};
use crate::digest::{Index, Row};
use crate::trace;
use std::collections::BTreeMap;

/// Time between a name and its frames: 50 ms.
const APART_NANOS: i64 = 50_000_000;
/// Entries of others that may stand between them, and times that are looked at.
const BETWEEN: u32 = 4;
const LOOKED_AT: usize = 50;

/// Joins what tells of one error: a message that is its name with the traces of it, and frames without a name with the message
/// that stands right before them.
pub(crate) fn join(index: &Index, statements: &[Statement], troubles: &mut BTreeMap<String, Trouble>) {
    super::parts::join(index, statements, troubles);
    let of_kind = |trouble: &Trouble| trouble.kind == Kind::Message;
    let keys: Vec<String> =
        troubles.iter().filter(|(_, trouble)| of_kind(trouble)).map(|(key, _)| key.clone()).collect();
    for key in &keys {
        let named = troubles.get(key).and_then(|trouble| name(trouble.lead(statements)?));
        if let Some(exception) = named.filter(|name| troubles.contains_key(name))
            && let Some(trouble) = troubles.remove(key)
            && let Some(known) = troubles.get_mut(&exception)
        {
            known.take_in(trouble);
        }
    }
    let nameless: Vec<String> = keys
        .into_iter()
        .filter(|key| {
            let lead = troubles.get(key).and_then(|trouble| trouble.lead(statements));
            lead.and_then(|s| s.trace.as_ref()).is_some_and(|t| t.cut && trace::root(t).kind.is_empty())
        })
        .collect();
    if nameless.is_empty() {
        return;
    }
    let statement_of = last_words::by_row(index, statements);
    for key in nameless {
        let Some(pairs) = troubles.get(&key).and_then(|t| before(index, statements, &statement_of, t)) else {
            continue;
        };
        let is_it = |trouble: &Trouble| trouble.statements.contains(&pairs.statement);
        let Some(target) = troubles.iter().find(|(_, t)| is_it(t)).map(|(key, _)| key.clone()) else {
            continue;
        };
        if target == key {
            continue;
        }
        if let Some(frames) = troubles.remove(&key)
            && let Some(known) = troubles.get_mut(&target)
        {
            known.occurrences = paired(&known.occurrences, &frames.occurrences, &pairs.rows);
            known.statements.extend(frames.statements);
        }
    }
}

/// The key of the exception that a message names, if its words are a name and what it says.
fn name(statement: &Statement) -> Option<String> {
    if statement.trace.is_some() {
        return None;
    }
    let (kind, message) = trace::error_name(unprefixed(&statement.text))?;
    Some(exception_key(kind, message))
}

/// Frames and the message before them.
struct Pairs {
    /// The statement that the messages are of.
    statement: usize,
    /// First row of frames → row of the message.
    rows: BTreeMap<u32, u32>,
}

/// The message that names an error right before most occurrences of frames without a name.
fn before(index: &Index, statements: &[Statement], statement_of: &[u32], frames: &Trouble) -> Option<Pairs> {
    let service = |n: u32| {
        let source = index.row(n).and_then(|row| index.source_of(row))?;
        Some((source.service.clone(), source.log.clone()))
    };
    let mut found: BTreeMap<usize, BTreeMap<u32, u32>> = BTreeMap::new();
    let mut n_seen = 0usize;
    for (nth, first) in frames.occurrences.firsts().iter().copied().enumerate() {
        let near = |n: u32| {
            let times = index.row(n).and_then(Row::time).zip(index.row(first).and_then(Row::time));
            times.is_some_and(|(a, b)| b.0 - a.0 <= APART_NANOS) && service(n) == service(first)
        };
        let row = (first.saturating_sub(BETWEEN)..first).rev().filter(|&n| near(n)).find(|&n| {
            let statement = statement_of.get(n as usize).and_then(|&s| statements.get(s as usize));
            statement.is_some_and(|s| s.trace.is_none() && trace::error_name(unprefixed(&s.text)).is_some())
        });
        if nth < LOOKED_AT {
            n_seen += 1;
        }
        if let Some(row) = row {
            let statement = statement_of.get(row as usize).copied().unwrap_or(u32::MAX) as usize;
            found.entry(statement).or_default().insert(first, row);
        }
    }
    let (statement, rows) = found.into_iter().max_by_key(|(s, rows)| (rows.len(), std::cmp::Reverse(*s)))?;
    let enough = rows.len() * 10 >= n_seen * 7;
    enough.then_some(Pairs { statement, rows })
}

/// Occurrences of messages, each with the frames that follow it; frames without a message stand alone.
pub(crate) fn paired(messages: &Occurrences, frames: &Occurrences, rows: &BTreeMap<u32, u32>) -> Occurrences {
    let mut of_message: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut all = Occurrences::default();
    for occurrence in frames.iter() {
        match rows.get(&occurrence.first()) {
            Some(message) => of_message.entry(*message).or_default().extend(occurrence.rows),
            None => all.push_together(occurrence.rows.into()),
        }
    }
    for occurrence in messages.iter() {
        match of_message.remove(&occurrence.first()) {
            Some(more) => {
                let mut rows: Vec<u32> = occurrence.rows.iter().copied().chain(more).collect();
                rows.sort_unstable();
                rows.dedup();
                all.push_together(rows.into());
            }
            None if occurrence.rows.len() == 1 => all.push(occurrence.first()),
            None => all.push_together(occurrence.rows.into()),
        }
    }
    for rows in of_message.into_values() {
        all.push_together(rows.into());
    }
    all.settle();
    all
}
