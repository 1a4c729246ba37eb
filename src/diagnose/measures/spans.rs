//! A request → the time in which it was served; what is said → the requests that were being served meanwhile.

use crate::diagnose::causality::{self, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::statements::time;
use crate::diagnose::troubles::Trouble;
use crate::diagnose::words;
use crate::entry::time::SECOND;
use crate::report::model::{Rich, Sentence};

/// Requests that are looked at for one message; more at once are served only where none can be told from another.
const AT_ONCE: usize = 200;
/// Longest time that a request is looked for before a message.
const LONGEST: i64 = 3600 * SECOND;
/// A message may be written a little after the answer.
const WRITE: i64 = SECOND / 20;

/// From when to when a request was served, in nanoseconds. The platform's request log states the begin; the access line of a
/// server the end, so that both sides count where the log does not tell which it is.
pub(crate) fn span(scene: &Scene<'_>, row: u32) -> Option<(i64, i64)> {
    let at = time(scene.index, row)?.0;
    let latency = scene.index.request_of(row).and_then(crate::digest::RequestRow::latency).unwrap_or(0);
    let latency = i64::try_from(latency).unwrap_or(0).saturating_mul(1000);
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
    let begins = source
        .is_some_and(|s| s.log.is_empty() || s.log.ends_with("requests") || s.log.ends_with("request_log"));
    let from = if begins { at } else { at.saturating_sub(latency) };
    Some((from, at.saturating_add(latency)))
}

/// Whether both rows are of one service and revision.
pub(crate) fn same_revision(scene: &Scene<'_>, one: u32, other: u32) -> bool {
    let revision = |row: u32| {
        let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
        source.map(|s| (s.service.clone(), s.revision.clone()))
    };
    revision(one) == revision(other)
}

/// Requests that were being served by the same revision when a row was written, with their status.
pub(crate) fn served_at(scene: &Scene<'_>, row: u32, slack: i64) -> Vec<(u32, u16)> {
    let Some(at) = time(scene.index, row) else { return Vec::new() };
    let requests = scene.index.requests();
    let until = requests.partition_point(|r| time(scene.index, r.row).is_none_or(|t| t.0 <= at.0 + slack));
    requests
        .iter()
        .take(until)
        .rev()
        .take(AT_ONCE)
        .take_while(|r| time(scene.index, r.row).is_none_or(|t| at.0 - t.0 <= LONGEST))
        .filter(|r| r.status > 0 && r.row != row && same_revision(scene, r.row, row))
        .filter(|r| span(scene, r.row).is_some_and(|(from, to)| from <= at.0 && at.0 <= to + slack))
        .map(|r| (r.row, r.status))
        .collect()
}

/// Whether most of what a trouble says falls into requests that were answered below 400, and none of it into a failed one.
pub(crate) fn answered_well(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let mut well = 0;
    for occurrence in trouble.occurrences.iter().take(AT_ONCE) {
        let served = served_at(scene, occurrence.first(), WRITE);
        if served.iter().any(|(_, status)| *status >= 500) {
            return false;
        }
        well += usize::from(served.iter().any(|(_, status)| *status < 400));
    }
    well * 2 > trouble.occurrences.len().min(AT_ONCE)
}

/// What the callers were told whose requests fall together with an error that failed none of them.
pub(crate) fn swallowed(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble) -> Option<Sentence> {
    let mut rows: Vec<u32> = Vec::new();
    for occurrence in root.occurrences.iter().take(AT_ONCE) {
        // Only where one request alone was being served is it clear whose error it is.
        match served_at(scene, occurrence.first(), WRITE).as_slice() {
            [(row, status)] if *status < 400 => rows.push(*row),
            _ => return None,
        }
    }
    rows.sort_unstable();
    rows.dedup();
    let request = scene.index.request_of(*rows.first()?)?;
    let text = Rich::text("It falls into ")
        .t(if rows.len() == 1 {
            "a request".to_owned()
        } else {
            words::count(rows.len() as u64, "request", "requests")
        })
        .t(if rows.len() == 1 {
            " that was answered "
        } else {
            " that were answered as if nothing had happened, such as "
        });
    let path = scene.index.path(request.path).unwrap_or("").to_owned();
    let text = if rows.len() == 1 {
        text.t(format!("{}: ", request.status)).c(path).t(". The caller was told that all is well.")
    } else {
        text.c(path).t(format!(" with {}. The callers were told that all is well.", request.status))
    };
    Some(derived(text, "times of the entries against begin and latency of the requests", book.rows(&rows)))
}

/// Whether a load balancer tells of a request, whose own service is none.
fn is_balanced(scene: &Scene<'_>, row: u32) -> bool {
    let source = scene.index.row(row).and_then(|row| scene.index.source_of(row));
    source.is_some_and(|source| source.resource.ends_with("load_balancer"))
}

/// Share (per cent) of failed requests during which the cause was said by the same revision.
pub(crate) fn around_requests(scene: &Scene<'_>, cause: &Trouble, requests: &Trouble) -> usize {
    let said: Vec<(i64, u32)> =
        cause.occurrences.iter().filter_map(|o| Some((time(scene.index, o.first())?.0, o.first()))).collect();
    let within = |from: i64, until: i64| {
        let first = said.partition_point(|(t, _)| *t < from);
        said.iter().skip(first).take_while(move |(t, _)| *t <= until).take(200)
    };
    let sparse = causality::relations::sparse(scene, cause);
    let during = requests.occurrences.iter().filter(|o| {
        let row = o.first();
        let Some((from, until)) = span(scene, row) else { return false };
        if is_balanced(scene, row) {
            // Behind a load balancer another service fails, as it gives its answer; which time its log states differs.
            let at = time(scene.index, row).map_or(until, |at| at.0);
            return sparse
                && [at, until].iter().any(|end| within(end - SECOND, end + SECOND).next().is_some());
        }
        within(from.saturating_sub(SECOND), until.saturating_add(2 * SECOND))
            .any(|(_, n)| same_revision(scene, *n, row))
    });
    during.count() * 100 / requests.occurrences.len().max(1)
}

/// Whether nearly all of what a trouble says falls into (or right behind) these failed requests.
pub(crate) fn inside(scene: &Scene<'_>, said: &[u32], requests: &[u32]) -> bool {
    let spans: Vec<(i64, i64)> = requests.iter().filter_map(|&row| span(scene, row)).collect();
    let inside = said.iter().filter(|&&row| {
        time(scene.index, row).is_some_and(|at| {
            let next = spans.partition_point(|(from, _)| *from <= at.0 + SECOND / 4);
            spans
                .iter()
                .take(next)
                .rev()
                .take(AT_ONCE)
                .any(|(from, until)| from - SECOND / 4 <= at.0 && at.0 <= until + 2 * SECOND)
        })
    });
    !said.is_empty() && inside.count() * 10 >= said.len() * 9
}
