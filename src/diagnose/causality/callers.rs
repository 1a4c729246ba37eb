//! Failed and refused requests → the incidents they make where nothing said explains them, and which refusals a cause explains.

use super::relations::signature_id;
use super::{Incident, Scene};
use crate::diagnose::knowledge::{self, Role};
use crate::diagnose::measures::spans::{around_requests, inside};
use crate::diagnose::statements::{self, time};
use crate::diagnose::troubles::{Kind, Trouble};
use crate::entry::time::SECOND;
use crate::order::Order as _;
/// One incident of all refused requests that nothing explains; the path that was refused most often leads.
pub(crate) fn refusals(scene: &Scene<'_>, taken: &mut [bool]) -> Option<Incident> {
    let mut numbers: Vec<usize> = (0..scene.troubles.len())
        .filter(|&n| !taken.get(n).copied().unwrap_or(true))
        .filter(|&n| scene.troubles.get(n).is_some_and(|t| t.kind == Kind::ClientErrors))
        .collect();
    numbers.order_by_key(|&n| std::cmp::Reverse(scene.troubles.get(n).map_or(0, |t| t.occurrences.len())));
    for &number in &numbers {
        if let Some(slot) = taken.get_mut(number) {
            *slot = true;
        }
    }
    let root = *numbers.first()?;
    Some(Incident { root: Some(root), symptoms: numbers.split_off(1), ..Incident::default() })
}

/// Whether a trouble is refused logins (or calls), and the cause one of logins (or of such calls): callers see the refusal, the log
/// the reason.
pub(crate) fn refused_login(scene: &Scene<'_>, cause: &Trouble, trouble: &Trouble) -> bool {
    let status =
        trouble.occurrences.first().and_then(|o| scene.index.request_of(o.first())).map_or(0, |r| r.status);
    let fits = |s: &knowledge::Signature| s.area == "auth-iam" && matches!(status, 401 | 403) || refuses(s);
    trouble.kind == Kind::ClientErrors && signature_id(scene, cause).is_some_and(fits)
}

/// Whether what a signature tells of is a reason to refuse good callers, whatever the status.
pub(crate) fn refuses(signature: &knowledge::Signature) -> bool {
    signature.explains.iter().any(|id| id == "http-request-4xx")
}

/// Paths of one service that answer 502 to 504 at the same time are one incident: the instance is at fault, not the path.
pub(crate) fn unavailable(scene: &Scene<'_>, taken: &mut [bool]) -> Vec<Incident> {
    let span = |t: &Trouble| {
        let at =
            |o: Option<statements::Occurrence<'_>>| o.and_then(|o| time(scene.index, o.first())).map(|t| t.0);
        Some((at(t.occurrences.first())?, at(t.occurrences.last())?))
    };
    let service = |t: &Trouble| {
        let row = t.occurrences.first().and_then(|o| scene.index.row(o.first()));
        row.and_then(|row| scene.index.source_of(row)).map(|s| s.service.clone())
    };
    let is_unavailable = |t: &Trouble| {
        let status =
            t.occurrences.first().and_then(|o| scene.index.request_of(o.first())).map_or(0, |r| r.status);
        t.kind == Kind::ServerErrors && (502..=504).contains(&status)
    };
    let mut numbers: Vec<usize> = (0..scene.troubles.len())
        .filter(|&n| {
            !taken.get(n).copied().unwrap_or(true) && scene.troubles.get(n).is_some_and(is_unavailable)
        })
        .collect();
    numbers.order_by_key(|&n| std::cmp::Reverse(scene.troubles.get(n).map_or(0, |t| t.occurrences.len())));
    let mut incidents: Vec<Incident> = Vec::new();
    for number in numbers {
        let Some(trouble) = scene.troubles.get(number) else { continue };
        let host = incidents.iter_mut().find(|incident| {
            incident.root.and_then(|root| scene.troubles.get(root)).is_some_and(|root| {
                span(root).zip(span(trouble)).is_some_and(|((from, until), (first, last))| {
                    first <= until + 30 * SECOND && last >= from - 30 * SECOND
                }) && service(root) == service(trouble)
            })
        });
        match host {
            Some(incident) => incident.symptoms.push(number),
            None => incidents.push(Incident { root: Some(number), ..Incident::default() }),
        }
        if let Some(slot) = taken.get_mut(number) {
            *slot = true;
        }
    }
    incidents
}

