//! Statements → exceptions: the traces of one fault together, with their chain, the user's own frames and when they came.
//!
//! For the page alone, as lanes are; a report tells of exceptions inside its findings. Traces are of one fault when their
//! signatures are equal ([`crate::trace::signature`]): messages and line numbers may differ.

use crate::diagnose::evidence::filter_of_rows;
use crate::diagnose::findings::consequences::without_data;
use crate::diagnose::findings::place_of;
use crate::diagnose::statements::prefix::unprefixed;
use crate::diagnose::statements::{Statement, time};
use crate::diagnose::words::brief;
use crate::digest::Index;
use crate::entry::{Nanos, Severity};
use crate::order::{Gather as _, Order as _};
use crate::query::Filter;
use crate::report::model::Timeline;
use crate::trace::{self, Exception, Frame};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Groups, exceptions of a chain, frames of one exception (as many of libraries), and services of a group.
const GROUPS: usize = 20;
const LINKS: usize = 8;
const FRAMES: usize = 20;
const SERVICES: usize = 5;
/// Characters of a message and of a frame.
const MESSAGE: usize = 300;
const FRAME: usize = 200;

/// Groups, the severe and frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exceptions {
    /// The groups.
    pub groups: Vec<Group>,
    /// How many are left out: the mildest and rarest.
    pub more: u64,
}

/// The traces of one fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The chain of the earliest trace, outermost first.
    pub chain: Vec<Thrown>,
    /// Place of the root in it.
    pub root: u32,
    /// Exceptions between the outermost and the root that are left out.
    pub more_links: u64,
    /// Highest effective severity.
    pub severity: Severity,
    /// How often it was thrown.
    pub times: u64,
    /// Entries of all its traces.
    pub entries: u64,
    /// Services that threw it, by name.
    pub services: Vec<String>,
    /// How many are left out.
    pub more_services: u64,
    /// First and last of it.
    pub seen: [Option<Nanos>; 2],
    /// How often in each bucket of the timeline.
    pub buckets: Vec<u64>,
    /// Its entries.
    pub filter: Filter,
}

/// One exception of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thrown {
    /// Type; may be empty.
    pub kind: String,
    /// Message, on one line.
    pub message: String,
    /// How it relates to the one before it, as [`Exception::relation`] has it.
    pub relation: String,
    /// The user's own frames, innermost first: `file:line in function`.
    pub own: Vec<String>,
    /// Frames of libraries and of the runtime.
    pub library: Vec<String>,
    /// How many frames of each are left out.
    pub more: [u64; 2],
}

impl Exceptions {
    /// Every text of a log in here.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        let mut texts = Vec::new();
        for group in &mut self.groups {
            for Thrown { kind, message, relation: _, own, library, more: _ } in &mut group.chain {
                texts.extend([kind, message]);
                texts.extend(own.iter_mut().chain(library));
            }
            texts.extend(&mut group.services);
        }
        texts
    }
}

/// The exceptions of a log; how often over the buckets of its timeline, if it has one.
pub(crate) fn exceptions(index: &Index, statements: &[Statement], line: Option<&Timeline>) -> Exceptions {
    let mut by_fault: BTreeMap<String, Vec<&Statement>> = BTreeMap::new();
    for statement in statements {
        if let Some(trace) = statement.trace.as_ref().filter(|trace| says_something(trace)) {
            by_fault.entry(trace::signature(trace)).or_default().push(statement);
        }
    }
    let mut faults: Vec<Vec<&Statement>> = by_fault.into_values().collect();
    faults.order_by_cached_key(|same| {
        let severity = same.iter().map(|statement| statement.severity).max();
        let times: usize = same.iter().map(|statement| statement.occurrences.len()).sum();
        let first = same.first().and_then(|statement| statement.occurrences.firsts().first());
        (Reverse(severity), Reverse(times), first.copied())
    });
    let more = faults.len().saturating_sub(GROUPS) as u64;
    faults.truncate(GROUPS);
    let groups = faults.into_iter().filter_map(|same| group(index, &same, line)).collect();
    Exceptions { groups, more }
}

