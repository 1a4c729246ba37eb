//! Two troubles → how much speaks for one being the cause of the other: what signatures explain, nearness, trace ids, requests.

use super::{Incident, Scene};
use crate::diagnose::statements::{self, time};
use crate::diagnose::troubles::{self, Kind, Trouble};
use crate::diagnose::{knowledge, measures};
use crate::entry::time::SECOND;
use crate::order::Order as _;
use foldhash::fast::FixedState;
use std::collections::HashSet;

/// Whether a signature only says in other words that a process ended: it explains an exit and nothing else.
pub(crate) fn is_end(signature: &knowledge::Signature) -> bool {
    signature.area == "nginx-gunicorn-uvicorn" || signature.explains.is_empty()
}

pub(crate) fn signature_id<'k>(scene: &Scene<'k>, trouble: &Trouble) -> Option<&'k knowledge::Signature> {
    match trouble.kind {
        Kind::Signature(number) => scene.knowledge.signatures().get(number),
        _ => None,
    }
}

pub(crate) fn explains(scene: &Scene<'_>, cause: &Trouble, other: &Trouble) -> bool {
    let Some(cause) = signature_id(scene, cause) else { return false };
    match other.kind {
        // Failed requests are told by their status; the knowledge knows them under this name.
        Kind::ServerErrors => cause.explains.iter().any(|id| id == "http-request-5xx"),
        _ => signature_id(scene, other).is_some_and(|other| cause.explains.contains(&other.id)),
    }
}

pub(crate) fn is_request(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    trouble.occurrences.first().is_some_and(|o| scene.index.request_of(o.first()).is_some())
}

/// Share (per cent) of a trouble's occurrences that have one of the cause within `reach`, at the same service and revision.
pub(crate) fn overlap(scene: &Scene<'_>, cause: &Trouble, other: &Trouble, reach: i64) -> usize {
    if are_apart(scene, cause, other, reach) {
        return 0;
    }
    let mut places = Places::of(scene, cause);
    let near = other.occurrences.iter().filter(|o| {
        let Some((at, here)) = place(scene, o.first()) else { return false };
        let is_here = |there: u32| there == here || is_one_place(scene, there, here);
        places.any(scene, [at.saturating_sub(reach), at.saturating_add(reach)], is_here)
    });
    near.count() * 100 / other.occurrences.len().max(1)
}

/// Places that are looked at around one time.
const PLACES: usize = 200;

/// When and by which source a cause is said, from a time on that only goes forward.
enum Places<'t> {
    /// Each time in one row: these stand in order, and nothing is copied of them.
    Rows(&'t [u32]),
    /// Both ends of each time: a dump that was split over entries is near as long as it lasts.
    Ends(Vec<(i64, u32)>, usize),
}

impl<'t> Places<'t> {
    fn of(scene: &Scene<'_>, cause: &'t Trouble) -> Places<'t> {
        let rows = cause.occurrences.firsts();
        if cause.occurrences.n_rows() == rows.len() {
            return Places::Rows(rows);
        }
        let ends = |o: statements::Occurrence<'_>| [Some(o.first()), o.rows.last().copied()];
        let ends = cause.occurrences.iter().flat_map(ends).flatten();
        let mut ends: Vec<(i64, u32)> = ends.filter_map(|row| place(scene, row)).collect();
        ends.order();
        Places::Ends(ends, 0)
    }

    /// Whether the source of any of the first places in a span of time fits, in the order of time and source.
    fn any(&mut self, scene: &Scene<'_>, [from, until]: [i64; 2], fits: impl Fn(u32) -> bool) -> bool {
        if let Places::Rows(rows) = self {
            let before = |row: &&u32| time(scene.index, **row).is_none_or(|at| at.0 < from);
            *rows = rows.get(rows.iter().take_while(before).count()..).unwrap_or_default();
            // Such a row is both ends of its time.
            let most = PLACES / 2;
            let at = |n: usize| rows.get(n).and_then(|row| time(scene.index, *row)).map(|at| at.0);
            let is_cut = at(most).is_some_and(|next| next <= until && at(most - 1) == Some(next));
            if !is_cut {
                let inside = rows.iter().take(most).map_while(|row| place(scene, *row));
                return inside.take_while(|(at, _)| *at <= until).any(|(_, source)| fits(source));
            }
            // Where so many are said at one time, which of them are the first is a matter of their sources.
            let both = rows.iter().filter_map(|row| place(scene, *row)).flat_map(|place| [place, place]);
            let mut ends: Vec<(i64, u32)> = both.collect();
            ends.order();
            *self = Places::Ends(ends, 0);
        }
        let Places::Ends(ends, begin) = self else { return false };
        *begin += ends.iter().skip(*begin).take_while(|(at, _)| *at < from).count();
        let inside = ends.iter().skip(*begin).take_while(|(at, _)| *at <= until);
        inside.take(PLACES).any(|(_, source)| fits(*source))
    }
}

