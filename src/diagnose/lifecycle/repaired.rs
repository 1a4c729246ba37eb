//! What repaired an incident, if its log shows that: a later revision that works, a retry of the same work, a container that
//! started after all, a later execution.

use super::collapse::{Collapse, What};
use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::knowledge::Phase;
use crate::entry::Nanos;
use crate::entry::time::SECOND;
use crate::report::model::{Rich, State};

/// What repaired it, if the log shows that: a later revision that works, or a retry of the same work.
pub(crate) fn repaired(
    scene: &Scene<'_>,
    incident: &Incident,
    [first, last]: [Nanos; 2],
    when: &str,
) -> Option<(State, Rich, Vec<u32>)> {
    if let Some((name, proof)) = successor(scene, incident, first, last) {
        let text = Rich::text(format!("It went on from {when}; the later "))
            .c(&name)
            .t(" works, so it is over in this log: superseded.");
        return Some((State::Superseded, text, proof));
    }
    let collapse = incident.collapse.as_ref()?;
    if let Some((at, proof)) = recovered(scene, collapse, last) {
        let text =
            format!("It failed at {when}; the same work succeeded at {} UTC, so it is over.", at.date_time());
        return Some((State::Ended, Rich::text(text), proof));
    }
    if let Some((at, proof)) = started_since(scene, collapse, [first, last]) {
        let text = format!(
            "It went on from {when}; at {} UTC its container started, and this does not come again.",
            at.date_time()
        );
        return Some((State::Ended, Rich::text(text), proof));
    }
    let (name, at, proof) = done_since(scene, collapse, last)?;
    let text = Rich::text(format!("It failed from {when}; the execution "))
        .c(name)
        .t(format!(" succeeded at {} UTC, and this failure does not come again; whether it did the work of those that failed is not in the log.", at.date_time()));
    Some((State::Ended, text, proof))
}

/// When the very work that failed succeeded after its last failure, as a retry does, with the row.
pub(crate) fn recovered(scene: &Scene<'_>, collapse: &Collapse, last: Nanos) -> Option<(Nanos, Vec<u32>)> {
    let episode = scene.episodes.get(collapse.episode).filter(|_| collapse.what == What::Job)?;
    let done = episode.of(Phase::JobDone).find(|event| event.time > last)?;
    // Other executions of the job that failed are not made good by this one.
    let only = scene.episodes.iter().all(|e| {
        e.service != collapse.service
            || e.name == episode.name
            || e.name.is_empty()
            || e.resource == UNITS
            || e.is_healthy()
    });
    only.then(|| (done.time, vec![done.row]))
}

/// When pods of a deploy whose containers never started came up after all, under another image or with a setting that was missing.
fn started_since(
    scene: &Scene<'_>,
    collapse: &Collapse,
    [first, last]: [Nanos; 2],
) -> Option<(Nanos, Vec<u32>)> {
    let is_pod = |e: &&super::Episode| e.resource.starts_with("k8s") && collapse.what == What::Deploy;
    let episode = scene.episodes.get(collapse.episode).filter(is_pod)?;
    if episode.of(Phase::Start).any(|event| event.time >= first && event.time <= last) {
        return None;
    }
    // `Started container orders`: others of the pod start whatever becomes of it.
    let is_own = |row: u32| {
        let text = scene.index.text_of(row);
        let name = text.rsplit(' ').next().unwrap_or("");
        !name.is_empty() && (collapse.service.contains(name) || name.contains(collapse.service.as_str()))
    };
    let start = episode.of(Phase::Start).find(|event| event.time > last && is_own(event.row))?;
    let end = scene.index.rows().last().and_then(crate::digest::Row::time)?;
    let stays = episode.bad_exits().iter().all(|exit| exit.time < start.time);
    (stays && end.0 - start.time.0 >= STAYS).then(|| (start.time, vec![start.row]))
}

/// How long a container has to live to be taken for one that came up.
const STAYS: i64 = 60 * SECOND;

/// The last execution of a job that succeeded after this failure came for the last time: its name, when, and the row. Others may have failed
/// since for another reason, which is a finding of its own.
fn done_since<'s>(
    scene: &'s Scene<'_>,
    collapse: &Collapse,
    last: Nanos,
) -> Option<(&'s str, Nanos, Vec<u32>)> {
    let others = scene.episodes.iter().filter(|e| {
        collapse.what == What::Job
            && e.service == collapse.service
            && !e.service.is_empty()
            && !e.name.is_empty()
            && e.resource != UNITS
            && e.bad_exits().is_empty()
            && e.of(Phase::JobFailed).next().is_none()
    });
    let done = others.filter_map(|e| {
        let is_good = |event: &&super::Event| {
            event.time > last
                && (event.phase == Phase::JobDone || event.phase == Phase::Exit && event.code == Some(0))
        };
        e.events.iter().find(is_good).map(|event| (event.time, event.row, e.name.as_str()))
    });
    done.max().map(|(at, row, name)| (name, at, vec![row]))
}

/// Where the parts of a service are different pieces of work: tasks of one workflow.
pub(crate) const UNITS: &str = "cloud_composer_environment";

/// A later revision (or the same one, later) that works: its name and the rows that show it.
fn successor(
    scene: &Scene<'_>,
    incident: &Incident,
    first: Nanos,
    last: Nanos,
) -> Option<(String, Vec<u32>)> {
    let collapse: &Collapse = incident.collapse.as_ref()?;
    let healthy = |episode: &super::Episode| -> Option<Vec<u32>> {
        let rows: Vec<u32> = episode
            .events
            .iter()
            .filter(|e| {
                // It may be ready a little before the old one ends for the last time.
                e.time > if episode.last > Some(Nanos(last.0 + 10 * SECOND)) { first } else { last }
                    && matches!(e.phase, Phase::Ready | Phase::ProbeOk | Phase::JobDone | Phase::BuildDone)
            })
            .map(|event| event.row)
            .collect();
        let exits_after = episode.bad_exits().iter().any(|exit| exit.time > last);
        // An attempt that is younger than the failed ones grew proves nothing yet.
        let outlived = !matches!(collapse.what, What::Loop | What::Crash)
            || episode
                .last
                .zip(episode.first)
                .is_some_and(|(last, first)| last.0 - first.0 >= collapse.age());
        (episode.is_healthy() && !rows.is_empty() && !exits_after && outlived).then_some(rows)
    };
    scene.episodes.iter().enumerate().find_map(|(number, episode)| {
        // Tasks of one workflow are different work: that another one succeeds repairs nothing.
        if episode.resource == UNITS && number != collapse.episode {
            return None;
        }
        let same_service = episode.service == collapse.service && !collapse.service.is_empty();
        let later = number != collapse.episode && episode.name != collapse.name && episode.last >= Some(last);
        let newer = match (generation(&episode.name), generation(&collapse.name)) {
            (Some(one), Some(other)) => one > other,
            _ => episode.first > Some(first),
        };
        (same_service && later && newer)
            .then(|| healthy(episode))
            .flatten()
            .map(|rows| (episode.title().to_owned(), rows))
    })
}

/// The number in a revision's name: 14 of `orders-00014-smc`.
fn generation(name: &str) -> Option<u64> {
    name.rsplit('-').skip(1).find_map(|part| {
        (part.len() == 5 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok()).flatten()
    })
}