/// Whether anything of a trace can be shown: a part of one may have neither type nor words.
fn says_something(trace: &trace::Trace) -> bool {
    trace.chain.iter().any(|one| !one.kind.trim().is_empty() || !one.message.trim().is_empty())
}

/// The statements of one fault, in the order of their first occurrence, as a group.
fn group(index: &Index, same: &[&Statement], line: Option<&Timeline>) -> Option<Group> {
    let (chain, root, more_links) = chain(same.first()?.trace.as_ref()?);
    let mut rows: Vec<u32> = same.iter().flat_map(|statement| statement.rows()).collect();
    rows.sort_unstable();
    let firsts: Vec<u32> = same.iter().flat_map(|s| s.occurrences.firsts().iter().copied()).collect();
    let services: BTreeSet<&str> = firsts
        .iter()
        .filter_map(|row| index.source_of(index.row(*row)?))
        .map(|source| source.service.as_ref())
        .filter(|name| !name.is_empty())
        .gathered();
    let at = |row: Option<&u32>| row.and_then(|row| time(index, *row));
    Some(Group {
        chain,
        root,
        more_links,
        severity: same.iter().map(|statement| statement.severity).max().unwrap_or_default(),
        times: firsts.len() as u64,
        entries: rows.len() as u64,
        more_services: services.len().saturating_sub(SERVICES) as u64,
        services: services.into_iter().take(SERVICES).map(str::to_owned).collect(),
        seen: [at(rows.first()), at(rows.last())],
        buckets: line.map_or_else(Vec::new, |line| over_time(index, &firsts, line)),
        filter: filter_of_rows(index, &rows),
    })
}

fn over_time(index: &Index, firsts: &[u32], line: &Timeline) -> Vec<u64> {
    let mut buckets = vec![0; line.buckets.len()];
    for time in firsts.iter().filter_map(|row| time(index, *row)) {
        let at = time.0.saturating_sub(line.from.0).div_euclid(line.bucket_nanos.max(1));
        if let Some(n) = usize::try_from(at).ok().and_then(|at| buckets.get_mut(at)) {
            *n += 1;
        }
    }
    buckets
}

/// The exceptions of a trace as they are shown, the place of the root among them, and how many are left out before it.
fn chain(trace: &trace::Trace) -> (Vec<Thrown>, u32, u64) {
    let root = trace::root(trace);
    let shown =
        trace.chain.iter().filter(|one| !one.kind.trim().is_empty() || !one.message.trim().is_empty());
    let mut links: Vec<(Thrown, bool)> =
        shown.map(|exception| (thrown(exception), std::ptr::eq(exception, root))).collect();
    let mut at = links.iter().position(|(_, is_root)| *is_root).unwrap_or_default();
    // The root is what has to be seen: of a long chain the middle goes.
    let more = (at + 1).saturating_sub(LINKS);
    if more > 0 {
        links.drain(LINKS - 1..at);
        at = LINKS - 1;
    }
    links.truncate(LINKS);
    if let Some((first, _)) = links.first_mut() {
        first.relation.clear();
    }
    let at = u32::try_from(at).unwrap_or_default();
    (links.into_iter().map(|(link, _)| link).collect(), at, more as u64)
}

fn thrown(exception: &Exception) -> Thrown {
    let frames = exception.site.iter().chain(&exception.frames);
    let (own, library): (Vec<&Frame>, Vec<&Frame>) = frames.partition(|frame| frame.user);
    let more = [own.len(), library.len()].map(|n| n.saturating_sub(FRAMES) as u64);
    let told = |frames: Vec<&Frame>| frames.into_iter().take(FRAMES).map(place).collect();
    Thrown {
        kind: brief(unprefixed(&exception.kind), FRAME),
        message: brief(without_data(&exception.message), MESSAGE),
        relation: exception.relation.clone(),
        own: told(own),
        library: told(library),
        more,
    }
}

/// `file:line in function`, or what of it is known.
fn place(frame: &Frame) -> String {
    let text = match (frame.file.is_empty(), frame.function.is_empty()) {
        (true, _) => frame.function.clone(),
        (false, true) => place_of(frame),
        (false, false) => format!("{} in {}", place_of(frame), frame.function),
    };
    brief(&text, FRAME)
}

#[cfg(test)]
#[path = "exceptions_tests.rs"]
mod tests;
