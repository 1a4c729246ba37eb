//! The ordinary work of a service: calm messages of its own, told from health checks, and whether they go on as before once something
//! fails. What stops then and does not come back says more than any heartbeat.

use super::{Statement, time};
use crate::diagnose::anomalies;
use crate::diagnose::causality::Scene;
use crate::digest::Row;
use crate::entry::Severity;
use std::collections::BTreeMap;

/// Words of what is said whether or not anything works.
const ALIVE: [&str; 16] = [
    "health",
    "heartbeat",
    "heart beat",
    "ping",
    "tick",
    "probe",
    "alive",
    "uptime",
    "ready",
    "readyz",
    "livez",
    "poll",
    "scrape",
    "metrics",
    "keepalive",
    "keep-alive",
];
/// Times that something is said at all to be work.
const LEAST: usize = 3;
/// Times that something is said before a failure, and is due since, for its end to mean anything.
const BEFORE: usize = 5;
const DUE: i128 = 5;

/// Whether a message only says that the process is there.
pub(crate) fn is_sign_of_life(text: &str) -> bool {
    let head = crate::digest::cut(text, 200).to_ascii_lowercase();
    ALIVE.iter().any(|word| head.contains(word))
}

/// A calm message of a service, and what became of it.
pub(crate) struct Work<'s> {
    pub(crate) said: &'s Statement,
    /// Times before the failures, between the first and the last of them, and after.
    pub(crate) before: usize,
    pub(crate) meanwhile: usize,
    pub(crate) since: usize,
    /// As many as would have come meanwhile, had it gone on as before.
    pub(crate) due: i128,
}

impl Work<'_> {
    /// Whether it was said and is not any more while the failures last.
    pub(crate) fn stopped(&self) -> bool {
        self.before >= BEFORE && self.meanwhile == 0 && self.due >= DUE
    }

    /// Whether it goes on meanwhile at seven tenths of its rate at least.
    pub(crate) fn goes_on(&self) -> bool {
        self.before >= BEFORE && self.due >= DUE && self.meanwhile as i128 * 10 >= self.due * 7
    }
}

/// The work of the service of a row, between failures at these rows (the first and the last one).
pub(crate) fn of<'s>(scene: &Scene<'s>, [first, last]: [u32; 2]) -> Vec<Work<'s>> {
    let index = scene.index;
    let Some(mine) = scene.service(first).filter(|name: &&str| !name.is_empty()) else { return Vec::new() };
    let (Some(begin), Some(from), Some(until)) =
        (index.rows().iter().find_map(Row::time), time(index, first), time(index, last))
    else {
        return Vec::new();
    };
    let (quiet, lasted) = (i128::from(from.0 - begin.0), i128::from(until.0 - from.0));
    // Rows are in the order of time, so that two numbers stand for both times.
    let begins = index.rows().partition_point(|row| row.time() < Some(from));
    let ends = index.rows().partition_point(|row| row.time() <= Some(until));
    let found = scene.ordinary(mine).iter().filter_map(|&n| {
        let said = scene.statements.get(n)?;
        let rows = said.occurrences.firsts();
        let before = rows.partition_point(|row| (*row as usize) < begins);
        let through = rows.partition_point(|row| (*row as usize) < ends);
        let due = before as i128 * lasted / quiet.max(1);
        let (meanwhile, since) = (through - before, rows.len() - through);
        Some(Work { said, before, meanwhile, since, due })
    });
    found.collect()
}

/// Statements that tell of work, by number, of each service that says one first: calm, said more than a few times, and neither signs of
/// life nor what sounds bad.
pub(crate) fn all(scene: &Scene<'_>) -> BTreeMap<String, Vec<usize>> {
    // What is asked of many statements comes first, and their words last.
    let is_work = |said: &Statement| {
        let text = said.text.as_str();
        said.severity < Severity::Warning
            && !said.audit
            && said.occurrences.len() >= LEAST
            && !is_sign_of_life(text)
            && !anomalies::timed_out::PLATFORM.iter().any(|words| text.starts_with(words))
            && !super::suspect::sounds_bad(text)
    };
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, said) in scene.statements.iter().enumerate().filter(|(_, said)| is_work(said)) {
        let first = said.occurrences.firsts().first();
        let Some(service) = first.and_then(|row| scene.service(*row)) else { continue };
        match found.get_mut(service) {
            Some(known) => known.push(n),
            None => drop(found.insert(service.to_owned(), vec![n])),
        }
    }
    found
}
