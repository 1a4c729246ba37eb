//! Collapses that another one tells better: takes all, tells which are the platform's word on a deploy, or a node's on a kill, whose
//! crashes are seen themselves.

use super::collapse::{Collapse, What};
use super::{Cycle, Episode};
use crate::diagnose::causality::Scene;
use crate::entry::time::SECOND;

/// Which are a platform's word, given for the service, on a deploy whose revision is seen to crash: the crashes tell more, and
/// the time up to the platform's word holds what other revisions said as well.
///
/// So are kills that a node reports, where the pods' own crashes stand beside them.
pub(crate) fn find(scene: &Scene<'_>, collapses: &[Collapse]) -> Vec<bool> {
    let crashes = |c: &&Collapse| matches!(c.what, What::Loop | What::Crash);
    let near = |deploy: &Collapse, crash: &Collapse| {
        let ends = deploy.cycles.last().zip(crash.cycles.last());
        ends.is_some_and(|(a, b)| (a.until.0 - b.until.0).abs() <= 120 * SECOND)
    };
    let of_node = |c: &Collapse| scene.episodes.get(c.episode).is_some_and(|e| e.resource == "k8s_node");
    let seen_in_pod = |node: &Collapse, pod: &Collapse| {
        let near = |at: i64| pod.cycles.first_around(i64::MAX, &(at..=at + 30 * SECOND)).is_some();
        node.cycles.iter().filter(|c| near(c.until.0)).count() * 10 >= node.cycles.len() * 6
    };
    collapses
        .iter()
        .map(|deploy| {
            let pods = || collapses.iter().filter(crashes).filter(|c| !of_node(c));
            if of_node(deploy) && pods().any(|pod| seen_in_pod(deploy, pod)) {
                return true;
            }
            deploy.what == What::Deploy
                && deploy.name.is_empty()
                && !deploy.service.is_empty()
                && collapses
                    .iter()
                    .filter(crashes)
                    .any(|crash| crash.service == deploy.service && near(deploy, crash))
        })
        .collect()
}

/// Gives pods of which only the pauses between their starts are known the kills that their node reports: a pause is told
/// again and again, and not after the first kill.
pub(crate) fn count_kills(scene: &Scene<'_>, collapses: &mut [Collapse], told: &[bool]) {
    let episode = |c: &Collapse| scene.episodes.get(c.episode);
    let kills: Vec<Vec<Cycle>> = collapses
        .iter()
        .zip(told)
        .filter(|(c, told)| **told && episode(c).is_some_and(|e| e.resource == "k8s_node"))
        .map(|(c, _)| {
            c.cycles.iter().map(|cycle| Cycle { instance: String::new(), ..cycle.clone() }).collect()
        })
        .collect();
    let [kills] = kills.as_slice() else { return };
    let mut pods = collapses.iter_mut().zip(told).filter(|(c, told)| {
        let only_pauses = |e: &Episode| e.bad_exits().iter().all(|exit| exit.is_pause);
        !**told && matches!(c.what, What::Loop | What::Crash) && episode(c).is_some_and(only_pauses)
    });
    if let (Some((pod, _)), None) = (pods.next(), pods.next()) {
        pod.cycles.edit().clone_from(kills);
    }
}