/// Failed requests among the rows of an incident.
pub(crate) fn failed_requests(scene: &Scene<'_>, incident: &Incident) -> Vec<u32> {
    let troubles = incident.root.iter().chain(&incident.symptoms).filter_map(|&n| scene.troubles.get(n));
    let mut rows: Vec<u32> = troubles
        .flat_map(Trouble::rows)
        .filter(|&n| scene.index.request_of(n).is_some_and(|r| r.status >= 400))
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// Failed requests that no cause explains, with what was said while they were served: a known consequence, or a message that
/// states a failure, is nearer to the reason than the status alone.
pub(crate) fn said_meanwhile(scene: &Scene<'_>, taken: &mut [bool]) -> Vec<Incident> {
    let open = |n: usize, taken: &[bool]| !taken.get(n).copied().unwrap_or(true);
    let rank = |trouble: &Trouble| match (trouble.kind, trouble.role, trouble.generic) {
        (Kind::Signature(_), Role::Symptom, false) => 2,
        (Kind::Signature(_), Role::Symptom, true) | (Kind::Suspect, ..) => 1,
        _ => 0,
    };
    let mut incidents = on_several_paths(scene, taken, rank);
    for (number, requests) in scene.troubles.iter().enumerate() {
        if requests.kind != Kind::ServerErrors || !open(number, taken) {
            continue;
        }
        let rows = requests.rows();
        let mut said: Vec<usize> = (0..scene.troubles.len())
            .filter(|&n| n != number && open(n, taken))
            .filter(|&n| {
                scene.troubles.get(n).is_some_and(|trouble| {
                    let firsts: Vec<u32> =
                        trouble.occurrences.iter().map(statements::Occurrence::first).collect();
                    rank(trouble) > 0
                        && around_requests(scene, trouble, requests) >= 50
                        && inside(scene, &firsts, &rows)
                })
            })
            .collect();
        said.order_by_key(|&n| {
            scene.troubles.get(n).map(|t| {
                (std::cmp::Reverse(rank(t)), t.occurrences.first().map(statements::Occurrence::first))
            })
        });
        let Some((&root, rest)) = said.split_first() else { continue };
        let mut symptoms = rest.to_vec();
        symptoms.push(number);
        for &n in said.iter().chain([&number]) {
            if let Some(slot) = taken.get_mut(n) {
                *slot = true;
            }
        }
        incidents.push(Incident { root: Some(root), symptoms, ..Incident::default() });
    }
    incidents
}

/// What was said while requests to several paths failed, and at no other time: one failure that each of them meets.
fn on_several_paths(scene: &Scene<'_>, taken: &mut [bool], rank: impl Fn(&Trouble) -> u8) -> Vec<Incident> {
    let mut incidents = Vec::new();
    for (number, trouble) in scene.troubles.iter().enumerate() {
        if rank(trouble) == 0 || taken.get(number).copied().unwrap_or(true) {
            continue;
        }
        let paths: Vec<usize> = scene
            .troubles
            .iter()
            .enumerate()
            .filter(|(n, t)| t.kind == Kind::ServerErrors && !taken.get(*n).copied().unwrap_or(true))
            .filter(|(_, requests)| around_requests(scene, trouble, requests) >= 50)
            .map(|(n, _)| n)
            .collect();
        let mut rows: Vec<u32> =
            paths.iter().filter_map(|&n| scene.troubles.get(n)).flat_map(Trouble::rows).collect();
        rows.sort_unstable();
        let firsts: Vec<u32> = trouble.occurrences.iter().map(statements::Occurrence::first).collect();
        if paths.len() < 2 || !inside(scene, &firsts, &rows) {
            continue;
        }
        for &n in paths.iter().chain([&number]) {
            if let Some(slot) = taken.get_mut(n) {
                *slot = true;
            }
        }
        incidents.push(Incident { root: Some(number), symptoms: paths, ..Incident::default() });
    }
    incidents
}
