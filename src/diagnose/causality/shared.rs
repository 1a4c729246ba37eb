//! What services share, and what they tell of each other: the database server or the gateway to the outside, and callers that name
//! the service that fails.

use super::Scene;
use crate::diagnose::statements::{self, time};
use crate::diagnose::troubles::Trouble;
use crate::entry::Source;
use crate::entry::time::SECOND;
use crate::order::Order as _;

/// Times that a caller tells of it before that is more than chance, and how near to the failure itself.
const TOLD: usize = 3;
const CALL: i64 = 2 * SECOND;

/// Whether a trouble is what callers say of a service that fails: they name it, each time near one of its failures.
pub(crate) fn is_told_by_caller(scene: &Scene<'_>, root: &Trouble, trouble: &Trouble) -> bool {
    let service = |t: &Trouble| {
        let row = t.occurrences.first().and_then(|o| scene.index.row(o.first()));
        row.and_then(|row| scene.index.source_of(row)).map_or("", |source| source.service.as_ref())
    };
    let (failing, caller) = (service(root), service(trouble));
    let text = trouble.lead(scene.statements).map_or("", |s| s.text.as_str());
    if failing.len() < 4
        || failing == caller
        || trouble.occurrences.len() < TOLD
        || !super::named::names(crate::digest::cut(text, 400), failing)
    {
        return false;
    }
    near_in_time(scene, root, trouble, CALL) >= 90
}

/// Share (per cent) of a trouble's occurrences that have one of another within `reach`, wherever it was said.
fn near_in_time(scene: &Scene<'_>, root: &Trouble, trouble: &Trouble, reach: i64) -> usize {
    let mut times: Vec<i64> =
        root.occurrences.iter().filter_map(|o| Some(time(scene.index, o.first())?.0)).collect();
    times.order();
    let near = trouble.occurrences.iter().filter(|o| {
        let Some(at) = time(scene.index, o.first()) else { return false };
        let from = times.partition_point(|time| *time < at.0.saturating_sub(reach));
        times.get(from).is_some_and(|time| *time <= at.0.saturating_add(reach))
    });
    near.count() * 100 / trouble.occurrences.len().max(1)
}

/// Whether two troubles of which one is known to lead to the other come in step, each time within a moment: what refuses a call, and
/// what the caller says of it.
pub(crate) fn in_step(scene: &Scene<'_>, root: &Trouble, trouble: &Trouble) -> bool {
    use crate::diagnose::causality::relations::explains;
    root.occurrences.len().min(trouble.occurrences.len()) >= TOLD
        && (explains(scene, root, trouble) || explains(scene, trouble, root))
        && near_in_time(scene, root, trouble, CALL) >= 90
        && near_in_time(scene, trouble, root, CALL) >= 90
}

/// How long after a server's refusal its client may report it, and letters of a message that are nobody else's.
const REPORTED: i64 = 60 * SECOND;
const DISTINCT: usize = 24;

/// Whether the exceptions of a trouble quote what a server said to them: its words stand in their chain (PostgreSQL's `FATAL: …` in
/// a pool's exception), and it said so at that time.
pub(crate) fn is_quoted(scene: &Scene<'_>, root: &Trouble, trouble: &Trouble) -> bool {
    let (Some(said), Some(trace)) = (root.lead(scene.statements), trouble.trace(scene.statements)) else {
        return false;
    };
    let line = said.text.lines().next().unwrap_or("");
    let words =
        ["FATAL:", "ERROR:", "PANIC:"].iter().find_map(|head| line.split_once(head)).map(|(_, w)| w.trim());
    words.filter(|words| words.len() >= DISTINCT).is_some_and(|words| {
        trace.chain.iter().any(|e| e.message.contains(words))
            && near_in_time(scene, root, trouble, REPORTED) >= 50
    })
}

/// How long before a failure and after it the server tells of the same thing.
const SERVER: i64 = 30 * SECOND;

/// What many services share: the database server, the gateway to the outside.
fn is_infrastructure(resource: &str) -> bool {
    matches!(resource, "cloudsql_database" | "nat_gateway")
}

/// Whether it is the only one of its kind in the log.
fn is_only_one(scene: &Scene<'_>, of: &Source<'_>) -> bool {
    let mut all = scene.index.sources().iter().filter(|source| source.resource == of.resource);
    all.all(|source| source.service == of.service)
}

/// Whether one of two troubles is said by what all services share, in the time of the other.
pub(crate) fn is_of_its_server(scene: &Scene<'_>, root: &Trouble, trouble: &Trouble) -> bool {
    let source = |t: &Trouble| {
        let row = t.occurrences.first().and_then(|o| scene.index.row(o.first()));
        row.and_then(|row| scene.index.source_of(row))
    };
    let (Some(one), Some(other)) = (source(root), source(trouble)) else { return false };
    let Some(shared) = [one, other].into_iter().find(|source| is_infrastructure(&source.resource)) else {
        return false;
    };
    if one.resource == other.resource || !is_only_one(scene, shared) {
        return false;
    }
    // What goes on all the time is no part of what happens once.
    meanwhile(scene, root, trouble) >= 80 && meanwhile(scene, trouble, root) >= 50
}

/// Share (per cent) of the occurrences of `some` that lie in the time of `all`.
fn meanwhile(scene: &Scene<'_>, all: &Trouble, some: &Trouble) -> usize {
    let at = |o: Option<statements::Occurrence<'_>>| o.and_then(|o| time(scene.index, o.first()));
    let span = at(all.occurrences.first()).zip(at(all.occurrences.last()));
    let Some((from, until)) = span else { return 0 };
    let within = some.occurrences.iter().filter(|o| {
        let time = time(scene.index, o.first());
        time.is_some_and(|at| {
            (from.0.saturating_sub(SERVER)..=until.0.saturating_add(SERVER)).contains(&at.0)
        })
    });
    within.count() * 100 / some.occurrences.len().max(1)
}

/// Whether a source is such a thing, and the only one of its kind in the log.
pub(crate) fn is_the_only(scene: &Scene<'_>, source: &Source<'_>) -> bool {
    is_infrastructure(&source.resource) && is_only_one(scene, source)
}