/// When and by which source a row is said.
fn place(scene: &Scene<'_>, row: u32) -> Option<(i64, u32)> {
    let row = scene.index.row(row)?;
    Some((row.time()?.0, row.source()))
}

/// Shortest request that a time limit may have cut off, and how near to its end the words of the limit stand.
const CUT_OFF_MICROS: u64 = 5_000_000;
const CUT_OFF_NEAR: i64 = 2 * SECOND;

/// Long failed requests that end when the cause is said, by the same instance or trace: a worker that was silent too long, a
/// statement that was cancelled. They began long before, so nearness of times alone does not see them.
pub(crate) fn ended_with(scene: &Scene<'_>, cause: &Trouble, requests: &[u32]) -> Vec<u32> {
    let mut said: Vec<(i64, u32)> =
        cause.occurrences.iter().filter_map(|o| Some((time(scene.index, o.first())?.0, o.first()))).collect();
    said.order();
    let ended = |row: u32| {
        let latency = scene.index.request_of(row)?.latency().filter(|micros| *micros >= CUT_OFF_MICROS)?;
        let begun = time(scene.index, row)?.0;
        let latency = i64::try_from(latency).ok()?.saturating_mul(1000);
        // Most logs give a request the time of its beginning, access logs that of its end.
        let near = [begun.saturating_add(latency), begun].into_iter().any(|end| {
            let first = said.partition_point(|(t, _)| *t < end.saturating_sub(CUT_OFF_NEAR));
            said.iter()
                .skip(first)
                .take_while(|(t, _)| *t <= end.saturating_add(CUT_OFF_NEAR))
                .take(200)
                .any(|(_, other)| same_place(scene, *other, row))
        });
        near.then_some(row)
    };
    requests.iter().filter_map(|&row| ended(row)).collect()
}

/// Share (per cent) of a trouble's occurrences that are such requests.
pub(crate) fn cut_off(scene: &Scene<'_>, cause: &Trouble, other: &Trouble) -> usize {
    let rows: Vec<u32> = other.occurrences.iter().map(statements::Occurrence::first).collect();
    ended_with(scene, cause, &rows).len() * 100 / rows.len().max(1)
}

/// Whether two rows are of one trace, or of one instance; of one revision where an instance is not known.
fn same_place(scene: &Scene<'_>, one: u32, other: u32) -> bool {
    let trace = scene.index.trace_id_of(one);
    if trace.is_some() && trace == scene.index.trace_id_of(other) {
        return true;
    }
    let source = |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row));
    let (Some(a), Some(b)) = (source(one), source(other)) else { return false };
    let unknown = a.instance.is_empty() || b.instance.is_empty();
    (unknown || a.instance == b.instance) && a.service == b.service && a.revision == b.revision
}

/// Whether two sources are one instance; where no instance is known, one revision of one service.
fn is_one_place(scene: &Scene<'_>, one: u32, other: u32) -> bool {
    let source = |number: u32| scene.index.sources().get(number as usize);
    match (source(one), source(other)) {
        (Some(a), Some(b)) if a.instance.is_empty() && b.instance.is_empty() => {
            a.service == b.service && a.revision == b.revision
        }
        (Some(a), Some(b)) => a.instance == b.instance,
        (None, None) => true,
        _ => false,
    }
}

/// Whether two troubles that were seen once each are further apart than `reach`: most pairs of a log with very many messages
/// are, and nothing has to be gathered to see it.
fn are_apart(scene: &Scene<'_>, one: &Trouble, other: &Trouble, reach: i64) -> bool {
    let span = |trouble: &Trouble| {
        let only = trouble.occurrences.first().filter(|_| trouble.occurrences.len() == 1)?;
        let first = time(scene.index, only.first())?.0;
        let last = only.rows.last().and_then(|row| time(scene.index, *row)).map_or(first, |last| last.0);
        Some((first, last))
    };
    let (Some((from, until)), Some((at, _))) = (span(one), span(other)) else { return false };
    // Of the cause both ends count, in between nothing does.
    at.abs_diff(from) > reach.unsigned_abs() && at.abs_diff(until) > reach.unsigned_abs()
}

