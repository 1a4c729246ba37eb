//! Requests that are refused because of a limit of whoever serves, too large (413), or too many (429) on a path that it serves
//! otherwise; and those that a rule of a security policy keeps from a path that is served (403).

use super::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::troubles::{Kind, Trouble};
use crate::diagnose::{statements, words as plain};
use crate::digest::{RequestRow, Row};
use crate::order::{Gather as _, Order as _};
use crate::report::model::{Rich, Sentence};
use std::collections::BTreeSet;

/// Refusals from which on a limit stops work that people do.
const MANY: usize = 10;

/// The status of such refusals, if a trouble is of them.
fn status(scene: &Scene<'_>, trouble: &Trouble) -> Option<u16> {
    let row = trouble.occurrences.first()?.first();
    let status = scene.index.request_of(row).filter(|_| trouble.kind == Kind::ClientErrors)?.status;
    // A policy may answer with any status.
    if is_denied(scene, trouble) {
        return was_served(scene, trouble).then_some(403);
    }
    (status == 413 || status == 429 && is_served(scene, trouble)).then_some(status)
}

/// How a load balancer says that a rule of its security policy refused a request.
const DENIED: &str = "statusDetails: denied_by_security_policy";

/// Whether a rule refused these requests before they came to a server.
pub(crate) fn is_denied(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let row = trouble.occurrences.first().map(statements::Occurrence::first);
    trouble.kind == Kind::ClientErrors && row.is_some_and(|row| scene.index.text_of(row).starts_with(DENIED))
}

/// Whether a path that served many is refused to a good part of those who ask for it: a rule takes people for attackers. Of what
/// attackers ask for nothing was served, or they are few among those who are.
fn was_served(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let rows = trouble.occurrences.firsts();
    let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else { return false };
    let path = scene.index.request_of(first).map(|r| r.path);
    let same = || scene.index.requests().iter().filter(|r| Some(r.path) == path);
    let good = same().filter(|r| (200..400).contains(&r.status)).count();
    let meanwhile = same().filter(|r| (first..=last).contains(&r.row)).count();
    good >= MANY && rows.len() >= MANY && rows.len() * 10 >= meanwhile
}

/// One incident for each of these statuses that stops many requests, since each has its own limit and its own remedy.
pub(crate) fn incidents(scene: &Scene<'_>, taken: &mut [bool]) -> Vec<Incident> {
    let mut found = Vec::new();
    for wanted in [403, 413, 429] {
        let of_status = |n: &usize| {
            !taken.get(*n).copied().unwrap_or(true)
                && scene.troubles.get(*n).is_some_and(|trouble| status(scene, trouble) == Some(wanted))
        };
        let mut numbers: Vec<usize> = (0..scene.troubles.len()).filter(of_status).collect();
        let n_of = |n: &usize| scene.troubles.get(*n).map_or(0, |trouble| trouble.occurrences.len());
        if numbers.iter().map(n_of).sum::<usize>() < MANY {
            continue;
        }
        numbers.order_by_key(|n| (std::cmp::Reverse(n_of(n)), *n));
        for &number in &numbers {
            taken.get_mut(number).into_iter().for_each(|slot| *slot = true);
        }
        let Some((&root, symptoms)) = numbers.split_first() else { continue };
        found.push(Incident { root: Some(root), symptoms: symptoms.to_vec(), ..Incident::default() });
    }
    // What else a rule refuses are attacks, and it is there for them.
    for (number, trouble) in scene.troubles.iter().enumerate() {
        if is_denied(scene, trouble) {
            taken.get_mut(number).into_iter().for_each(|slot| *slot = true);
        }
    }
    found
}

/// Whether the path that refuses answers others well: what is never served is asked for again and again by scanners.
fn is_served(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let path = trouble.occurrences.first().and_then(|o| scene.index.request_of(o.first())).map(|r| r.path);
    let mut same = scene.index.requests().iter().filter(|r| Some(r.path) == path);
    same.any(|r| (200..400).contains(&r.status))
}

