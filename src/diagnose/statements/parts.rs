//! What PostgreSQL says below a message (`DETAIL`, `HINT`, `CONTEXT`, `STATEMENT`, `QUERY`), each an entry of its own and of the level of
//! the message → the trouble of that message: they tell of the same failure, and are none.

use super::heads::paired;
use super::{Statement, time};
use crate::diagnose::troubles::{Kind, Trouble};
use crate::digest::Index;
use crate::entry::head;
use crate::order::Gather as _;
use std::collections::BTreeMap;

/// Time between a message and its parts: the server writes them at once, and hardly ever on both sides of a millisecond.
const APART_NANOS: i64 = 5_000_000;

/// Joins the parts with the messages that stand at the same time and place.
pub(crate) fn join(index: &Index, statements: &[Statement], troubles: &mut BTreeMap<String, Trouble>) {
    let is_part = |trouble: &Trouble| {
        let mut all = trouble.statements.iter().filter_map(|&n| statements.get(n));
        trouble.kind == Kind::Message && all.all(|statement| head::is_part(&statement.text))
    };
    let keys: Vec<String> =
        troubles.iter().filter(|(_, trouble)| is_part(trouble)).map(|(key, _)| key.clone()).collect();
    for key in keys {
        let Some(part) = troubles.remove(&key) else { continue };
        let found = troubles
            .iter()
            .map(|(host, trouble)| (host.clone(), beside(index, trouble, &part)))
            .filter(|(_, rows)| rows.len() * 2 > part.occurrences.len())
            .max_by_key(|(host, rows)| {
                let at = |row: u32| time(index, row).map_or(0, |at| at.0);
                let apart: u64 = rows.iter().map(|(part, host)| at(*part).abs_diff(at(*host))).sum();
                (rows.len(), std::cmp::Reverse(apart), std::cmp::Reverse(host.clone()))
            });
        match found.and_then(|(host, rows)| Some((troubles.get_mut(&host)?, rows))) {
            Some((host, rows)) => {
                host.occurrences = paired(&host.occurrences, &part.occurrences, &rows);
                host.statements.extend(part.statements);
            }
            None => {
                troubles.insert(key, part);
            }
        }
    }
}

/// The occurrence of a trouble at the same time and place for each part that has one: first row of the part → first row of it.
fn beside(index: &Index, trouble: &Trouble, part: &Trouble) -> BTreeMap<u32, u32> {
    let place = |row: u32| Some((index.row(row)?.source(), time(index, row)?.0));
    let firsts = trouble.occurrences.firsts();
    let pair = |first: u32| {
        let (source, at) = place(first)?;
        let from = firsts.partition_point(|row| time(index, *row).is_some_and(|t| t.0 < at - APART_NANOS));
        let near = firsts.iter().skip(from).map_while(|row| {
            let (there, then) = place(*row)?;
            (then <= at + APART_NANOS).then_some((then.abs_diff(at), *row, there))
        });
        let own = near.filter(|(.., there)| *there == source);
        own.min().map(|(_, row, _)| (first, row))
    };
    part.occurrences.firsts().iter().filter_map(|first| pair(*first)).gathered()
}