/// Share (per cent) of a trouble's occurrences that share a trace id with one of the cause.
pub(crate) fn same_trace(scene: &Scene<'_>, cause: &Trouble, other: &Trouble) -> usize {
    let ids = |trouble: &Trouble| -> Vec<u64> {
        trouble
            .occurrences
            .iter()
            .filter_map(|o| o.rows.iter().find_map(|&n| scene.index.trace_id_of(n)))
            .collect()
    };
    let known: HashSet<u64, FixedState> = ids(cause).into_iter().collect();
    if known.is_empty() {
        return 0;
    }
    ids(other).iter().filter(|id| known.contains(id)).count() * 100 / other.occurrences.len().max(1)
}

/// Whether the log tells of these requests how long they took.
pub(crate) fn times_known(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    trouble
        .occurrences
        .iter()
        .all(|o| scene.index.request_of(o.first()).is_some_and(|request| request.latency().is_some()))
}

/// How long before a failure what is known to lead to it may have begun.
const LEADS: i64 = 15 * 60 * SECOND;

/// Whether a trouble began before a failure that it is known to explain, where both are of one place: the same service
/// (connections that are not given back, and the pool that is empty some minutes later), the machine below it, or a resource
/// whose name both carry, as a certificate that is not renewed and the host that serves it.
pub(crate) fn led_to(scene: &Scene<'_>, earlier: &Trouble, failure: &Trouble) -> bool {
    if !explains(scene, earlier, failure) {
        return false;
    }
    let first = |trouble: &Trouble| trouble.occurrences.first().map(statements::Occurrence::first);
    let (Some(one), Some(other)) = (first(earlier), first(failure)) else { return false };
    // What is said again and again counts from the last time before the failure.
    let before = earlier.occurrences.firsts().iter().copied().rfind(|row| *row < other);
    let one = before.unwrap_or(one);
    let source = |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row));
    let (Some(a), Some(b)) = (source(one), source(other)) else { return false };
    let Some(lead) = time(scene.index, other).zip(time(scene.index, one)).map(|(other, one)| other.0 - one.0)
    else {
        return false;
    };
    let same = a.service == b.service && a.revision == b.revision;
    // A machine measures itself every few minutes, and its pods may feel it before.
    let below = matches!(a.resource.as_ref(), "k8s_node" | "gce_instance")
        && troubles::beside::may_be_on(scene, failure, &a.instance);
    // The one database server of a log is that of its services.
    let serves = super::shared::is_the_only(scene, a);
    (same || serves) && (0..=LEADS).contains(&lead)
        || below && lead.abs() <= LEADS
        || lead >= 0 && share_a_name(scene, earlier, failure)
}

/// Whether a trouble is pods that a node took away.
pub(crate) fn is_evicted(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    signature_id(scene, trouble).is_some_and(|signature| signature.id == "k8s-evicted")
}

/// Whether pods find no node because of what took others away before: the node that evicts them is tainted while it is under
/// pressure (kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction), and what was evicted has to find another one.
pub(crate) fn no_room_left(scene: &Scene<'_>, evicted: &Trouble, other: &Trouble) -> bool {
    if !is_evicted(scene, evicted) || !explains(scene, evicted, other) {
        return false;
    }
    let first = |trouble: &Trouble| trouble.occurrences.first().map(statements::Occurrence::first);
    let (Some(one), Some(two)) = (first(evicted), first(other)) else { return false };
    let service =
        |row: u32| scene.index.row(row).and_then(|row| scene.index.source_of(row)).map(|s| &s.service);
    let under_pressure = other.lead(scene.statements).is_some_and(|s| s.text.contains("-pressure"));
    let lead = time(scene.index, two).zip(time(scene.index, one)).map_or(-1, |(two, one)| two.0 - one.0);
    (0..=LEADS).contains(&lead) && (under_pressure || service(one) == service(two))
}

/// Whether two signatures explain one another, and most of the one is said by the same service while the other lasts: they are
/// two sides of one matter (a pool that is empty, and connections that are held for long).
pub(crate) fn is_one_matter(scene: &Scene<'_>, one: &Trouble, other: &Trouble) -> bool {
    if !explains(scene, one, other) || !explains(scene, other, one) {
        return false;
    }
    let (mine, theirs) = (one.occurrences.firsts(), other.occurrences.firsts());
    let within = theirs.iter().filter(|row| mine.first() <= Some(*row) && Some(*row) <= mine.last()).count();
    let same =
        mine.first().zip(theirs.first()).is_some_and(|(a, b)| measures::spans::same_revision(scene, *a, *b));
    same && within * 5 >= theirs.len() * 4
}