/// Whether an incident is such refusals, and which.
pub(crate) fn of(scene: &Scene<'_>, incident: &Incident) -> Option<u16> {
    let root = incident.root.and_then(|root| scene.troubles.get(root))?;
    status(scene, root).filter(|_| incident.requests.len() >= MANY)
}

/// How many times what is usual is refused.
const TIMES: i128 = 5;

/// Whether what is refused as too many came on top of the usual traffic, which was served meanwhile: the path answers about as many as
/// at other times, and refuses many times as much. Then the limit did what it is for. Gives how many it answered meanwhile and would usually.
pub(crate) fn on_top(scene: &Scene<'_>, incident: &Incident) -> Option<[u64; 2]> {
    let index = scene.index;
    of(scene, incident).filter(|status| *status == 429)?;
    let (first, last) = (*incident.requests.first()?, *incident.requests.last()?);
    let at = |row: u32| statements::time(index, row).map(|time| i128::from(time.0));
    let begin = index.rows().iter().find_map(Row::time)?;
    let end = index.rows().iter().rev().find_map(Row::time)?;
    let lasted = at(last)? - at(first)?;
    let rest = i128::from(end.0) - i128::from(begin.0) - lasted;
    let paths: BTreeSet<u32> = incident
        .requests
        .iter()
        .filter_map(|row| index.request_of(*row))
        .map(|request| request.path)
        .gathered();
    let good = index.requests().iter().filter(|r| paths.contains(&r.path) && (200..400).contains(&r.status));
    let (within, without): (Vec<&RequestRow>, Vec<&RequestRow>) =
        good.partition(|request| (first..=last).contains(&request.row));
    let usual = without.len() as i128 * lasted / rest.max(1);
    let (served, refused) = (within.len() as i128, incident.requests.len() as i128);
    let fits = rest > lasted
        && usual >= 2
        && (served >= usual || (usual - served).pow(2) <= usual)
        && refused >= usual * TIMES;
    let counts = [u64::try_from(served).ok()?, u64::try_from(usual).ok()?];
    fits.then_some(counts)
}

/// The same as a sentence.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, incident: &Incident) -> Option<Sentence> {
    let [served, usual] = on_top(scene, incident)?;
    let text = Rich::text(format!(
        "The same path answered {} meanwhile, and in as long a time at other times about {}: what was refused came on top, and who asks as usual was served. The limit did what it is for.",
        plain::count(served, "other request", "other requests"),
        plain::number(usual)
    ));
    Some(derived(text, "requests answered meanwhile against the usual ones", book.rows(&incident.requests)))
}

/// ` refused as too large`.
pub(crate) fn words(status: u16) -> &'static str {
    match status {
        403 => "refused by a rule of the security policy",
        413 => "refused as too large",
        _ => "refused as too many",
    }
}

/// What it means for the callers.
pub(crate) fn impact(status: u16) -> Rich {
    Rich::text(match status {
        403 => {
            "People who should be served are turned away before a server sees them: the same path served others until then."
        }
        413 => {
            "What these callers sent is larger than a server on the way accepts, so it was not taken: the same request is refused every time."
        }
        _ => "These callers were turned away because of a limit on requests, not for what they asked.",
    })
}

/// What to do.
pub(crate) fn advice(status: u16) -> Rich {
    Rich::text(match status {
        403 => {
            "Set the rule that refuses to preview, or leave the path (or the field that it takes for an attack) out of it (`gcloud compute security-policies rules update PRIORITY --security-policy POLICY --preview`): the log of the load balancer names policy and rule beside each refusal (enforcedSecurityPolicy). Try a rule in preview for some days before it is enforced, and alert on refusals by path."
        }
        413 => {
            "Find the limit that refuses (Cloud Run takes 32 MiB a request over HTTP/1, nginx 1 MB unless client_max_body_size says more, a framework has its own), and let the client reduce or split what it sends, or upload straight to a bucket by a signed URL; raise the limit where it is your own. If it began with a version of the client, roll that back or hold it."
        }
        _ => {
            "Find the limit that refuses (instances and concurrency of the service, a quota, a rate limiter) and compare it with the load: raise it if the load is wanted, or let the callers wait and try again."
        }
    })
}