/// Letters of a part of a name that two resources share by more than chance.
const DISTINCT: usize = 5;
/// Parts of names that many resources carry.
const COMMON: [&str; 16] = [
    "cluster",
    "local",
    "internal",
    "default",
    "service",
    "server",
    "client",
    "gateway",
    "google",
    "googleapis",
    "https",
    "error",
    "project",
    "projects",
    "production",
    "staging",
];

/// Whether what two troubles are about (captures, and the resource that tells of the earlier one) shares a distinct part.
fn share_a_name(scene: &Scene<'_>, earlier: &Trouble, failure: &Trouble) -> bool {
    fn parts(text: &str) -> impl Iterator<Item = &str> {
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| {
            part.len() >= DISTINCT && !part.bytes().all(|b| b.is_ascii_digit()) && !COMMON.contains(part)
        })
    }
    let instance = earlier
        .occurrences
        .first()
        .and_then(|o| scene.index.row(o.first()))
        .and_then(|row| scene.index.source_of(row))
        .map_or("", |source| source.instance.as_ref());
    let theirs: HashSet<&str, FixedState> =
        failure.captures.values().flat_map(|value| parts(value)).collect();
    earlier
        .captures
        .values()
        .map(String::as_str)
        .chain([instance])
        .flat_map(parts)
        .any(|part| theirs.contains(part))
}

/// Share (per cent) of a trouble's occurrences that do not lie before the first of the cause.
pub(crate) fn after(scene: &Scene<'_>, cause: &Trouble, other: &Trouble) -> usize {
    let begin = cause.occurrences.first().and_then(|o| time(scene.index, o.first()));
    let Some(begin) = begin else { return 100 };
    // Two writers of one process may overtake each other a little.
    let late = |row: &&u32| time(scene.index, **row).is_none_or(|at| at.0 >= begin.0 - SECOND / 4);
    other.occurrences.firsts().iter().filter(late).count() * 100 / other.occurrences.len().max(1)
}

/// How near a trouble is to a cause. Of a request it is known when it was served, so what was said at another time did not fail
/// it, unless the message is known to do so and no other request was answered well meanwhile; of anything else, that what
/// follows does not begin before its cause.
pub(crate) fn nearness(
    scene: &Scene<'_>,
    root: &Trouble,
    trouble: &Trouble,
    reach: i64,
    told: bool,
) -> usize {
    let free = is_request(scene, trouble) || told;
    let late = if free { 100 } else { after(scene, root, trouble) };
    let near = overlap(scene, root, trouble, reach);
    let near = if told { near } else { beyond_chance(scene, root, trouble, (near, reach)) };
    near.min(late)
}

/// Occurrences from which on nearness is weighed against chance.
const MANY: usize = 10;

/// How much of a nearness (per cent) is more than chance: of a cause that is said every few seconds, whatever else is said is near.
fn beyond_chance(scene: &Scene<'_>, root: &Trouble, trouble: &Trouble, (near, reach): (usize, i64)) -> usize {
    let firsts = root.occurrences.firsts();
    let at = |row: Option<&u32>| time(scene.index, *row?).map(|at| at.0);
    let (Some(first), Some(last)) = (at(firsts.first()), at(firsts.last())) else { return near };
    if firsts.len() < MANY || trouble.occurrences.len() < MANY || last <= first {
        return near;
    }
    let covered = i128::from(reach) * 2 * firsts.len() as i128 * 100 / i128::from(last - first);
    // Whatever is covered as a whole leaves nothing to tell by nearness of seconds; in step is another matter (see `overlap`).
    let chance = usize::try_from(covered).unwrap_or(100).min(90);
    if near <= chance { 0 } else { (near - chance) * 100 / (100 - chance) }
}

/// Whether occurrences are so few that a second at random is hardly ever within a second of one.
pub(crate) fn sparse(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let at =
        |o: Option<statements::Occurrence<'_>>| o.and_then(|o| time(scene.index, o.first())).map(|t| t.0);
    let (Some(first), Some(last)) = (at(trouble.occurrences.first()), at(trouble.occurrences.last())) else {
        return false;
    };
    let n = i64::try_from(trouble.occurrences.len()).unwrap_or(i64::MAX);
    n.saturating_mul(4 * SECOND) <= last.saturating_sub(first)
}

/// Whether who runs the work of an incident tells of it under its name.
pub(crate) fn is_by_name(incident: &Incident, trouble: &Trouble) -> bool {
    incident.collapse.as_ref().is_some_and(|c| {
        let mut parts = trouble.captures.values().flat_map(|value| value.split(['.', ' ']));
        !c.service.is_empty() && parts.any(|part| part == c.service)
    })
}
